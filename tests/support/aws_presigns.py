"""Runs `aws s3 presign` at a frozen time: a JSON list of arguments a line in, the URL a line out."""

import datetime
import json
import sys

import awscli.clidriver  # first: from then on `botocore` is the one that it brings along
import botocore.auth
import botocore.signers

NOW = datetime.datetime(2026, 11, 23, 19, 0, 0, tzinfo=datetime.timezone.utc)
for module in (botocore.auth, botocore.signers):
    module.get_current_datetime = lambda remove_tzinfo=True: NOW.replace(tzinfo=None) if remove_tzinfo else NOW

for line in sys.stdin:
    awscli.clidriver.create_clidriver().main(["s3", "presign", *json.loads(line)])
    sys.stdout.flush()
