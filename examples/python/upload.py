"""Uploads a file with the answer of a Signpost Worker: `url` and `fields` are what boto3's generate_presigned_post returns.

    pip install requests
    python upload.py https://signpost.example.com/uploads/file picture.png
"""

import mimetypes
import os
import sys

import requests


def upload(rule, path, token=None):
    """Returns the key of the object, which the Worker chose."""
    ask = {
        "filename": os.path.basename(path),
        "type": mimetypes.guess_type(path)[0] or "application/octet-stream",
        "size": os.path.getsize(path),
    }
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    asked = requests.post(rule, json=ask, headers=headers)
    if not asked.ok:
        raise SystemExit(asked.json()["detail"])
    answer = asked.json()
    with open(path, "rb") as file:
        if answer["method"] == "POST":
            sent = requests.post(answer["url"], data=answer["fields"], files={"file": file})
        else:  # where the provider takes no forms
            sent = requests.put(answer["url"], data=file, headers=answer["headers"])
    sent.raise_for_status()
    return answer["key"]


if __name__ == "__main__":
    print(upload(sys.argv[1], sys.argv[2], os.environ.get("SIGNPOST_TOKEN")))
