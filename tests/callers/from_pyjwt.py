"""Prints a token of each issuer, made by PyJWT.

    python from_pyjwt.py '{"hs": {"alg": "HS256", "key": "HS_OLD", "iss": "...", "aud": "..."}, ...}'
"""

import json
import pathlib
import sys
import time

import jwt

HERE = pathlib.Path(__file__).parent
KEYS = json.loads((HERE / "keys.json").read_text())
SECRETS = json.loads((HERE / "site.json").read_text())["secrets"]


def token(alg, key, iss, aud):
    now = int(time.time())
    claims = {"iss": iss, "aud": aud, "sub": "u1", "iat": now, "nbf": now, "exp": now + 300}
    if alg == "HS256":
        return jwt.encode(claims, SECRETS[key], algorithm=alg)
    private = jwt.PyJWK({**KEYS[key], "alg": alg}).key
    return jwt.encode(claims, private, algorithm=alg, headers={"kid": key})


issuers = json.loads(sys.argv[1])
print(json.dumps({kind: token(**issuer) for kind, issuer in issuers.items() if kind != "access"}))
