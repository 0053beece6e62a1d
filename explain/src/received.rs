//! Compares a link with the request that the server received.

use crate::cause::{Cause, Code};
use crate::link::{Link, decode, decode_query};

/// Finds changes in transit, by the server's canonical request.
pub(crate) fn check(link: &Link, canonical: &str) -> Vec<Cause> {
    let mut lines = canonical.lines().skip(1);
    let (Some(path), Some(query)) = (lines.next(), lines.next()) else { return Vec::new() };
    let host = canonical.lines().find_map(|line| line.strip_prefix("host:"));
    let host = host.filter(|host| *host != link.host).map(|host| wrong_host(&link.host, host));
    let mut causes: Vec<_> = host.into_iter().collect();
    let paths = [decode(&link.path), decode(path)];
    causes.extend(differing("the path", paths, Code::PathChanged));
    causes.extend(parameters(link, query));
    causes
}

pub(crate) fn wrong_host(signed: &str, arrived: &str) -> Cause {
    let message = format!("the link is signed for the host {signed}, but was sent to {arrived}");
    let hint = "send the request to the signed host, or sign for the public host; a proxy in between must keep the Host header";
    Cause::new(Code::WrongHost, message, hint)
}

pub(crate) fn double_encoded(part: &str) -> Cause {
    let message = format!("{part} is percent-encoded twice: it has %25 where % was signed");
    let hint = "use the link unchanged: it is already encoded, and encodeURI breaks it";
    Cause::new(Code::DoubleEncoded, message, hint)
}

pub(crate) fn plus_for_space(part: &str) -> Cause {
    let hint = "write a space as %20: + means a space only in HTML forms, so do not build the link with URLSearchParams or urlencode";
    Cause::new(Code::PlusForSpace, format!("{part} has + where %20 was signed"), hint)
}

/// The cause for a plus sign that a server reads as a space.
pub(crate) fn plus_not_encoded(part: &str) -> Cause {
    let message = format!("{part} has + where %2B was signed: a server reads + as a space");
    let hint = "write a plus sign as %2B, and use the link unchanged: do not decode it";
    Cause::new(Code::PlusForSpace, message, hint)
}

pub(crate) fn query_changed(message: String) -> Cause {
    Cause::new(Code::QueryChanged, message, "use the link unchanged: every parameter is signed")
}

/// How a text as signed and one as it arrived differ. The cause has `default_code` if the difference is not a common one.
fn differing(part: &str, [signed, arrived]: [String; 2], default_code: Code) -> Option<Cause> {
    if signed == arrived {
        return None;
    }
    if decode(&arrived) == signed {
        return Some(double_encoded(part));
    }
    if arrived.replace('+', " ") == signed {
        return Some(plus_for_space(part));
    }
    if signed.replace('+', " ") == arrived {
        return Some(plus_not_encoded(part));
    }
    let message = format!("{part} was changed in transit");
    Some(Cause::new(
        default_code,
        message,
        "use the link unchanged; a proxy in between must not rewrite it",
    ))
}

fn parameters(link: &Link, query: &str) -> Vec<Cause> {
    let signature = link.name_of("Signature");
    let arrived: Vec<_> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decode(name), value))
        .collect();
    let signed_query: Vec<_> =
        link.query.iter().map(|(name, value)| (decode_query(name), value.as_str())).collect();
    let has = |all: &[(String, &str)], name: &str| all.iter().any(|(found, _)| found == name);
    let added = arrived.iter().filter(|(name, _)| !has(&signed_query, name));
    let added = added.map(|(name, _)| {
        query_changed(format!("the parameter {name} was added after the link was signed"))
    });
    let covered = signed_query.iter().filter(|(name, _)| *name != signature);
    let changed = covered.filter_map(|(name, value)| {
        let Some((_, found)) = arrived.iter().find(|(found, _)| found == name) else {
            return Some(query_changed(format!("the parameter {name} was removed")));
        };
        let values = [decode_query(value), decode(found)];
        differing(&format!("the parameter {name}"), values, Code::QueryChanged)
    });
    added.chain(changed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(link: &str, canonical: &str) -> Vec<Code> {
        let link = Link::parse(link).unwrap();
        check(&link, canonical).into_iter().map(|cause| cause.code).collect()
    }

    #[test]
    fn finds_what_was_changed_in_a_link() {
        let link = "http://s3.test/media/a%20b?X-Amz-Date=1&X-Amz-Signature=2&type=x%20y";
        for (canonical, expected) in [
            ("GET\n/media/a%20b\nX-Amz-Date=1&type=x%20y\nhost:s3.test\n", &[][..]),
            (
                "GET\n/media/a%2520b\nX-Amz-Date=1&type=x%20y\nhost:s3.test\n",
                &[Code::DoubleEncoded],
            ),
            ("GET\n/media/a%2Bb\nX-Amz-Date=1&type=x%20y\nhost:s3.test\n", &[Code::PlusForSpace]),
            ("GET\n/media/c\nX-Amz-Date=1&type=x%20y\nhost:s3.test\n", &[Code::PathChanged]),
            ("GET\n/media/a%20b\nX-Amz-Date=1&type=x%2By\nhost:s3.test\n", &[Code::PlusForSpace]),
            ("GET\n/media/a%20b\nX-Amz-Date=1&type=x%20y\nhost:s3.test\n", &[]),
            ("GET\n/media/a%20b\nX-Amz-Date=1\nhost:s3.test\n", &[Code::QueryChanged]),
            (
                "GET\n/media/a%20b\nX-Amz-Date=1&_=3&type=x%20y\nhost:cdn.test\n",
                &[Code::WrongHost, Code::QueryChanged],
            ),
            ("GET", &[]),
        ] {
            assert_eq!(codes(link, canonical), expected, "{canonical}");
        }
    }
}
