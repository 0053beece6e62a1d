//! An upload rule, and how it decides.

use alloc::sync::Arc;

use litemap::LiteMap;
use signer::Expires;

use crate::ambient::Ambient;
use crate::bucket::entry::{BucketEntry, UploadMethod};
use crate::bucket::overwrite::Overwrite;
use crate::callers::access::Access;
use crate::callers::caller::Caller;
use crate::callers::token_fault::TokenFault;
use crate::callers::tokens::ticket::Ticket;
use crate::config::join_names::join_names;
use crate::denial::{Denial, token_refused};
use crate::keys::file_name::FileName;
use crate::keys::fill::{self, Values};
use crate::keys::template::KeyTemplate;
use crate::notify::Notify;
use crate::state::quota::QuotaLimits;
use crate::upload::attributes::Attribute;
use crate::upload::attributes::of_rule::RuleAttributes;
use crate::upload::checksum;
use crate::upload::confirm::{ConfirmMode, FILENAME, Receiver};
use crate::upload::file_type::{FileType, essence};
use crate::upload::form_grant::FormGrant;
use crate::upload::grant::UploadGrant;
use crate::upload::media_type::MediaType;
use crate::upload::metadata::MetadataNames;
use crate::upload::quota::{CallerQuota, Counted};
use crate::upload::request::{RequestedMethod, UploadRequest};

const UNNAMED: Denial =
    token_refused(TokenFault::Subject, "has no subject (`sub`), which the rule's quota needs");

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
    /// The attributes that each upload gets, whatever the client requests.
    pub(crate) attributes: RuleAttributes,
    pub(crate) redirect: Option<String>,
    pub(crate) metadata: MetadataNames,
    /// Whether files may be sent in parts.
    pub(crate) multipart: bool,
    pub(crate) confirm: ConfirmMode,
    /// Whether uploaders such as Uppy may use their own protocols.
    pub(crate) uploaders: bool,
    /// Where events are sent; rare, so it is boxed.
    pub(crate) notify: Option<Box<Notify>>,
    /// How much each caller may upload in a period.
    pub(crate) quota: Option<QuotaLimits>,
    /// Whether each form is valid once.
    pub(crate) single_use: bool,
}

impl UploadRule {
    /// Returns who may upload.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// Returns the media types that the rule accepts.
    #[must_use]
    pub fn types(&self) -> &[MediaType] {
        &self.types
    }

    /// Returns whether each grant counts against a quota of its caller.
    #[must_use]
    pub const fn has_quota(&self) -> bool {
        self.quota.is_some()
    }

    /// Selects the metadata that the rule accepts.
    #[must_use]
    pub fn select_metadata(
        &self,
        sent: impl Iterator<Item = (String, String)>,
    ) -> LiteMap<String, String> {
        self.metadata.select(sent)
    }

    /// Decides on a file of unknown size, up to the limit, which only a form can enforce.
    ///
    /// # Errors
    ///
    /// As [`UploadRule::grant`]; [`Denial::SizeMissing`] if the bucket does not accept forms.
    pub fn grant_any_size(
        &self,
        caller: &Caller,
        request: UploadRequest,
        ambient: Ambient,
    ) -> Result<UploadGrant, Denial> {
        if self.bucket.upload_method == UploadMethod::Put {
            return Err(Denial::SizeMissing);
        }
        let request = UploadRequest { size: self.max_bytes_for(caller), ..request };
        Ok(UploadGrant { min_length: 1, ..self.grant(caller, &request, ambient)? })
    }

    /// Decides on a request.
    ///
    /// # Errors
    ///
    /// A [`Denial`] that says which part of the request the rule does not permit.
    pub fn grant(
        &self,
        caller: &Caller,
        request: &UploadRequest,
        ambient: Ambient,
    ) -> Result<UploadGrant, Denial> {
        let grant = self.grant_by_any_method(caller, request, ambient)?;
        match request.method {
            None => Ok(grant),
            Some(RequestedMethod::Put) => self.put_on_request(grant),
        }
    }

