//! An entry of `UPLOADS`, and what it decides.

use alloc::sync::Arc;

use signer::{Expires, FormKey};

use crate::bucket::{BucketEntry, UploadMethod};
use crate::checksum::Checksum;
use crate::file_name::FileName;
use crate::key_template::{self, KeyTemplate, Values};
use crate::metadata::MetadataNames;
use crate::{Access, Caller, Denial, FormGrant, MediaType, Moment, UploadAsk, UploadGrant};

/// What one upload rule permits.
#[derive(Debug)]
pub struct UploadRule {
    pub(crate) bucket: Arc<BucketEntry>,
    pub(crate) access: Access,
    pub(crate) key: KeyTemplate,
    pub(crate) types: Vec<MediaType>,
    pub(crate) max_bytes: u64,
    pub(crate) expires: Expires,
    pub(crate) redirect: Option<String>,
    pub(crate) metadata: MetadataNames,
}

impl UploadRule {
    /// Who may ask.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// Media types that are taken.
    #[must_use]
    pub fn types(&self) -> &[MediaType] {
        &self.types
    }

    /// Decides an ask.
    ///
    /// # Errors
    ///
    /// A [`Denial`] that says which part of the ask the rule does not permit.
    pub fn grant(
        &self,
        caller: &Caller,
        ask: &UploadAsk,
        moment: Moment,
    ) -> Result<UploadGrant, Denial> {
        let media_type = self.media_type(&ask.r#type)?;
        match ask.size {
            0 => return Err(Denial::TooSmall),
            size if size > self.max_bytes => return Err(Denial::TooLarge { max: self.max_bytes }),
            _ => {}
        }
        let filename = ask.filename.as_deref().map(FileName::new).transpose()?;
        let values = Values {
            caller,
            moment,
            media_type: Some(media_type),
            filename: filename.as_ref(),
            path: "",
        };
        let key = self.key.fill(&values)?;
        Ok(UploadGrant {
            bucket: Arc::clone(&self.bucket),
            form_key: match self.bucket.upload_method {
                UploadMethod::Post => Some(FormKey::exact(&key).map_err(key_template::denial)?),
                UploadMethod::Put => None,
            },
            key,
            media_type: media_type.clone(),
            content_length: ask.size,
            metadata: self.metadata.read(&ask.metadata)?,
            checksum: ask.checksum.as_deref().map(Checksum::parse).transpose()?,
            expires: self.expires,
        })
    }

    /// Decides on a form that a browser fills in without any script, for one of the rule's types.
    ///
    /// # Errors
    ///
    /// [`Denial::NoForms`] if the provider takes none, [`Denial::NoPlainForm`] if the key needs the file's name,
    /// [`Denial::TypeNotAllowed`] if the type is not among the rule's.
    pub fn grant_form(
        &self,
        caller: &Caller,
        media_type: &str,
        moment: Moment,
    ) -> Result<FormGrant, Denial> {
        if self.bucket.upload_method == UploadMethod::Put {
            return Err(Denial::NoForms);
        }
        let media_type = self.media_type(media_type)?;
        let values =
            Values { caller, moment, media_type: Some(media_type), filename: None, path: "" };
        Ok(FormGrant {
            key: self.key.fill_form(&values)?,
            bucket: Arc::clone(&self.bucket),
            media_type: media_type.clone(),
            max_bytes: self.max_bytes,
            redirect: self.redirect.clone(),
            expires: self.expires,
        })
    }

    fn media_type(&self, asked: &str) -> Result<&MediaType, Denial> {
        self.types
            .iter()
            .find(|media_type| media_type.as_str().eq_ignore_ascii_case(asked))
            .ok_or_else(|| {
                let allowed: Vec<_> = self.types.iter().map(MediaType::as_str).collect();
                Denial::TypeNotAllowed { allowed: allowed.join(", ") }
            })
    }
}
