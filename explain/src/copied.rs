//! A link as people copy it: in a text, in a mail, behind a redirect, or with the escapes of another format.

mod escapes;
mod progress;
mod redirect;
mod urls;

use core::fmt;

pub(crate) use self::escapes::from_quoted_printable;
use crate::cause::{Cause, Code};
use crate::link::{Link, MAX_URL};

/// Maximum number of links that are read from one text.
pub(crate) const MAX_LINKS: usize = 100;

/// How often wrappings inside each other are removed.
const MAX_DEPTH: usize = 4;

/// A wrapping that was removed from a link to read it.
#[derive(Clone, Eq, PartialEq)]
pub enum Undone {
    /// `&amp;` for `&`.
    HtmlEscape,
    /// `\u0026` for `&`.
    JsonEscape,
    /// Quotes, `\/` for `/` and other escapes without an effect on the parameters.
    Backslash,
    /// The escapes of `cmd.exe` and batch files: `^&` for `&`, `%%` for `%`.
    Command,
    /// Line breaks or spaces inside the link.
    LineBreak,
    /// Spaces in the path.
    Space,
    /// The quoted-printable encoding of mail: `=3D` for `=`.
    QuotedPrintable,
    /// The link was percent-encoded as a whole: `https%3A%2F%2F`.
    Encoding,
    /// The link is the target of a redirect by this host.
    Redirect(String),
}

/// A link, and what was undone to read it.
#[derive(Clone, Debug)]
pub(crate) struct Copied {
    pub(crate) link: Link,
    pub(crate) undone: Vec<Undone>,
}

impl Copied {
    /// Reads a text that is only a link.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.len() > 4 * MAX_URL {
            return None;
        }
        let mut undone = Vec::new();
        let mut text = text.trim().to_owned();
        for _ in 0..MAX_DEPTH {
            text = escapes::removed(text, &mut undone);
            let link = Link::parse(&text)?;
            let Some((host, target)) = redirect::target(&link, &text) else {
                return Some(Self { link, undone });
            };
            undone.push(Undone::Redirect(host));
            text = target;
        }
        None
    }

    /// Reads all links in a text: those that are signed, or else the first.
    pub(crate) fn all(text: &str) -> Vec<Self> {
        let decoded = escapes::decoded(text);
        let (text, undone) =
            decoded.as_ref().map_or((text, None), |(text, undone)| (text.as_str(), Some(undone)));
        let copied = |found: urls::Found| {
            let mut copied = Self::read(&found.url)?;
            let first = undone.cloned().into_iter().chain(found.undone);
            copied.undone = first.chain(copied.undone).collect();
            Some(copied)
        };
        let mut first = None;
        let mut signed: Vec<Self> = Vec::new();
        for found in urls::all(text) {
            let Some(copied) = copied(found) else { continue };
            if !copied.link.is_signed() {
                first = first.or(Some(copied));
            } else if !signed.iter().any(|other| other.link == copied.link) {
                signed.push(copied);
            }
            if signed.len() == MAX_LINKS {
                break;
            }
        }
        if signed.is_empty() { first.into_iter().collect() } else { signed }
    }
}

impl Undone {
    /// The cause, if a client that uses the text as it is sends a broken link.
    pub(crate) fn cause(&self) -> Option<Cause> {
        let (message, hint) = match self {
            Self::HtmlEscape => (
                "the link was copied from HTML: its parameters are separated by &amp; instead of &",
                "replace each &amp; with &, or copy the address of the link instead of the source of the page",
            ),
            Self::JsonEscape => (
                r"the link was copied from JSON: its parameters are separated by \u0026 instead of &",
                r"replace each \u0026 with &, or let a JSON parser read the text: jq -r prints a link without escapes",
            ),
            Self::Backslash
            | Self::Command
            | Self::LineBreak
            | Self::Space
            | Self::QuotedPrintable
            | Self::Encoding
            | Self::Redirect(_) => return None,
        };
        Some(Cause::new(Code::HtmlEscaped, message, hint))
    }

    /// The remark, if the wrapping is not the cause.
    pub(crate) fn remark(&self) -> String {
        match self {
            Self::HtmlEscape => "the link was read with & for each &amp;".into(),
            Self::JsonEscape => r"the link was read with & for each \u0026".into(),
            Self::Backslash => r"the link was read without the backslashes in it".into(),
            Self::Command => {
                "the link was read with & for each ^& and % for each %%, the escapes of cmd.exe and batch files"
                    .into()
            }
            Self::LineBreak => {
                "the link was read without the line breaks and spaces in it: a client ends it at the first one"
                    .into()
            }
            Self::Space => "the link was read with %20 for each space in its path".into(),
            Self::QuotedPrintable => {
                "the link was decoded from quoted-printable, the encoding of mail: = is written as =3D in it"
                    .into()
            }
            Self::Encoding => {
                "the link was decoded: as a whole, it was percent-encoded once more".into()
            }
            Self::Redirect(host) => format!("the link was taken out of a redirect by {host}"),
        }
    }
}

impl fmt::Debug for Undone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.remark())
    }
}
