//! Why a security token service gave no credentials, for the log.

use core::fmt;

use crate::effect::results::Fetched;

/// Why a request for credentials failed. It contains no secret, and nothing of the answer but its error code.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CredentialsFailure {
    /// No answer came in time.
    NoAnswer,
    /// The service rejected the request.
    Rejected {
        /// The answer's status.
        status: u16,
        /// The error code of the answer; empty if it has none.
        code: String,
    },
    /// The answer has no credentials, or they have expired.
    NoCredentials,
    /// The platform cannot sign with the issuer's key, so nothing was sent.
    NotSigned,
}

impl CredentialsFailure {
    pub(crate) fn rejected(answer: &Fetched) -> Self {
        // Whatever the answer calls a code, a secret is not letters alone.
        let is_code =
            |code: &String| code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphabetic());
        let code = answer.code().filter(is_code).unwrap_or_default();
        Self::Rejected { status: answer.status, code }
    }
}

impl fmt::Display for CredentialsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer => f.write_str("the token service did not answer"),
            Self::Rejected { status, code } => {
                let space = if code.is_empty() { "" } else { " " };
                write!(f, "the token service answered {status}{space}{code}")
            }
            Self::NoCredentials => {
                f.write_str("the token service answered without valid credentials")
            }
            Self::NotSigned => f.write_str("the issuer's key cannot sign"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_code_and_nothing_else_of_an_answer() {
        let shown = |status, body: &str| {
            let answer = Fetched { status, body: body.into(), ..Fetched::default() };
            CredentialsFailure::rejected(&answer).to_string()
        };
        let error = |code: &str| {
            format!(
                "<ErrorResponse><Error><Code>{code}</Code><Message>secret</Message></Error></ErrorResponse>"
            )
        };
        assert_eq!(shown(500, "secret"), "the token service answered 500");
        assert_eq!(
            shown(400, &error("ValidationError")),
            "the token service answered 400 ValidationError"
        );
        assert_eq!(
            shown(403, &error("SignatureDoesNotMatch")),
            "the token service answered 403 SignatureDoesNotMatch"
        );
        assert_eq!(shown(403, &error("wJalrXUtnFEMI/K7MDENG")), "the token service answered 403");
    }
}
