//! Forms as browsers, curl and others write them, and as none should.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use post_object::{Boundary, Fault, FormHead, MAX_HEAD};
use proptest::prelude::*;

const CHROMIUM: &str = "------WebKitFormBoundaryx\r\n\
    Content-Disposition: form-data; name=\"key\"\r\n\r\n\
    inbox/${filename}\r\n\
    ------WebKitFormBoundaryx\r\n\
    Content-Disposition: form-data; name=\"x-amz-meta-note\"\r\n\r\n\
    two\r\nlines\r\n\
    ------WebKitFormBoundaryx\r\n\
    Content-Disposition: form-data; name=\"file\"; filename=\"d\u{e9}j\u{e0} %22vu%22.png\"\r\n\
    Content-Type: image/png\r\n\r\n\
    \u{89}PNG\r\n------WebKitFormBoundaryx--\r\n";

#[test]
fn reads_a_form_of_chromium() {
    let head = read(CHROMIUM, "----WebKitFormBoundaryx").unwrap();
    assert_eq!(
        head.fields,
        [("key", "inbox/${filename}"), ("x-amz-meta-note", "two\r\nlines")].map(owned)
    );
    assert_eq!(head.filename, "d\u{e9}j\u{e0} %22vu%22.png");
    assert!(CHROMIUM.get(head.file_start..).unwrap().starts_with("\u{89}PNG"));
}

#[test]
fn reads_what_other_clients_write() {
    for (what, file, filename) in [
        (
            "curl",
            "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: application/octet-stream",
            "a.png",
        ),
        (
            "old curl",
            "Content-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\" \\\\.png\"",
            "\\.png",
        ),
        (
            "old Internet Explorer",
            "Content-Disposition: form-data; name=\"file\"; filename=\"C:\\files\\a.png\"",
            "a.png",
        ),
        (
            "a path",
            "Content-Disposition: form-data; name=\"file\"; filename=\"a/b/c.png\"",
            "c.png",
        ),
        (
            "Python",
            "Content-Disposition: form-data; name=\"file\"; filename*=utf-8''%E2%82%AC.png",
            "\u{20ac}.png",
        ),
        ("no name", "Content-Disposition: form-data; name=\"file\"", ""),
        ("no quotes", "content-disposition:form-data;name=File;filename=a.png", "a.png"),
        (
            "a semicolon",
            "Content-Disposition: form-data; filename=\"a;b.png\"; name=\"FILE\"",
            "a;b.png",
        ),
        (
            "both names (RFC 6266, 5)",
            "Content-Disposition: form-data; filename=\"EURO.png\"; filename*=UTF-8'en'%e2%82%ac.png; name=file",
            "\u{20ac}.png",
        ),
        (
            "a browser, with a quote in the name (HTML, multipart/form-data encoding algorithm)",
            "Content-Disposition: form-data; name=\"file\"; filename=\"a%22b.png\"",
            "a%22b.png",
        ),
        (
            "UTF-8",
            "Content-Disposition: form-data; name=\"file\"; filename=\"Zo\u{eb} \u{65e5}\u{672c}.png\"",
            "Zo\u{eb} \u{65e5}\u{672c}.png",
        ),
        (
            "other parameters (RFC 2183)",
            "Content-Disposition: form-data; size=3; NAME=file; creation-date=\"Wed, 12 Feb 1997 16:29:51 -0500\"; FileName=a.png",
            "a.png",
        ),
        (
            "headers folded over several lines (Python's email package)",
            "Content-Type: image/png;\r\n charset=\"a: b\"\r\nContent-Disposition: form-data;\r\n\tname=\"file\";\r\n  filename=\"a b.png\"",
            "a b.png",
        ),
        (
            "a space before the colon (RFC 822)",
            "Content-Disposition : form-data ; name = \"file\" ; filename = \"a.png\"",
            "a.png",
        ),
        (
            "more headers",
            "Content-Length: 3\r\nContent-Transfer-Encoding: Binary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"",
            "a",
        ),
    ] {
        let head = read(&format!("--x\r\n{file}\r\n\r\nabc\r\n--x--\r\n"), "x").unwrap();
        assert_eq!(filename.rsplit(['/', '\\']).next(), Some(head.filename.as_str()), "{what}");
    }
}

#[test]
fn takes_a_preamble_and_padding() {
    let body = "for old mail programs\r\n--x \t\r\nContent-Disposition: form-data; name=KEY\r\n\r\n\r\n--x\r\nContent-Disposition: form-data; name=file\r\n\r\n";
    let head = read(body, "x").unwrap();
    assert_eq!((head.fields, head.file_start), (vec![owned(("key", ""))], body.len()));
}

/// Boundaries of punctuation, one that begins as the end of a form does, and the longest.
#[test]
fn finds_the_delimiter_of_any_boundary() {
    for name in ["*****", "--&--", "\" \"", "--", "a b", "\"\\\"\"", &"-".repeat(200)] {
        let boundary = boundary(name);
        let delimiter = boundary.delimiter();
        let near = delimiter.split_at(delimiter.len() - 1).0;
        let part = |name: &str| {
            format!("{delimiter}\r\nContent-Disposition: form-data; name={name}\r\n\r\n")
        };
        let body = format!("{}{near}{}", part("key"), part("file"));
        let head = FormHead::read(body.get(2..).unwrap().as_bytes(), &boundary).unwrap();
        assert_eq!((head.fields, head.file_start), (vec![owned(("key", near))], body.len() - 2));
    }
}

