//! Read access to the rules, for tools that set up buckets and pages. Nothing here decides a request.

use serde_json::{Map, Value};
use signer::{Bucket, Expires};

use crate::bucket::binding_name::BindingName;
use crate::bucket::entry::{BucketEntry, UploadMethod};
use crate::bucket::overwrite::Overwrite;
use crate::bucket::provider::Provider;
use crate::bucket::r2_temporary::Account;
use crate::callers::access::Access;
use crate::callers::countries::Countries;
use crate::callers::kind::CallerKind;
use crate::callers::limit::Limit;
use crate::config::quantity;
use crate::credentials_rule::rule::CredentialsRule;
use crate::download::rule::DownloadRule;
use crate::download::serve::Serve;
use crate::iam::SessionPolicy;
use crate::issuer::Issuer;
use crate::keys::template::KeyTemplate;
use crate::rules;
use crate::rules::Rules;
use crate::secret_name::SecretName;
use crate::state::quota::QuotaLimits;
use crate::upload::attributes::AttributeName;
use crate::upload::attributes::encryption::KmsKey;
use crate::upload::attributes::tags::{self, Tag};
use crate::upload::checksum;
use crate::upload::media_type::MediaType;
use crate::upload::rule::UploadRule;

/// How the Worker gets the temporary credentials of a bucket.
#[derive(Clone, Copy, Debug)]
pub struct AssumedRole<'a> {
    /// The ARN of the role; `None` on servers without roles.
    pub role: Option<&'a str>,
    /// The external id that its trust policy requires.
    pub external_id: Option<&'a str>,
    /// The token that the Worker sends; `None` if a key asks for the credentials.
    pub token: Option<TrustedToken<'a>>,
    /// How long the credentials live, in seconds.
    pub duration_secs: u32,
    /// The policy that restricts them; `None` if no rule uses the bucket.
    pub policy: Option<&'a SessionPolicy>,
}

/// The claims of the token by which the Worker assumes a role.
#[derive(Clone, Copy, Debug)]
pub struct TrustedToken<'a> {
    /// The claim `iss`: the URL of the identity provider.
    pub issuer: &'a str,
    /// The claim `aud`.
    pub audience: &'a str,
    /// The claim `sub`.
    pub subject: &'a str,
}

impl Rules {
    /// Returns the upload rules with their names, sorted.
    pub fn uploads(&self) -> impl Iterator<Item = (&str, &UploadRule)> {
        self.uploads.iter().map(|(name, rule)| (name.as_str(), rule))
    }

    /// Returns the download rules with their names, sorted.
    pub fn downloads(&self) -> impl Iterator<Item = (&str, &DownloadRule)> {
        self.downloads.iter().map(|(name, rule)| (name.as_str(), rule))
    }

    /// Returns the rules that hand out credentials with their names, sorted.
    pub fn credentials(&self) -> impl Iterator<Item = (&str, &CredentialsRule)> {
        self.credentials.iter().map(|(name, rule)| (name.as_str(), rule))
    }

    /// Returns the entries of `BUCKETS`, sorted by name.
    pub fn buckets(&self) -> impl Iterator<Item = &BucketEntry> {
        self.buckets.values().map(|bucket| &**bucket)
    }

    /// Returns the entries of `CALLERS`, sorted by name.
    pub fn callers(&self) -> impl Iterator<Item = &CallerKind> {
        self.callers.values()
    }

    /// Finds the place of an entry in the variables of a section, such as `UPLOADS_2.avatar`.
    #[must_use]
    pub fn place(vars: &Map<String, Value>, section: &str, name: &str) -> Option<String> {
        let mut vars = vars.iter().filter(|(var, _)| rules::belongs(var, section));
        let (var, _) = vars.find(|(_, table)| table.get(name).is_some())?;
        Some(format!("{var}.{name}"))
    }
}

impl BucketEntry {
    /// Returns the name in `BUCKETS`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the bucket.
    #[must_use]
    pub const fn bucket(&self) -> &Bucket {
        &self.bucket
    }

