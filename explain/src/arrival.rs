//! The place that a link names, held against the one that the server says it was asked for.

use crate::link::decode;
use crate::{Cause, Code, Link};

/// What became of the link on its way, by the server's canonical request.
pub(crate) fn check(link: &Link, canonical: &str) -> Vec<Cause> {
    let mut lines = canonical.lines().skip(1);
    let (Some(path), Some(query)) = (lines.next(), lines.next()) else { return Vec::new() };
    let host = canonical.lines().find_map(|line| line.strip_prefix("host:"));
    let host = host.filter(|host| *host != link.host).map(|host| wrong_host(&link.host, host));
    let mut causes: Vec<_> = host.into_iter().collect();
    causes.extend(differing("the path", &link.path, path, Code::PathChanged));
    causes.extend(parameters(link, query));
    causes
}

pub(crate) fn wrong_host(signed: &str, arrived: &str) -> Cause {
    let what = format!("the link is signed for the host {signed}, and arrived at {arrived}");
    let hint = "send it to the very host it was signed for, or sign for the public one; a proxy between has to keep the Host header";
    Cause::new(Code::WrongHost, what, hint)
}

pub(crate) fn double_encoded(what: &str) -> Cause {
    let what = format!("{what} is encoded twice: %25 stands where % stood when it was signed");
    let hint = "use the link as it is: it is encoded already, so encodeURI and the like break it";
    Cause::new(Code::DoubleEncoded, what, hint)
}

pub(crate) fn plus_for_space(what: &str) -> Cause {
    let hint = "write a space as %20: + is one in HTML forms alone, so do not build the link with URLSearchParams or urlencode";
    Cause::new(Code::PlusForSpace, format!("{what} has + where %20 was signed"), hint)
}

pub(crate) fn query_changed(what: String) -> Cause {
    Cause::new(
        Code::QueryChanged,
        what,
        "use the link as it is, every parameter of it: all are signed",
    )
}

/// Both percent-encoded; what a reader would call the difference, or `otherwise`.
fn differing(what: &str, signed: &str, arrived: &str, otherwise: Code) -> Option<Cause> {
    let (signed, arrived) = (decode(signed), decode(arrived));
    if signed == arrived {
        return None;
    }
    if decode(&arrived) == signed {
        return Some(double_encoded(what));
    }
    if arrived.replace('+', " ") == signed {
        return Some(plus_for_space(what));
    }
    let told = format!("{what} was changed on the way");
    Some(Cause::new(otherwise, told, "use the link as it is; a proxy between must not rewrite it"))
}

fn parameters(link: &Link, query: &str) -> Vec<Cause> {
    let signature = link.name_of("Signature");
    let arrived: Vec<_> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decode(name), value))
        .collect();
    let own: Vec<_> =
        link.query.iter().map(|(name, value)| (decode(name), value.as_str())).collect();
    let has = |all: &[(String, &str)], name: &str| all.iter().any(|(found, _)| found == name);
    let added = arrived.iter().filter(|(name, _)| !has(&own, name));
    let added = added.map(|(name, _)| {
        query_changed(format!("the parameter {name} was added after the link was signed"))
    });
    let kept = own.iter().filter(|(name, _)| *name != signature);
    let changed = kept.filter_map(|(name, value)| {
        let Some((_, found)) = arrived.iter().find(|(found, _)| found == name) else {
            return Some(query_changed(format!("the parameter {name} was taken away")));
        };
        differing(&format!("the parameter {name}"), value, found, Code::QueryChanged)
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
    fn tells_what_became_of_a_link() {
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
