//! Whether the beginning of a text is a complete signed link.

/// The parts of a link of Signature Version 4 besides its signature.
const PARTS: [&str; 4] = ["credential=", "date=", "expires=", "signedheaders="];
/// The first parameters of links of other schemes.
const MARKS: [&str; 6] =
    ["policy=", "awsaccesskeyid=", "googleaccessid=", "ossaccesskeyid=", "x-oss-", "q-sign-"];
/// Longest name that is searched for.
const LONGEST: usize = 16;

/// What was found in the beginning of a link. Each character is read once.
#[derive(Default)]
pub(super) struct Progress {
    read: usize,
    found: [bool; PARTS.len()],
    is_version_4: bool,
    is_other: bool,
    signature_start: Option<usize>,
}

impl Progress {
    /// Reads what was appended to the link since the last call.
    pub(super) fn read(&mut self, url: &str) {
        let mut from = self.read.saturating_sub(LONGEST);
        while !url.is_char_boundary(from) {
            from -= 1;
        }
        let new = url.get(from..).unwrap_or_default().to_ascii_lowercase();
        for (part, found) in PARTS.iter().zip(&mut self.found) {
            *found |= new.contains(part);
        }
        self.is_version_4 |= new.contains("x-amz-") || new.contains("x-goog-");
        self.is_other |= MARKS.iter().any(|mark| new.contains(mark));
        for name in ["signature=", "&sig="] {
            let start = new.find(name).map(|at| from + at + name.len());
            self.signature_start = self.signature_start.or(start);
        }
        self.read = url.len();
    }

    pub(super) fn is_signed(&self) -> bool {
        self.is_version_4 || self.is_other || self.signature_start.is_some()
    }

    /// Whether the link has every part, and at least the shortest signature.
    pub(super) fn is_complete(&self, url: &str) -> bool {
        let signature = self.signature_start.and_then(|start| url.get(start..)).unwrap_or_default();
        let length = signature.bytes().take(64).take_while(|byte| *byte != b'&').count();
        if self.is_version_4 {
            length == 64 && self.found.iter().all(|found| *found)
        } else {
            length >= 20
        }
    }
}
