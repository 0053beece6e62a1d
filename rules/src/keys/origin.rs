//! Where a key in a bucket can come from: whether a template can have made it, and for whom.

use crate::keys::part::{Part, Placeholder};
use crate::keys::template::KeyTemplate;
use crate::keys::ticket::{self, Known};

/// What a key says about its upload.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct KeyOrigin<'r, 'k> {
    /// The entry of `CALLERS`: the value of `{entry}`.
    pub(crate) entry: Option<&'r str>,
    /// The value of `{caller}`.
    pub(crate) subject: Option<&'k str>,
}

impl KeyTemplate {
    /// Returns what a key says about its upload; `None` if the template cannot have made it. `entries` are the possible values
    /// of `{entry}`.
    ///
    /// A ticket can replace a value such as `{uuid}` by any other text, so any text is accepted there.
    pub(crate) fn origin_of<'r, 'k>(
        &self,
        key: &'k str,
        entries: &[&'r str],
    ) -> Option<KeyOrigin<'r, 'k>> {
        let known = Known { entries, subject: None };
        if !ticket::matches(self.parts(), key, &known) || key.contains("//") {
            return None;
        }
        let entry = self.segment(key, Placeholder::Entry);
        Some(KeyOrigin {
            entry: entry.and_then(|entry| entries.iter().find(|name| **name == entry).copied()),
            subject: self.segment(key, Placeholder::Caller),
        })
    }

    /// Returns the segment of a key that this placeholder fills. Both are whole segments, and no value has a slash.
    fn segment<'a>(&self, key: &'a str, placeholder: Placeholder) -> Option<&'a str> {
        let at = self.parts().iter().position(|part| *part == Part::Placeholder(placeholder))?;
        let before = self.parts().get(..at)?.iter().map(|part| match part {
            Part::Literal(text) => text.matches('/').count(),
            Part::Placeholder(_) | Part::Claim(_) => 0,
        });
        key.split('/').nth(before.sum())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value};
    use signer::UnixTime;

    use super::*;
    use crate::ambient::Ambient;
    use crate::callers::caller::Caller;
    use crate::callers::segment::Segment;
    use crate::keys::file_name::FileName;
    use crate::keys::fill::Values;
    use crate::keys::part::UPLOAD;

    fn template(text: &str) -> KeyTemplate {
        KeyTemplate::parse(text, UPLOAD).unwrap()
    }

    #[test]
    fn a_key_names_its_caller() {
        let of_caller = template("avatars/{entry}/x/{caller}/{uuid}.{ext}");
        let origin = of_caller.origin_of("avatars/login/x/ada/1.png", &["shop", "login"]);
        assert_eq!(origin, Some(KeyOrigin { entry: Some("login"), subject: Some("ada") }));
        for other in [
            "avatars/nobody/x/ada/1.png",
            "avatars/login/y/ada/1.png",
            "avatars/login/x/ada/1",
            "avatars/login/x/ada/b/1.png",
            "avatars/login/x//1.png",
            "avatars/login/x/ada/",
            "",
        ] {
            assert_eq!(of_caller.origin_of(other, &["shop", "login"]), None, "{other}");
        }
        let without = template("a/{claim.team}/{filename}").origin_of("a/t/x.png", &[]);
        assert_eq!(without, Some(KeyOrigin { entry: None, subject: None }));
    }

    proptest! {
        /// The law: a template recognises every key that it makes, and the caller that it made it for.
        #[test]
        fn a_template_recognises_every_key_that_it_makes(
            order in proptest::sample::subsequence(
                vec!["{entry}", "{caller}", "{claim.team}", "{uuid}.{ext}", "{stem}-{date}", "x{filename}"], 1..=6,
            ).prop_shuffle(),
            subject in "[a-zA-Z0-9@.|_ü-]{1,20}",
            team in "[a-z0-9 ]{1,20}",
            name in "[^/\\\\$\u{0}-\u{1f}\u{7f}-\u{9f}]{1,30}",
        ) {
            let key = template(&format!("files/{}", order.join("/")));
            let claims = Map::from_iter([("team".to_owned(), Value::from(team))]);
            let (Some(subject), Ok(name)) = (Segment::new(&subject), FileName::new(&name)) else { return Ok(()) };
            let caller = Caller::with_claims(subject, claims).accepted_by("login");
            let ambient = Ambient { now: UnixTime::from_secs(1_795_808_400), random: || [7; 16] };
            let values = Values { caller: &caller, ambient, extension: Some("png"), filename: Some(&name), path: "" };
            let Ok(made) = key.fill(&values) else { return Ok(()) };
            let origin = key.origin_of(made.as_str(), &["login", "other"]);
            let has = |placeholder: &str| order.contains(&placeholder);
            prop_assert_eq!(origin, Some(KeyOrigin {
                entry: has("{entry}").then_some("login"),
                subject: if has("{caller}") { caller.subject() } else { None },
            }));
        }
    }
}
