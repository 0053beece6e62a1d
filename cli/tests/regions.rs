//! Regions, hosts and names of buckets: what `sign`, `iam`, `csp` and `check` make of them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::disallowed_methods, reason = "a test may use files")]

mod program;

use std::path::PathBuf;
use std::process::{Command, Output};
use std::{env, fs, process};

use program::program;

/// Names that other providers allow, signed to the letter. The signatures are boto3's.
#[test]
fn signs_names_and_regions_to_the_letter() {
    for (target, options, url, signature) in [
        (
            "s3://ziplineBucketName/a",
            &[
                "--region",
                "us-west-004",
                "--endpoint-url",
                "https://s3.us-west-004.backblazeb2.com",
            ][..],
            "https://s3.us-west-004.backblazeb2.com/ziplineBucketName/a",
            "1aefceb50219a681807064ac52ef988eaf82381d888cea52e761b412f1d86dd8",
        ),
        (
            "s3://acme-media/a",
            &["--region", "RegionOne", "--endpoint-url", "https://s3.gra.cloud.ovh.net"],
            "https://s3.gra.cloud.ovh.net/acme-media/a",
            "8d480538e3545dcd61d8a6c3453934902aa4dc01d2f2baeec6499ba916795ec7",
        ),
        // Ceph: minio/minio-py#351
        (
            "s3://db_wal/a",
            &["--region", "us-east-1", "--endpoint-url", "https://ceph.example.com"],
            "https://ceph.example.com/db_wal/a",
            "f9b822a4fe3b78b04f758f39bc908ec3f5d1eebb4a5623326ac94255cfc3bd89",
        ),
        // https://supabase.com/docs/guides/storage/s3/authentication
        (
            "s3://User_Files/a",
            &[
                "--region",
                "eu-central-1",
                "--endpoint-url",
                "https://abcdefghijklmnop.storage.supabase.co/storage/v1/s3",
            ],
            "https://abcdefghijklmnop.storage.supabase.co/storage/v1/s3/User_Files/a",
            "82970d7257023e92ec75babb1738ad3d2e015620c2e49262c762f75c4f9d649b",
        ),
        // fsspec/s3fs#920
        (
            "s3://acme-media/a",
            &["--region", "GRA", "--endpoint-url", "https://s3.gra.cloud.ovh.net"],
            "https://s3.gra.cloud.ovh.net/acme-media/a",
            "88e4ee6d5d380418af689918a5ec531070d2f88d303c0fa97b516603fc30da16",
        ),
        // juicedata/juicefs#1168
        (
            "s3://acme-media/a",
            &["--region", "SBG", "--endpoint-url", "https://s3.sbg.cloud.ovh.net"],
            "https://s3.sbg.cloud.ovh.net/acme-media/a",
            "7343d07cf7ea496b77d91b42bb80a3cb32f69215e7593209d988177c01a9308d",
        ),
        (
            "s3://x/a",
            &["--region", "garage", "--endpoint-url", "http://localhost:3900"],
            "http://localhost:3900/x/a",
            "819994f670ca0b3dbb46cc77d2cec1b361dbd9540778cc42a30bc89d8e88c164",
        ),
    ] {
        let link = sign("get", target, options);
        let (found, query) = link.split_once('?').unwrap();
        assert_eq!(found, url);
        assert!(query.ends_with(&format!("&X-Amz-Signature={signature}")), "{link}");
    }
}

/// Every partition, and the kinds of buckets. rules/tests/differential compares all of them with botocore.
#[test]
fn signs_for_the_host_of_the_region() {
    for (target, region, url, scope) in [
        (
            "s3://acme-media/a",
            "eusc-de-east-1",
            "https://acme-media.s3.eusc-de-east-1.amazonaws.eu/a",
            "eusc-de-east-1/s3",
        ),
        (
            "s3://acme-media/a",
            "us-isob-east-1",
            "https://acme-media.s3.us-isob-east-1.sc2s.sgov.gov/a",
            "us-isob-east-1/s3",
        ),
        (
            "s3://acme-media/a",
            "us-gov-east-1",
            "https://acme-media.s3.us-gov-east-1.amazonaws.com/a",
            "us-gov-east-1/s3",
        ),
        (
            "s3://acme-media/a",
            "aws-global",
            "https://acme-media.s3.amazonaws.com/a",
            "us-east-1/s3",
        ),
        (
            "s3://Old_Media/a",
            "us-east-1",
            "https://s3.us-east-1.amazonaws.com/Old_Media/a",
            "us-east-1/s3",
        ),
        (
            "s3://media--usw2-az1--x-s3/a",
            "us-west-2",
            "https://media--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com/a",
            "us-west-2/s3express",
        ),
        // JuliaCloud/AWSS3.jl#228: the ARN's region counts, and its slash belongs to it.
        (
            "s3://arn:aws:s3:us-west-2:123456789012:accesspoint/test/object/b",
            "eu-west-1",
            "https://test-123456789012.s3-accesspoint.us-west-2.amazonaws.com/object/b",
            "us-west-2/s3",
        ),
        // https://docs.aws.amazon.com/cli/latest/reference/s3/
        (
            "s3://arn:aws:s3:us-west-2:123456789012:accesspoint:myaccesspoint/mykey",
            "us-west-2",
            "https://myaccesspoint-123456789012.s3-accesspoint.us-west-2.amazonaws.com/mykey",
            "us-west-2/s3",
        ),
    ] {
        let link = sign("get", target, &["--region", region]);
        let scope = format!("%2F20261123%2F{}%2Faws4_request&", scope.replace('/', "%2F"));
        assert!(link.starts_with(&format!("{url}?")) && link.contains(&scope), "{link}");
    }
}

