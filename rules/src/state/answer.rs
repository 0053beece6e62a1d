//! What objects answer.

use serde::{Deserialize, Serialize};

use super::link::LinkAnswer;
use super::link_list::ListAnswer;
use super::once::OnceAnswer;
use super::quota::QuotaAnswer;

/// The answer to a [`Command`](super::Command).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum StateAnswer {
    /// About a link.
    Link(LinkAnswer),
    /// About the links of a caller.
    LinkList(ListAnswer),
    /// What had ended has been deleted.
    Swept,
    /// The object's entry or the command cannot be read. Nothing has changed.
    Unreadable,
    /// About a quota.
    Quota(QuotaAnswer),
    /// About a ticket or a form that is valid once.
    Once(OnceAnswer),
}
