//! What a request wants, untrusted.

use litemap::LiteMap;
use serde_json::{Map, Value};

use crate::config::join_names::join_names;
use crate::read_json;

/// The body of `POST /uploads/{rule}`, as it came.
#[derive(Clone, Debug, Default)]
pub struct UploadRequest {
    /// The file's name, for rules that make it part of the key.
    pub filename: Option<String>,
    /// The file's media type.
    pub r#type: String,
    /// The file's size, in bytes.
    pub size: u64,
    /// Names and values to store with the object.
    pub metadata: LiteMap<String, String>,
    /// A digest of the file, such as `sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=`.
    pub checksum: Option<String>,
}

/// What may be asked for.
const MEMBERS: [&str; 5] = ["filename", "type", "size", "metadata", "checksum"];

impl UploadRequest {
    /// Reads an object of JSON. A derived reader is several times the code.
    ///
    /// # Errors
    ///
    /// Which member is missing, unknown or not what it must be, in words.
    pub fn from_json(text: &str) -> Result<Self, String> {
        match read_json(text)? {
            Value::Object(members) => Self::read(&members),
            _ => Err("not an object".into()),
        }
    }

    /// Looks the members up and removes none: a map that can give one up is 5 KB more.
    fn read(members: &Map<String, Value>) -> Result<Self, String> {
        if let Some(name) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            let known = join_names(MEMBERS);
            return Err(format!("unknown field `{name}`, expected one of {known}"));
        }
        let size = members.get("size").ok_or_else(|| missing("size"))?;
        Ok(Self {
            size: size.as_u64().ok_or_else(|| wrong("size", "a whole number"))?,
            filename: text(members, "filename")?,
            r#type: text(members, "type")?.ok_or_else(|| missing("type"))?,
            checksum: text(members, "checksum")?,
            metadata: metadata(members)?,
        })
    }
}

/// A text, if there is one.
fn text(members: &Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong(name, "a text")),
    }
}

fn metadata(members: &Map<String, Value>) -> Result<LiteMap<String, String>, String> {
    let wrong = || wrong("metadata", "an object of texts");
    let mut texts = LiteMap::new();
    if let Some(metadata) = members.get("metadata") {
        for (name, value) in metadata.as_object().ok_or_else(wrong)? {
            texts.insert(name.clone(), value.as_str().ok_or_else(wrong)?.to_owned());
        }
    }
    Ok(texts)
}

fn missing(name: &str) -> String {
    format!("missing field `{name}`")
}

fn wrong(name: &str, expected: &str) -> String {
    format!("`{name}` must be {expected}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_member() {
        let ask = UploadRequest::from_json(
            r#"{"filename":"a.png","type":"image/png","size":1,"metadata":{"b":"1","a":"2"},"checksum":"sha256-"}"#,
        );
        let UploadRequest { filename, r#type, size, metadata, checksum } = ask.unwrap();
        assert_eq!((filename.as_deref(), r#type.as_str(), size), (Some("a.png"), "image/png", 1));
        assert_eq!(checksum.as_deref(), Some("sha256-"));
        let metadata: Vec<_> = metadata.iter().map(|(name, value)| [&**name, value]).collect();
        assert_eq!(metadata, [["a", "2"], ["b", "1"]]);
    }

    #[test]
    fn takes_null_for_a_member_that_may_be_missing() {
        let ask =
            UploadRequest::from_json(r#"{"filename":null,"type":"a/b","size":0,"checksum":null}"#)
                .unwrap();
        assert_eq!((ask.filename, ask.checksum, ask.metadata.len()), (None, None, 0));
    }

    #[test]
    fn says_which_member_is_wrong() {
        for (json, why) in [
            (r#"["a"]"#, "not an object"),
            (r#"{"size":1}"#, "missing field `type`"),
            (r#"{"type":null,"size":1}"#, "missing field `type`"),
            (r#"{"type":"a/b"}"#, "missing field `size`"),
            (r#"{"type":1,"size":1}"#, "`type` must be a text"),
            (r#"{"type":"a/b","size":1,"filename":["a"]}"#, "`filename` must be a text"),
            (r#"{"type":"a/b","size":-1}"#, "`size` must be a whole number"),
            (r#"{"type":"a/b","size":1.0}"#, "`size` must be a whole number"),
            (r#"{"type":"a/b","size":"1"}"#, "`size` must be a whole number"),
            (r#"{"type":"a/b","size":null}"#, "`size` must be a whole number"),
            (r#"{"type":"a/b","size":1,"metadata":null}"#, "`metadata` must be an object of texts"),
            (r#"{"type":"a/b","size":1,"metadata":[]}"#, "`metadata` must be an object of texts"),
            (r#"{"type":"a/b","size":1,"metadata":[["a","1"]]}"#, "`metadata` must be an object"),
            (r#"{"type":"a/b","size":1,"metadata":{"a":1}}"#, "`metadata` must be an object"),
            (r#"{"type":"a/b","size":1,"metadata":{"a":null}}"#, "`metadata` must be an object"),
            (r#"{"type":"a/b","size":1,"acl":"public-read"}"#, "unknown field `acl`, expected one"),
            (r#"{"type":"a/b","size":1,"size":1}"#, "duplicate field `size`"),
            (r#"{"type":"a/b","size":1,"metadata":{"a":"1","a":"2"}}"#, "duplicate field `a`"),
        ] {
            let error = UploadRequest::from_json(json).unwrap_err();
            assert!(error.starts_with(why), "{json}: {error}");
        }
    }
}
