//! Makes short links, for the routes of downloads.

use rules::{Blocked, Caller, Denial, DownloadRule, EndsWith, NewLink, ShortLink};

use crate::exchange::Exchange;
use crate::http::problem::Problem;
use crate::http::url::Url;

/// A short link that has been made.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) expires: String,
    pub(crate) ends_with: Option<EndsWith>,
    pub(crate) uses: Option<u32>,
}

/// Makes a link for each new one, in the same order.
pub(crate) fn make(
    rule: &DownloadRule,
    short: ShortLink,
    new: Vec<NewLink>,
    exchange: Exchange<'_>,
) -> Result<Vec<Made>, Blocked<Problem>> {
    let ends: Vec<_> =
        new.iter().map(|link| (link.expiration().to_string(), link.ends_with)).collect();
    let made = rule.make_links(short, new, exchange.ambient, exchange.request.results);
    let ids = made.map_err(|blocked| blocked.map(Problem::from))?;
    let made = ids.iter().zip(ends).map(|(id, (expires, ends_with))| Made {
        id: id.as_str().to_owned(),
        url: super::url(id, exchange),
        expires,
        ends_with,
        uses: short.uses(),
    });
    Ok(made.collect())
}

/// Decides on a link to `path`. With a name, browsers save the object under it.
pub(crate) fn decide(
    rule: &DownloadRule,
    short: ShortLink,
    caller: &Caller,
    path: &str,
    name: Option<&str>,
    exchange: Exchange<'_>,
) -> Result<NewLink, Problem> {
    if exchange.request.url.base == Url::NOWHERE {
        let why = "is required, since a short link leads to Signpost itself".into();
        return Err(Denial::InvalidArgument { name: "url", why }.into());
    }
    let link = rule.new_link(short, caller, path, name, exchange.ambient)?;
    exchange.record.borrow_mut().granted(link.key(), link.ends_with);
    Ok(link)
}
