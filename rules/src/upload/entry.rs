//! The reader of an entry of `UPLOADS`.

use crate::bucket::entry::{BucketEntry, UploadMethod};
use crate::bucket::overwrite::Overwrite;
use crate::bucket::signature::Signature;
use crate::callers::access::Access;
use crate::callers::kind::CallerKind;
use crate::callers::origin::Origin;
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::quantity;
use crate::config::reader::{ConfigValue, TableReader};
use crate::keys::part::{self, Placeholder};
use crate::keys::template::KeyTemplate;
use crate::notify::Notify;
use crate::rule_keys;
use crate::upload::attributes::of_rule::RuleAttributes;
use crate::upload::confirm::ConfirmMode;
use crate::upload::media_type;
use crate::upload::media_type::MediaType;
use crate::upload::metadata::MetadataNames;
use crate::upload::quota;
use crate::upload::rule::UploadRule;
use alloc::sync::Arc;
use litemap::LiteMap;
use signer::HttpUrl;

/// Longest lifetime of a form, in seconds: 1 day. S3 checks it only when an upload begins.
const MAX_EXPIRES: u32 = 86_400;
const EXPIRES: &str = r#"a length of time such as "10 min", at most 24 h"#;

const V2_WITHOUT_FORMS: &str = "expected a bucket that accepts forms or signs with version 4: \
    Signature Version 2 cannot limit the size of a PUT";

const NEVER_CONFIRMED: &str =
    "without confirm = true nobody can confirm a file, so that all would be removed";

impl UploadRule {
    pub(crate) fn parse(
        entry: &ConfigValue<'_>,
        buckets: &LiteMap<String, Arc<BucketEntry>>,
        callers: &LiteMap<String, CallerKind>,
    ) -> Result<Self, ConfigError> {
        let mut table = TableReader::new(entry)?;
        let bucket = rule_keys::bucket(&mut table, buckets)?;
        if bucket.signature.is_v2() && bucket.upload_method == UploadMethod::Put {
            let error = entry.place.join("bucket").problem(V2_WITHOUT_FORMS);
            return Err(error.with_kind(ConfigErrorKind::SizeNotSigned));
        }
        let access = Access::parse(&mut table, callers)?;
        let key = rule_keys::key(&mut table, part::UPLOAD, &access)?;
        let types = types(&mut table, &key)?;
        let max_bytes =
            table.required("max_size", quantity::SIZE)?.parsed(quantity::SIZE, quantity::size)?;
        let expires = rule_keys::expires(&mut table, EXPIRES, MAX_EXPIRES)?;
        let overwrite = Overwrite::parse(&mut table, &bucket)?;
        let redirect = table.optional("redirect").map(|entry| redirect(&entry)).transpose()?;
        let metadata = MetadataNames::parse(
            table.optional("metadata").as_ref(),
            bucket.signature.metadata_prefix(),
        )?;
        let multipart = match table.optional("multipart") {
            Some(entry) => multipart(&entry, overwrite, bucket.signature)?,
            None => false,
        };
        let quota = table.optional("quota");
        let quota = quota.map(|entry| quota::quota(&entry, max_bytes, &access)).transpose()?;
        let single_use = quota::single_use(&mut table, &bucket, multipart)?;
        let uploaders = table.switch("uploaders")?;
        let confirm = ConfirmMode::parse(&mut table, &key)?;
        let only_puts = bucket.upload_method == UploadMethod::Put && !multipart && !uploaders;
        let attributes = RuleAttributes::parse(&mut table, &bucket, overwrite, only_puts)?;
        if attributes.expire_unconfirmed.is_some() && confirm == ConfirmMode::Off {
            let error = entry.place.join("expire_unconfirmed").problem(NEVER_CONFIRMED);
            return Err(error.with_kind(ConfigErrorKind::ExpireWithoutConfirm));
        }
        let notify = table.optional("notify").map(|entry| Notify::parse(&entry)).transpose()?;
        table.finish()?;
        Ok(Self {
            bucket,
            access,
            key,
            types,
            max_bytes,
            expires,
            overwrite,
            attributes,
            redirect,
            metadata,
            multipart,
            confirm,
            uploaders,
            notify: notify.map(Box::new),
            quota,
            single_use,
        })
    }
}

/// Reads `multipart`: whether files may be sent in parts.
fn multipart(
    entry: &ConfigValue<'_>,
    overwrite: Overwrite,
    signature: Signature,
) -> Result<bool, ConfigError> {
    let multipart = entry.boolean()?;
    if multipart && signature.is_v2() {
        return Err(entry.problem(
            "Signature Version 2 cannot limit the size of a part: remove this line, or set signature = \"v4\" in BUCKETS",
        ).with_kind(ConfigErrorKind::SizeNotSigned));
    }
    if multipart && signature.is_google() {
        return Err(entry.problem(
            "Google's dialect cannot limit the size of a part: remove this line, and files are sent whole",
        ).with_kind(ConfigErrorKind::SizeNotSigned));
    }
    if multipart && overwrite == Overwrite::Refused {
        // Not every store that can refuse a PUT can refuse to join parts.
        let error = entry.problem("overwrite = false is not possible for files in parts");
        return Err(error.with_kind(ConfigErrorKind::OverwriteByParts));
    }
    Ok(multipart)
}

/// Reads `types` and `active_content`.
fn types(table: &mut TableReader<'_>, key: &KeyTemplate) -> Result<Vec<MediaType>, ConfigError> {
    const EXPECTED: &str = r#"a list of media types such as "image/png""#;
    let may_be_active = table.switch("active_content")?;
    let entries = table.required("types", EXPECTED)?.non_empty_list(EXPECTED)?;
    let read = |entry: &ConfigValue<'_>| {
        let media_type = entry.parsed(media_type::EXPECTED, MediaType::new)?;
        if media_type.is_active() && !may_be_active {
            return Err(entry.problem(&format!(
                "{} can carry scripts; set active_content = true if this bucket's host may serve them",
                media_type.as_str()
            )).with_kind(ConfigErrorKind::ActiveType));
        }
        if key.uses(Placeholder::Ext) && media_type.extension().is_none() {
            return Err(entry
                .problem(&format!(
                    "no file extension is known for {}, so {{ext}} cannot be used",
                    media_type.as_str()
                ))
                .with_kind(ConfigErrorKind::TypeWithoutExtension));
        }
        Ok(media_type)
    };
    entries.iter().map(read).collect()
}

/// Reads `redirect`: the page after a form without scripts, of an exact origin, without query or fragment.
fn redirect(entry: &ConfigValue<'_>) -> Result<String, ConfigError> {
    const EXPECTED: &str =
        r#"a page such as "https://www.example.com/thanks.html", without query or fragment"#;
    entry.parsed(EXPECTED, |text| {
        let url = HttpUrl::parse(text).filter(|url| url.query().or(url.fragment()).is_none())?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/%!$&'()*+,;=:@".contains(&b);
        let is_page = url.path().starts_with('/') && url.path().bytes().all(plain);
        (Origin::new(url.origin()).is_some() && is_page && !url.path().contains("${"))
            .then(|| text.into())
    })
}
