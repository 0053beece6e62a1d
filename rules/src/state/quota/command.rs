//! The commands to a quota, and their answers.

use core::fmt;

use serde::{Deserialize, Serialize};
use signer::UnixTime;

use crate::config::quantity::display_size;
use crate::state::period::Period;

/// The limits of one caller in each period.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct QuotaLimits {
    /// Most bytes; `None` if only the files are limited.
    pub bytes: Option<u64>,
    /// Most files.
    pub files: u64,
    /// The period.
    pub per: Period,
}

/// A change of what a caller has used. Each can be repeated with the same effect.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum QuotaCommand {
    /// Reserve files.
    Reserve {
        /// An identifier for each, its size in bytes, and how long the reservation is kept if it is not settled.
        files: Vec<(String, u64, Keep)>,
        /// Whether either all are reserved or none is.
        all: bool,
    },
    /// A file arrives at the Worker: hold its reservation, or reserve it if it has none any more.
    Receive {
        /// The identifier of the grant.
        id: String,
        /// An identifier of this arrival.
        holder: String,
        /// The most that can arrive, in bytes.
        bytes: u64,
    },
    /// The file did not arrive: its reservation is as before [`QuotaCommand::Receive`] or [`QuotaCommand::Hold`].
    Return {
        /// The identifier of the arrival, or of the upload in parts.
        holder: String,
    },
    /// An upload in parts is about to be completed: keep its reservation, since the file may soon be there.
    Hold {
        /// The identifier of the grant.
        id: String,
    },
    /// The file has arrived: count its size.
    Settle {
        /// The identifier of the grant, or of the arrival.
        id: String,
        /// In bytes.
        bytes: u64,
    },
    /// No file can arrive any more.
    Release {
        /// The identifiers of the grants.
        ids: Vec<String>,
    },
}

/// How long a reservation is kept that is not settled.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Keep {
    /// Until this time, in seconds since 1970: after that, no file can arrive.
    Until(u64),
    /// Until the period ends.
    Period,
    /// It is counted at once, since nothing that is learnt later can change it.
    Counted,
}

/// The answer to a command.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct QuotaAnswer {
    /// The identifiers of what is reserved now, in the order of the command; `None` for what exceeds the quota.
    pub reserved: Vec<Option<String>>,
    /// What is left.
    pub left: Left,
}

/// What is left of a quota.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Left {
    /// In bytes; `None` if only the files are limited.
    pub bytes: Option<u64>,
    /// The number of files.
    pub files: u64,
    /// When the period ends, in seconds since 1970.
    pub resets: u64,
}

impl Left {
    /// Returns when the period ends.
    #[must_use]
    pub const fn resets_at(&self) -> UnixTime {
        UnixTime::from_secs(self.resets)
    }
}

/// Writes a sentence for whoever exceeds the quota.
impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this upload is not within your quota: ")?;
        if let Some(bytes) = self.bytes {
            write!(f, "{} and ", display_size(bytes))?;
        }
        let files = self.files;
        write!(
            f,
            "{files} {} left until {}",
            if files == 1 { "file is" } else { "files are" },
            self.resets_at()
        )
    }
}
