//! An entry of `BUCKETS`.

use signer::{
    Bucket, Credentials, InvalidBucket, PostPolicy, Presign, PresignedPost, PresignedUrl, Region,
    UnixTime, UrlStyle,
};

use crate::bucket::binding_name::BindingName;
use crate::bucket::keys::BucketKeys;
use crate::bucket::provider::{Forms, Overwrites, Provider};
use crate::bucket::signature::Signature;
use crate::bucket::signing_keys::SigningKeys;
use crate::config::reader::{ConfigValue, TableReader};
use crate::lifetime::{EndsWith, Lifetime};
use crate::{ConfigError, Denial, Secrets};

/// How the bucket takes an upload.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum UploadMethod {
    Post,
    Put,
}

/// A bucket that rules may name.
#[derive(Clone, Debug)]
pub(crate) struct BucketEntry {
    /// What the configuration calls it; the bucket's own name is S3's.
    pub(crate) name: String,
    pub(crate) bucket: Bucket,
    pub(crate) upload_method: UploadMethod,
    pub(crate) signature: Signature,
    pub(crate) overwrites: Overwrites,
    /// Where the Worker itself takes the forms, the bucket in its environment.
    pub(crate) binding: Option<BindingName>,
    pub(crate) keys: BucketKeys,
    pub(crate) signing_keys: SigningKeys,
}

impl BucketEntry {
    pub(crate) fn parse(name: &str, entry: &ConfigValue<'_>) -> Result<Self, ConfigError> {
        let mut table = TableReader::new(entry)?;
        let names = format!("one of {}", Provider::names());
        let provider = table.required("provider", &names)?.parsed(&names, Provider::named)?;
        let binding = binding(provider, &mut table)?;
        let upload_method = upload_method(provider, binding.is_some(), &mut table)?;
        let signature = Signature::parse(provider, &mut table)?;
        let keys = BucketKeys::parse(&mut table)?;
        let bucket = bucket(provider, &mut table)?;
        table.finish()?;
        let (name, overwrites) = (name.to_owned(), provider.overwrites());
        let binding = binding.filter(|_| upload_method == UploadMethod::Post);
        let signing_keys = SigningKeys::default();
        Ok(Self { name, bucket, upload_method, signature, overwrites, binding, keys, signing_keys })
    }

    /// The credentials that sign, and a lifetime within theirs.
    pub(crate) fn sign_for(
        &self,
        lifetime: Lifetime,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<(Credentials, Lifetime), Denial> {
        let (credentials, end) = self.keys.credentials(secrets, now)?;
        let until =
            |end| lifetime.until(end, EndsWith::Credentials, now).ok_or(Denial::CredentialsExpired);
        Ok((credentials, end.map_or(Ok(lifetime), until)?))
    }

    pub(crate) fn sign_post(
        &self,
        policy: PostPolicy<'_>,
        credentials: &Credentials,
        now: UnixTime,
    ) -> PresignedPost {
        let (keys, region) = (&self.signing_keys, self.bucket.region());
        self.signature.post(policy, keys, credentials, region, now)
    }

    pub(crate) fn sign_url(
        &self,
        request: &Presign<'_>,
        credentials: &Credentials,
        now: UnixTime,
    ) -> PresignedUrl {
        let (keys, region) = (&self.signing_keys, self.bucket.region());
        self.signature.url(request, keys, credentials, region, now)
    }
}

/// The R2 bucket of the Worker's environment into which it puts the files of forms.
fn binding(
    provider: &Provider,
    table: &mut TableReader<'_>,
) -> Result<Option<BindingName>, ConfigError> {
    const EXPECTED: &str = r#"the name of an R2 binding such as "MEDIA""#;
    let Some(entry) = table.optional("binding") else { return Ok(None) };
    if provider.name != "r2" {
        return Err(entry.problem("only a bucket of the provider r2 can be bound to a Worker"));
    }
    entry.parsed(EXPECTED, BindingName::new).map(Some)
}

fn upload_method(
    provider: &Provider,
    bound: bool,
    table: &mut TableReader<'_>,
) -> Result<UploadMethod, ConfigError> {
    let entry = table.optional("forms");
    let asked = entry.as_ref().map(ConfigValue::boolean).transpose()?;
    let taken = if bound { Forms::Taken } else { provider.forms };
    let forms = match (taken, asked, entry) {
        (Forms::Refused, Some(true), Some(entry)) => {
            let name = provider.name;
            return Err(
                entry.problem(&format!("{name} answers 501 to a form, so uploads go by PUT"))
            );
        }
        (Forms::Refused, ..) => false,
        (Forms::Taken, asked, _) => asked.unwrap_or(true),
        (Forms::Unknown, asked, _) => asked.unwrap_or(false),
    };
    Ok(if forms { UploadMethod::Post } else { UploadMethod::Put })
}

fn bucket(provider: &Provider, table: &mut TableReader<'_>) -> Result<Bucket, ConfigError> {
    let name_entry = table.required("name", r#"the bucket's name such as "acme-media""#)?;
    let name = name_entry.text("the bucket's name")?;
    let (region_entry, region) = region(provider, table)?;
    let endpoint_entry = table.optional("endpoint");
    let endpoint = match (&endpoint_entry, provider.endpoint) {
        (Some(entry), _) => entry.text("a URL")?.to_owned(),
        (None, Some(pattern)) => endpoint_of(pattern, &region),
        (None, None) => {
            table.required(
                "endpoint",
                &format!(r#"a URL such as "{}""#, provider.endpoint_example),
            )?;
            String::new()
        }
    };
    let style = match table.optional("url_style") {
        Some(entry) => entry.parsed(r#""path" or "virtual-hosted""#, |style| match style {
            "path" => Some(UrlStyle::Path),
            "virtual-hosted" => Some(UrlStyle::VirtualHosted),
            _ => None,
        })?,
        // A certificate for *.s3.example.com does not cover a name with a dot.
        None if name.contains('.') => UrlStyle::Path,
        None => provider.style,
    };
    Bucket::new(&endpoint, style, name, region).map_err(|error| match error {
        InvalidBucket::Name => name_entry.problem(&error.to_string()),
        InvalidBucket::Endpoint | InvalidBucket::AddressStyle => {
            endpoint_entry.or(region_entry).unwrap_or(name_entry).problem(&error.to_string())
        }
    })
}

fn region<'a>(
    provider: &Provider,
    table: &mut TableReader<'a>,
) -> Result<(Option<ConfigValue<'a>>, Region), ConfigError> {
    const EXPECTED: &str = r#"a region such as "eu-west-1""#;
    let parse = |name: &str| Region::new(name).ok();
    if let Some(default) = provider.region.and_then(parse) {
        let entry = table.optional("region");
        let region = entry.as_ref().map_or(Ok(default), |entry| entry.parsed(EXPECTED, parse))?;
        return Ok((entry, region));
    }
    let entry = table.required("region", EXPECTED)?;
    let region = entry.parsed(EXPECTED, parse)?;
    Ok((Some(entry), region))
}

fn endpoint_of(pattern: &str, region: &Region) -> String {
    let endpoint = pattern.replace("{region}", region.as_str());
    // Amazon's regions in China have a domain of their own.
    let in_china = endpoint.ends_with(".amazonaws.com") && region.as_str().starts_with("cn-");
    if in_china { endpoint + ".cn" } else { endpoint }
}
