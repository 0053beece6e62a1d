//! The state of a grant, which the client keeps sealed until the upload is confirmed.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ambient::Ambient;
use crate::callers::caller::Caller;
use crate::keys::fill::uuid;
use crate::signing::GrantSigner;
use crate::upload::attributes::Attributes;
use crate::upload::checksum;
use crate::upload::purpose::Purpose;

/// How long after its grant has expired an upload can be confirmed, in seconds: 1 day. S3 checks the expiration only when an
/// upload begins, and a large file on a slow connection takes hours.
const TRANSFER: u64 = 86_400;

/// S3's variable for the name of a form's file, at the end of a key.
pub(crate) const FILENAME: &str = "${filename}";

/// Who received a grant, by which rule and when.
#[derive(Clone, Debug)]
pub(crate) struct Receiver {
    rule: String,
    caller: String,
    subject: Option<String>,
    /// Whether the receiver can confirm the upload. If not, only the Worker itself needs to know whose it is.
    confirms: bool,
    /// Whether the Worker must know whose a file is that it receives, so that a form's policy requires the field that says it.
    is_required: bool,
    ambient: Ambient,
}

/// What a grant permitted. It is sealed as a list of its members in this order, so that the state is short.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Granted {
    /// Identifies the grant.
    pub(crate) id: String,
    /// The entry of `CALLERS`.
    pub(crate) caller: String,
    pub(crate) subject: Option<String>,
    /// The object's key, or S3's pattern for it if the form makes the file's name part of the key.
    pub(crate) key: String,
    /// Smallest and largest size, in bytes.
    pub(crate) min: u64,
    pub(crate) max: u64,
    /// The media type, as it was signed.
    pub(crate) media_type: String,
    /// The checksum that was signed, such as `sha256-<base64>`.
    pub(crate) checksum: Option<String>,
    /// When it was granted, in seconds since 1970.
    pub(crate) at: u64,
}

/// The members of [`Granted`]: texts and numbers.
type Members = ([String; 4], [Option<String>; 2], [u64; 3]);

impl Serialize for Granted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { id, caller, subject, key, min, max, media_type, checksum, at } = self;
        ([id, caller, key, media_type], [subject, checksum], [min, max, at]).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Granted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ([id, caller, key, media_type], [subject, checksum], [min, max, at]) =
            Members::deserialize(deserializer)?;
        Ok(Self { id, caller, subject, key, min, max, media_type, checksum, at })
    }
}

impl Receiver {
    pub(crate) fn new(
        rule: &str,
        caller: &Caller,
        confirms: bool,
        is_required: bool,
        ambient: Ambient,
    ) -> Self {
        let (caller, subject) = (caller.name().to_owned(), caller.subject().map(str::to_owned));
        Self { rule: rule.to_owned(), caller, subject, confirms, is_required, ambient }
    }

    /// Returns whether the Worker must know whose a file is that it receives.
    pub(crate) const fn is_required(&self) -> bool {
        self.is_required
    }

    pub(crate) const fn confirms(&self) -> bool {
        self.confirms
    }

    /// Describes a grant of `key` to this receiver. It has the identifier of its reservation, if there is one.
    pub(crate) fn granted(
        &self,
        reservation: Option<&str>,
        key: &str,
        (min, max): (u64, u64),
        attributes: &Attributes,
    ) -> Granted {
        Granted {
            id: reservation.map_or_else(|| uuid((self.ambient.random)()), str::to_owned),
            caller: self.caller.clone(),
            subject: self.subject.clone(),
            key: key.to_owned(),
            min,
            max,
            media_type: attributes.media_type().to_owned(),
            checksum: checksum::of(attributes),
            at: self.ambient.now.as_secs(),
        }
    }

    /// Seals the state so that its receiver can confirm the upload, if the rule permits that.
    pub(crate) fn seal_for_caller(
        &self,
        granted: &Granted,
        signer: &GrantSigner,
    ) -> Option<String> {
        let (caller, subject) = (self.caller.as_str(), self.subject.as_deref());
        let purpose = Purpose::Confirm { caller, subject };
        self.confirms.then(|| self.seal(purpose, granted, signer))
    }

    /// Seals the state for the address of a page after a form, so that whoever has the address can confirm the upload, if the
    /// rule permits that.
    pub(crate) fn seal_for_page(&self, granted: &Granted, signer: &GrantSigner) -> Option<String> {
        self.confirms.then(|| self.seal(Purpose::Page, granted, signer))
    }

    /// Seals the state for the Worker itself, if that receives the upload: neither a form's policy nor a signed URL names rule and
    /// caller. Returns the rule's name, a dot, and the state.
    pub(crate) fn seal_for_worker(
        &self,
        granted: &Granted,
        signer: &GrantSigner,
    ) -> Option<String> {
        signer.is_bound().then(|| {
            let name = self.rule.split_once('/').map_or("", |(_, name)| name);
            format!("{name}.{}", self.seal(Purpose::Form, granted, signer))
        })
    }

    fn seal(&self, purpose: Purpose<'_>, granted: &Granted, signer: &GrantSigner) -> String {
        let until = signer.expiration().plus_secs(TRANSFER);
        purpose.seal(granted, &self.rule, signer.sealing_credentials(), until, self.ambient)
    }
}

impl Granted {
    /// Returns whether the object can have this key: the one that was granted, or, if S3 adds the file's name to it, that with a
    /// name.
    pub(crate) fn makes(&self, key: &str) -> bool {
        let name = match self.key.strip_suffix(FILENAME) {
            None => return self.key == key,
            Some(prefix) => key.strip_prefix(prefix).unwrap_or_default(),
        };
        !name.is_empty() && !name.contains(['/', '\\'])
    }
}

/// Omits the key and the subject.
impl fmt::Debug for Granted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Granted").field("at", &self.at).finish_non_exhaustive()
    }
}
