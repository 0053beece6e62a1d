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
use crate::download::grant::{DownloadGrant, Place};
use crate::download::header_source::{DISPOSITION, HeaderSource};
use crate::download::required_tag;
use crate::download::saved_name;
use crate::download::serve::Serve;
use crate::download::served_object::{ActiveContent, ServedObject};
use crate::download::short_link::ShortLink;
use crate::download::window::Window;
use crate::download::writers::Writers;
use crate::keys::fill::Values;
use crate::keys::part::{self, Placeholder};
use crate::keys::template::KeyTemplate;
use crate::lifetime::Lifetime;
use crate::rule_keys;
use crate::upload::attributes::tags::Tag;

/// Longest lifetime of a link, in seconds: 7 days, S3's own limit.
const MAX_EXPIRES: u32 = Expires::MAX_SECS;
const EXPIRES: &str = r#"a length of time such as "5 min", at most 7 days"#;
/// Longest time in a cache, in seconds: 7 days. The cache need not keep an object as long.
const MAX_CACHE: u32 = 604_800;
const CACHE: &str = r#"a length of time such as "1 h", at most 7 days"#;
const NOTHING_EXPIRES: &str =
    r#"a rule with serve = "direct" gives out no links, so that none expires: leave it out"#;
const NOT_SERVED: &str =
    r#"only a rule with serve = "worker" or serve = "direct" can have this key"#;

const DIRECT_AND_SHORT_LINK: &str = r#"a rule with serve = "direct" gives out no links, so that none can end: leave `uses` and `revocable` out"#;
const WINDOW_AND_SHORT_LINK: &str = "links with `uses` or `revocable` are made for one recipient, so they cannot stay the same for everyone";

/// What one download rule permits.
#[derive(Debug)]
pub struct DownloadRule {
    pub(crate) bucket: Arc<BucketEntry>,
    access: Access,
    pub(crate) key: KeyTemplate,
    serve: Serve,
    active_content: ActiveContent,
    /// How long a cache behind the Worker may keep an object, in seconds.
    cache_secs: Option<u32>,
    /// How long a link is valid; `None` if the rule gives out none.
    pub(crate) expires: Option<Expires>,
    window: Option<Window>,
    disposition: Disposition,
    header_source: HeaderSource,
    /// The tag that the bucket's policy requires of an object.
    pub(crate) required_tag: Option<Tag>,
    short_link: Option<ShortLink>,
}

