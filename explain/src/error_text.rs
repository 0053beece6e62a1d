//! Finds the error of an S3 server in what tools and SDKs print.

use crate::server_error::ServerError;

/// How much of a text is searched, in bytes.
const MAX_TEXT: usize = 1 << 20;
/// Longest message that is read, in bytes.
const MAX_MESSAGE: usize = 2_000;

/// How a tool prints an error: the text before the code, between the code and the message, and after the message.
struct Pattern {
    before: &'static str,
    between: Between,
    after: &'static [&'static str],
}

enum Between {
    /// The message follows after this text.
    Text(&'static str),
    /// The message is the text before the first of these.
    MessageFirst(&'static str),
    /// There is no message.
    Nothing,
}

const PATTERNS: &[Pattern] = &[
    // aws cli, boto3: An error occurred (AccessDenied) when calling the PutObject operation: Access Denied
    Pattern { before: "An error occurred (", between: Between::Text(" operation"), after: &["\n"] },
    Pattern { before: "A client error (", between: Between::Text(" operation"), after: &["\n"] },
    // .NET SDK: Error making request with Error Code AccessDenied and Http Status Code Forbidden.
    Pattern { before: " with Error Code ", between: Between::Nothing, after: &[] },
    // Go SDK v2, rclone: api error AccessDenied: Access Denied
    Pattern { before: "api error ", between: Between::Text(": "), after: &["\n", "\""] },
    // Java SDK v1: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: ...)
    Pattern {
        before: "Error Code: ",
        between: Between::MessageFirst(" (Service: "),
        after: &["Exception: ", "\n"],
    },
    // s3cmd: S3 error: 403 (AccessDenied): Access Denied
    Pattern { before: "S3 error: 4", between: Between::Text("): "), after: &["\n"] },
    Pattern { before: "S3 error: 5", between: Between::Text("): "), after: &["\n"] },
    // MinIO's Python SDK: S3 operation failed; code: AccessDenied, message: Access Denied., resource: ...
    Pattern {
        before: "S3 operation failed; code: ",
        between: Between::Text(", message: "),
        after: &[", resource: ", "\n"],
    },
    // Ruby SDK: Aws::S3::Errors::AccessDenied: Access Denied, or Access Denied (Aws::S3::Errors::AccessDenied)
    Pattern { before: "Aws::S3::Errors::", between: Between::Text(": "), after: &["\n"] },
    // Rust SDK: code: "AccessDenied", message: "Access Denied"
    Pattern { before: "code: \"", between: Between::Text("message: \""), after: &["\""] },
    Pattern { before: "code: Some(\"", between: Between::Text("message: Some(\""), after: &["\""] },
    // JavaScript SDK: AccessDenied: Access Denied ... Code: 'AccessDenied'
    Pattern { before: "Code: '", between: Between::Nothing, after: &[] },
    Pattern { before: "code: '", between: Between::Nothing, after: &[] },
    Pattern { before: "Code: \"", between: Between::Nothing, after: &[] },
    Pattern { before: "\"Code\": \"", between: Between::Nothing, after: &[] },
    Pattern { before: "\"Code\":\"", between: Between::Nothing, after: &[] },
];

/// Sentences of S3 that tools print without the code.
const SENTENCES: &[(&str, &str)] = &[
    ("The request signature we calculated does not match", "SignatureDoesNotMatch"),
    ("Access Key Id you provided does not exist", "InvalidAccessKeyId"),
    ("The difference between the request time and the", "RequestTimeTooSkewed"),
    ("The specified key does not exist", "NoSuchKey"),
    ("The specified bucket does not exist", "NoSuchBucket"),
    ("The provided token has expired", "ExpiredToken"),
    ("The provided token is malformed or otherwise invalid", "InvalidToken"),
    ("Request has expired", "AccessDenied"),
    ("Invalid according to Policy", "AccessDenied"),
    ("There were headers present in the request which were not signed", "AccessDenied"),
    (
        "The body of your POST request is not well-formed multipart/form-data",
        "MalformedPOSTRequest",
    ),
    ("Your proposed upload exceeds the maximum allowed size", "EntityTooLarge"),
    ("Your proposed upload is smaller than the minimum allowed", "EntityTooSmall"),
    (
        "The bucket you are attempting to access must be addressed using the specified endpoint",
        "PermanentRedirect",
    ),
    ("Error parsing the X-Amz-Credential parameter", "AuthorizationQueryParametersError"),
    ("Query-string authentication version 4 requires", "AuthorizationQueryParametersError"),
    ("Only one auth mechanism allowed", "InvalidArgument"),
    ("The authorization mechanism you have provided is not supported", "InvalidRequest"),
    ("A header you provided implies functionality that is not implemented", "NotImplemented"),
    ("Access Denied", "AccessDenied"),
];

/// The error in a text; `None` if it has none of the known forms.
pub(crate) fn find(text: &str) -> Option<ServerError> {
    let text = beginning(text);
    in_xml(text)
        .or_else(|| PATTERNS.iter().find_map(|pattern| pattern.find(text)))
        .or_else(|| before_message(text))
        .or_else(|| by_sentence(text))
}

fn beginning(text: &str) -> &str {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// The XML of an answer inside another text.
fn in_xml(text: &str) -> Option<ServerError> {
    let start = text.find("<Error>").or_else(|| text.find("<Error "))?;
    let (_, rest) = text.split_at_checked(start)?;
    let end = rest.find("</Error>")? + "</Error>".len();
    let xml = rest.get(..end)?;
    // A text in quotes may have escapes for its line ends.
    ServerError::parse(xml)
        .or_else(|| ServerError::parse(&xml.replace("\\n", "\n").replace("\\\"", "\"")))
}

impl Pattern {
    fn find(&self, text: &str) -> Option<ServerError> {
        let (first, rest) = text.split_once(self.before)?;
        // s3cmd prints the status before the code.
        let rest = if self.before.starts_with("S3 error") { rest.split_once('(')?.1 } else { rest };
        let code = code_at(rest)?;
        let message = match self.between {
            Between::Nothing => return Some(ServerError::new(code, &Self::sentence(text))),
            Between::Text(between) => {
                let rest = rest.get(code.len()..)?;
                let rest = rest.get(..MAX_MESSAGE).unwrap_or(rest);
                if between == ": " {
                    rest.strip_prefix(between)
                } else {
                    rest.split_once(between).map(|(_, message)| message)
                }
            }
            Between::MessageFirst(between) => {
                let before = first.rsplit_once(between).map_or(first, |(before, _)| before);
                let line = before.lines().next_back().unwrap_or_default();
                return Some(ServerError::new(
                    code,
                    line.rsplit_once("Exception: ").map_or(line, |(_, message)| message),
                ));
            }
        };
        let message = message.unwrap_or_default();
        // ` (reached max retries: 4): ` of the AWS tools.
        let message = message
            .strip_prefix(" (")
            .and_then(|rest| rest.split_once("): "))
            .map_or(message, |(_, message)| message);
        let message = message.strip_prefix(": ").unwrap_or(message);
        let end = self.after.iter().filter_map(|after| message.find(after)).min();
        Some(ServerError::new(code, message.get(..end.unwrap_or(message.len()))?.trim()))
    }

    /// The known sentence in a text, as a message.
    fn sentence(text: &str) -> String {
        let known = SENTENCES.iter().find(|(sentence, _)| text.contains(sentence));
        known.map_or(String::new(), |(sentence, _)| line_at(text, sentence).to_owned())
    }
}

/// `AccessDenied: Access Denied` at the start of a line or after a space: Go SDK v1, PHP SDK, JavaScript SDK.
fn before_message(text: &str) -> Option<ServerError> {
    SENTENCES.iter().map(|(_, code)| *code).find_map(|code| {
        let found = [": ", " (client): "].into_iter().find_map(|between| {
            let (before, message) = text.split_once(&format!("{code}{between}"))?;
            let is_word = !before.ends_with(|c: char| c.is_ascii_alphanumeric());
            is_word.then_some(message)
        })?;
        Some(ServerError::new(code, found.lines().next().unwrap_or_default().trim()))
    })
}

fn by_sentence(text: &str) -> Option<ServerError> {
    let (sentence, code) = SENTENCES.iter().find(|(sentence, _)| text.contains(sentence))?;
    Some(ServerError::new(code, line_at(text, sentence)))
}

/// The text from a sentence to the end of its line.
fn line_at<'t>(text: &'t str, sentence: &str) -> &'t str {
    let start = text.find(sentence).unwrap_or_default();
    text.get(start..).unwrap_or_default().lines().next().unwrap_or_default()
}

/// The code that a text begins with: `AccessDenied`, or a status such as `403`.
fn code_at(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let code = text.get(..end)?;
    let is_code = code.len() > 3 && code.starts_with(|c: char| c.is_ascii_uppercase());
    let is_status = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
    (is_code && code.len() <= 60 || is_status).then_some(code)
}
