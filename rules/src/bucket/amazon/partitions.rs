//! Amazon's partitions. Written by `rules/partitions/from_botocore.py`; change that instead.

use super::partition::Partition;

/// Every partition, the commercial one first.
pub(super) static PARTITIONS: &[Partition] = &[
    Partition {
        name: "aws",
        dns_suffix: "amazonaws.com",
        prefixes: &["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"],
        has_dual_stack: true,
    },
    Partition {
        name: "aws-cn",
        dns_suffix: "amazonaws.com.cn",
        prefixes: &["cn"],
        has_dual_stack: true,
    },
    Partition {
        name: "aws-eusc",
        dns_suffix: "amazonaws.eu",
        prefixes: &["eusc-de"],
        has_dual_stack: true,
    },
    Partition {
        name: "aws-iso",
        dns_suffix: "c2s.ic.gov",
        prefixes: &["us-iso"],
        has_dual_stack: true,
    },
    Partition {
        name: "aws-iso-b",
        dns_suffix: "sc2s.sgov.gov",
        prefixes: &["us-isob"],
        has_dual_stack: true,
    },
    Partition {
        name: "aws-iso-e",
        dns_suffix: "cloud.adc-e.uk",
        prefixes: &["eu-isoe"],
        has_dual_stack: false,
    },
    Partition {
        name: "aws-iso-f",
        dns_suffix: "csp.hci.ic.gov",
        prefixes: &["us-isof"],
        has_dual_stack: false,
    },
    Partition {
        name: "aws-us-gov",
        dns_suffix: "amazonaws.com",
        prefixes: &["us-gov"],
        has_dual_stack: true,
    },
];
