//! The name of a session, by which a provider's log says who used its credentials.
//!
//! Spec: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use signer::Payload;

use crate::callers::caller::Caller;

/// Longest name of a session, in characters.
const MAX_LEN: usize = 64;

/// Length of a digest of a caller's name, in characters: 128 bits.
const DIGEST: usize = 32;

/// Returns `login=ada` for the subject `ada` of the entry `login`. A subject that a name cannot have is replaced by the first half
/// of the SHA-256 of `login=` and the subject, in hexadecimal digits. So is one that looks like such a digest, so that no caller
/// has the name of another.
pub(super) fn session_name(caller: &Caller) -> String {
    let subject = caller.subject().unwrap_or_default();
    let name = [caller.name(), "=", subject].concat();
    // Amazon also takes `+`, and Ceph does not.
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"_=,.@-".contains(&b);
    let is_digest = subject.len() == DIGEST && subject.bytes().all(|b| b.is_ascii_hexdigit());
    if name.len() <= MAX_LEN && name.bytes().all(is_allowed) && !is_digest {
        return name;
    }
    // Both are ASCII: an entry's name by the configuration.
    let (mut entry, mut digest) =
        (caller.name().to_owned(), Payload::of(name.as_bytes()).to_string());
    entry.truncate(MAX_LEN - 1 - DIGEST);
    digest.truncate(DIGEST);
    [entry, digest].join("=")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callers::segment::Segment;

    fn name(entry: &str, subject: &str) -> String {
        session_name(&Caller::with_subject(Segment::new(subject).unwrap()).accepted_by(entry))
    }

    #[test]
    fn names_the_caller_in_the_characters_of_every_server() {
        assert_eq!(name("login", "ada@example.com"), "login=ada@example.com");
        assert_eq!(name("login", "auth0|5f7c"), "login=fa5b73787610fae11488d5f5431f9842");
        assert_eq!(session_name(&Caller::anyone().accepted_by("public")), "public=");
        for (entry, subject) in
            [("login", "auth0|5f7c"), ("login", "Zoë"), ("login", "a+b"), (&"e".repeat(64), "ada")]
        {
            let name = name(entry, subject);
            let is_digest =
                |text: &str| text.len() == DIGEST && text.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(
                name.len() <= MAX_LEN && name.rsplit('=').next().is_some_and(is_digest),
                "{name}"
            );
        }
        assert_ne!(name("login", "auth0|1"), name("login", "auth0|2"));
        assert_ne!(name("login", "auth0|1"), name("shop", "auth0|1"));
        let digest = "fa5b73787610fae11488d5f5431f9842"; // of `auth0|5f7c`, see above
        for imitation in [digest, &digest.to_uppercase()] {
            assert_ne!(name("login", imitation), format!("login={imitation}"));
            assert_ne!(name("login", imitation), name("login", "auth0|5f7c"));
        }
    }
}
