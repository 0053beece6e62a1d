//! The request for an upload, as the client sent it: untrusted JSON.

use litemap::LiteMap;
use serde::Deserialize;

use crate::strict_json::unique_members;

/// The body of `POST /uploads/{rule}`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UploadRequest {
    /// How the client sends the file, if it cannot send a form.
    pub method: Option<RequestedMethod>,
    /// The file's name, for rules that make it part of the key.
    pub filename: Option<String>,
    /// The file's media type, with or without parameters.
    pub r#type: String,
    /// The file's size, in bytes.
    pub size: u64,
    /// Names and values to store with the object.
    #[serde(default, deserialize_with = "unique_members")]
    pub metadata: LiteMap<String, String>,
    /// A digest of the file, such as `sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=`.
    pub checksum: Option<String>,
}

/// The method that a client asks for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "UPPERCASE")]
pub enum RequestedMethod {
    /// The file is the whole body, as apps for phones send it.
    Put,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_member() {
        let request = read(
            r#"{"method":"PUT","filename":"a.png","type":"image/png","size":1,"metadata":{"b":"1","a":"2"},"checksum":"sha256-"}"#,
        );
        let UploadRequest { method, filename, r#type, size, metadata, checksum } = request.unwrap();
        assert_eq!(method, Some(RequestedMethod::Put));
        assert_eq!((filename.as_deref(), r#type.as_str(), size), (Some("a.png"), "image/png", 1));
        assert_eq!(checksum.as_deref(), Some("sha256-"));
        let metadata: Vec<_> = metadata.iter().map(|(name, value)| [&**name, value]).collect();
        assert_eq!(metadata, [["a", "2"], ["b", "1"]]);
    }

    #[test]
    fn takes_null_for_a_member_that_may_be_missing() {
        let request =
            read(r#"{"method":null,"filename":null,"type":"a/b","size":0,"checksum":null}"#)
                .unwrap();
        assert_eq!((request.filename, request.checksum, request.metadata.len()), (None, None, 0));
        assert_eq!(request.method, None);
    }

    #[test]
    fn says_which_member_is_wrong() {
        for (json, why) in [
            (r#"{"size":1}"#, "missing field `type`"),
            (r#"{"type":null,"size":1}"#, "invalid type: null, expected a string"),
            (r#"{"type":"a/b"}"#, "missing field `size`"),
            (r#"{"type":1,"size":1}"#, "invalid type: integer `1`, expected a string"),
            (r#"{"type":"a/b","size":1,"filename":["a"]}"#, "invalid type: sequence, expected a"),
            (r#"{"type":"a/b","size":-1}"#, "invalid value: integer `-1`, expected u64"),
            (r#"{"type":"a/b","size":1.0}"#, "invalid type: floating point `1.0`, expected u64"),
            (r#"{"type":"a/b","size":"1"}"#, "invalid type: string \"1\", expected u64"),
            (r#"{"type":"a/b","size":null}"#, "invalid type: null, expected u64"),
            (
                r#"{"type":"a/b","size":1,"metadata":null}"#,
                "invalid type: null, expected an object",
            ),
            (r#"{"type":"a/b","size":1,"metadata":[]}"#, "invalid type: sequence, expected an"),
            (r#"{"type":"a/b","size":1,"metadata":[["a","1"]]}"#, "invalid type: sequence"),
            (r#"{"type":"a/b","size":1,"metadata":{"a":1}}"#, "invalid type: integer `1`"),
            (r#"{"type":"a/b","size":1,"metadata":{"a":null}}"#, "invalid type: null, expected a"),
            (r#"{"type":"a/b","size":1,"acl":"public-read"}"#, "unknown field `acl`, expected one"),
            (r#"{"type":"a/b","size":1,"method":"GET"}"#, "unknown variant `GET`, expected `PUT`"),
            (r#"{"type":"a/b","size":1,"method":"put"}"#, "unknown variant `put`, expected `PUT`"),
            (r#"{"type":"a/b","size":1,"method":1}"#, "expected value"),
            (r#"{"type":"a/b","size":1,"method":{"PUT":null,"a":1}}"#, "expected value"),
            (r#"{"type":"a/b","size":1,"size":1}"#, "duplicate field `size`"),
            (r#"{"type":"a/b","size":1,"metadata":{"a":"1","a":"2"}}"#, "duplicate field `a`"),
        ] {
            let error = read(json).unwrap_err().to_string();
            assert!(error.starts_with(why), "{json}: {error}");
        }
    }

    fn read(json: &str) -> serde_json::Result<UploadRequest> {
        serde_json::from_str(json)
    }
}