#[test]
fn refuses_what_it_cannot_sign_with_the_reason() {
    for (action, target, region, reason) in [
        (
            "get",
            "s3://acme-media/a",
            "auto",
            "no known region of Amazon is named \"auto\", and no endpoint is given",
        ),
        ("get", "s3://acme-media/a", "us-isox-east-1", "no known region of Amazon is named"),
        ("get", "s3://acme-media/a", "aws-cn-global", "no known region of Amazon is named"),
        ("get", "s3://Media/a", "eu-west-1", "a bucket name has 3 to 63 characters"),
        (
            "get",
            "s3://arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap/a",
            "eu-west-1",
            "SigV4A",
        ),
        ("get", "s3://mfzwi23gnjvgw.mrap/a", "eu-west-1", "SigV4A"),
        (
            "get",
            "s3://arn:aws:s3-object-lambda:eu-central-1:123456789012:accesspoint/a/b",
            "eu-central-1",
            "not S3 Object Lambda",
        ),
        ("get", "s3://media--x-s3/a", "us-west-2", "contains the id of its zone"),
        ("get", "s3://a.b--usw2-az1--x-s3/a", "us-west-2", "and no dot"),
        (
            "get",
            "s3://arn:aws:s3:::acme-media/a",
            "us-west-2",
            "hint: write s3:// and the name at the end of the ARN",
        ),
        (
            "get",
            "s3://arn:aws:s3express:us-west-2:123456789012:bucket/media--usw2-az1--x-s3/a",
            "us-west-2",
            "a bucket is named by its name, not by its ARN",
        ),
        (
            "post",
            "s3://media--usw2-az1--x-s3/a",
            "us-west-2",
            "S3 documents no forms for directory buckets",
        ),
        (
            "post",
            "s3://arn:aws:s3:us-west-2:123456789012:accesspoint/test/a",
            "us-west-2",
            "S3 documents no forms for access points",
        ),
    ] {
        let output = run_sign(action, target, &["--region", region]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains(reason), "{target}: {stderr}");
        assert_eq!((output.status.code(), output.stdout), (Some(2), vec![]), "{target}");
    }
}