    /// Returns the provider's URL, as configured; it names the bucket only if the configuration does.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns its provider.
    #[must_use]
    pub const fn provider(&self) -> &'static Provider {
        self.provider
    }

    /// Returns the binding with which the Worker stores the files of forms, if it receives them itself.
    #[must_use]
    pub const fn binding(&self) -> Option<&BindingName> {
        self.binding.as_ref()
    }

    /// Returns whether requests are signed with Signature Version 2.
    #[must_use]
    pub const fn is_signed_with_version_2(&self) -> bool {
        self.signature.is_v2()
    }

    /// Returns how the Worker gets temporary credentials, if the secrets are a key that gets them.
    #[must_use]
    pub fn assumed_role(&self) -> Option<AssumedRole<'_>> {
        let role = self.source.assume_role()?;
        Some(AssumedRole {
            role: role.role(),
            external_id: role.external_id(),
            token: role.web_identity().map(|identity| TrustedToken {
                issuer: identity.issuer().map(Issuer::url).unwrap_or_default(),
                audience: identity.audience(),
                subject: identity.subject(),
            }),
            duration_secs: role.duration_secs(),
            policy: role.restriction().map(|restriction| &restriction.policy),
        })
    }

    /// Returns whether the credentials of links and of the Worker's own requests are derived from the key in the secrets.
    #[must_use]
    pub fn derives_credentials(&self) -> bool {
        self.source.r2_account().is_some()
    }

    /// Returns whether they can be: whether the bucket is at R2's own endpoint.
    #[must_use]
    pub fn can_derive_credentials(&self) -> bool {
        self.provider.derives_credentials() && Account::of(&self.endpoint).is_some()
    }

    /// Returns the names of the secrets with the access key ID and the secret access key; `None` if the Worker has no key.
    #[must_use]
    pub fn key_secrets(&self) -> Option<(&SecretName, &SecretName)> {
        let mut names = self.keys.names();
        Some((names.next()?, names.next()?))
    }
}

impl Access {
    /// Returns the callers, in the order of the rule.
    #[must_use]
    pub fn callers(&self) -> &[CallerKind] {
        &self.callers
    }

    /// Returns whether the rule names an entry of `CALLERS`, as a caller or as its challenge.
    #[must_use]
    pub fn names_caller(&self, name: &str) -> bool {
        self.callers.iter().chain(&self.turnstile).any(|kind| kind.name() == name)
    }

    /// Returns the rate-limiting binding that counts requests, and its period in seconds.
    #[must_use]
    pub fn limit(&self) -> Option<(&str, u32)> {
        self.limit.as_ref().map(Limit::binding_and_period)
    }

    /// Returns the codes of the countries from which the rule may be used; none if it may be used from any.
    #[must_use]
    pub fn countries(&self) -> &[String] {
        let restrictions = self.restrictions.as_ref();
        restrictions.and_then(|all| all.countries.as_ref()).map_or(&[], Countries::codes)
    }

    /// Returns the name of the time zone of the rule's hours, unless that is UTC.
    #[must_use]
    pub fn time_zone(&self) -> Option<&str> {
        self.restrictions.as_ref()?.hours.as_ref()?.zone()
    }
}

impl UploadRule {
    /// Returns the bucket that stores the files.
    #[must_use]
    pub fn bucket(&self) -> &BucketEntry {
        &self.bucket
    }

    /// Returns the template of the objects' keys.
    #[must_use]
    pub const fn key(&self) -> &KeyTemplate {
        &self.key
    }

    /// Returns the page that a form without scripts leads to.
    #[must_use]
    pub fn redirect(&self) -> Option<&str> {
        self.redirect.as_deref()
    }

    /// Returns whether files are uploaded by forms; otherwise by PUT.
    #[must_use]
    pub fn takes_forms(&self) -> bool {
        self.bucket.upload_method == UploadMethod::Post
    }

