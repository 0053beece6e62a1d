//! HTTP methods and the operations of S3 on one object.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>

use alloc::string::String;
use core::fmt;

/// An HTTP method of S3.
///
/// ```
/// assert_eq!(signer::Method::Get.as_str(), "GET");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Method {
    /// Reads an object.
    Get,
    /// Reads an object's headers.
    Head,
    /// Stores an object.
    Put,
    /// Begins or completes a multipart upload.
    Post,
    /// Deletes an object.
    Delete,
}

impl Method {
    /// The method as HTTP writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// An S3 operation on one object. A [`Method`] converts into an operation without parameters.
///
/// # Example: one part of a multipart upload
///
/// ```
/// use signer::{Bucket, Credentials, Expires, ObjectKey, Operation, PartNumber, Presign, Region, Signer, UnixTime, UploadId, UrlStyle};
///
/// let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto")?)?;
/// let key = ObjectKey::new("films/ada.mp4")?;
/// let upload_id = UploadId::new("VXBsb2FkIElE")?;
/// let part_number = PartNumber::new(7).ok_or("no such part")?;
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
///
/// let part = Operation::UploadPart { upload_id: &upload_id, part_number };
/// let url = Presign::new(part, &bucket, &key, Expires::from_secs(3_600).ok_or("too long")?)
///     .sign(&Signer::new(&credentials, bucket.region(), UnixTime::from_secs(1_451_347_200)));
/// assert_eq!(url.method.as_str(), "PUT");
/// assert!(url.url.contains("&partNumber=7&uploadId=VXBsb2FkIElE&"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Operation<'a> {
    /// `GET`, `HEAD`, `PUT` or `DELETE` of the object itself.
    Object(Method),
    /// Begins a multipart upload. S3 responds with its id.
    CreateMultipartUpload,
    /// Stores one part.
    UploadPart {
        /// The upload.
        upload_id: &'a UploadId,
        /// The number of the part.
        part_number: PartNumber,
    },
    /// Joins the parts. The request's body lists them.
    CompleteMultipartUpload {
        /// The upload.
        upload_id: &'a UploadId,
    },
    /// Deletes the upload with its parts.
    AbortMultipartUpload {
        /// The upload.
        upload_id: &'a UploadId,
    },
    /// Lists the parts stored so far.
    ListParts {
        /// The upload.
        upload_id: &'a UploadId,
    },
}

impl From<Method> for Operation<'_> {
    fn from(method: Method) -> Self {
        Self::Object(method)
    }
}

impl<'a> Operation<'a> {
    pub(crate) const fn method(self) -> Method {
        match self {
            Self::Object(method) => method,
            Self::CreateMultipartUpload | Self::CompleteMultipartUpload { .. } => Method::Post,
            Self::UploadPart { .. } => Method::Put,
            Self::AbortMultipartUpload { .. } => Method::Delete,
            Self::ListParts { .. } => Method::Get,
        }
    }

    pub(crate) const fn upload_id(self) -> Option<&'a UploadId> {
        match self {
            Self::Object(_) | Self::CreateMultipartUpload => None,
            Self::UploadPart { upload_id, .. }
            | Self::CompleteMultipartUpload { upload_id }
            | Self::AbortMultipartUpload { upload_id }
            | Self::ListParts { upload_id } => Some(upload_id),
        }
    }
}

/// The number of a part: 1 to 10,000.
///
/// ```
/// use signer::PartNumber;
///
/// assert_eq!(PartNumber::new(10_000).map(PartNumber::as_u16), Some(10_000));
/// assert_eq!([0, 10_001].map(PartNumber::new), [None, None]);
/// ```
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct PartNumber(u16);

impl PartNumber {
    /// `number`, or `None` outside `1..=10_000`.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        if 0 < number && number <= 10_000 { Some(Self(number)) } else { None }
    }

    /// The number.
    #[must_use]
    pub const fn as_u16(self) -> u16 {
        self.0
    }
}

/// The id of a multipart upload: 1 to 2,048 bytes without control characters. S3 chooses it.
///
/// ```
/// use signer::{InvalidUploadId, UploadId};
///
/// assert_eq!(UploadId::new("VXBsb2FkIElE")?.as_str(), "VXBsb2FkIElE");
/// assert_eq!(UploadId::new(""), Err(InvalidUploadId), "without an id, the request would be another operation");
/// # Ok::<(), InvalidUploadId>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UploadId(String);

impl UploadId {
    /// Checks an upload's id.
    ///
    /// # Errors
    ///
    /// [`InvalidUploadId`] if `id` is empty, too long, or has a control character.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidUploadId> {
        let id = id.into();
        let fits = (1..=2_048).contains(&id.len()) && !id.contains(char::is_control);
        if fits { Ok(Self(id)) } else { Err(InvalidUploadId) }
    }

    /// The id, as S3 returned it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An upload's id was empty, longer than 2,048 bytes, or had a control character.
///
/// ```
/// use signer::{InvalidUploadId, UploadId};
///
/// assert_eq!(UploadId::new("two\nlines"), Err(InvalidUploadId));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidUploadId;

impl fmt::Display for InvalidUploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an upload id has 1 to 2048 bytes and no control characters")
    }
}

impl core::error::Error for InvalidUploadId {}
