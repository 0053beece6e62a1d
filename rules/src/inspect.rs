//! What the rules say, for those who set a bucket or a page up: nothing here decides.

use serde_json::{Map, Value};
use signer::{Bucket, Expires};

use crate::bucket::entry::UploadMethod;
use crate::bucket::overwrite::Overwrite;
use crate::callers::kind::AuthMethod;
use crate::callers::limit::Limit;
use crate::config::{quantity, rules};
use crate::keys::template::{Part, Placeholder};
use crate::{
    Access, BindingName, BucketEntry, CallerKind, DownloadRule, KeyTemplate, MediaType, Provider,
    Rules, SecretName, UploadRule,
};

impl Rules {
    /// The upload rules with their names, sorted.
    pub fn uploads(&self) -> impl Iterator<Item = (&str, &UploadRule)> {
        self.uploads.iter().map(|(name, rule)| (name.as_str(), rule))
    }

    /// The download rules with their names, sorted.
    pub fn downloads(&self) -> impl Iterator<Item = (&str, &DownloadRule)> {
        self.downloads.iter().map(|(name, rule)| (name.as_str(), rule))
    }

    /// The entries of `BUCKETS`, sorted by name.
    pub fn buckets(&self) -> impl Iterator<Item = &BucketEntry> {
        self.buckets.values().map(|bucket| &**bucket)
    }

    /// The entries of `CALLERS`, sorted by name.
    pub fn callers(&self) -> impl Iterator<Item = &CallerKind> {
        self.callers.values()
    }

    /// Where the entry `name` of `section` is written, such as `UPLOADS_2.avatar`.
    #[must_use]
    pub fn place(vars: &Map<String, Value>, section: &str, name: &str) -> Option<String> {
        let mut vars = vars.iter().filter(|(var, _)| rules::belongs(var, section));
        let (var, _) = vars.find(|(_, table)| table.get(name).is_some())?;
        Some(format!("{var}.{name}"))
    }
}

impl BucketEntry {
    /// The name in `BUCKETS`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bucket.
    #[must_use]
    pub const fn bucket(&self) -> &Bucket {
        &self.bucket
    }

    /// The provider's URL, without the bucket unless it was written into it.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Who runs it.
    #[must_use]
    pub const fn provider(&self) -> &'static Provider {
        self.provider
    }

    /// The binding by which the Worker stores the files of forms, if it takes them itself.
    #[must_use]
    pub const fn binding(&self) -> Option<&BindingName> {
        self.binding.as_ref()
    }

    /// Whether Signature Version 2 signs.
    #[must_use]
    pub const fn is_signed_with_version_2(&self) -> bool {
        self.signature.is_v2()
    }

    /// The secrets with the access key: its id, and its secret part.
    #[must_use]
    pub fn key_secrets(&self) -> Option<(&SecretName, &SecretName)> {
        let mut names = self.keys.names();
        Some((names.next()?, names.next()?))
    }
}

impl CallerKind {
    /// The name in `CALLERS`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it lets in everyone, without a token or a challenge.
    #[must_use]
    pub const fn is_anyone(&self) -> bool {
        matches!(self.proof, AuthMethod::Anyone)
    }
}

impl Access {
    /// The callers, in the order of the rule.
    #[must_use]
    pub fn callers(&self) -> &[CallerKind] {
        &self.callers
    }

    /// Whether the rule names an entry of `CALLERS`, as a caller or as its challenge.
    #[must_use]
    pub fn names_caller(&self, name: &str) -> bool {
        self.callers.iter().chain(&self.turnstile).any(|kind| kind.name == name)
    }

    /// The rate-limiting binding that counts requests, and its period in seconds.
    #[must_use]
    pub fn limit(&self) -> Option<(&str, u32)> {
        self.limit.as_ref().map(Limit::binding_and_period)
    }
}