#[test]
fn refuses_what_is_no_form() {
    for (body, fault) in [
        ("", "begin with the boundary"),
        ("--x", "is incomplete"),
        ("no boundary at all", "begin with the boundary"),
        // https://github.com/axios/axios/issues/2788: a page sets the header, and the browser writes a boundary of its own.
        (
            "------WebKitFormBoundaryx\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na",
            "begin with the boundary",
        ),
        (&format!("--y\r\n{}", "v".repeat(MAX_HEAD)), "begin with the boundary"),
        ("--xy\r\n", "not followed by a line end"),
        ("--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na", "is incomplete"),
        ("--x\r\n\r\na\r\n--x--", "no `Content-Disposition`"),
        ("--x\r\nContent-Type: text/plain\r\n\r\na\r\n--x--", "no `Content-Disposition`"),
        ("--x\r\nContent-Disposition\r\n\r\na\r\n--x--", "no colon"),
        ("--x\r\nContent-Disposition: attachment; name=a\r\n\r\n", "not `form-data`"),
        ("--x\r\nContent-Disposition: form-data\r\n\r\n", "not `form-data`"),
        ("--x\r\nContent-Disposition: form-data; filename=a\r\n\r\n", "not `form-data`"),
        // AWS does not take it for the file either: https://stackoverflow.com/q/18541652
        ("--x\r\nContent-Disposition: file; name=\"file\"\r\n\r\n", "not `form-data`"),
        ("--x\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n", "a parameter twice"),
        ("--x\r\nContent-Disposition: form-data; name=\"a\r\n\r\n", "a malformed parameter"),
        (
            "--x\r\nContent-Disposition: form-data; name=a; flag; b=c\r\n\r\n",
            "a malformed parameter",
        ),
        (
            "--x\r\nContent-Disposition: form-data; name=file; filename*=iso-8859-1''%e9\r\n\r\n",
            "`filename*` is not UTF-8",
        ),
        (
            "--x\r\nContent-Disposition: form-data; name=file; filename*=utf-8''%e9\r\n\r\n",
            "`filename*` is not UTF-8",
        ),
        ("--x\nContent-Disposition: form-data; name=a\n\nb\n--x--\n", "end in LF"),
        ("preamble\r\n--x \nContent-Disposition: form-data; name=a\n\nb\n--x--\n", "end in LF"),
        (
            "--x\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\n",
            "two `Content-Disposition`",
        ),
        (
            "--x\r\nContent-Disposition: form-data; name=file\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            "`Content-Transfer-Encoding`",
        ),
    ] {
        match read(body, "x") {
            Err(Fault::Malformed(why)) => assert!(why.contains(fault), "{body:?}: {why}"),
            other => panic!("{body:?}: {other:?}"),
        }
    }
    let latin1 = b"--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n\xe9\r\n--x\r\n";
    assert_eq!(
        FormHead::read(latin1, &boundary("x")),
        Err(Fault::Malformed("a field's value is not UTF-8"))
    );
    for body in ["--x--\r\n", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--x--"] {
        assert_eq!(read(body, "x"), Err(Fault::NoFile));
    }
}

#[test]
fn reads_twenty_kilobytes_before_the_file_and_no_more() {
    let of = |len: usize| {
        let around = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--x\r\nContent-Disposition: form-data; name=file\r\n\r\n";
        let value = "v".repeat(len - around.len());
        format!(
            "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n{value}\r\n--x\r\nContent-Disposition: form-data; name=file\r\n\r\nthe file"
        )
    };
    assert_eq!(read(&of(MAX_HEAD), "x").unwrap().file_start, MAX_HEAD);
    assert_eq!(read(&of(MAX_HEAD + 1), "x"), Err(Fault::HeadTooLong));
}

#[test]
fn shows_no_field() {
    let shown = format!("{:?}", read(CHROMIUM, "----WebKitFormBoundaryx").unwrap());
    assert!(!shown.contains("lines"), "{shown}");
}

proptest! {
    #[test]
    fn reads_back_what_was_written(fields in fields(), filename in "[^\"\\\\/\r\n]{0,20}", file in proptest::collection::vec(any::<u8>(), 0..50)) {
        let part = |(name, value): &(String, String)| format!("--bound\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        let last = format!("--bound\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\r\n");
        let body: String = fields.iter().map(part).chain([last]).collect();
        let start = body.len();
        let mut body = body.into_bytes();
        body.extend(file);
        let head = FormHead::read(&body, &boundary("bound")).unwrap();
        prop_assert_eq!(head, FormHead { fields, filename, file_start: start });
    }

    #[test]
    fn never_panics(body in proptest::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'-'), Just(b'x'), Just(b'"'), Just(b';'), any::<u8>()], 0..300)) {
        let _ = FormHead::read(&body, &boundary("x"));
    }
}

fn fields() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = "[a-z-]{1,12}".prop_filter("the file is a part of its own", |name| name != "file");
    let value = "[ -~\u{e9}\r\n]{0,30}"
        .prop_filter("a delimiter ends it", |value| !value.contains("--bound"));
    proptest::collection::vec((name, value), 0..6)
}

fn read(body: &str, name: &str) -> Result<FormHead, Fault> {
    FormHead::read(body.as_bytes(), &boundary(name))
}

fn boundary(name: &str) -> Boundary {
    Boundary::from_content_type(&format!("multipart/form-data; boundary={name}")).unwrap()
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.into(), value.into())
}
