"""Runs `aws s3 presign` at a frozen time: reads a JSON list of arguments from each line, and prints a URL for each."""

import datetime
import json
import sys

import awscli.clidriver  # imported first, since it replaces `botocore` with its bundled copy
import botocore.auth
import botocore.signers

NOW = datetime.datetime(2026, 11, 23, 19, 0, 0, tzinfo=datetime.timezone.utc)
for module in (botocore.auth, botocore.signers):
    module.get_current_datetime = lambda remove_tzinfo=True: NOW.replace(tzinfo=None) if remove_tzinfo else NOW

for line in sys.stdin:
    awscli.clidriver.create_clidriver().main(["s3", "presign", *json.loads(line)])
    sys.stdout.flush()
