"""Compares links for every kind of bucket address with those of botocore.

    python botocore_peer.py <the example `addresses`>

Every region of every partition, the names of global endpoints, and regions of others; dual-stack, FIPS and accelerate endpoints,
alone and together; path and virtual-hosted style and neither; general purpose buckets with usual and unusual names, directory
buckets, access points and their aliases, ARNs of other services; Amazon's endpoints and others. All combinations, nothing random.
Prints how often each difference of README.md occurs, then those that it does not explain, and ends with 1 if there are any.
"""

import collections
import datetime
import itertools
import json
import subprocess
import sys
from pathlib import Path

import botocore
import botocore.auth
import botocore.exceptions
import botocore.session
from botocore.config import Config

NOW = datetime.datetime(2026, 11, 23, 19, 0, 0, tzinfo=datetime.timezone.utc)
KEY = "a b/ü.txt"
PARTITIONS = json.loads((Path(botocore.__file__).parent / "data" / "partitions.json").read_text())["partitions"]
REGIONS = [region for partition in PARTITIONS for region in partition["regions"]]
OTHER_REGIONS = ["nz-south-1", "us-isox-east-1", "eusc-fr-west-1", "us-west-004", "auto", "RegionOne"]
NAMES = [
    "acme-media", "acme.media", "Old_Media", "ab", "a" * 63, "a" * 64,
    "media--usw2-az1--x-s3", "media--use1-az12--x-s3", "point--usw2-az1--xa-s3", "media--x-s3",
    "point-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias", "point-jkmz8pgqc4j4kwbn5aiy6c--ol-s3",
    "test-accessp-o0b1d075431d83bebde8xz5w8ijx1qzlbp3i3kuse10--op-s3", "mfzwi23gnjvgw.mrap",
]
ARNS = [
    "arn:{partition}:s3:{region}:123456789012:accesspoint/prod", "arn:{partition}:s3:{region}:123456789012:accesspoint:prod",
    "arn:{partition}:s3:{region}:123456789012:accesspoint/a.b", "arn:{partition}:s3:{region}::accesspoint/prod",
    "arn:{partition}:s3:{region}:123456789012:bucket/prod", "arn:{partition}:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap",
    "arn:{partition}:s3-object-lambda:{region}:123456789012:accesspoint/prod",
    "arn:{partition}:s3-outposts:{region}:123456789012:outpost/op-01234567890123456/accesspoint/prod",
]
ENDPOINTS = ["http://localhost:9000", "https://s3.example.com", "https://bucket.vpce-1a2b-3c4d.s3.us-east-1.vpce.amazonaws.com"]
SETTINGS = [dict(zip(("dual_stack", "fips", "accelerate"), on)) for on in itertools.product([False, True], repeat=3)]
STYLES = [None, "virtual", "path"]


def asks():
    """All addresses."""
    for region, settings, style in itertools.product(REGIONS + OTHER_REGIONS, SETTINGS, STYLES):
        if settings["fips"] and settings["accelerate"] and region != "eu-west-1":
            continue  # always refused
        for name in NAMES:
            yield {"name": name, "region": region, "endpoint": None, "style": style, **settings}
        if region in REGIONS and not region.endswith("-global"):
            partition = next(p["id"] for p in PARTITIONS if region in p["regions"])
            for arn in ARNS:
                yield {"name": arn.format(partition=partition, region=region), "region": region, "endpoint": None, "style": style, **settings}
    for endpoint, region, settings, style in itertools.product(ENDPOINTS, ["us-east-1", "aws-global", "RegionOne", "us-west-004"], SETTINGS, STYLES):
        for name in [*NAMES, ARNS[0].format(partition="aws", region="us-east-1")]:
            yield {"name": name, "region": region, "endpoint": endpoint, "style": style, **settings}


def freeze(now):
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: now.replace(tzinfo=None) if remove_tzinfo else now


SESSION = botocore.session.get_session()
CLIENTS = {}


def client(ask):
    name = tuple(ask[part] for part in ("region", "endpoint", "style", "dual_stack", "fips", "accelerate"))
    if name not in CLIENTS:
        # Without these settings, botocore names Amazon's global endpoint: see README.md.
        style = ask["style"] or ("path" if ask["endpoint"] else "virtual")
        CLIENTS.clear()
        CLIENTS[name] = SESSION.create_client(
            "s3", region_name=ask["region"], endpoint_url=ask["endpoint"],
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            config=Config(
                signature_version="s3v4", use_fips_endpoint=ask["fips"],
                s3={
                    "addressing_style": style, "use_dualstack_endpoint": ask["dual_stack"], "use_accelerate_endpoint": ask["accelerate"],
                    "disable_s3_express_session_auth": True, "us_east_1_regional_endpoint": "regional",
                },
            ),
        )
    return CLIENTS[name]