/// What a browser does with an object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Disposition {
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
        writers: Writers<'_>,
    ) -> Result<Self, ConfigError> {
        let mut table = TableReader::new(entry)?;
        let (serve, bucket) = Serve::parse(&mut table, buckets)?;
        let access = Access::parse(&mut table, callers)?;
        let key = rule_keys::key(&mut table, part::DOWNLOAD, &access)?;
        let expires = expires(serve, &mut table)?;
        let of_window = table.optional("window");
        let window = of_window.as_ref().map(|entry| window(entry, expires)).transpose()?;
        let active_content = active_content(serve, &mut table)?;
        let cache_secs = cache(serve, &mut table)?;
        let attachment = table.switch("attachment")?;
        let disposition = if attachment { Disposition::Attachment } else { Disposition::Shown };
        let required_tag = table.optional("require_tag");
        let required_tag =
            required_tag.map(|entry| required_tag::parse(&entry, &bucket, &key, writers));
        let required_tag = required_tag.transpose()?;
        let short_link = ShortLink::parse(&mut table, &access)?;
        if let (Some(_), Some(entry)) = (short_link, of_window) {
            return Err(entry.problem(WINDOW_AND_SHORT_LINK));
        }
        if short_link.is_some() && serve == Serve::Direct {
            return Err(entry.place.join("serve").problem(DIRECT_AND_SHORT_LINK));
        }
        table.finish()?;
        let header_source = HeaderSource::of(&bucket, &key, writers);
        Ok(Self {
            bucket,
            access,
            key,
            serve,
            active_content,
            cache_secs,
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

    /// Returns how the objects reach the client.
    #[must_use]
    pub const fn serve(&self) -> Serve {
        self.serve
    }

    /// Returns how long a cache behind the Worker may keep an object, in seconds; `None` if none may.
    #[must_use]
    pub const fn cache_secs(&self) -> Option<u32> {
        self.cache_secs
    }

    /// Decides on a request for a link to `path`: the part of the URL after the rule's name, percent-decoded.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidArgument`] if the rule does not accept `path`, [`Denial::InvalidKey`] if it makes no valid key,
    /// [`Denial::NoLinks`] if it gives out no links.
    pub fn grant(
        &self,
        caller: &Caller,
        path: &str,
        ambient: Ambient,
    ) -> Result<DownloadGrant, Denial> {
        let expires = self.expires.ok_or(Denial::NoLinks)?;
        self.grant_key(self.find(caller, path, ambient)?, caller.lifetime(expires, ambient.now)?)
    }

    /// Permits to read the object with this key.
    pub(super) fn grant_key(
        &self,
        key: ObjectKey,
        lifetime: Lifetime,
    ) -> Result<DownloadGrant, Denial> {
        let grant = DownloadGrant {
            bucket: Arc::clone(&self.bucket),
            place: Place::of(self.serve),
            rule: self.name_in_links(),
            active_content: self.active_content,
            key,
            lifetime,
            window: self.window,
            header_source: self.header_source,
            overrides: self.header_source.overrides(),
            disposition: self.disposition,
        };
        match self.disposition {
            Disposition::Shown => Ok(grant),
            Disposition::Attachment => grant.saved_as(""),
        }
    }

    /// Decides on a request for the object at `path` itself. With a name, browsers save it under that name.
    ///
    /// # Errors
    ///
    /// As [`DownloadRule::grant`], and as [`DownloadGrant::saved_as`]. [`Denial::LinksOnly`] if the rule gives out links.
    pub fn serve_object(
        &self,
        caller: &Caller,
        path: &str,
        name: Option<&str>,
        ambient: Ambient,
    ) -> Result<ServedObject, Denial> {
        let binding = self.bucket.binding.as_ref();
        let binding = binding.filter(|_| self.serve == Serve::Direct).ok_or(Denial::LinksOnly)?;
        let key = self.find(caller, path, ambient)?;
        let mut overrides = self.header_source.overrides();
        let name = name.or((self.disposition == Disposition::Attachment).then_some(""));
        if let Some(name) = name {
            overrides.insert(DISPOSITION, saved_name::disposition(name, &key)?);
        }
        Ok(ServedObject {
            binding: binding.clone(),
            key,
            overrides,
            active_content: self.active_content,
            max_age: self.window.map(|window| max_age(window, caller, ambient)).transpose()?,
            cache_secs: self.cache_secs,
        })
    }

    /// Returns the rule's name if its links to the Worker have it. Others stay as short as they can be.
    fn name_in_links(&self) -> Option<String> {
        let (_, name) = self.access.rule().split_once('/')?;
        let is_needed = self.access.restricts_places() || self.cache_secs.is_some();
        let is_needed = is_needed && self.serve == Serve::Worker;
        is_needed.then(|| name.into())
    }

    /// Returns the key of the object at `path`.
    fn find(&self, caller: &Caller, path: &str, ambient: Ambient) -> Result<ObjectKey, Denial> {
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
        self.key.find(&values)
    }
}

/// Reads `expires`, which a rule has that gives out links.
fn expires(serve: Serve, table: &mut TableReader<'_>) -> Result<Option<Expires>, ConfigError> {
    match serve {
        Serve::Redirect | Serve::Worker => {
            rule_keys::expires(table, EXPIRES, MAX_EXPIRES).map(Some)
        }
        Serve::Direct => match table.optional("expires") {
            Some(entry) => Err(entry.problem(NOTHING_EXPIRES)),
            None => Ok(None),
        },
    }
}

/// Reads the `window` of a rule: at most half of `expires`, or [`MAX_EXPIRES`] if the rule gives out no links.
fn window(entry: &ConfigValue<'_>, expires: Option<Expires>) -> Result<Window, ConfigError> {
    let (expected, max) = match expires {
        Some(expires) => (
            r#"a length of time such as "2 min", at most half of `expires`"#,
            expires.as_secs() / 2,
        ),
        None => (r#"a length of time such as "2 min", at most 7 days"#, MAX_EXPIRES),
    };
    entry.parsed(expected, |text| quantity::expires(text, max)).map(Window::new)
}

/// Reads `active_content`: whether browsers show files that can carry scripts.
fn active_content(serve: Serve, table: &mut TableReader<'_>) -> Result<ActiveContent, ConfigError> {
    let Some(entry) = table.optional("active_content") else { return Ok(ActiveContent::Saved) };
    match (serve, entry.boolean()?) {
        (_, false) => Ok(ActiveContent::Saved),
        (Serve::Redirect, true) => Err(entry.problem(NOT_SERVED)),
        (Serve::Worker | Serve::Direct, true) => Ok(ActiveContent::Shown),
    }
}

/// Reads `cache`: how long a cache behind the Worker may keep an object.
fn cache(serve: Serve, table: &mut TableReader<'_>) -> Result<Option<u32>, ConfigError> {
    let Some(entry) = table.optional("cache") else { return Ok(None) };
    if serve == Serve::Redirect {
        return Err(entry.problem(NOT_SERVED));
    }
    let secs = entry.parsed(CACHE, |text| quantity::expires(text, MAX_CACHE))?;
    Ok(Some(secs.as_secs()))
}

/// Returns how long browsers may keep an object, in seconds: for a window, but not after the caller's ticket or the hours end.
fn max_age(window: Window, caller: &Caller, ambient: Ambient) -> Result<u64, Denial> {
    let lifetime = caller.lifetime(window.length(), ambient.now)?;
    Ok(lifetime.expires.as_secs().into())
}
