//! Object attributes: headers of an upload that S3 stores with the object or checks.
//!
//! A form sends each as a field. A PUT sends it as a header, and so does the request that begins an upload in parts. To
//! add one that a rule sets, add its name here and read it in `entry.rs`: policies, signed URLs and CORS rules follow.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html#API_PutObject_RequestSyntax>

use signer::{Authorize, FieldName, HeaderName, HeaderValue, PostPolicy, Presign};

use crate::bucket::overwrite::Overwrite;

/// The name of an attribute, as a form field and as a header.
#[derive(Clone, Debug)]
pub(crate) struct AttributeName {
    field: FieldName,
    header: HeaderName,
}

/// One attribute, ready to be signed.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    name: AttributeName,
    value: HeaderValue,
}

/// The attributes of one upload.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes(Vec<Attribute>);

impl AttributeName {
    pub(crate) const CONTENT_TYPE: Self =
        Self { field: FieldName::CONTENT_TYPE, header: HeaderName::CONTENT_TYPE };
    const IF_NONE_MATCH: Self =
        Self { field: FieldName::IF_NONE_MATCH, header: HeaderName::IF_NONE_MATCH };

    /// Parses a name such as `x-amz-meta-album`, which is the same for a field and a header.
    pub(crate) fn new(name: &str) -> Option<Self> {
        Some(Self { field: FieldName::new(name).ok()?, header: HeaderName::new(name).ok()? })
    }

    pub(crate) const fn with(self, value: HeaderValue) -> Attribute {
        Attribute { name: self, value }
    }

    pub(crate) fn header(&self) -> &str {
        self.header.as_str()
    }
}

impl Attributes {
    /// Makes the attributes that a rule gives to each of its uploads.
    pub(crate) fn of_rule(overwrite: Overwrite) -> Self {
        Self(match overwrite {
            Overwrite::Allowed => Vec::new(),
            Overwrite::Refused => vec![AttributeName::IF_NONE_MATCH.with(HeaderValue::any())],
        })
    }

    /// Adds the type and `others` to the attributes of the rule.
    pub(crate) fn with(
        &self,
        media_type: HeaderValue,
        others: impl IntoIterator<Item = Attribute>,
    ) -> Self {
        let content_type = AttributeName::CONTENT_TYPE.with(media_type);
        Self([content_type].into_iter().chain(others).chain(self.0.iter().cloned()).collect())
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

    pub(crate) fn names(&self) -> impl Iterator<Item = &AttributeName> {
        self.0.iter().map(|attribute| &attribute.name)
    }

    /// Adds them to the policy of a form.
    pub(crate) fn add_to_form<'a>(&self, policy: PostPolicy<'a>) -> PostPolicy<'a> {
        self.0.iter().fold(policy, |policy, Attribute { name, value }| {
            policy.exact(name.field.clone(), value.as_str())
        })
    }

    /// Adds them to a PUT.
    pub(crate) fn add_to_put<'a>(&self, put: Presign<'a>) -> Presign<'a> {
        self.0.iter().fold(put, |put, Attribute { name, value }| {
            put.header(name.header.clone(), value.clone())
        })
    }

    /// Adds them to the request that begins an upload in parts.
    pub(crate) fn add_to_create<'a>(&self, create: Authorize<'a>) -> Authorize<'a> {
        self.0.iter().fold(create, |create, Attribute { name, value }| {
            create.header(name.header.clone(), value.clone())
        })
    }
}
