"""Stores, lists and reads an object with the credentials of the container that the environment names: boto3 as it is, without keys of its own.

Arguments: the endpoint, the region, the bucket, the caller's prefix, and the prefix of another caller. Prints what was done, as JSON.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, region, bucket, prefix, other = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=endpoint, region_name=region, config=Config(s3={"addressing_style": "path"}))


def refusal(call, **parameters):
    """Returns the status of a call that must fail."""
    try:
        call(Bucket=bucket, **parameters)
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"]
    return 200


s3.put_object(Bucket=bucket, Key=f"{prefix}by-boto3.txt", Body=b"by boto3")
found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
print(
    json.dumps(
        {
            "keys": [each["Key"] for each in found["Contents"]],
            "body": s3.get_object(Bucket=bucket, Key=f"{prefix}by-boto3.txt")["Body"].read().decode(),
            "refused": [
                refusal(s3.put_object, Key=f"{other}by-boto3.txt", Body=b"x"),
                refusal(s3.get_object, Key=f"{other}secret.txt"),
                refusal(s3.list_objects_v2, Prefix=other),
                refusal(s3.list_objects_v2),
            ],
        }
    )
)