    /// Returns whether the Worker receives whole files itself, by form or PUT, and stores them through its binding.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        self.bucket.binding.is_some()
    }

    /// Returns whether files of known size can be uploaded by PUT: if the bucket accepts no forms, or for some uploaders.
    #[must_use]
    pub fn takes_puts(&self) -> bool {
        !self.takes_forms() || (self.uploaders && !self.bucket.signature.is_v2())
    }

    /// Returns whether files can also be uploaded in parts, by PUT.
    #[must_use]
    pub const fn takes_parts(&self) -> bool {
        self.multipart
    }

    /// Returns whether uploaders such as Uppy can use their own protocols.
    #[must_use]
    pub const fn takes_uploaders(&self) -> bool {
        self.uploaders
    }

    /// Returns how much each caller may upload in a period.
    #[must_use]
    pub const fn quota(&self) -> Option<QuotaLimits> {
        self.quota
    }

    /// Returns whether each form is valid once.
    #[must_use]
    pub const fn is_single_use(&self) -> bool {
        self.single_use
    }

    /// Returns whether an upload never overwrites an object.
    #[must_use]
    pub fn forbids_overwrite(&self) -> bool {
        self.overwrite == Overwrite::Refused
    }

    /// Returns the headers that a page may send with a PUT, in lower case. The bucket's CORS rules must allow them.
    #[must_use]
    pub fn put_headers(&self) -> Vec<String> {
        let names = [AttributeName::CONTENT_TYPE];
        let names =
            names.iter().chain(self.metadata.attribute_names()).chain(self.attributes.names());
        let headers = names.map(|name| name.header().to_owned());
        // A form sends its checksum as a field, and Google's dialect has none.
        let has_checksum = !self.takes_forms() && !self.bucket.signature.is_google();
        let checksums = checksum::headers().filter(|_| has_checksum);
        // The algorithm's name is sent only with the checksum of an object that is locked.
        let algorithm = checksum::algorithm_name().filter(|_| self.attributes.locks());
        headers.chain(checksums).chain(algorithm.map(|name| name.header().to_owned())).collect()
    }

    /// Returns the actions of IAM that an upload's attributes need besides `s3:PutObject`, sorted, without repetitions.
    #[must_use]
    pub fn attribute_actions(&self) -> Vec<&'static str> {
        rules::sorted(self.attributes.actions())
    }

    /// Returns the ARN or ID of the key that encrypts the objects, if the rule names one.
    #[must_use]
    pub fn kms_key(&self) -> Option<&str> {
        match &self.attributes.kms_key {
            Some(KmsKey::Named(key)) => Some(key),
            Some(KmsKey::Default) | None => None,
        }
    }

    /// Returns the canned access control list of the objects.
    #[must_use]
    pub const fn acl(&self) -> Option<&'static str> {
        self.attributes.acl
    }

    /// Returns after how many days the bucket removes a file that nobody has confirmed, and the tag of such a file.
    #[must_use]
    pub fn expire_unconfirmed(&self) -> Option<(u64, (&'static str, &'static str))> {
        self.attributes.expire_unconfirmed.map(|expire| (expire.days, tags::UNCONFIRMED))
    }

    /// Returns how long a grant is valid.
    #[must_use]
    pub const fn expires(&self) -> Expires {
        self.expires
    }
}

impl DownloadRule {
    /// Returns the bucket with the files.
    #[must_use]
    pub fn bucket(&self) -> &BucketEntry {
        &self.bucket
    }

    /// Returns the template of the objects' keys.
    #[must_use]
    pub const fn key(&self) -> &KeyTemplate {
        &self.key
    }

    /// Returns the tag that the bucket's policy requires of an object.
    #[must_use]
    pub const fn required_tag(&self) -> Option<&Tag> {
        self.required_tag.as_ref()
    }

    /// Returns how long a link is valid; `None` if the rule gives out none.
    #[must_use]
    pub const fn expires(&self) -> Option<Expires> {
        self.expires
    }

    /// Returns whether the Worker itself reads the objects, so that no link leads to the bucket.
    #[must_use]
    pub fn is_served(&self) -> bool {
        self.serve() != Serve::Redirect
    }
}

impl MediaType {
    /// Returns whether a browser may run scripts in a file of this type.
    #[must_use]
    pub fn can_carry_scripts(&self) -> bool {
        self.is_active()
    }
}

/// Parses a size such as `5 MiB` into bytes.
#[must_use]
pub fn parse_size(text: &str) -> Option<u64> {
    quantity::size(text)
}

/// Parses a length of time such as `10 min`.
#[must_use]
pub fn parse_expires(text: &str) -> Option<Expires> {
    quantity::expires(text, Expires::MAX_SECS)
}
