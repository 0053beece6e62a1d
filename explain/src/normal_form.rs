//! The composed and the decomposed form of a text with accents.
//!
//! The page takes them from its browser, so that it does not contain the tables of Unicode.

/// The composed form (NFC) and the decomposed form (NFD) of a text.
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
pub(crate) fn of(text: &str) -> [String; 2] {
    use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned();
    [composed, DecomposingNormalizerBorrowed::new_nfd().normalize(text).into_owned()]
}

/// The composed form (NFC) and the decomposed form (NFD) of a text.
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
pub(crate) fn of(text: &str) -> [String; 2] {
    let text = js_sys::JsString::from(text);
    ["NFC", "NFD"].map(|form| text.normalize(form).into())
}
