//! Object attributes: headers of an upload that S3 stores with the object or checks.
//!
//! A form sends each as a field. A PUT sends it as a header, and so does the request that begins an upload in parts. To
//! add one that a rule sets, read it in [`of_rule`]: policies, signed URLs, IAM policies and CORS rules follow.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html#API_PutObject_RequestSyntax>

pub(crate) mod encryption;
mod headers;
mod named_values;
mod object_lock;
pub(crate) mod of_rule;
pub(crate) mod tags;

use signer::{Authorize, FieldName, HeaderName, HeaderValue, PostPolicy, Presign};

/// The name of an attribute, as a form field and as a header.
#[derive(Clone, Debug)]
pub(crate) struct AttributeName {
    field: FieldName,
    header: HeaderName,
    /// The action of IAM that an upload with it needs, besides `s3:PutObject`.
    action: Option<&'static str>,
}

/// One attribute, ready to be signed.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    name: AttributeName,
    value: HeaderValue,
    /// The value of the form field, if it differs from that of the header.
    field_value: Option<String>,
}

/// The attributes of one upload.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes(Vec<Attribute>);

impl AttributeName {
    pub(crate) const CONTENT_TYPE: Self =
        Self { field: FieldName::CONTENT_TYPE, header: HeaderName::CONTENT_TYPE, action: None };
    const IF_NONE_MATCH: Self =
        Self { field: FieldName::IF_NONE_MATCH, header: HeaderName::IF_NONE_MATCH, action: None };

    /// Parses a name such as `x-amz-meta-album`, which is the same for a field and a header.
    #[inline(never)]
    pub(crate) fn new(name: &str) -> Option<Self> {
        Self::of_field(FieldName::new(name).ok()?, name)
    }

    /// Makes the name of an attribute whose field has another name than its header.
    #[inline(never)]
    fn of_field(field: FieldName, header: &str) -> Option<Self> {
        Some(Self { field, header: HeaderName::new(header).ok()?, action: None })
    }

    /// Sets the action of IAM that an upload with the attribute needs.
    fn needing(self, action: &'static str) -> Self {
        Self { action: Some(action), ..self }
    }

    pub(crate) const fn with(self, value: HeaderValue) -> Attribute {
        Attribute { name: self, value, field_value: None }
    }

    pub(crate) fn header(&self) -> &str {
        self.header.as_str()
    }
}

impl Attributes {
    /// Adds an attribute, unless there is one of this name.
    pub(crate) fn or(mut self, attribute: Attribute) -> Self {
        if self.value(attribute.name.header()).is_none() {
            self.0.push(attribute);
        }
        self
    }

    /// Returns the value of an attribute, if there is one of this name.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let attribute = self.0.iter().find(|attribute| attribute.name.header() == name)?;
        Some(attribute.value.as_str())
    }

    /// Returns the media type, as it is signed.
    pub(crate) fn media_type(&self) -> &str {
        self.value(AttributeName::CONTENT_TYPE.header()).unwrap_or_default()
    }

    /// Adds them to the policy of a form.
    pub(crate) fn add_to_form<'a>(&self, policy: PostPolicy<'a>) -> PostPolicy<'a> {
        self.0.iter().fold(policy, |policy, Attribute { name, value, field_value }| {
            let value = field_value.as_deref().unwrap_or(value.as_str());
            policy.exact(name.field.clone(), value)
        })
    }

    /// Adds them to a PUT.
    pub(crate) fn add_to_put<'a>(&self, put: Presign<'a>) -> Presign<'a> {
        self.0.iter().fold(put, |put, Attribute { name, value, .. }| {
            put.header(name.header.clone(), value.clone())
        })
    }

    /// Adds them to the request that begins an upload in parts.
    pub(crate) fn add_to_create<'a>(&self, create: Authorize<'a>) -> Authorize<'a> {
        self.0.iter().fold(create, |create, Attribute { name, value, .. }| {
            create.header(name.header.clone(), value.clone())
        })
    }
}
