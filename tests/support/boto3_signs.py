"""Signs requests with boto3: those of standard input at a frozen time, or as many as possible.

python boto3_signs.py         reads a JSON job from each line, prints a JSON result for each
python boto3_signs.py now     the same, at the current time
python boto3_signs.py SECONDS prints how many links one process signs per second
"""

import datetime
import json
import sys
import time

import boto3
import botocore.auth
import botocore.signers
from botocore.config import Config


def client(job):
    access_key, secret = job.get("keys", ["AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"])
    return boto3.client(
        "s3",
        endpoint_url=job.get("endpoint"),
        region_name=job["region"],
        aws_access_key_id=access_key,
        aws_secret_access_key=secret,
        aws_session_token=job.get("token"),
        config=Config(signature_version="s3v4", s3={"addressing_style": job["style"], "us_east_1_regional_endpoint": "regional"}),
    )


def sign(job):
    if "conditions" in job:
        return client(job).generate_presigned_post(
            job["bucket"], job["key"], Fields=dict(job["fields"]), Conditions=[*job["conditions"]], ExpiresIn=job["expires"]
        )
    parameters = {"Bucket": job["bucket"], "Key": job["key"], **job["parameters"]}
    return {"url": client(job).generate_presigned_url(job["operation"], Params=parameters, ExpiresIn=job["expires"])}


def freeze():
    now = datetime.datetime(2026, 11, 23, 19, 0, 0, tzinfo=datetime.timezone.utc)
    for module in (botocore.auth, botocore.signers):
        module.get_current_datetime = lambda remove_tzinfo=True: now.replace(tzinfo=None) if remove_tzinfo else now


def race(seconds):
    s3 = client({"region": "eu-west-1", "style": "virtual"})
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        s3.generate_presigned_url("get_object", Params={"Bucket": "acme-media", "Key": f"films/{count}.mp4"}, ExpiresIn=600)
        count += 1
    print(count / (time.perf_counter() - start))


if sys.argv[1:] not in ([], ["now"]):
    race(float(sys.argv[1]))
else:
    if not sys.argv[1:]:
        freeze()
    for line in sys.stdin:
        print(json.dumps(sign(json.loads(line))))