impl KeyTemplate {
    /// The template with `wildcard` in place of whatever is not literal: `avatars/*/*.png`.
    #[must_use]
    pub fn pattern(&self, wildcard: &str) -> String {
        let mut pattern = String::new();
        for part in self.parts() {
            match part {
                Part::Literal(text) => pattern.push_str(text),
                _ if pattern.ends_with(wildcard) => {}
                Part::Placeholder(_) | Part::Claim(_) => pattern.push_str(wildcard),
            }
        }
        pattern
    }

    /// What every key begins with.
    #[must_use]
    pub fn prefix(&self) -> &str {
        match self.parts() {
            [Part::Literal(text), ..] => text,
            _ => "",
        }
    }

    /// Whether two callers may get the same key.
    #[must_use]
    pub fn is_shared_by_callers(&self) -> bool {
        let apart = self.uses(Placeholder::Uuid) || self.uses(Placeholder::Caller);
        !apart && !self.uses_claims()
    }

    /// Whether the caller names the object by a path.
    #[must_use]
    pub fn has_path(&self) -> bool {
        self.uses(Placeholder::Path)
    }
}

impl UploadRule {
    /// The bucket that stores the files.
    #[must_use]
    pub fn bucket(&self) -> &BucketEntry {
        &self.bucket
    }

    /// The template of the objects' keys.
    #[must_use]
    pub const fn key(&self) -> &KeyTemplate {
        &self.key
    }

    /// The page that a form without scripts leads to.
    #[must_use]
    pub fn redirect(&self) -> Option<&str> {
        self.redirect.as_deref()
    }

    /// Whether a file goes there by a form; by PUT otherwise.
    #[must_use]
    pub fn takes_forms(&self) -> bool {
        self.bucket.upload_method == UploadMethod::Post
    }

    /// Whether the Worker takes the form itself, and puts the file into a bucket of its environment.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        self.bucket.binding.is_some()
    }

    /// Whether a file of known size may go there by PUT: where no forms are taken, and as some uploaders ask.
    #[must_use]
    pub fn takes_puts(&self) -> bool {
        !self.takes_forms() || (self.uploaders && !self.bucket.signature.is_v2())
    }

    /// Whether files may come in parts as well: by PUT, whatever they go by in one piece.
    #[must_use]
    pub const fn takes_parts(&self) -> bool {
        self.multipart
    }

    /// Whether pages' uploaders may ask in their own words.
    #[must_use]
    pub const fn takes_uploaders(&self) -> bool {
        self.uploaders
    }

    /// Whether an upload never takes the place of an object.
    #[must_use]
    pub fn forbids_overwrite(&self) -> bool {
        self.overwrite == Overwrite::Refused
    }

    /// The headers of a PUT that carry metadata, such as `x-amz-meta-album`.
    pub fn metadata_headers(&self) -> impl Iterator<Item = &str> {
        self.metadata.headers()
    }

    /// Whether the store looks at checksums of S3's kinds.
    #[must_use]
    pub fn takes_checksums(&self) -> bool {
        !self.bucket.signature.is_google()
    }

    /// How long an answer is good for.
    #[must_use]
    pub const fn expires(&self) -> Expires {
        self.expires
    }
}

impl DownloadRule {
    /// The bucket with the files.
    #[must_use]
    pub fn bucket(&self) -> &BucketEntry {
        &self.bucket
    }

    /// The template of the objects' keys.
    #[must_use]
    pub const fn key(&self) -> &KeyTemplate {
        &self.key
    }

    /// How long a link is good for.
    #[must_use]
    pub const fn expires(&self) -> Expires {
        self.expires
    }
}

impl MediaType {
    /// Whether a browser that opens such a file may run scripts in it.
    #[must_use]
    pub fn can_carry_scripts(&self) -> bool {
        self.is_active()
    }
}

/// Reads a size as a rule writes it, such as `5 MiB`; in bytes.
#[must_use]
pub fn parse_size(text: &str) -> Option<u64> {
    quantity::size(text)
}

/// Reads a length of time as a rule writes it, such as `10 min`.
#[must_use]
pub fn parse_expires(text: &str) -> Option<Expires> {
    quantity::expires(text, Expires::MAX_SECS)
}
