//! A download rule: an entry of `DOWNLOADS`, and how it decides.

use alloc::sync::Arc;
use litemap::LiteMap;
use signer::{Expires, ObjectKey};

use crate::ambient::Ambient;
use crate::bucket::entry::BucketEntry;
use crate::callers::access::Access;
use crate::callers::caller::Caller;
use crate::callers::kind::CallerKind;
use crate::config::error::ConfigError;
use crate::config::quantity;
use crate::config::reader::{ConfigValue, TableReader};
use crate::denial::Denial;
use crate::download::grant::DownloadGrant;
use crate::download::header_source::HeaderSource;
use crate::download::required_tag;
use crate::download::short_link::ShortLink;
use crate::download::window::Window;
use crate::keys::fill::Values;
use crate::keys::part::{self, Placeholder};
use crate::keys::template::KeyTemplate;
use crate::lifetime::Lifetime;
use crate::rule_keys;
use crate::upload::attributes::tags::Tag;
use crate::upload::rule::UploadRule;

/// Longest lifetime of a link, in seconds: 7 days, S3's own limit.
const MAX_EXPIRES: u32 = Expires::MAX_SECS;
const EXPIRES: &str = r#"a length of time such as "5 min", at most 7 days"#;

const WINDOW_AND_SHORT_LINK: &str = "links with `uses` or `revocable` are made for one recipient, so they cannot stay the same for everyone";

/// What one download rule permits.
#[derive(Debug)]
pub struct DownloadRule {
    pub(crate) bucket: Arc<BucketEntry>,
    access: Access,
    pub(crate) key: KeyTemplate,
    pub(crate) expires: Expires,
    window: Option<Window>,
    disposition: Disposition,
    header_source: HeaderSource,
    /// The tag that the bucket's policy requires of an object.
    pub(crate) required_tag: Option<Tag>,
    short_link: Option<ShortLink>,
}

/// What a browser does with an object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Disposition {
    /// Shows the object if it can, unless the owner has stored another `Content-Disposition`.
    Shown,
    /// Saves the object as a file.
    Attachment,
}

impl DownloadRule {
    /// Parses an entry. `uploads` are the valid upload rules.
    pub(crate) fn parse(
        entry: &ConfigValue<'_>,
        buckets: &LiteMap<String, Arc<BucketEntry>>,
        callers: &LiteMap<String, CallerKind>,
        uploads: &LiteMap<String, UploadRule>,
    ) -> Result<Self, ConfigError> {
        let mut table = TableReader::new(entry)?;
        let bucket = rule_keys::bucket(&mut table, buckets)?;
        let access = Access::parse(&mut table, callers)?;
        let key = rule_keys::key(&mut table, part::DOWNLOAD, &access)?;
        let expires = rule_keys::expires(&mut table, EXPIRES, MAX_EXPIRES)?;
        let of_window = table.optional("window");
        let window = of_window.as_ref().map(|entry| window(entry, expires)).transpose()?;
        let attachment = table.switch("attachment")?;
        let disposition = if attachment { Disposition::Attachment } else { Disposition::Shown };
        let required_tag = table.optional("require_tag");
        let required_tag =
            required_tag.map(|entry| required_tag::parse(&entry, &bucket, &key, uploads));
        let required_tag = required_tag.transpose()?;
        let short_link = ShortLink::parse(&mut table, &access)?;
        if let (Some(_), Some(entry)) = (short_link, of_window) {
            return Err(entry.problem(WINDOW_AND_SHORT_LINK));
        }
        table.finish()?;
        let header_source = HeaderSource::of(&bucket, &key, uploads.values());
        Ok(Self {
            bucket,
            access,
            key,
            expires,
            window,
            disposition,
            header_source,
            required_tag,
            short_link,
        })
    }

    /// Returns who may download.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// Returns how the rule's links end, if they are short links.
    #[must_use]
    pub const fn short_link(&self) -> Option<ShortLink> {
        self.short_link
    }

    /// Decides on a request for `path`: the part of the URL after the rule's name, percent-decoded.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidArgument`] if the rule does not accept `path`, [`Denial::InvalidKey`] if it makes no valid key.
    pub fn grant(
        &self,
        caller: &Caller,
        path: &str,
        ambient: Ambient,
    ) -> Result<DownloadGrant, Denial> {
        let invalid = |why: &str| Denial::InvalidArgument { name: "path", why: why.into() };
        if self.key.uses(Placeholder::Path) == path.is_empty() {
            return Err(invalid(if path.is_empty() {
                "is missing after the rule's name"
            } else {
                "must be empty"
            }));
        }
        let has_empty_segment = || path.split('/').any(str::is_empty);
        if !path.is_empty() && (has_empty_segment() || path.contains('\\')) {
            return Err(invalid("must be segments separated by single slashes"));
        }
        let values = Values { caller, ambient, extension: None, filename: None, path };
        self.grant_key(self.key.find(&values)?, caller.lifetime(self.expires, ambient.now)?)
    }

    /// Permits to read the object with this key.
    pub(super) fn grant_key(
        &self,
        key: ObjectKey,
        lifetime: Lifetime,
    ) -> Result<DownloadGrant, Denial> {
        let grant = DownloadGrant {
            bucket: Arc::clone(&self.bucket),
            key,
            lifetime,
            window: self.window,
            header_source: self.header_source,
            overrides: self.header_source.overrides(),
        };
        match self.disposition {
            Disposition::Shown => Ok(grant),
            Disposition::Attachment => grant.saved_as(""),
        }
    }
}

/// Reads the `window` of a rule.
fn window(entry: &ConfigValue<'_>, expires: Expires) -> Result<Window, ConfigError> {
    const EXPECTED: &str = r#"a length of time such as "2 min", at most half of `expires`"#;
    let length = entry.parsed(EXPECTED, |text| quantity::expires(text, expires.as_secs() / 2))?;
    Ok(Window::new(length))
}
