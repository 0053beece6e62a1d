"""Uploads a file through a Signpost Worker, whose answer has `url` and `fields` as boto3's generate_presigned_post returns them.

    pip install requests
    python upload.py https://signpost.example.com/uploads/file picture.png
"""

import mimetypes
import os
import sys

import requests


def upload(rule, path, token=None):
    """Returns the key of the object, which the Worker chose."""
    description = {
        "filename": os.path.basename(path),
        "type": mimetypes.guess_type(path)[0] or "application/octet-stream",
        "size": os.path.getsize(path),
    }
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    signed = requests.post(rule, json=description, headers=headers)
    if not signed.ok:
        raise SystemExit(signed.json()["detail"])
    answer = signed.json()
    with open(path, "rb") as file:
        if answer["method"] == "POST":
            sent = requests.post(answer["url"], data=answer["fields"], files={"file": file})
        else:  # for providers without forms
            sent = requests.put(answer["url"], data=file, headers=answer["headers"])
    sent.raise_for_status()
    return answer["key"]


if __name__ == "__main__":
    print(upload(sys.argv[1], sys.argv[2], os.environ.get("SIGNPOST_TOKEN")))
