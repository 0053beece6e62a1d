//! `countries`: the countries from which a rule may be used.
//!
//! Spec: <https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties>

use crate::config::error::ConfigError;
use crate::config::reader::ConfigValue;

const EXPECTED: &str =
    r#"a country's code of ISO 3166-1 in capitals, such as "DE", or "T1" for the Tor network"#;

/// Cloudflare's code for a client whose country it does not know. A rule cannot permit it, since it says nothing.
const UNKNOWN: &str = "XX";

/// A list of countries.
#[derive(Clone, Debug)]
pub(crate) struct Countries(Vec<String>);

impl Countries {
    pub(crate) fn parse(entry: &ConfigValue<'_>) -> Result<Self, ConfigError> {
        let entries = entry.non_empty_list(r#"a list of countries such as ["DE", "AT"]"#)?;
        let mut codes = Vec::with_capacity(entries.len());
        for entry in entries {
            codes.push(entry.parsed(EXPECTED, |text| is_code(text).then(|| text.to_owned()))?);
        }
        Ok(Self(codes))
    }

    /// Returns whether a country is among them.
    pub(crate) fn contain(&self, country: &str) -> bool {
        self.0.iter().any(|code| code == country)
    }

    pub(crate) fn codes(&self) -> &[String] {
        &self.0
    }
}

fn is_code(text: &str) -> bool {
    let letters = text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
    (letters && text != UNKNOWN) || text == "T1"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_two_capital_letters_or_tor() {
        for good in ["DE", "AT", "GB", "T1"] {
            assert!(is_code(good), "{good}");
        }
        for bad in ["", "D", "de", "De", "DEU", "XX", "T2", "1T", "D ", "ÄÖ"] {
            assert!(!is_code(bad), "{bad}");
        }
    }

    #[test]
    fn another_code_is_another_country() {
        let countries = Countries(vec!["DE".into(), "T1".into()]);
        for (country, expected) in
            [("DE", true), ("T1", true), ("AT", false), ("XX", false), ("de", false), ("", false)]
        {
            assert_eq!(countries.contain(country), expected, "{country}");
        }
    }
}
