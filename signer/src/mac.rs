//! HMAC states for keys of any length, created without a `Result`.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc2104>

use hmac::digest::array::{Array, sizes::U64};
use hmac::digest::common::KeySizeUser;
use hmac::digest::{Digest, KeyInit};
use hmac::{EagerHash, Hmac};
use zeroize::{Zeroize as _, Zeroizing};

/// Block size of SHA-1 and SHA-256, in bytes. A shorter key is padded with zeros, a longer one is hashed.
const BLOCK: usize = 64;

/// An HMAC state with the key already processed.
///
/// `new_from_slice` does the same but returns a `Result`, and unwrapping it would leave a panic in the code.
pub(crate) fn keyed<D>(key: &[u8]) -> Hmac<D>
where
    D: Digest + EagerHash,
    Hmac<D>: KeyInit + KeySizeUser<KeySize = U64>,
{
    let mut block = Zeroizing::new([0; BLOCK]);
    let mut fill = |bytes: &[u8]| block.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    if key.len() <= BLOCK {
        fill(key);
    } else {
        let mut digest = <D as Digest>::digest(key);
        fill(&digest);
        digest.as_mut_slice().zeroize();
    }
    Hmac::new(<&Array<u8, U64>>::from(&*block))
}

#[cfg(all(test, feature = "sigv2"))]
mod tests {
    use hmac::Mac as _;
    use sha1::Sha1;
    use sha2::Sha256;

    use super::*;

    #[test]
    fn equals_new_from_slice() {
        for len in [0, 1, 32, 63, 64, 65, 200] {
            let key = &[b'k'; 200][..len];
            let expected = Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(b"text");
            let actual = keyed::<Sha256>(key).chain_update(b"text");
            assert_eq!(actual.finalize().into_bytes(), expected.finalize().into_bytes(), "{len}");
            let expected = Hmac::<Sha1>::new_from_slice(key).unwrap().chain_update(b"text");
            let actual = keyed::<Sha1>(key).chain_update(b"text");
            assert_eq!(actual.finalize().into_bytes(), expected.finalize().into_bytes(), "{len}");
        }
    }
}
