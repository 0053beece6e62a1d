//! Output of findings, as text or as JSON.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

use crate::finding::{Finding, Severity};
use crate::terminal::{is_printable, printable};

/// The file that the findings are about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'t> {
    pub(crate) path: &'t str,
    pub(crate) text: &'t str,
}

/// A finding as `--json` writes it.
#[derive(Serialize)]
struct JsonFinding<'a> {
    severity: Severity,
    code: &'static str,
    place: &'a str,
    message: &'a str,
    hint: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
}

/// The findings as a JSON array.
pub(crate) fn to_json(findings: &[Finding], source: Source<'_>) -> serde_json::Value {
    let list = findings.iter().map(|finding| {
        let (line, column) = position(source.text, finding.span.start);
        let Finding { severity, code, place, message, hint, .. } = finding;
        serde_json::json!(JsonFinding {
            severity: *severity,
            code,
            place,
            message,
            hint,
            file: source.path,
            line,
            column,
        })
    });
    list.collect()
}

/// Each finding with an excerpt of the file, followed by its hint. Hidden characters are visible.
pub(crate) fn to_text(findings: &[Finding], source: Source<'_>) -> String {
    let (path, excerpt) = (printable(source.path), printable_excerpt(source.text));
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    let text = |finding: &Finding| {
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Recommendation => Level::INFO.with_name("recommendation"),
        };
        let span = visible(source.text, finding.span.clone());
        let [place, message, hint] =
            [&finding.place, &finding.message, &finding.hint].map(|text| printable(text));
        let label = AnnotationKind::Primary.span(span).label(place);
        let snippet = Snippet::source(&excerpt).path(&path).annotation(label);
        let report = [level.primary_title(message).element(snippet)];
        format!("{}\nhint: {hint}\n", renderer.render(&report))
    };
    findings.iter().map(text).collect::<Vec<_>>().join("\n")
}

/// The text with `?` for each byte of a hidden character, so that no position changes.
fn printable_excerpt(text: &str) -> String {
    let mut characters = text.chars().peekable();
    let mut excerpt = String::with_capacity(text.len());
    while let Some(c) = characters.next() {
        let ends_line = c == '\r' && characters.peek() == Some(&'\n');
        if ends_line || is_printable(c.encode_utf8(&mut [0; 4])) {
            excerpt.push(c);
        } else {
            excerpt.push_str(&"?".repeat(c.len_utf8()));
        }
    }
    excerpt
}

/// The line and column of a byte, counted from 1.
pub(crate) fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// The first line of a span, so that excerpts stay short.
fn visible(text: &str, span: core::ops::Range<usize>) -> core::ops::Range<usize> {
    let length = text.get(span.clone()).and_then(|part| part.find('\n'));
    length.map_or(span.clone(), |length| span.start..span.start + length)
}
