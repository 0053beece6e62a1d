//! What a bucket reports about an object.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>

use core::fmt;
use std::time::UNIX_EPOCH;

use signer::UnixTime;

use crate::effect::results::Fetched;
use crate::upload::checksum;

/// What a bucket reports about an object, without its bytes.
#[derive(Clone, Eq, PartialEq)]
pub struct ObjectHead {
    /// In bytes.
    pub size: u64,
    /// The media type; empty if the bucket reports none.
    pub media_type: String,
    /// As the bucket writes it, with its quotes.
    pub etag: String,
    /// When the bucket stored the object.
    pub stored_at: UnixTime,
    /// The same by the bucket's own clock.
    pub modified_at: UnixTime,
    /// Checksums such as `sha256-<base64>`, if the bucket reports any.
    pub checksums: Vec<String>,
}

impl ObjectHead {
    /// Reads the headers of a bucket's answer, which came at `now`; returns `None` if one of them is missing or malformed.
    ///
    /// The object's age is the difference of two times of the bucket's clock, `Date` and `Last-Modified`. So it does not matter
    /// whether that clock is right.
    pub(crate) fn read(answer: &Fetched, now: UnixTime) -> Option<Self> {
        let text = |name: &str| {
            let header = answer.headers.iter().find(|(header, _)| header == name);
            header.map(|(_, value)| value.as_str())
        };
        let time = |name| text(name).map(http_date);
        let modified_at = time("last-modified")??;
        let stored_at = match time("date").flatten() {
            None => modified_at,
            Some(date) => UnixTime::from_secs(
                now.as_secs().saturating_sub(date.as_secs().saturating_sub(modified_at.as_secs())),
            ),
        };
        let checksums = checksum::algorithms()
            .filter_map(|(algorithm, header)| Some(format!("{algorithm}-{}", text(&header)?)));
        Some(Self {
            size: text("content-length")?.parse().ok()?,
            media_type: text("content-type").unwrap_or_default().to_owned(),
            etag: text("etag").filter(|etag| !etag.is_empty())?.to_owned(),
            stored_at,
            modified_at,
            checksums: checksums.collect(),
        })
    }
}

/// Parses a date of HTTP: `Mon, 23 Nov 2026 19:00:00 GMT`.
fn http_date(text: &str) -> Option<UnixTime> {
    let since = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(UnixTime::from_secs(since.as_secs()))
}

/// Shows the size only.
impl fmt::Debug for ObjectHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectHead").field("size", &self.size).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z

    fn read(headers: &[(&str, &str)]) -> Option<ObjectHead> {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        ObjectHead::read(&Fetched { headers: headers.collect(), ..Fetched::default() }, NOW)
    }

    const LENGTH: (&str, &str) = ("content-length", "7");
    const ETAG: (&str, &str) = ("etag", "\"e\"");
    const MODIFIED: (&str, &str) = ("last-modified", "Mon, 23 Nov 2026 18:59:30 GMT");

    #[test]
    fn reads_what_s3_reports() {
        let head = read(&[
            LENGTH,
            ETAG,
            MODIFIED,
            ("content-type", "image/png"),
            ("x-amz-checksum-sha256", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        ]);
        let head = head.unwrap();
        assert_eq!(
            (head.size, head.media_type.as_str(), head.etag.as_str()),
            (7, "image/png", "\"e\"")
        );
        assert_eq!(head.stored_at, UnixTime::from_secs(NOW.as_secs() - 30));
        assert_eq!(head.checksums, ["sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="]);
    }

    #[test]
    fn measures_the_age_by_the_clock_of_the_bucket() {
        for (date, age) in [
            ("Mon, 23 Nov 2026 18:59:40 GMT", 10),
            ("Mon, 23 Nov 2026 20:59:30 GMT", 7_200),
            ("Mon, 23 Nov 2026 18:59:30 GMT", 0),
            ("Mon, 23 Nov 2026 18:00:00 GMT", 0), // a clock does not go back, so the object is new
            ("yesterday", 30),
        ] {
            let head = read(&[LENGTH, ETAG, MODIFIED, ("date", date)]).unwrap();
            assert_eq!(head.stored_at, UnixTime::from_secs(NOW.as_secs() - age), "{date}");
        }
    }

    #[test]
    fn refuses_an_answer_without_size_etag_or_time() {
        assert!(read(&[LENGTH, ETAG, MODIFIED]).is_some());
        for headers in [
            &[LENGTH, ETAG][..],
            &[LENGTH, MODIFIED],
            &[ETAG, MODIFIED],
            &[("content-length", "-7"), ETAG, MODIFIED],
            &[("content-length", "7, 7"), ETAG, MODIFIED],
            &[LENGTH, ("etag", ""), MODIFIED],
            &[LENGTH, ETAG, ("last-modified", "2026-11-23T18:59:30Z")],
            &[LENGTH, ETAG, ("last-modified", "Mon, 23 Nov 1926 18:59:30 GMT")],
        ] {
            assert_eq!(read(headers), None, "{headers:?}");
        }
    }
}
