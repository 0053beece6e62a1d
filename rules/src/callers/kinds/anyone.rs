//! Callers of kind `anyone`: no proof is required.

use crate::callers::kind_info::{Credential, Identity, KindInfo, Precedence, Source};

/// Accepts every request.
pub(crate) struct Anyone;

impl Anyone {
    pub(crate) const INFO: KindInfo = KindInfo {
        source: Source::None,
        credential: Credential::Explicit,
        identity: Identity::Anonymous,
        precedence: Precedence::Anyone,
    };
}
