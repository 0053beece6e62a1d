//! Policy documents of IAM and S3.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use serde::Serialize;
use serde_json::Value;

/// A policy document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Policy {
    version: &'static str,
    statement: Vec<Statement>,
}

impl Policy {
    pub(crate) const fn new(statement: Vec<Statement>) -> Self {
        Self { version: "2012-10-17", statement }
    }
}

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// One statement of a policy. Empty lists are left out.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Statement {
    pub(crate) sid: String,
    pub(crate) effect: Effect,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) principal: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) action: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) not_action: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) resource: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) not_resource: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) condition: Option<Value>,
}

impl Statement {
    pub(crate) fn new(effect: Effect, sid: impl Into<String>) -> Self {
        let (action, not_action, resource, not_resource) = (vec![], vec![], vec![], vec![]);
        let (sid, principal, condition) = (sid.into(), None, None);
        Self { sid, effect, principal, action, not_action, resource, not_resource, condition }
    }
}
