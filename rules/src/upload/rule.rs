//! An entry of `UPLOADS`, and what it decides.

use alloc::sync::Arc;

use litemap::LiteMap;
use signer::Expires;

use crate::bucket::entry::{BucketEntry, UploadMethod};
use crate::bucket::overwrite::Overwrite;
use crate::callers::tokens::ticket::Ticket;
use crate::config::join_names::join_names;
use crate::keys::file_name::FileName;
use crate::keys::fill::{self, Values};
use crate::keys::template::KeyTemplate;
use crate::upload::checksum::Checksum;
use crate::upload::metadata::MetadataNames;
use crate::{Access, Ambient, Caller, Denial, FormGrant, MediaType, UploadGrant, UploadRequest};

/// What one upload rule permits.
#[derive(Debug)]
pub struct UploadRule {
    pub(crate) bucket: Arc<BucketEntry>,
    pub(crate) access: Access,
    pub(crate) key: KeyTemplate,
    pub(crate) types: Vec<MediaType>,
    pub(crate) max_bytes: u64,
    pub(crate) expires: Expires,
    pub(crate) overwrite: Overwrite,
    pub(crate) redirect: Option<String>,
    pub(crate) metadata: MetadataNames,
    /// Whether files may come in parts.
    pub(crate) multipart: bool,
    /// Whether pages' uploaders may ask in their own words.
    pub(crate) uploaders: bool,
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

    /// Of what a client sends along unasked, the metadata that the rule takes.
    #[must_use]
    pub fn metadata_among(
        &self,
        sent: impl Iterator<Item = (String, String)>,
    ) -> LiteMap<String, String> {
        self.metadata.among(sent)
    }

    /// Decides an ask for a file of any size up to the limit, which only a form can hold.
    ///
    /// # Errors
    ///
    /// As [`UploadRule::grant`]; [`Denial::SizeMissing`] if the bucket takes no forms.
    pub fn grant_any_size(
        &self,
        caller: &Caller,
        ask: UploadRequest,
        ambient: Ambient,
    ) -> Result<UploadGrant, Denial> {
        if self.bucket.upload_method == UploadMethod::Put {
            return Err(Denial::SizeMissing);
        }
        let ask = UploadRequest { size: self.max_bytes_for(caller), ..ask };
        Ok(UploadGrant { min_length: 1, ..self.grant(caller, &ask, ambient)? })
    }

    /// Decides an ask.
    ///
    /// # Errors
    ///
    /// A [`Denial`] that says which part of the ask the rule does not permit.
    pub fn grant(
        &self,
        caller: &Caller,
        ask: &UploadRequest,
        ambient: Ambient,
    ) -> Result<UploadGrant, Denial> {
        let media_type = self.media_type(&ask.r#type, caller)?;
        let max = self.max_bytes_for(caller);
        match ask.size {
            0 => return Err(Denial::TooSmall),
            size if size > max => return Err(Denial::TooLarge { max }),
            _ => {}
        }
        let filename = ask.filename.as_deref().map(FileName::new).transpose()?;
        let values = Values {
            caller,
            ambient,
            extension: media_type.extension(),
            filename: filename.as_ref(),
            path: "",
        };
        let key = self.key.fill(&values)?;
        Ok(UploadGrant {
            bucket: Arc::clone(&self.bucket),
            form_key: match self.bucket.upload_method {
                UploadMethod::Post => Some(fill::exact(&key)?),
                UploadMethod::Put => None,
            },
            key,
            media_type: media_type.clone(),
            min_length: ask.size,
            content_length: ask.size,
            status: None,
            metadata: self.metadata.read(&ask.metadata)?,
            checksum: self.checksum(ask.checksum.as_deref())?,
            lifetime: caller.lifetime(self.expires, ambient.now)?,
            overwrite: self.overwrite,
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
        ambient: Ambient,
    ) -> Result<FormGrant, Denial> {
        if self.bucket.upload_method == UploadMethod::Put {
            return Err(Denial::NoForms);
        }
        let media_type = self.media_type(media_type, caller)?;
        let values =
            Values { caller, ambient, extension: media_type.extension(), filename: None, path: "" };
        Ok(FormGrant {
            key: self.key.fill_form(&values)?,
            bucket: Arc::clone(&self.bucket),
            media_type: media_type.clone(),
            max_bytes: self.max_bytes_for(caller),
            redirect: self.redirect.clone(),
            lifetime: caller.lifetime(self.expires, ambient.now)?,
            overwrite: self.overwrite,
        })
    }

    fn checksum(&self, asked: Option<&str>) -> Result<Option<Checksum>, Denial> {
        if asked.is_some() && self.bucket.signature.is_google() {
            let why = "is not taken by this bucket's provider".into();
            return Err(Denial::InvalidArgument { name: "checksum", why });
        }
        asked.map(Checksum::parse).transpose()
    }

    /// The rule's type of that name, if the caller's ticket is for it.
    fn media_type(&self, asked: &str, caller: &Caller) -> Result<&MediaType, Denial> {
        let named = |media_type: &&MediaType| media_type.as_str().eq_ignore_ascii_case(asked);
        let media_type = self.types.iter().find(named).ok_or_else(|| {
            let allowed = join_names(self.types.iter().map(MediaType::as_str));
            Denial::TypeNotAllowed { allowed }
        })?;
        let ticket = caller.ticket.as_ref().and_then(Ticket::media_type);
        if ticket.is_none_or(|ticket| ticket.eq_ignore_ascii_case(media_type.as_str())) {
            return Ok(media_type);
        }
        Err(Denial::TicketLimit { name: "type" })
    }

    fn max_bytes_for(&self, caller: &Caller) -> u64 {
        let ticket = caller.ticket.as_ref().and_then(Ticket::max_bytes);
        ticket.map_or(self.max_bytes, |ticket| ticket.min(self.max_bytes))
    }
}
