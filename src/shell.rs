//! The platform: what JavaScript hands to Rust, and back.

pub(crate) mod seam;
mod seam_of_forms;