    /// Decides on a request, whatever its method, which has no meaning for a file in parts.
    #[inline(never)] // called in many places
    pub(crate) fn grant_by_any_method(
        &self,
        caller: &Caller,
        request: &UploadRequest,
        ambient: Ambient,
    ) -> Result<UploadGrant, Denial> {
        let (media_type, file_type) = self.media_type(&request.r#type, caller)?;
        let max = self.max_bytes_for(caller);
        match request.size {
            0 => return Err(Denial::TooSmall),
            size if size > max => return Err(Denial::TooLarge { max }),
            _ => {}
        }
        let filename = request.filename.as_deref().map(FileName::new).transpose()?;
        let values = Values {
            caller,
            ambient,
            extension: media_type.extension(),
            filename: filename.as_ref(),
            path: "",
        };
        let key = self.key.fill(&values)?;
        let mut chosen = self.metadata.read(&request.metadata)?;
        self.add_checksum(request.checksum.as_deref(), &mut chosen)?;
        Ok(UploadGrant {
            bucket: Arc::clone(&self.bucket),
            form_key: match self.bucket.upload_method {
                UploadMethod::Post => Some(fill::exact(&key)?),
                UploadMethod::Put => None,
            },
            key,
            worker: None,
            min_length: request.size,
            content_length: request.size,
            status: None,
            attributes: self.attributes.of_upload(
                file_type.to_header_value(media_type),
                chosen,
                filename.as_ref(),
                ambient.now,
            ),
            lifetime: caller.lifetime(self.expires, ambient.now)?,
            receiver: self.receiver(caller, ambient),
            counted: self.counted(caller)?,
        })
    }

    /// Returns what a grant to this caller counts, if the rule has a quota.
    ///
    /// # Errors
    ///
    /// [`Denial::TokenRefused`] if the caller has no name. Only a ticket can lack it.
    fn counted(&self, caller: &Caller) -> Result<Option<Box<Counted>>, Denial> {
        let Some(limits) = self.quota else { return Ok(None) };
        let name = caller.subject().ok_or(UNNAMED)?;
        let quota = CallerQuota::new(limits, self.access.rule(), caller.name(), name);
        Ok(Some(Box::new(Counted::new(quota, self.confirm))))
    }

    /// Returns the quota of a caller that a state names, if the rule has one.
    pub(crate) fn quota_of(&self, entry: &str, name: Option<&str>) -> Option<CallerQuota> {
        Some(CallerQuota::new(self.quota?, self.access.rule(), entry, name?))
    }

    /// Returns whether the Worker must know of a file that it receives by which grant it comes: since it counts against a quota, since a
    /// form is valid once, or since the rule can be used only from some places.
    fn must_know_grants(&self) -> bool {
        self.quota.is_some() || self.single_use || self.access.restricts_places()
    }

    /// Returns who receives a grant, if that is asked again once the upload has ended: by a confirm, or by the event of a form that
    /// the Worker itself receives.
    fn receiver(&self, caller: &Caller, ambient: Ambient) -> Option<Receiver> {
        let is_bound = self.bucket.binding.is_some();
        let is_reported = self.notify.is_some() && is_bound;
        let is_required = self.must_know_grants() && is_bound;
        let confirms = self.takes_confirmations();
        let receiver = || Receiver::new(self.access.rule(), caller, confirms, is_required, ambient);
        (confirms || is_reported || is_required).then(receiver)
    }

    /// Decides on a form without scripts, for one of the rule's types.
    ///
    /// # Errors
    ///
    /// [`Denial::NoForms`] if the provider does not accept forms, [`Denial::NoPlainForm`] if the key needs the file's name,
    /// [`Denial::TypeNotAllowed`] if the type is not among the rule's.
    pub fn grant_form(
        &self,
        caller: &Caller,
        requested_type: &str,
        ambient: Ambient,
    ) -> Result<FormGrant, Denial> {
        if self.bucket.upload_method == UploadMethod::Put {
            return Err(Denial::NoForms);
        }
        let (media_type, file_type) = self.media_type(requested_type, caller)?;
        let values =
            Values { caller, ambient, extension: media_type.extension(), filename: None, path: "" };
        let key = self.key.fill_form(&values)?;
        if self.quota.is_some() && self.bucket.binding.is_none() && key.as_str().ends_with(FILENAME)
        {
            // The bucket would take any number of files by one form, each under its own name.
            return Err(Denial::NoPlainForm);
        }
        Ok(FormGrant {
            key,
            bucket: Arc::clone(&self.bucket),
            media_type: media_type.clone(),
            max_bytes: self.max_bytes_for(caller),
            redirect: self.redirect.clone(),
            attributes: self.attributes.of_upload(
                file_type.to_header_value(media_type),
                Vec::new(),
                None,
                ambient.now,
            ),
            lifetime: caller.lifetime(self.expires, ambient.now)?,
            receiver: self.receiver(caller, ambient),
            counted: self.counted(caller)?,
        })
    }

    /// Adds the file's checksum, which an object that is locked must have.
    fn add_checksum(
        &self,
        text: Option<&str>,
        attributes: &mut Vec<Attribute>,
    ) -> Result<(), Denial> {
        let invalid = |why: &str| Denial::InvalidArgument { name: "checksum", why: why.into() };
        let locks = self.attributes.locks();
        match text {
            None if locks => return Err(invalid(checksum::REQUIRED_BY_LOCK)),
            None => {}
            Some(_) if self.bucket.signature.is_google() => {
                return Err(invalid("is not accepted by this bucket's provider"));
            }
            Some(text) => {
                attributes.push(checksum::parse(text)?);
                attributes.extend(checksum::algorithm(text).filter(|_| locks));
            }
        }
        Ok(())
    }

    /// Finds the rule's type for a file, if the caller's ticket permits it. Types are compared without parameters.
    fn media_type<'a>(
        &self,
        requested: &'a str,
        caller: &Caller,
    ) -> Result<(&MediaType, FileType<'a>), Denial> {
        let essence = essence(requested);
        let named = |media_type: &&MediaType| media_type.as_str().eq_ignore_ascii_case(essence);
        let media_type = self.types.iter().find(named).ok_or_else(|| {
            let allowed = join_names(self.types.iter().map(MediaType::as_str));
            Denial::TypeNotAllowed { allowed }
        })?;
        let file_type = FileType::new(requested)?;
        let ticket = caller.ticket.as_ref().and_then(Ticket::media_type);
        if ticket.is_none_or(|ticket| file_type.is(ticket)) {
            return Ok((media_type, file_type));
        }
        Err(Denial::TicketLimit { name: "type" })
    }

    fn max_bytes_for(&self, caller: &Caller) -> u64 {
        let ticket = caller.ticket.as_ref().and_then(Ticket::max_bytes);
        ticket.map_or(self.max_bytes, |ticket| ticket.min(self.max_bytes))
    }
}
