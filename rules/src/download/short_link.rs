//! Short links that end: `uses`, `revocable` and `interstitial` of a download rule.

mod id;
mod make;
mod used;

pub use self::id::LinkId;
pub use self::make::{ListedLink, NewLink};
pub use self::used::{FoundLink, UsedLink};
use crate::callers::access::Access;
use crate::config::error::ConfigError;
use crate::config::reader::{ConfigValue, TableReader};

/// Most uses of one link.
const MAX_USES: u32 = 1_000;
const USES: &str = "a whole number from 1 to 1000";

/// How the links of a rule end, besides by their `expires`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ShortLink {
    /// How often a link may be used; `None` if that is not counted.
    uses: Option<u32>,
    listing: Listing,
    interstitial: bool,
}

/// Whether a caller can list its links, and revoke them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Listing {
    /// It can, and a caller without a list gets no link: the rule says `revocable = true`.
    Required,
    /// It can, and the links of a caller without a list are on none.
    Listed,
    /// It cannot, and can make any number of links.
    Unlisted,
}

impl ShortLink {
    /// Parses the keys; `None` if the rule has neither `uses` nor `revocable`.
    pub(crate) fn parse(
        table: &mut TableReader<'_>,
        access: &Access,
    ) -> Result<Option<Self>, ConfigError> {
        let uses = table.optional("uses");
        let uses = uses.map(|entry| {
            let uses = entry.value.as_u64().and_then(|uses| u32::try_from(uses).ok());
            uses.filter(|uses| (1..=MAX_USES).contains(uses)).ok_or_else(|| entry.expected(USES))
        });
        let uses = uses.transpose()?;
        let revocable = table.optional("revocable");
        let is_listed = match &revocable {
            Some(entry) => entry.boolean()?,
            None => uses.is_some() && access.has_caller_name(),
        };
        if is_listed
            && !access.has_caller_name()
            && let Some(entry) = &revocable
        {
            return Err(entry.problem(
                "`revocable` needs callers with names, and some callers of this rule have none",
            ));
        }
        let interstitial = table.optional("interstitial");
        let shows_page = interstitial.as_ref().map(ConfigValue::boolean).transpose()?;
        if uses.is_none() && !is_listed {
            return match interstitial.filter(|_| shows_page == Some(true)) {
                Some(entry) => {
                    Err(entry.problem("only links with `uses` or `revocable` have a page"))
                }
                None => Ok(None),
            };
        }
        let listing = match (is_listed, revocable) {
            (true, Some(_)) => Listing::Required,
            (true, None) => Listing::Listed,
            (false, _) => Listing::Unlisted,
        };
        let interstitial = shows_page.unwrap_or(uses == Some(1));
        Ok(Some(Self { uses, listing, interstitial }))
    }

    /// Returns how often a link may be used; `None` if that is not counted.
    #[must_use]
    pub const fn uses(self) -> Option<u32> {
        self.uses
    }

    pub(crate) fn is_listed(self) -> bool {
        self.listing != Listing::Unlisted
    }

    /// Returns whether a page with a button comes before the object, so that what only looks at a link does not use it.
    #[must_use]
    pub const fn has_interstitial(self) -> bool {
        self.interstitial
    }
}
