//! Confirmation: proof that what a grant permitted has arrived in the bucket, as the bucket itself reports it.

mod confirm_mode;
mod confirmation;
mod find;
mod grant_state;
mod object_head;
mod received_form;
mod unconfirmed_tag;

pub(crate) use self::confirm_mode::ConfirmMode;
pub use self::confirmation::Confirmation;
pub(crate) use self::confirmation::head_object;
pub(crate) use self::grant_state::{FILENAME, Receiver};
pub use self::object_head::ObjectHead;
pub use self::received_form::{COUNTED_FIELD, ReceivedForm, STATE_FIELD};
