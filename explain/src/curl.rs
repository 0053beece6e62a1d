//! Parses a `curl` command, as people type it and as the developer tools of browsers copy it.
//!
//! Spec: <https://curl.se/docs/manpage.html>

mod options;

use self::options::Options;
use crate::copied::Copied;
use crate::error_text;
use crate::evidence::{Evidence, Sent};
use crate::har;
use crate::shell_words::{self, Command};
use crate::unreadable::Unreadable;

/// The marks that shells print before a command.
const PROMPTS: [&str; 4] = ["$ ", "% ", "# ", "> "];

/// The `curl` command in a text; `None` if no line begins with one.
pub(crate) fn arguments(text: &str) -> Option<Command<'_>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let plain = line.trim_start();
        let plain = PROMPTS.iter().find_map(|prompt| plain.strip_prefix(prompt)).unwrap_or(plain);
        if plain.starts_with("curl ") || plain.starts_with("curl.exe ") {
            let command = text.get(start + line.len() - plain.len()..)?;
            return shell_words::split(command).filter(|command| command.words.len() > 1);
        }
        start += line.len();
    }
    None
}

/// Reads a command, and the answer that a terminal shows after it.
pub(crate) fn read(command: Command) -> Result<Vec<Evidence>, Unreadable> {
    let options = Options::parse(command.words)
        .ok_or(Unreadable("the options of the curl command cannot be parsed"))?;
    let url = options.url().ok_or(Unreadable(
        "the curl command has no URL; if it has a variable, put its value there",
    ))?;
    let has_variable = |copied: &Copied| copied.link.host.contains('$');
    let url = Copied::read(&url).filter(|copied| !has_variable(copied)).ok_or(Unreadable(
        "the URL of the curl command cannot be parsed; if it has a variable, put its value there",
    ))?;
    let sent = Sent {
        method: Some(options.method()),
        headers: options.headers(),
        complete: !options.has_header_file,
    };
    let evidence = har::evidence(url, sent, &options.data.join("&"), &options.form);
    let server_error = error_text::find(command.rest);
    Ok(vec![Evidence { server_error, ..evidence }])
}
