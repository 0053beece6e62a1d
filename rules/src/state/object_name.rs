//! Names of objects.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use sha2::{Digest as _, Sha256};

/// Makes the name of the object that `parts` identify: a digest, since the platform shows names to operators, and the parts can be
/// a capability or a caller's name.
///
/// `kind` separates objects of different use.
pub(crate) fn object_name(kind: &str, parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in [kind].iter().chain(parts) {
        let len = u64::try_from(part.len()).unwrap_or(u64::MAX);
        digest.update(len.to_be_bytes()); // so that "a", "bc" is not "ab", "c"
        digest.update(part.as_bytes());
    }
    BASE64_URL_SAFE_NO_PAD.encode(digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_parts_have_different_names() {
        let names = [
            object_name("link", &["a"]),
            object_name("list", &["a"]),
            object_name("list", &["a", ""]),
            object_name("list", &["a", "bc"]),
            object_name("list", &["ab", "c"]),
            object_name("list", &["abc"]),
        ];
        for (at, name) in names.iter().enumerate() {
            assert_eq!(name.len(), 43);
            assert!(!names[..at].contains(name), "{at}");
        }
        assert_eq!(object_name("link", &["a"]), names[0]);
    }
}
