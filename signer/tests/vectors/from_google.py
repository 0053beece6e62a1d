"""Writes google_hmac.json: what Google Cloud Storage's conformance tests would say if they had HMAC keys.

    python3 from_google.py [directory]   (beside this file; needs nothing but Python)

Google publishes these tests, google_v4_signatures.json, for RSA keys alone. Their canonical requests and policies are
taken as they stand, but for the algorithm's name and the account's; the HMACs over them are Python's.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
PUBLISHED = (HERE / "google_v4_signatures.json").read_bytes()
ACCESS_KEY_ID = "GOOGTS7C7FUP3AIRVJTE2BCD"
SECRET_ACCESS_KEY = "bGoa+V7g/yqDXvKRqq+JTFn4uQZbPiQJo4pf9RzJ"
ACCOUNT = "test-iam-credentials@dummy-project-id.iam.gserviceaccount.com"


def with_hmac(text):
    for account in (ACCOUNT, ACCOUNT.replace("@", "%40")):
        text = text.replace(account, ACCESS_KEY_ID)
    return text.replace("GOOG4-RSA-SHA256", "GOOG4-HMAC-SHA256")


def sign(scope, text):
    key = ("GOOG4" + SECRET_ACCESS_KEY).encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def url(case):
    request = with_hmac(case["expectedCanonicalRequest"])
    _, date, scope, _ = case["expectedStringToSign"].split("\n")
    text = "\n".join(["GOOG4-HMAC-SHA256", date, scope, hashlib.sha256(request.encode()).hexdigest()])
    return {"description": case["description"], "canonical_request": request, "string_to_sign": text, "signature": sign(scope, text)}


def post(case):
    fields = {name: with_hmac(value) for name, value in case["policyOutput"]["fields"].items()}
    policy = with_hmac(base64.b64decode(fields["policy"]).decode())
    fields["policy"] = base64.b64encode(policy.encode()).decode()
    fields["x-goog-signature"] = sign(fields["x-goog-credential"].split("/", 1)[1], fields["policy"])
    return {"description": case["description"], "fields": fields}


def main():
    published = json.loads(PUBLISHED)
    vectors = {
        "origin": f"Google's v4_signatures.json (SHA-256 {hashlib.sha256(PUBLISHED).hexdigest()}), Python's hmac",
        "access_key_id": ACCESS_KEY_ID,
        "secret_access_key": SECRET_ACCESS_KEY,
        "urls": [url(case) for case in published["signingV4Tests"]],
        "posts": [post(case) for case in published["postPolicyV4Tests"]],
    }
    directory = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    text = json.dumps(vectors, indent=1, ensure_ascii=False)
    (directory / "google_hmac.json").write_text(text + "\n", encoding="utf-8")


main()
