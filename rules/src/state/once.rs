//! What is valid once: a ticket, or a form that the Worker receives itself.

use serde::{Deserialize, Serialize};

/// A change of what is valid once. Each can be repeated with the same effect.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum OnceCommand {
    /// Use it up, for whoever has this token.
    Use(String),
    /// Keep it for whoever has this token, until it is used or freed.
    Hold(String),
    /// It was not used after all.
    Free(String),
}

/// What has become of it; nothing is stored until the first use.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum Once {
    /// A request is about to use it. If that request is never heard of again, it stays so, since it may have succeeded.
    Held(String),
    /// It is used up.
    Used(String),
}

/// The answer to a command.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum OnceAnswer {
    /// It is this token's.
    Granted,
    /// Another request is about to use it.
    Held,
    /// It is used up.
    Used,
}

impl Once {
    /// Performs a command; returns the answer and what to store.
    pub(crate) fn apply(stored: Option<Self>, command: OnceCommand) -> (OnceAnswer, Option<Self>) {
        let (OnceCommand::Use(token) | OnceCommand::Hold(token) | OnceCommand::Free(token)) =
            &command;
        let answer = match &stored {
            Some(Self::Held(holder)) if holder != token => OnceAnswer::Held,
            Some(Self::Used(user)) if user != token => OnceAnswer::Used,
            _ => OnceAnswer::Granted,
        };
        if answer != OnceAnswer::Granted {
            return (answer, stored);
        }
        let stored = match (stored, command) {
            (Some(Self::Used(token)), _) | (_, OnceCommand::Use(token)) => Some(Self::Used(token)),
            (_, OnceCommand::Hold(token)) => Some(Self::Held(token)),
            (_, OnceCommand::Free(_)) => None,
        };
        (answer, stored)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn command() -> impl Strategy<Value = OnceCommand> {
        let token = (0..3_u8).prop_map(|token| token.to_string());
        (token, 0..3_u8).prop_map(|(token, kind)| match kind {
            0 => OnceCommand::Use(token),
            1 => OnceCommand::Hold(token),
            _ => OnceCommand::Free(token),
        })
    }

    proptest! {
        /// Whatever the order of commands: at most one token uses it, nobody else holds it meanwhile, and a repetition changes nothing.
        #[test]
        fn is_used_by_one_token_at_most(commands in prop::collection::vec(command(), 0..40)) {
            let (mut stored, mut used_by) = (None::<Once>, None::<String>);
            for command in commands {
                let before = stored.clone();
                let (answer, after) = Once::apply(before.clone(), command.clone());
                let (OnceCommand::Use(token) | OnceCommand::Hold(token) | OnceCommand::Free(token)) = command.clone();
                if answer == OnceAnswer::Granted {
                    prop_assert!(used_by.as_ref().is_none_or(|used_by| *used_by == token));
                    if matches!(command, OnceCommand::Use(_)) {
                        used_by = Some(token.clone());
                    }
                } else {
                    prop_assert_eq!(&after, &before);
                    let owner = match &before {
                        Some(Once::Held(owner) | Once::Used(owner)) => owner.clone(),
                        None => String::new(),
                    };
                    prop_assert_ne!(owner, token);
                }
                prop_assert_eq!(matches!(after, Some(Once::Used(_))), used_by.is_some());
                prop_assert_eq!(Once::apply(after.clone(), command), (answer, after.clone()));
                stored = after;
            }
        }
    }

    #[test]
    fn what_was_held_and_not_used_can_be_held_again() {
        let hold = |stored, token: &str| Once::apply(stored, OnceCommand::Hold(token.into()));
        let (answer, stored) = hold(None, "a");
        assert_eq!(answer, OnceAnswer::Granted);
        assert_eq!(hold(stored.clone(), "b"), (OnceAnswer::Held, stored.clone()));
        let (_, stored) = Once::apply(stored, OnceCommand::Free("a".into()));
        assert_eq!(stored, None);
        let (answer, stored) = hold(stored, "b");
        assert_eq!(answer, OnceAnswer::Granted);
        let (_, stored) = Once::apply(stored, OnceCommand::Use("b".into()));
        assert_eq!(hold(stored.clone(), "a"), (OnceAnswer::Used, stored));
    }
}
