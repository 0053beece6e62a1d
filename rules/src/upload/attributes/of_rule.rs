//! The attributes that a rule gives to each of its uploads, whatever the client requests.

use signer::{HeaderValue, UnixTime};

use super::encryption::{self, KmsKey};
use super::headers::{self, Disposition};
use super::tags::{self, ExpireUnconfirmed, Tags};
use super::{Attribute, AttributeName, Attributes, named_values, object_lock};
use crate::bucket::entry::BucketEntry;
use crate::bucket::overwrite::Overwrite;
use crate::config::error::ConfigError;
use crate::config::reader::TableReader;
use crate::keys::file_name::FileName;

/// The attributes of a rule's uploads.
#[derive(Clone, Debug, Default)]
pub(crate) struct RuleAttributes {
    list: Vec<RuleAttribute>,
    pub(crate) tags: Tags,
    pub(crate) expire_unconfirmed: Option<ExpireUnconfirmed>,
    pub(crate) kms_key: Option<KmsKey>,
    pub(crate) acl: Option<&'static str>,
}

/// An attribute whose value the rule decides.
#[derive(Clone, Debug)]
struct RuleAttribute {
    name: AttributeName,
    value: RuleValue,
}

/// How a rule decides the value of an attribute.
#[derive(Clone, Debug)]
pub(super) enum RuleValue {
    Fixed(HeaderValue),
    /// The header's value, and that of the form field.
    Different(HeaderValue, String),
    /// `Content-Disposition`, with the file's name if the request has it.
    Disposition(Disposition),
    /// The time so many seconds after the grant.
    After(u64),
}

impl RuleAttributes {
    /// Reads the keys of all attributes. `only_puts` says that the rule has neither forms nor parts nor uploaders.
    #[inline(never)]
    pub(crate) fn parse(
        table: &mut TableReader<'_>,
        bucket: &BucketEntry,
        overwrite: Overwrite,
        only_puts: bool,
    ) -> Result<Self, ConfigError> {
        let mut rule = Self::default();
        if overwrite == Overwrite::Refused {
            rule.add(Some(AttributeName::IF_NONE_MATCH), RuleValue::Fixed(HeaderValue::any()));
        }
        headers::read(table, bucket, &mut rule)?;
        named_values::read(table, bucket, &mut rule)?;
        encryption::read(table, bucket, &mut rule)?;
        object_lock::read(table, bucket, only_puts, &mut rule)?;
        tags::read(table, bucket, &mut rule)?;
        Ok(rule)
    }

    /// Adds an attribute. The names are this crate's own, so all are valid.
    #[inline(never)]
    pub(super) fn add(&mut self, name: Option<AttributeName>, value: RuleValue) {
        self.list.extend(name.map(|name| RuleAttribute { name, value }));
    }

    /// Adds an attribute of a fixed value.
    #[inline(never)]
    pub(super) fn add_fixed(&mut self, name: Option<AttributeName>, value: &str) {
        if let Ok(value) = HeaderValue::new(value) {
            self.add(name, RuleValue::Fixed(value));
        }
    }

    /// Collects the attributes of one upload, which is granted `now`: its type, those that the client chose, and the rule's.
    pub(crate) fn of_upload(
        &self,
        media_type: HeaderValue,
        chosen: Vec<Attribute>,
        filename: Option<&FileName>,
        now: UnixTime,
    ) -> Attributes {
        let mut list = Vec::with_capacity(1 + chosen.len() + self.list.len());
        list.push(AttributeName::CONTENT_TYPE.with(media_type));
        list.extend(chosen);
        for attribute in &self.list {
            list.push(attribute.of_upload(filename, now));
        }
        Attributes(list)
    }

    /// Returns whether S3 locks the objects.
    pub(crate) fn locks(&self) -> bool {
        self.list.iter().any(|attribute| matches!(attribute.value, RuleValue::After(_)))
    }

    /// Returns whether the rule decides the value of a header.
    pub(crate) fn fixes(&self, header: &str) -> bool {
        self.names().any(|name| name.header() == header)
    }

    /// Returns the names of the attributes.
    pub(crate) fn names(&self) -> impl Iterator<Item = &AttributeName> {
        self.list.iter().map(|attribute| &attribute.name)
    }

    /// Returns the actions of IAM that uploads need besides `s3:PutObject`.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &'static str> {
        self.names().filter_map(|name| name.action)
    }
}

impl RuleAttribute {
    #[inline(never)]
    fn of_upload(&self, filename: Option<&FileName>, now: UnixTime) -> Attribute {
        let (value, field_value) = match &self.value {
            RuleValue::Fixed(value) => (value.clone(), None),
            RuleValue::Different(value, field) => (value.clone(), Some(field.clone())),
            RuleValue::Disposition(disposition) => (disposition.of_file(filename), None),
            RuleValue::After(secs) => (object_lock::date(now.plus_secs(*secs)), None),
        };
        Attribute { name: self.name.clone(), value, field_value }
    }
}
