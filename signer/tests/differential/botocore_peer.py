"""Compares the signer with botocore on random asks, all from one seed.

    python botocore_peer.py <the example `sign`> [how many] [seed]

Keys over the whole of Unicode that S3 takes, odd header values, query names that sort awkwardly, tokens, ports,
styles, regions, expiries; URLs, headers and forms, with Signature Version 4 and 2. Prints the first differences and
ends with 1 if there is any that README.md, one folder up, does not list.
"""

import base64
import datetime
import json
import random
import subprocess
import sys
import urllib.parse

import botocore.auth
import botocore.compat
import botocore.session
import botocore.signers
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKENS = [None, None, "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJG+token/with=odd+characters=="]
PLACES = [
    (endpoint, style, bucket, region)
    for endpoint, region in [
        ("https://s3.eu-west-1.amazonaws.com", "eu-west-1"), ("http://127.0.0.1:9000", "us-east-1"),
        ("https://abc.r2.cloudflarestorage.com:8443", "auto"), ("http://localhost", "garage"),
        # Amazon's other partitions and hosts; rules/tests/differential finds them.
        ("https://s3.cn-north-1.amazonaws.com.cn", "cn-north-1"), ("https://s3.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
        ("https://s3-fips.dualstack.us-gov-west-1.amazonaws.com", "us-gov-west-1"), ("https://s3.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"),
        # Regions and names with capitals.
        ("https://s3.gra.cloud.ovh.net", "RegionOne"), ("https://s3.us-west-004.backblazeb2.com", "us-west-004"),
        ("https://abc.storage.supabase.co/storage/v1/s3", "eu-central-1"),
    ]
    for style, bucket in [("path", "acme-media"), ("path", "acme.media"), ("path", "zipline_Bucket.Name-"), ("path", "Z"), ("virtual", "acme-media")]
    if not (style == "virtual" and ("127.0.0.1" in endpoint or "/s3" in endpoint))
]
PIECES = ["/", "//", "a", "~", "-", "_", ".", "...", "%", "%20", "%2F", "+", " ", "  ", "&", "=", "?", "#", "'", '"', "\\", ":",
          "@", "$", ",", ";", "!", "*", "(", ")", "[", "]", "{", "}", "|", "^", "`", "<", ">", "é", "ß", "日本", "🦀", "\u200d", "\ufeff"]
QUERY_NAMES = ["versionId", "response-content-type", "response-expires", "a", "A", "aa", "a-b", "a.b", "a_b", "a~", "Z", "z",
               "X", "X-", "X-Am", "X-B", "x-id", "É", "%", " ", "+", "0", "Y-Amz-Date", "xx", "prefix", "é"]

NOW = datetime.datetime(2026, 11, 23, 19, 0, 0, tzinfo=datetime.timezone.utc)


def freeze(now):
    for module in (botocore.auth, botocore.signers):
        module.get_current_datetime = lambda remove_tzinfo=True: now.replace(tzinfo=None) if remove_tzinfo else now
    botocore.auth.time.time = now.timestamp


def key(rng):
    while True:
        pieces = [rng.choice(PIECES) if rng.random() < 0.5 else character(rng) for _ in range(rng.randint(1, 12))]
        text = "".join(pieces)
        segments = text.split("/")
        if text and not any(s in (".", "..") for s in segments) and "${filename}" not in text and len(text.encode()) <= 1024:
            return text


def character(rng):
    """Any scalar value but control characters, which S3's XML cannot name."""
    while True:
        c = chr(rng.choice([rng.randint(0x20, 0x7E), rng.randint(0xA0, 0xD7FF), rng.randint(0xE000, 0xFFFD), rng.randint(0x10000, 0x10FFFF)]))
        return c


def value(rng):
    return " ".join(rng.choice(["", "x", "a=b", "q;r", '"t"', "v, w", "%41", "+", "~"]) for _ in range(rng.randint(1, 5))) or "v"


def common(rng, sign):
    # Version 2 signs a base path here, but not in botocore: see README.md.
    endpoint, style, bucket, region = rng.choice([place for place in PLACES if not ("v2" in sign and "/storage/" in place[0])])
    return {
        "sign": sign, "endpoint": endpoint, "style": style, "bucket": bucket, "region": region,
        "access_key_id": ACCESS_KEY_ID, "secret_access_key": SECRET_ACCESS_KEY, "token": rng.choice(TOKENS),
        "now": int(NOW.timestamp()), "key": key(rng), "expires": rng.choice([1, 60, 3600, 604800, rng.randint(1, 604800)]),
        "headers": {}, "query": {},
    }


CLIENTS = {}


def client(ask, version):
    name = (ask["endpoint"], ask["style"], ask["region"], ask["token"], version)
    if name not in CLIENTS:
        CLIENTS[name] = botocore.session.get_session().create_client(
            "s3", endpoint_url=ask["endpoint"], region_name=ask["region"], aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=SECRET_ACCESS_KEY, aws_session_token=ask["token"],
            config=Config(signature_version=version, s3={"addressing_style": ask["style"]}),
        )
    return CLIENTS[name]


def url_of_client(rng, sign="url"):
    """What `generate_presigned_url` signs."""
    ask = common(rng, sign)
    operation, method = rng.choice([
        ("get_object", "GET"), ("head_object", "HEAD"), ("put_object", "PUT"), ("delete_object", "DELETE"),
        ("create_multipart_upload", "POST"), ("upload_part", "PUT"), ("complete_multipart_upload", "POST"),
        ("abort_multipart_upload", "DELETE"), ("list_parts", "GET"),
    ])
    ask["method"] = method
    parameters = {"Bucket": ask["bucket"], "Key": ask["key"]}
    if operation in ("upload_part", "complete_multipart_upload", "abort_multipart_upload", "list_parts"):
        ask["upload_id"] = parameters["UploadId"] = rng.choice(["VXBsb2FkIElE", "a/b+c=", "2~x.y_z-"])
    if operation == "upload_part":
        ask["part_number"] = parameters["PartNumber"] = rng.randint(1, 10_000)
    if operation == "get_object" and rng.random() < 0.5:
        ask["query"] = {"response-content-type": value(rng).strip() or "x", "versionId": "a/b+c"}
        parameters.update(ResponseContentType=ask["query"]["response-content-type"], VersionId="a/b+c")
    if operation == "put_object" and sign == "url":
        ask["headers"] = {"content-type": "text/plain; charset=utf-8", "x-amz-meta-album": value(rng).strip() or "x"}
        parameters.update(ContentType=ask["headers"]["content-type"], Metadata={"album": ask["headers"]["x-amz-meta-album"]})
    version = "s3v4" if sign == "url" else "s3"
    url = client(ask, version).generate_presigned_url(operation, Params=parameters, ExpiresIn=ask["expires"])
    return ask, {"url": url}


def url_of_auth(rng):
    """What `S3SigV4QueryAuth` makes of a URL with any query and any headers."""
    ask = common(rng, "url")
    ask["method"] = rng.choice(["GET", "HEAD", "PUT", "DELETE"])
    ask["query"] = {name: value(rng) for name in rng.sample(QUERY_NAMES, rng.randint(0, 6))}
    ask["headers"] = headers(rng)
    request = AWSRequest(method=ask["method"], url=raw_url(ask), headers=dict(ask["headers"]), params=None)
    credentials = Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY, ask["token"])
    botocore.auth.S3SigV4QueryAuth(credentials, "s3", ask["region"], ask["expires"]).add_auth(request)
    return ask, {"url": request.url}


