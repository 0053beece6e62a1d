//! Parses HTML: its upload forms, and its signed links.

use html5gum::{StartTag, Token, Tokenizer};

use crate::copied::{Copied, MAX_LINKS};
use crate::evidence::Evidence;
use crate::form::{Encoding, Form};
use crate::link::Link;

/// The attributes that have links.
const LINKS: [&str; 3] = ["href", "src", "action"];

/// The forms of a page that have a policy, or else its signed links.
pub(crate) fn read(text: &str) -> Vec<Evidence> {
    let (mut forms, mut links, mut open) = (Vec::new(), Vec::new(), None);
    for Ok(token) in Tokenizer::new(text) {
        match token {
            Token::StartTag(tag) => {
                match tag.name.as_slice() {
                    b"form" => open = form(&tag),
                    b"input" => input(&tag, open.as_mut()),
                    _ => {}
                }
                links.extend(LINKS.iter().filter_map(|name| link(&tag, name)));
            }
            Token::EndTag(tag) if tag.name.as_slice() == b"form" => forms.extend(open.take()),
            _ => {}
        }
        if forms.len() + links.len() > MAX_LINKS {
            break;
        }
    }
    forms.extend(open);
    forms.retain(Form::has_policy);
    if forms.is_empty() {
        return links;
    }
    let evidence = |form| Evidence { form: Some(form), ..Evidence::default() };
    forms.into_iter().map(evidence).collect()
}

fn form(tag: &StartTag<()>) -> Option<Form> {
    let mut form = Form::new(Link::parse(&attribute(tag, "action")?)?, []);
    let encoding = attribute(tag, "enctype").unwrap_or_default();
    if !encoding.eq_ignore_ascii_case("multipart/form-data") {
        form.encoding = Encoding::NotMultipart;
    }
    Some(form)
}

fn input(tag: &StartTag<()>, form: Option<&mut Form>) {
    let (Some(form), Some(name)) = (form, attribute(tag, "name")) else { return };
    let kind = attribute(tag, "type").unwrap_or_default();
    if kind.eq_ignore_ascii_case("file") {
        form.has_file_input = true;
        form.file_field = name;
    } else {
        form.push(&name, attribute(tag, "value").unwrap_or_default());
    }
}

fn link(tag: &StartTag<()>, name: &str) -> Option<Evidence> {
    let copied = Copied::read(&attribute(tag, name)?)?;
    let is_signed = copied.link.is_signed();
    let evidence =
        Evidence { link: Some(copied.link), undone: copied.undone, ..Evidence::default() };
    is_signed.then_some(evidence)
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).into_owned())
}
