"""Writes boto3.json and boto3_v2.json: what boto3 signs at a frozen time, with Signature Version 4 and 2.

    python from_boto3.py [directory]   (beside this file; boto3 as pinned in tests/servers/requirements/boto3.txt)
"""

import datetime
import itertools
import json
import pathlib
import sys
import urllib.parse

import boto3
import botocore.auth
import botocore.signers
from botocore.config import Config

NOW = datetime.datetime(2026, 11, 23, 19, 0, 0, tzinfo=datetime.timezone.utc)
ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJG+token/with=odd+characters=="

KEYS = ["cat.png", "a b/c+d=e&f.txt", "100%/~x%20y", "a//b/", "/leading", "ü/日本/🦀.txt", "quo\"te'\\back", "a:b;c,d@e!f$g*(h)[i]{j}|k^l`m<n>?o#p"]
PLACES = [
    {"endpoint": "https://s3.eu-west-1.amazonaws.com", "style": "virtual", "bucket": "acme-media", "region": "eu-west-1"},
    {"endpoint": "https://s3.eu-west-1.amazonaws.com", "style": "path", "bucket": "acme.media", "region": "eu-west-1"},
    {"endpoint": "http://127.0.0.1:9000", "style": "path", "bucket": "acme-media", "region": "us-east-1"},
    {"endpoint": "https://abc.r2.cloudflarestorage.com:8443", "style": "virtual", "bucket": "acme-media", "region": "auto"},
]

for module in (botocore.auth, botocore.signers):
    module.get_current_datetime = lambda remove_tzinfo=True: NOW.replace(tzinfo=None) if remove_tzinfo else NOW
botocore.auth.time.time = NOW.timestamp  # what Version 2 asks


def client(place, token, version):
    return boto3.client(
        "s3",
        endpoint_url=place["endpoint"],
        region_name=place["region"],
        aws_access_key_id=ACCESS_KEY_ID,
        aws_secret_access_key=SECRET_ACCESS_KEY,
        aws_session_token=token,
        config=Config(signature_version=version, s3={"addressing_style": place["style"]}),
    )


def presigned_url(place, token, key, operation, parameters, headers, query, expires, version="s3v4"):
    url = client(place, token, version).generate_presigned_url(
        operation, Params={"Bucket": place["bucket"], "Key": key, **parameters}, ExpiresIn=expires
    )
    parts = urllib.parse.urlsplit(url)
    return {
        **place, "token": token, "key": key, "method": operation.split("_")[0].upper(),
        "headers": headers, "query": query, "expires": expires,
        "base": url.split("?")[0], "signed_query": dict(urllib.parse.parse_qsl(parts.query, strict_parsing=True)),
    }


def presigned_post(place, token, key, fields, conditions, expires, version="s3v4"):
    answer = client(place, token, version).generate_presigned_post(
        place["bucket"], key, Fields=dict(fields), Conditions=[*conditions], ExpiresIn=expires
    )
    return {
        **place, "token": token, "key": key, "conditions": conditions, "expires": expires,
        "url": answer["url"], "fields": answer["fields"],
    }


OPERATIONS = [
    ("get_object", {}, {}, {}),
    ("get_object", {"ResponseContentType": "text/plain; charset=utf-8", "VersionId": "a/b+c"}, {},
     {"response-content-type": "text/plain; charset=utf-8", "versionId": "a/b+c"}),
    ("head_object", {}, {}, {}),
    ("delete_object", {}, {}, {}),
    ("put_object", {"ContentType": "image/png"}, {"content-type": "image/png"}, {}),
    ("put_object", {"ContentType": "text/plain", "IfNoneMatch": "*", "Metadata": {"album": "of  2026", "zoo": "x"}},
     {"content-type": "text/plain", "if-none-match": "*", "x-amz-meta-album": "of  2026", "x-amz-meta-zoo": "x"}, {}),
]

FORMS = [
    ({}, []),
    ({"Content-Type": "image/png"}, [{"Content-Type": "image/png"}, ["content-length-range", 1, 5242880]]),
    ({"acl": "private", "x-amz-meta-name": "Zoë \"Ω\" \\ 🦀\n\t", "success_action_status": "201"},
     [{"acl": "private"}, {"x-amz-meta-name": "Zoë \"Ω\" \\ 🦀\n\t"}, {"success_action_status": "201"},
      ["starts-with", "$Content-Type", "image/"], ["content-length-range", 0, 9007199254740993]]),
]


# With Version 2 botocore repeats headers in the query, so there are none.
OPERATIONS_V2 = [
    ("get_object", {}, {}, {}),
    ("get_object", {"ResponseContentType": "text/plain; charset=utf-8", "VersionId": "a/b+c"}, {},
     {"response-content-type": "text/plain; charset=utf-8", "versionId": "a/b+c"}),
    ("put_object", {}, {}, {}),
    ("delete_object", {}, {}, {}),
]


def vectors(version, operations):
    urls, posts = [], []
    for n, (place, token, i) in enumerate(itertools.product(PLACES, [None, TOKEN], range(len(KEYS)))):
        operation, parameters, headers, query = operations[n % len(operations)]
        expires = [1, 3600, 604800][n % 3]
        urls.append(presigned_url(place, token, KEYS[i], operation, parameters, headers, query, expires, version))
        fields, conditions = FORMS[n % len(FORMS)]
        key = "inbox/${filename}" if n % 7 == 0 else KEYS[i]
        posts.append(presigned_post(place, token, key, fields, conditions, expires, version))
    return {"origin": f"boto3 {boto3.__version__}, botocore {botocore.__version__}",
            "now": int(NOW.timestamp()), "access_key_id": ACCESS_KEY_ID, "secret_access_key": SECRET_ACCESS_KEY,
            "urls": urls, "posts": posts}


def main():
    directory = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    for name, version, operations in [("boto3", "s3v4", OPERATIONS), ("boto3_v2", "s3", OPERATIONS_V2)]:
        text = json.dumps(vectors(version, operations), indent=1, ensure_ascii=False)
        (directory / f"{name}.json").write_text(text + "\n", encoding="utf-8")


main()