def botocore_url(ask):
    try:
        return client(ask).generate_presigned_url("get_object", Params={"Bucket": ask["name"], "Key": KEY}, ExpiresIn=604800)
    except (botocore.exceptions.BotoCoreError, ValueError, AttributeError) as error:
        return f"error: {type(error).__name__}: {error}"


def comparable(url):
    """The order of a query is not signed."""
    base, _, query = url.partition("?")
    return base, sorted(query.split("&"))


def has_region(region):
    """Whether Amazon has the region, or might have it soon."""
    return region in ("aws-global", "nz-south-1") or (region in REGIONS and not region.endswith("-global"))


def is_name_of_today(name):
    return name not in ("Old_Media", "ab", "a" * 64)


def explanation(ask, theirs, ours):
    """The line of README.md that explains a difference, or nothing."""
    name, region, endpoint, style = (ask[part] for part in ("name", "region", "endpoint", "style"))
    is_refused = ours.startswith("error: ")
    is_subdomain = name.startswith("arn:") or name.endswith(("--x-s3", "--xa-s3"))
    service = next((s for s in ("s3-outposts", "s3-object-lambda") if f"%2F{s}%2F" in theirs), None)
    if service and (is_refused or endpoint):
        return service
    if is_refused and name.endswith(".mrap"):
        return "alias of a Multi-Region Access Point"
    if is_refused and endpoint and (ask["fips"] or ask["dual_stack"] or ask["accelerate"]):
        return "settings with another endpoint"
    if is_refused and style == "path" and is_subdomain:
        return "path style of what has none"
    if is_refused and style == "path" and ask["accelerate"]:
        return "path style with acceleration"
    if is_refused and not endpoint and not is_name_of_today(name):
        if region not in ("us-east-1", "aws-global") or len(name) < 3:
            return "names that Amazon no longer allows"
    if is_refused and style == "virtual" and not is_name_of_today(name):
        return "virtual-hosted style for a name that no host can contain"
    if is_refused and not endpoint and not has_region(region):
        return "regions that Amazon does not have"
    if style == "virtual" and "." in name and f"/{name}/" in theirs and f"//{name}." in ours:
        return "virtual-hosted style for a name with a dot"
    if region == "aws-global" and endpoint and theirs.replace("aws-global", "us-east-1").split("X-Amz-Signature")[0] == ours.split("X-Amz-Signature")[0]:
        return "aws-global with another endpoint"
    if region == "aws-global" and is_subdomain and ".aws-global." in theirs and ".us-east-1." in ours and "%2Fus-east-1%2F" in ours:
        return "aws-global for a directory bucket"
    if region == "aws-global" and ask["accelerate"] and ".s3-accelerate.dualstack.us-east-1." in theirs and ".s3-accelerate.dualstack.amazonaws.com/" in ours:
        return "aws-global with dual-stack acceleration"
    return None


def main():
    freeze(NOW)
    all_asks = list(asks())
    expected = [botocore_url(ask) for ask in all_asks]
    lines = "".join(json.dumps({**ask, "key": KEY, "now": int(NOW.timestamp())}) + "\n" for ask in all_asks)
    output = subprocess.run([sys.argv[1]], input=lines, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    answers = [json.loads(line) for line in output.split("\n")[:-1]]
    found = [answer.get("url") or f"error: {answer['error']}" for answer in answers]
    explained, equal, refused, left = collections.Counter(), 0, 0, []
    for ask, theirs, ours in zip(all_asks, expected, found, strict=True):
        if theirs.startswith("error: ") and ours.startswith("error: "):
            refused += 1
        elif comparable(theirs) == comparable(ours):
            equal += 1
        elif reason := explanation(ask, theirs, ours):
            explained[reason] += 1
        else:
            left.append((ask, theirs, ours))
    for reason, count in sorted(explained.items()):
        print(f"{count} explained: {reason}")
    for ask, theirs, ours in left[:: max(1, len(left) // 20)]:
        print("ask     ", json.dumps(ask), "\nbotocore", theirs, "\nours    ", ours, "\n")
    print(f"botocore {botocore.__version__}: {len(all_asks)} addresses, {equal} equal, {refused} refused by both, {len(left)} differences")
    sys.exit(1 if left else 0)


main()
