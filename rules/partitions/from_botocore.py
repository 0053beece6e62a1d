"""Writes partitions.rs and regions.rs, the tables of Amazon's partitions and regions, from the data of botocore.

    python from_botocore.py rules/src/bucket/amazon cli/src/lint     # then cargo fmt

A partition's regions are given as a regular expression, such as `^(us|eu)\\-\\w+\\-\\d+$`. The table has only the part before the
last two words, since the Worker has no regular expressions; the script ends with an error if an expression has another form.
"""

import json
import re
import sys
from pathlib import Path

import botocore
import botocore.exceptions
import botocore.session
from botocore.config import Config

HEADER = """//! Amazon's partitions. Written by `rules/partitions/from_botocore.py`; change that instead.

use super::partition::Partition;

/// Every partition, the commercial one first.
pub(super) static PARTITIONS: &[Partition] = &[
"""

REGIONS_HEADER = """//! Amazon's regions. Written by `rules/partitions/from_botocore.py`; change that instead.

/// Every region that botocore %s knows, sorted.
pub(super) static REGIONS: &[&str] = &[
"""


def prefixes(expression):
    """`^us\\-gov\\-\\w+\\-\\d+$` gives `us-gov`; `^(us|eu)\\-\\w+\\-\\d+$` gives `us` and `eu`."""
    start = re.fullmatch(r"\^(.+)\\-\\w\+\\-\\d\+\$", expression).group(1).replace("\\-", "-")
    before, choices, after = re.fullmatch(r"([a-z-]*)(?:\(([a-z|]+)\))?([a-z-]*)", start).groups()
    return [f"{before}{choice}{after}" for choice in (choices or "").split("|")]


def has_dual_stack(partition):
    """Whether botocore makes clients for dual-stack endpoints of S3."""
    region = next(region for region in partition["regions"] if not region.endswith("-global"))
    try:
        return bool(botocore.session.get_session().create_client("s3", region_name=region, config=Config(s3={"use_dualstack_endpoint": True})))
    except botocore.exceptions.EndpointVariantError:
        return False


def row(partition):
    outputs, starts = partition["outputs"], prefixes(partition["regionRegex"])
    for region in partition["regions"]:
        assert region == f"{partition['id']}-global" or re.fullmatch(f"(?:{'|'.join(starts)})-[a-z]+-[1-9][0-9]?", region), region
    texts = ", ".join(f'"{start}"' for start in starts)
    fields = [f'name: "{partition["id"]}"', f'dns_suffix: "{outputs["dnsSuffix"]}"', f"prefixes: &[{texts}]"]
    fields.append(f"has_dual_stack: {str(has_dual_stack(partition)).lower()}")
    line = f"    Partition {{ {', '.join(fields)} }},\n"
    # As rustfmt breaks lines.
    return line if len(line) <= 101 else "    Partition {\n" + "".join(f"        {field},\n" for field in fields) + "    },\n"


def main():
    data = json.loads((Path(botocore.__file__).parent / "data" / "partitions.json").read_text())
    text = HEADER + "".join(row(partition) for partition in data["partitions"]) + "];\n"
    (Path(sys.argv[1]) / "partitions.rs").write_text(text)
    regions = sorted(region for partition in data["partitions"] for region in partition["regions"])
    text = REGIONS_HEADER % botocore.__version__ + "".join(f'    "{region}",\n' for region in regions) + "];\n"
    (Path(sys.argv[2]) / "regions.rs").write_text(text)


main()
