//! Redirects that mail filters, chats and search engines put around a link.
//!
//! Their parameters differ, but each has the whole target in a parameter or in the path. Proofpoint encodes it in ways
//! of its own: <https://help.proofpoint.com/Threat_Insight_Dashboard/API_Documentation/URL_Decoder_API>.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};

use crate::link::{Link, decode};

/// The host of the redirect, and its target; `None` if the link is no redirect, or its target is not signed.
pub(super) fn target(link: &Link, text: &str) -> Option<(String, String)> {
    if let Some(target) = version_3(text) {
        return Some((link.host.clone(), target));
    }
    if link.dialect().is_some() || link.other_scheme().is_some() {
        return None;
    }
    let version_2 = link.path.starts_with("/v2/url").then(|| {
        let target = link.query.iter().find(|(name, _)| name == "u");
        target.map(|(_, value)| decode(&value.replace('-', "%").replace('_', "/")))
    });
    let in_query = link.query.iter().map(|(_, value)| decode(value));
    let in_path = link.path.split('/').map(decode);
    let targets = version_2.flatten().into_iter().chain(in_query);
    let is_target = |target: &String| {
        let is_url = target.starts_with("http://") || target.starts_with("https://");
        // A target may be wrapped again.
        is_url
            && (target.contains("X-Amz-")
                || Link::parse(target)
                    .is_some_and(|link| link.is_signed() || target.contains("%3F")))
    };
    let found = targets.chain(in_path).find(is_target)?;
    Some((link.host.clone(), found))
}

/// `https://urldefense.com/v3/__<URL>__;<letters>!!...`: in the URL, `*` stands for the next of the letters, which are in
/// base64, and `**A` for the next two, `**B` for the next three.
fn version_3(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("/v3/__")?;
    let (url, rest) = rest.split_once("__;")?;
    let (letters, _) = rest.split_once('!')?;
    let letters = BASE64_URL_SAFE_NO_PAD.decode(letters.trim_end_matches('=')).ok()?;
    let letters = String::from_utf8(letters).ok()?;
    let (mut letters, mut decoded) = (letters.chars(), String::new());
    let mut rest = url.chars();
    while let Some(letter) = rest.next() {
        if letter != '*' {
            decoded.push(letter);
        } else if let Some(run) = rest.as_str().strip_prefix('*') {
            let length = run.chars().next().and_then(run_length)?;
            rest = run.get(1..)?.chars();
            decoded.extend(letters.by_ref().take(length));
        } else {
            decoded.extend(letters.next());
        }
    }
    // The slashes of a scheme are folded.
    let slashes =
        decoded.find(":/").filter(|at| !decoded.get(*at..).unwrap_or_default().starts_with("://"));
    if let Some(at) = slashes {
        decoded.insert(at + 1, '/');
    }
    Some(decoded)
}

fn run_length(letter: char) -> Option<usize> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    letters.find(letter).map(|at| at + 2)
}
