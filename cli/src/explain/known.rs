//! What is known besides the request: credentials, buckets, types.

use ::explain::{Home, Known};
use signer::{Bucket, Credentials, HttpUrl};

use super::args::ExplainArgs;
use crate::args::ConfigArgs;
use crate::clock;
use crate::configured::Configured;
use crate::failure::Failure;
use crate::sign::keys;

/// What the operator has.
pub(crate) struct Facts {
    credentials: Option<Credentials>,
    region: Option<String>,
    homes: Vec<Home>,
    types: Vec<String>,
}

/// Finds what is there; only what was asked for by name has to be.
pub(crate) fn find(args: &ExplainArgs) -> Result<Facts, Failure> {
    let named = args.profile.is_some() || args.env_file.is_some();
    let keys = match keys::find(&args.credential_args()) {
        Err(failure) if named => return Err(failure),
        found => found.ok(),
    };
    let mut facts = Facts {
        region: args.region.clone(),
        credentials: keys.map(|keys| keys.credentials),
        homes: Vec::new(),
        types: Vec::new(),
    };
    if let Some(config) = &args.config {
        let config = ConfigArgs { config: config.clone(), env: args.env.clone() };
        facts.read(&Configured::read(&config)?);
    }
    Ok(facts)
}

impl Facts {
    fn read(&mut self, configured: &Configured) {
        let uploads = configured.rules.uploads().map(|(_, rule)| rule.bucket());
        let downloads = configured.rules.downloads().map(|(_, rule)| rule.bucket());
        for home in uploads.chain(downloads).map(|entry| home(entry.bucket())) {
            if !self.homes.contains(&home) {
                self.homes.push(home);
            }
        }
        let types = configured.rules.uploads().flat_map(|(_, rule)| rule.types());
        self.types.extend(types.map(|kind| kind.as_str().to_owned()));
    }

    pub(crate) fn known(&self, args: &ExplainArgs) -> Known<'_> {
        Known {
            now: args.at.unwrap_or_else(clock::now),
            credentials: self.credentials.as_ref(),
            region: self.region.clone(),
            homes: self.homes.clone(),
            types: self.types.clone(),
        }
    }
}

fn home(bucket: &Bucket) -> Home {
    let origin = bucket.origin();
    let host = HttpUrl::parse(&origin).map_or("", |url| url.authority());
    Home { name: bucket.name().into(), host: host.into(), region: bucket.region().as_str().into() }
}
