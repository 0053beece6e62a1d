//! Signing keys, kept for the day that they are good for.

use std::sync::{Mutex, PoisonError};

use signer::{Credentials, Dialect, Region, Signer, SigningKeyCache, UnixTime};

/// The signing key of one bucket: derived when something is first signed on a day, and anew for other credentials.
///
/// Deriving it is most of what a signature costs. It stays in the instance, as the secret does that it comes from.
#[derive(Debug, Default)]
pub(crate) struct SigningKeys(Mutex<Option<(Dialect, SigningKeyCache)>>);

impl SigningKeys {
    /// Hands a signer for `now` to `sign`.
    pub(crate) fn with<T>(
        &self,
        credentials: &Credentials,
        (region, dialect): (&Region, Dialect),
        now: UnixTime,
        sign: impl FnOnce(&Signer<'_>) -> T,
    ) -> T {
        // Nothing that panics leaves the cache half made.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_some_and(|(of, cache)| *of != dialect || !cache.is_of(credentials)) {
            *kept = None;
        }
        let (_, cache) = kept.get_or_insert_with(|| {
            let cache = SigningKeyCache::new(credentials.clone(), region.clone());
            (dialect, cache.in_dialect(dialect))
        });
        sign(&cache.signer(now))
    }
}

/// A clone derives its own.
impl Clone for SigningKeys {
    fn clone(&self) -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use signer::{Bucket, Expires, Method, ObjectKey, Presign, UrlStyle};

    use super::*;

    #[test]
    fn signs_as_a_new_key_would_whatever_was_signed_before() {
        let region = Region::new("auto").unwrap();
        let bucket =
            Bucket::new("https://s3.example.com", UrlStyle::Path, "media", region.clone()).unwrap();
        let key = ObjectKey::new("a.txt").unwrap();
        let presign = Presign::new(Method::Get, &bucket, &key, Expires::MAX);
        let keys = SigningKeys::default();
        let (one, other) = (Credentials::new("AKIA", "one"), Credentials::new("AKIA", "other"));
        let token = one.clone().with_session_token("token");
        let day = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
        let (amazon, google) = (Dialect::Amazon, Dialect::Google);
        for (credentials, dialect, now) in [
            (&one, amazon, day),
            (&one, amazon, day.plus_secs(60)),
            (&other, amazon, day.plus_secs(60)),
            (&one, google, day.plus_secs(60)),
            (&token, amazon, day.plus_secs(60)),
            (&one, amazon, day.plus_secs(86_400)),
        ] {
            let kept = keys.with(credentials, (&region, dialect), now, |s| presign.sign(s).url);
            let new = Signer::new(credentials, &region, now).in_dialect(dialect);
            assert_eq!(kept, presign.sign(&new).url);
        }
    }

    #[test]
    fn shows_no_secret() {
        let (keys, region) = (SigningKeys::default(), Region::new("auto").unwrap());
        let credentials = Credentials::new("AKIA", "secret").with_session_token("token");
        let now = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
        keys.with(&credentials, (&region, Dialect::Amazon), now, |_| ());
        let shown = format!("{keys:?}");
        assert!(!shown.contains("secret") && !shown.contains("token"), "{shown}");
    }
}
