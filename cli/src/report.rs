//! Output of findings, as text or as JSON.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

use crate::finding::{Finding, Severity};

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

/// Each finding with an excerpt of the file, followed by its hint.
pub(crate) fn to_text(findings: &[Finding], source: Source<'_>) -> String {
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    let text = |finding: &Finding| {
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let span = visible(source.text, finding.span.clone());
        let label = AnnotationKind::Primary.span(span).label(finding.place.as_str());
        let snippet = Snippet::source(source.text).path(source.path).annotation(label);
        let report = [level.primary_title(finding.message.as_str()).element(snippet)];
        format!("{}\nhint: {}\n", renderer.render(&report), finding.hint)
    };
    findings.iter().map(text).collect::<Vec<_>>().join("\n")
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
