//! Cached signing keys, each for the day on which it is valid.

use std::sync::{Mutex, PoisonError};

use signer::{Credentials, Dialect, Region, Signer, SigningKeyCache, UnixTime};

/// The signing key of one bucket. It is derived again each day, and when the credentials change.
///
/// Deriving it is most of the cost of a signature. It stays in the Worker's instance, as the secret itself does.
#[derive(Debug, Default)]
pub(crate) struct SigningKeys(Mutex<Option<(Dialect, SigningKeyCache)>>);

impl SigningKeys {
    /// Calls `sign` with a signer for `now`.
    pub(crate) fn with<T>(
        &self,
        credentials: &Credentials,
        (region, dialect): (&Region, Dialect),
        now: UnixTime,
        sign: impl FnOnce(&Signer<'_>) -> T,
    ) -> T {
        // A panic cannot leave the cache half written.
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cached.as_ref().is_some_and(|(cached_dialect, cache)| {
            *cached_dialect != dialect || !cache.is_of(credentials)
        }) {
            *cached = None;
        }
        let (_, cache) = cached.get_or_insert_with(|| {
            let cache = SigningKeyCache::new(credentials.clone(), region.clone());
            (dialect, cache.in_dialect(dialect))
        });
        sign(&cache.signer(now))
    }
}

/// A clone starts without a key.
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
        let (first, second) =
            (Credentials::new("AKIA", "first"), Credentials::new("AKIA", "second"));
        let token = first.clone().with_session_token("token");
        let day = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
        let (amazon, google) = (Dialect::Amazon, Dialect::Google);
        for (credentials, dialect, now) in [
            (&first, amazon, day),
            (&first, amazon, day.plus_secs(60)),
            (&second, amazon, day.plus_secs(60)),
            (&first, google, day.plus_secs(60)),
            (&token, amazon, day.plus_secs(60)),
            (&first, amazon, day.plus_secs(86_400)),
        ] {
            let cached = keys.with(credentials, (&region, dialect), now, |s| presign.sign(s).url);
            let new = Signer::new(credentials, &region, now).in_dialect(dialect);
            assert_eq!(cached, presign.sign(&new).url);
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
