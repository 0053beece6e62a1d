//! The page that caused a request, as the browser describes it.
//!
//! Spec: <https://www.w3.org/TR/fetch-metadata/>

use signer::HttpUrl;

use crate::callers::origin::Origin;
use crate::denial::Denial;

/// What a browser says about the page that caused a request. Scripts cannot set these headers. Programs send none of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Initiator<'a> {
    /// `Origin`
    pub origin: Option<&'a str>,
    /// `Sec-Fetch-Site`
    pub site: Option<&'a str>,
    /// `Sec-Fetch-Mode`
    pub mode: Option<&'a str>,
    /// `Sec-Fetch-Dest`
    pub dest: Option<&'a str>,
    /// `Referer`
    pub referer: Option<&'a str>,
}

/// What a request can do to its sender if another page caused it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exposure {
    /// Nothing: it reads, with a credential that its sender added on purpose, or with none.
    None,
    /// It reads with a credential that the browser added by itself.
    AmbientRead,
    /// It changes something with such a credential, by a GET that a page of the rule may link to.
    AmbientChange,
    /// It changes something.
    Write,
}

impl Initiator<'_> {
    /// Finds the origin among `origins`; `None` if the request has none.
    ///
    /// A request without an origin is a link, is embedded in a page, or comes from a program. Its other headers decide:
    ///
    /// - A request that changes something must not come from another site. Browsers send `Origin` with every POST; this
    ///   covers one that does not.
    /// - A request with a credential that the browser added by itself can follow a link from another site, as a cookie with
    ///   `SameSite=Lax` would. It must not be embedded in a page, unless the page's origin is among `origins`.
    pub(crate) fn check<'o>(
        &self,
        origins: &'o [Origin],
        exposure: Exposure,
    ) -> Result<Option<&'o Origin>, Denial> {
        let find = |text: &str| origins.iter().find(|origin| origin.as_str() == text);
        if let Some(origin) = self.origin {
            return find(origin).map(Some).ok_or(Denial::OriginNotAllowed);
        }
        let is_of_rule = || self.referer_origin().and_then(find).is_some();
        match exposure {
            Exposure::Write if self.is_foreign() => Err(Denial::OriginNotAllowed),
            Exposure::AmbientRead if self.is_foreign() && !self.is_link() && !is_of_rule() => {
                Err(Denial::EmbeddedElsewhere)
            }
            Exposure::AmbientChange if self.is_foreign() && !is_of_rule() => {
                Err(Denial::OriginNotAllowed)
            }
            Exposure::None | Exposure::AmbientRead | Exposure::AmbientChange | Exposure::Write => {
                Ok(None)
            }
        }
    }

    /// Returns whether a page of another origin caused the request. Browsers that do not say so are older than 2023.
    fn is_foreign(&self) -> bool {
        self.site.is_some_and(|site| !matches!(site, "same-origin" | "none"))
    }

    /// Returns whether the user sees the address: the request loads a page into a tab, and not into another page.
    fn is_link(&self) -> bool {
        self.mode == Some("navigate") && self.dest == Some("document")
    }

    fn referer_origin(&self) -> Option<&str> {
        HttpUrl::parse(self.referer?).map(|url| url.origin())
    }
}