def header_of_auth(rng):
    """What `S3SigV4Auth` puts into the headers."""
    ask = common(rng, "header")
    ask["method"] = rng.choice(["GET", "HEAD", "PUT", "DELETE"])
    ask["query"] = {name: value(rng) for name in rng.sample(QUERY_NAMES, rng.randint(0, 4))}
    ask["headers"] = headers(rng)
    ask["body"] = rng.choice([None, "", "a body", "ü"])
    request = AWSRequest(method=ask["method"], url=raw_url(ask), headers=dict(ask["headers"]), data=(ask["body"] or "").encode())
    request.context["client_config"] = Config(s3={"payload_signing_enabled": ask["body"] is not None})
    if ask["body"] is None:
        request.headers["X-Amz-Content-SHA256"] = "UNSIGNED-PAYLOAD"
        request.context["payload_signing_enabled"] = False
    credentials = Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY, ask["token"])
    auth = botocore.auth.S3SigV4Auth(credentials, "s3", ask["region"])
    if ask["body"] is None:
        auth.payload = lambda request: "UNSIGNED-PAYLOAD"
    auth.add_auth(request)
    return ask, {"authorization": request.headers["Authorization"]}


def headers(rng):
    names = ["cache-control", "content-md5", "content-type", "range", "x-amz-meta-a", "x-amz-meta-b", "x-amz-acl", "zoo", "accept"]
    return {name: value(rng).strip() or "v" for name in rng.sample(names, rng.randint(0, 4))}


