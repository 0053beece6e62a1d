//! Callers whom somebody else vouches for: an issuer, Cloudflare Access, the site's own back end, Turnstile.

mod algorithm;
mod claim_rules;
mod claims;
mod jwk;
mod jwt;
mod key_cache;
mod ticket;
mod token;
mod turnstile;

pub(crate) use self::claims::Claims;
pub(crate) use self::jwt::Jwt;
pub use self::key_cache::KeyCache;
pub(crate) use self::ticket::Ticket;
pub(crate) use self::turnstile::Turnstile;
