//! An entry of `BUCKETS`: one bucket, its credentials, and how it accepts uploads.

use signer::{
    Bucket, Credentials, InvalidBucket, PostPolicy, Presign, PresignedPost, PresignedUrl, Region,
    UnixTime, UrlStyle,
};

use crate::bucket::amazon;
use crate::bucket::binding_name::BindingName;
use crate::bucket::credentials::CredentialSource;
use crate::bucket::keys::{self, BucketKeys, SignatureVerifier};
use crate::bucket::provider::{Bindings, Endpoint, Forms, Provider};
use crate::bucket::signature::Signature;
use crate::bucket::signing_keys::SigningKeys;
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::reader::{ConfigValue, TableReader};
use crate::denial::Denial;
use crate::lifetime::{EndsWith, Lifetime};
use crate::secret::Secrets;
use crate::sts::assume_role::AssumeRole;

const NO_PARTITION: &str =
    "no known region of Amazon has this name, so the bucket also needs an `endpoint`";

/// How uploads to a bucket are sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum UploadMethod {
    Post,
    Put,
}

/// A bucket that rules can refer to.
#[derive(Clone, Debug)]
pub struct BucketEntry {
    /// The name in `BUCKETS`; the bucket's name at its provider is in `bucket`.
    pub(crate) name: String,
    pub(crate) bucket: Bucket,
    /// The provider's URL, from which the bucket's is built.
    pub(crate) endpoint: String,
    pub(crate) upload_method: UploadMethod,
    pub(crate) signature: Signature,
    pub(crate) provider: &'static Provider,
    /// The bucket's binding, through which the Worker itself stores uploads and reads objects.
    pub(crate) binding: Option<BindingName>,
    /// The secrets: the credentials, or the key that gets them.
    pub(crate) keys: BucketKeys,
    pub(crate) source: CredentialSource,
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
        let credentials = credentials(binding.is_some(), &mut table)?;
        let verifier = match &binding {
            Some(_) => SignatureVerifier::Worker,
            None => SignatureVerifier::Provider,
        };
        let keys = credentials.as_ref().map(|entry| BucketKeys::parse(entry, verifier));
        let keys = keys.unwrap_or_else(|| Ok(BucketKeys::none()))?;
        let (endpoint, bucket) = bucket(provider, &mut table)?;
        let place = (&*endpoint, bucket.region());
        let source = match &credentials {
            Some(entry) => CredentialSource::parse(entry, (provider, name), place)?,
            None => CredentialSource::Secrets,
        };
        let keys = if source.r2_account().is_some() { keys.permanent() } else { keys };
        table.finish()?;
        let name = name.to_owned();
        let signing_keys = SigningKeys::default();
        Ok(Self {
            name,
            bucket,
            endpoint,
            upload_method,
            signature,
            provider,
            binding,
            keys,
            source,
            signing_keys,
        })
    }

    /// Chooses the credentials to sign with, and shortens the lifetime to theirs.
    pub(crate) fn sign_for(
        &self,
        lifetime: Lifetime,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<(Credentials, Lifetime), Denial> {
        let (credentials, end) = match &self.source {
            CredentialSource::Secrets | CredentialSource::R2Temporary(_) => {
                self.keys.credentials(secrets, now)?
            }
            CredentialSource::AssumeRole(role) => {
                let (credentials, end) = role.credentials(now)?;
                (credentials, Some(end))
            }
        };
        let until =
            |end| lifetime.until(end, EndsWith::Credentials, now).ok_or(Denial::CredentialsExpired);
        Ok((credentials, end.map_or(Ok(lifetime), until)?))
    }

    /// Returns what seals states if it is not what signs: the key that gets the credentials, which outlives them; without one,
    /// a key of the issuer.
    pub(crate) fn sealing_key(
        &self,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<Option<Credentials>, Denial> {
        match &self.source {
            CredentialSource::Secrets | CredentialSource::R2Temporary(_) => Ok(None),
            CredentialSource::AssumeRole(role) => match role.issuer() {
                Some(issuer) => {
                    let key = issuer.sealing_keys(secrets).into_iter().next();
                    key.map(Some).ok_or(Denial::IssuerUnavailable)
                }
                None => {
                    self.keys.credentials(secrets, now).map(|(credentials, _)| Some(credentials))
                }
            },
        }
    }

    /// Returns what can have sealed states: during a rotation, the other key.
    pub(crate) fn opening_keys(&self, secrets: &Secrets, now: UnixTime) -> Vec<Credentials> {
        match self.source.assume_role().and_then(AssumeRole::issuer) {
            Some(issuer) => issuer.sealing_keys(secrets),
            None => self.keys.all(secrets, now),
        }
    }

    /// Returns whether a token of the issuer gets the credentials.
    pub(crate) fn has_web_identity(&self) -> bool {
        self.source.assume_role().is_some_and(|role| role.web_identity().is_some())
    }

    /// Returns the credentials that can have signed, or from which those that have signed are derived; none if they are those of a
    /// role.
    pub(crate) fn verification_keys(&self, secrets: &Secrets, now: UnixTime) -> Vec<Credentials> {
        match &self.source {
            CredentialSource::Secrets | CredentialSource::R2Temporary(_) => {
                self.keys.all(secrets, now)
            }
            // Another instance of the Worker, with other credentials, can have signed.
            CredentialSource::AssumeRole(_) => Vec::new(),
        }
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

/// Reads `binding`, through which the Worker stores the files that it receives.
fn binding(
    provider: &Provider,
    table: &mut TableReader<'_>,
) -> Result<Option<BindingName>, ConfigError> {
    const EXPECTED: &str = r#"the name of an R2 binding such as "MEDIA""#;
    let Some(entry) = table.optional("binding") else { return Ok(None) };
    match provider.bindings {
        Bindings::Supported => entry.parsed(EXPECTED, BindingName::new).map(Some),
        Bindings::Unsupported => {
            let names = Provider::names_with_bindings();
            let problem = format!("only a bucket of the provider {names} can be bound to a Worker");
            Err(entry.problem(&problem))
        }
    }
}

/// Reads `credentials`, which a bucket need not have if its objects are only read through a binding.
fn credentials<'a>(
    is_bound: bool,
    table: &mut TableReader<'a>,
) -> Result<Option<ConfigValue<'a>>, ConfigError> {
    match table.optional("credentials") {
        None if is_bound => Ok(None),
        Some(entry) => Ok(Some(entry)),
        None => table.required("credentials", keys::EXPECTED).map(Some),
    }
}

/// Reads `forms`: whether uploads use forms or PUT.
fn upload_method(
    provider: &Provider,
    bound: bool,
    table: &mut TableReader<'_>,
) -> Result<UploadMethod, ConfigError> {
    let entry = table.optional("forms");
    let configured = entry.as_ref().map(ConfigValue::boolean).transpose()?;
    let support = if bound { Forms::Accepted } else { provider.forms };
    let forms = match (support, configured, entry) {
        (Forms::Rejected, Some(true), Some(entry)) => {
            let name = provider.name();
            return Err(
                entry.problem(&format!("{name} answers 501 to a form, so uploads go by PUT"))
            );
        }
        (Forms::Rejected, ..) => false,
        (Forms::Accepted, configured, _) => configured.unwrap_or(true),
        (Forms::Unknown, configured, _) => configured.unwrap_or(false),
    };
    Ok(if forms { UploadMethod::Post } else { UploadMethod::Put })
}

/// Reads the endpoint and the bucket.
fn bucket(
    provider: &Provider,
    table: &mut TableReader<'_>,
) -> Result<(String, Bucket), ConfigError> {
    let name_entry = table.required("name", r#"the bucket's name such as "acme-media""#)?;
    let name = name_entry.text("the bucket's name")?;
    let (region_entry, region) = region(provider, table)?;
    let endpoint_entry = table.optional("endpoint");
    let endpoint = match (&endpoint_entry, provider.endpoint(&region)) {
        (Some(entry), _) => entry.text("a URL")?.to_owned(),
        (None, Some(endpoint)) => endpoint,
        (None, None) => {
            if let Endpoint::PerCustomer { example } | Endpoint::Pattern(example) =
                provider.endpoint
            {
                table.required("endpoint", &format!(r#"a URL such as "{example}""#))?;
            }
            return Err(region_entry.unwrap_or(name_entry).problem(NO_PARTITION));
        }
    };
    let region = signed_region(provider, region);
    let style = match table.optional("url_style") {
        Some(entry) => entry.parsed(r#""path" or "virtual-hosted""#, |style| match style {
            "path" => Some(UrlStyle::Path),
            "virtual-hosted" => Some(UrlStyle::VirtualHosted),
            _ => None,
        })?,
        // A certificate for *.s3.example.com is not valid for a bucket with a dot in its name.
        None if name.contains('.') || !provider.style.can_name(name) => UrlStyle::Path,
        None => provider.style,
    };
    if let Some(problem) = provider.reserved_name(name) {
        return Err(name_entry.problem(problem));
    }
    if !provider.allows_name(name, &region) {
        return Err(name_entry.problem(&InvalidBucket::NameStyle.to_string()));
    }
    let endpoint_source = endpoint_entry.or(region_entry).unwrap_or(name_entry);
    let bucket = Bucket::new(&endpoint, style, name, region).map_err(|error| {
        let problem = error.to_string();
        match error {
            InvalidBucket::Name => name_entry.problem(&problem),
            InvalidBucket::NameStyle => {
                name_entry.problem(&problem).with_kind(ConfigErrorKind::PathStyleOnly)
            }
            InvalidBucket::Endpoint => endpoint_source.problem(&problem),
            InvalidBucket::AddressStyle => {
                endpoint_source.problem(&problem).with_kind(ConfigErrorKind::PathStyleOnly)
            }
        }
    })?;
    Ok((endpoint, bucket))
}

/// Amazon's global endpoint has no region of its own.
fn signed_region(provider: &Provider, region: Region) -> Region {
    let is_global = provider.endpoint == Endpoint::Amazon && region.as_str() == amazon::GLOBAL;
    let global = Region::new(amazon::GLOBAL_REGION).ok().filter(|_| is_global);
    global.unwrap_or(region)
}

/// Reads `region`; returns its entry too, for errors.
fn region<'a>(
    provider: &Provider,
    table: &mut TableReader<'a>,
) -> Result<(Option<ConfigValue<'a>>, Region), ConfigError> {
    const EXPECTED: &str = r#"a region such as "eu-west-1""#;
    let parse = |name: &str| Region::new(name).ok();
    if let Some(default) = provider.regions.first().copied().and_then(parse) {
        let entry = table.optional("region");
        let region = entry.as_ref().map_or(Ok(default), |entry| entry.parsed(EXPECTED, parse))?;
        return Ok((entry, region));
    }
    let entry = table.required("region", EXPECTED)?;
    let region = entry.parsed(EXPECTED, parse)?;
    Ok((Some(entry), region))
}