#[test]
fn writes_arns_and_sources_of_the_regions_partition() {
    for (region, partition, domain) in [
        ("eu-west-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
        ("us-iso-east-1", "aws-iso", "c2s.ic.gov"),
        ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
        ("eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk"),
        ("us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov"),
    ] {
        let config =
            config(&format!("provider = \"aws\"\nname = \"acme-media\"\nregion = \"{region}\""));
        let policy = stdout(&config, &["iam"]);
        assert!(
            policy.contains(&format!("\"arn:{partition}:s3:::acme-media/avatars/")),
            "{policy}"
        );
        let sources = stdout(&config, &["csp", "--worker", "https://signpost.example.workers.dev"]);
        let source = format!("https://acme-media.s3.{region}.{domain}");
        assert!(sources.contains(&format!("connect-src {source} ")), "{sources}");
        assert!(stdout(&config, &["cors"]).contains("\"POST\""));
    }
}

/// A region that is not that of the endpoint, for hosts of several partitions and providers.
#[test]
fn check_finds_the_region_of_every_host() {
    for (provider, endpoint, region) in [
        ("aws", "https://s3.dualstack.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("aws", "https://s3-fips.us-gov-east-1.amazonaws.com", "us-gov-east-1"),
        ("aws", "https://s3.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
        ("custom", "https://s3-us-west-1.amazonaws.com", "us-west-1"),
        ("custom", "https://bucket.vpce-1a2b-3c4d.s3.us-east-1.vpce.amazonaws.com", "us-east-1"),
        ("ovh", "https://s3.gra.perf.cloud.ovh.net", "gra"),
        ("wasabi", "https://s3.wasabisys.com", "us-east-1"),
        ("wasabi", "https://s3.nl-1.wasabisys.com", "eu-central-1"),
        ("r2", "https://0a1b.us.r2.cloudflarestorage.com", "auto"),
    ] {
        let bucket = |region: &str| {
            config(&format!(
                "provider = \"{provider}\"\nname = \"acme-media\"\nregion = \"{region}\"\nendpoint = \"{endpoint}\""
            ))
        };
        let report = report(&bucket("eu-west-3"), &["check"]);
        assert!(report.contains(&format!("has the region {region:?}")), "{endpoint}: {report}");
        assert!(
            !self::report(&bucket(region), &["check"]).contains("has the region"),
            "{endpoint}"
        );
    }
}

/// A principal of another partition: databricks/terraform-provider-databricks#4054
#[test]
fn a_bucket_policy_names_a_principal_of_the_buckets_partition() {
    for (region, partition, other) in [
        ("us-gov-west-1", "aws-us-gov", "aws"),
        ("cn-north-1", "aws-cn", "aws"),
        ("eusc-de-east-1", "aws-eusc", "aws"),
        ("eu-west-1", "aws", "aws-cn"),
    ] {
        let config =
            config(&format!("provider = \"aws\"\nname = \"acme-media\"\nregion = \"{region}\""));
        let policy = |partition: &str| {
            let principal = format!("arn:{partition}:iam::111122223333:user/signpost");
            report(&config, &["iam", "--bucket-policy", "--principal", &principal, "-c"])
        };
        assert!(policy(partition).contains("\"Principal\""), "{}", policy(partition));
        let error = format!("error: the principal belongs to the partition {other:?}");
        assert!(policy(other).starts_with(&error), "{}", policy(other));
        assert!(policy(other).contains(&format!("arn:{partition}:iam::")), "{}", policy(other));
    }
}

#[test]
fn iam_does_not_name_an_access_point_by_its_alias() {
    const ALIAS: &str = "media-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias";
    let config = config(&format!("provider = \"aws\"\nname = \"{ALIAS}\"\nregion = \"eu-west-1\""));
    assert!(report(&config, &["iam", "-c"]).contains("is the alias of an access point"));
    let link = sign("get", &format!("s3://{ALIAS}/a"), &["--region", "eu-west-1"]);
    assert!(link.starts_with(&format!("https://{ALIAS}.s3.eu-west-1.amazonaws.com/a?")), "{link}");
}

fn sign(action: &str, target: &str, options: &[&str]) -> String {
    let output = run_sign(action, target, options);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

fn run_sign(action: &str, target: &str, options: &[&str]) -> Output {
    let fixed = ["sign", action, target, "--expires", "600", "--at", "2026-11-23T19:00:00Z"];
    command().args(fixed).args(options).output().unwrap()
}

fn stdout(config: &Config, args: &[&str]) -> String {
    let output = command().args(args).arg("-c").arg(&config.0).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn report(config: &Config, args: &[&str]) -> String {
    let output = command().args(args).arg(&config.0).output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// The command with Amazon's documented example key, and no settings of this machine.
fn command() -> Command {
    let mut command = Command::new(program());
    command.env_clear().env("NO_COLOR", "1").env("HOME", env::temp_dir());
    command.env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    command.env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    command
}

/// A configuration file that goes when its test ends.
struct Config(PathBuf);

impl Drop for Config {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn config(bucket: &str) -> Config {
    use core::sync::atomic::{AtomicU32, Ordering};
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let path = env::temp_dir().join(format!("signpost-regions-{}-{number}.toml", process::id()));
    let rules = "\
[vars.CALLERS.site]\nkind = \"bearer\"\nsecret = \"SITE_TOKEN\"\n\
[vars.UPLOADS.avatar]\nbucket = \"media\"\ncallers = [\"site\"]\norigins = [\"https://www.example.com\"]\n\
key = \"avatars/{caller}/{uuid}.{ext}\"\ntypes = [\"image/png\"]\nmax_size = \"5 MiB\"\nexpires = \"10 min\"\n";
    fs::write(&path, format!("[vars.BUCKETS.media]\n{bucket}\ncredentials = \"MEDIA\"\n{rules}"))
        .unwrap();
    Config(path)
}
