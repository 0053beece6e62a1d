"""Verifies a webhook with the specification's library for Python: the secret, then the headers in JSON, then the body on standard input."""

import json
import sys

from standardwebhooks import Webhook

secret, headers = sys.argv[1:]
event = Webhook(secret).verify(sys.stdin.buffer.read().decode(), json.loads(headers))
print(json.dumps(event))
