"""Runs `aws s3 presign` at a frozen time: a JSON list of arguments a line in, the URL a line out."""

import datetime
import json
import sys

import awscli.botocore.auth
import awscli.botocore.signers
import awscli.clidriver

NOW = datetime.datetime(2026, 11, 23, 19, 0, 0, tzinfo=datetime.timezone.utc)
for module in (awscli.botocore.auth, awscli.botocore.signers):
    module.get_current_datetime = lambda remove_tzinfo=True: NOW.replace(tzinfo=None) if remove_tzinfo else NOW

for line in sys.stdin:
    awscli.clidriver.create_clidriver().main(["s3", "presign", *json.loads(line)])
    sys.stdout.flush()
