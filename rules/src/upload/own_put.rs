//! A PUT that is sent to the Worker itself, for a bucket that is bound to it.
//!
//! The URL is a presigned one of the Worker's own host, so S3's clients can make it too, with the bucket's secrets.

use crate::denial::Denial;
use crate::upload::grant::UploadGrant;

/// The query parameter that says for whom a PUT was signed: the rule's name, a dot, and a sealed state, as in a form's
/// [`STATE_FIELD`](crate::STATE_FIELD). S3 ignores parameters of such a name, but they are signed.
pub const STATE_PARAMETER: &str = "x-signpost";

/// The same parameter of a PUT whose arrival counts, or that can be sent only from some places.
pub const COUNTED_PARAMETER: &str = "x-signpost-counted";

impl UploadGrant {
    /// Returns whether the client sends the file to the Worker itself by PUT.
    pub(crate) fn is_put_to_worker(&self) -> bool {
        self.form_key.is_none() && self.bucket.binding.is_some()
    }

    /// Says where the client reaches the Worker, which must be known if it sends the file there by PUT: `https://files.example.com`, or `https://www.example.com/files` if it is mounted.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidArgument`] if that is not a URL that a signature can name.
    pub fn at_worker(mut self, base: &str) -> Result<Self, Denial> {
        self.set_worker(base)?;
        Ok(self)
    }

    /// The same as [`UploadGrant::at_worker`], for a grant that is not owned.
    ///
    /// # Errors
    ///
    /// As [`UploadGrant::at_worker`].
    pub fn set_worker(&mut self, base: &str) -> Result<(), Denial> {
        if self.is_put_to_worker() {
            let why = "must be a URL such as https://files.example.com, in lower case".into();
            let worker = self.bucket.at_worker(base);
            self.worker = Some(worker.ok_or(Denial::InvalidArgument { name: "url", why })?);
        }
        Ok(())
    }

    /// Checks that it is known where to send the file.
    pub(crate) fn check_worker(&self) -> Result<(), Denial> {
        if self.is_put_to_worker() && self.worker.is_none() {
            let why = "is required, since this bucket's files are sent to Signpost itself".into();
            return Err(Denial::InvalidArgument { name: "url", why });
        }
        Ok(())
    }
}