def raw_url(ask):
    """The URL as a client would have it before signing."""
    scheme, host = ask["endpoint"].split("://")
    path = urllib.parse.quote(ask["key"], safe="/-._~")
    place = f"{host}/{ask['bucket']}" if ask["style"] == "path" else f"{ask['bucket']}.{host}"
    query = "&".join(f"{quote(n)}={quote(v)}" for n, v in ask["query"].items())
    return f"{scheme}://{place}/{path}" + ("?" + query if query else "")


def quote(text):
    return urllib.parse.quote(text, safe="-._~")


def post(rng, sign="post"):
    ask = common(rng, sign)
    fields, conditions = {}, []
    for name in rng.sample(["acl", "Cache-Control", "Content-Type", "success_action_status", "x-amz-meta-name"], rng.randint(0, 3)):
        fields[name] = "".join(character(rng) for _ in range(rng.randint(0, 6))) + rng.choice(["", '"', "\\", "\n", "\t", "\x7f", "/"])
        conditions.append({name: fields[name]})
    if rng.random() < 0.5:
        conditions.append(["content-length-range", rng.randint(0, 9), rng.randint(10, 2**53)])
    if rng.random() < 0.3:
        conditions.append(["starts-with", "$Content-Disposition", rng.choice(["", "inline"])])
    if rng.random() < 0.3:
        ask["key"] = "inbox/-" + character(rng) + "/${filename}"
    ask["conditions"] = conditions
    answer = client(ask, "s3v4" if sign == "post" else "s3").generate_presigned_post(
        ask["bucket"], ask["key"], Fields=dict(fields), Conditions=list(conditions), ExpiresIn=ask["expires"]
    )
    return ask, {"url": answer["url"], "fields": answer["fields"]}


def comparable(ask, answer):
    """What has to be equal, byte for byte where a signature is computed over it."""
    if "error" in answer:
        return answer
    if ask["sign"] == "header":
        return answer.get("authorization") or answer["headers"]["authorization"]
    if ask["sign"].startswith("post"):
        # Our Version 4 form also sends `bucket`; see the README.
        fields = {name: v for name, v in answer["fields"].items() if name != "bucket"}
        return answer["url"], sorted(fields.items())
    base, _, query = answer["url"].partition("?")
    # The order of a query is not signed: it is sorted first.
    return base, sorted(urllib.parse.unquote(pair.replace("+", "%20")) if ask["sign"] == "url-v2" else pair for pair in query.split("&"))


KINDS = [
    (url_of_client, 25), (url_of_auth, 30), (header_of_auth, 20), (post, 15),
    (lambda rng: url_of_client(rng, "url-v2"), 5), (lambda rng: post(rng, "post-v2"), 5),
]


def main():
    program, count, seed = sys.argv[1], int((sys.argv + [20_000])[2]) if len(sys.argv) > 2 else 20_000, int(sys.argv[3]) if len(sys.argv) > 3 else 20261123
    freeze(NOW)
    rng = random.Random(seed)
    asks = []
    for n in range(count):
        kind = rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0]
        asks.append(kind(rng))
        if n % 2000 == 1999:
            print(f"botocore {botocore.__version__}: {n + 1} of {count} signed", file=sys.stderr, flush=True)
    lines = "".join(json.dumps(ask) + "\n" for ask, _ in asks)
    answers = subprocess.run([program], input=lines, capture_output=True, text=True, check=True, encoding="utf-8").stdout.split("\n")[:-1]
    differences = [
        (ask, expected, json.loads(answer))
        for (ask, expected), answer in zip(asks, answers, strict=True)
        if comparable(ask, json.loads(answer)) != comparable(ask, expected)
    ]
    for ask, expected, answer in differences[:5]:
        print("ask     ", json.dumps(ask), "\nbotocore", json.dumps(expected), "\nsigner  ", json.dumps(answer), "\n")
        if ask["sign"].startswith("post"):
            for each in (expected, answer):
                print("policy  ", base64.b64decode(each.get("fields", {}).get("policy", "")).decode())
    print(f"{count} asks, {len(differences)} differences, seed {seed}")
    sys.exit(1 if differences else 0)


main()
