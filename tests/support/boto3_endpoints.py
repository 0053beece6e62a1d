"""Prints where boto3 sends a request under the settings of each JSON job of standard input; it sends nothing."""

import json
import os
import sys

import botocore.awsrequest
import botocore.loaders
import botocore.session
from botocore.config import Config

VARIABLES = [name for name in os.environ if name.startswith("AWS_") and not name.endswith("_FILE")]
LOADER = botocore.loaders.create_loader()


class Empty:
    """An empty body."""

    def stream(self, **_):
        yield b""


def target(job):
    with open(os.environ["AWS_CONFIG_FILE"], "w") as config:
        config.write(job["config"])
    session = botocore.session.Session()
    session.register_component("data_loader", LOADER)
    # As for links; otherwise requests to us-east-1 go to the global endpoint.
    config = Config(s3={"us_east_1_regional_endpoint": "regional"})
    client = session.create_client(
        "s3", region_name=job["region"], aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="secret", config=config
    )
    urls = []

    def answer(request, **_):
        urls.append(request.url)
        return botocore.awsrequest.AWSResponse(request.url, 200, {}, Empty())

    client.meta.events.register("before-send.s3.HeadObject", answer)
    client.head_object(Bucket=job["bucket"], Key="a")
    return urls[0].split("?")[0]


for line in sys.stdin:
    job = json.loads(line)
    for name in VARIABLES:
        os.environ.pop(name, None)
    os.environ.update(job["environment"])
    VARIABLES = list(job["environment"])
    try:
        print(json.dumps({"url": target(job)}))
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
