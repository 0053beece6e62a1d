//! Decodes a policy and rewrites what S3 allows beyond JSON.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html#sigv4-HTTPPOSTEscaping>

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::json::Json;
use crate::verify::Refusal;

/// Parses the base64 of a policy.
pub(super) fn parse(base64: &str) -> Result<Json, Refusal> {
    let text = decode(base64)?;
    let json = to_json(&text);
    serde_json::from_str(&json).map_err(|error| Refusal::Policy {
        // The error's own text might repeat a token. Lines are the same in `json`, columns are not after an escape.
        why: if json.len() == text.len() {
            format!("it is not JSON, at line {} column {}", error.line(), error.column())
        } else {
            format!("it is not JSON, at line {}", error.line())
        },
    })
}

/// Decodes base64, which may have spaces and line ends, as RFC 2045 allows and many encoders write.
pub(super) fn decode(base64: &str) -> Result<String, Refusal> {
    let base64: Vec<u8> = base64.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let text = BASE64_STANDARD.decode(base64).map_err(|_| refuse("it is not base64"))?;
    String::from_utf8(text).map_err(|_| refuse("it is not UTF-8"))
}

pub(super) fn refuse(why: &str) -> Refusal {
    Refusal::Policy { why: why.into() }
}

/// Replaces the escapes `\$` and `\v`, which only S3 has, and removes a comma after the last item of a list, as in S3's
/// first example of a policy.
pub(super) fn to_json(text: &str) -> String {
    let mut json = String::with_capacity(text.len());
    let mut chars = text.chars();
    let mut in_text = false;
    while let Some(c) = chars.next() {
        let rest = chars.as_str();
        match c {
            '\\' if in_text => match chars.next() {
                Some('$') => json.push('$'),
                Some('v') => json.push_str("\\u000b"),
                escaped => {
                    json.push(c);
                    json.extend(escaped);
                }
            },
            ',' if !in_text && rest.trim_ascii_start().starts_with(']') => json.push(' '),
            _ => {
                in_text ^= c == '"';
                json.push(c);
            }
        }
    }
    json
}

#[cfg(test)]
mod tests {
    use super::to_json;

    #[test]
    fn changes_only_what_is_no_json() {
        for (text, json) in [
            (r#"["\$a\\$b\v\\v\n\u0024"]"#, r#"["$a\\$b\u000b\\v\n\u0024"]"#),
            ("[1, [2 , \n ], ]", "[1, [2   \n ]  ]"),
            (r#"["a,]", "\",]",]"#, r#"["a,]", "\",]" ]"#),
            (r#"{"a": [],}"#, r#"{"a": [],}"#),
            ("[1,,]", "[1, ]"),
            (r"\$ \v", r"\$ \v"),
            ("\"\\", "\"\\"),
        ] {
            assert_eq!(to_json(text), json);
        }
    }
}
