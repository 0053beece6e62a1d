//! Parses the head of a form: everything before the first byte of the file.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc7578>, <https://html.spec.whatwg.org/#multipart-form-data>

use core::fmt;

use crate::boundary::Boundary;
use crate::fault::Fault;
use crate::limits::MAX_HEAD;
use crate::parameters::Parameters;

/// The fields before the file, and the name of the file. Fields after the file are ignored.
#[derive(Clone, Eq, PartialEq)]
pub struct FormHead {
    /// Names in lower case, and values, in the order they came.
    pub fields: Vec<(String, String)>,
    /// The name of the file without its path; empty if the browser sent none.
    pub filename: String,
    /// Where the file begins, in bytes from the beginning of the body.
    pub file_start: usize,
}

impl FormHead {
    /// Parses the beginning of a body: all of it, or more than [`MAX_HEAD`] bytes.
    ///
    /// # Errors
    ///
    /// [`Fault::HeadTooLong`] if the file does not begin within [`MAX_HEAD`] bytes, [`Fault::NoFile`] if the form
    /// has no file, [`Fault::Malformed`] if it is not well-formed.
    pub fn read(body: &[u8], boundary: &Boundary) -> Result<Self, Fault> {
        let head = body.get(..MAX_HEAD).unwrap_or(body);
        let delimiter = boundary.delimiter();
        let mut reader = Reader { rest: head, delimiter: delimiter.as_bytes() };
        let mut fields = Vec::new();
        reader
            .skip_preamble()
            .map_err(|_| {
                Stop::malformed("the body does not begin with the boundary of `Content-Type`")
            })
            .and_then(|()| reader.parts(&mut fields))
            .map_err(|stop| match stop {
                Stop::Ended if body.len() > MAX_HEAD => Fault::HeadTooLong,
                Stop::Ended => Fault::Malformed("the form is incomplete"),
                Stop::Fault(fault) => fault,
            })
            .map(|filename| Self { fields, filename, file_start: head.len() - reader.rest.len() })
    }
}

/// Fields hold signatures and tokens, so `Debug` shows only their number.
impl fmt::Debug for FormHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormHead")
            .field("fields", &self.fields.len())
            .field("filename", &self.filename)
            .field("file_start", &self.file_start)
            .finish()
    }
}

/// Why reading stopped.
enum Stop {
    /// There are no more bytes.
    Ended,
    Fault(Fault),
}

impl Stop {
    const fn malformed(why: &'static str) -> Self {
        Self::Fault(Fault::Malformed(why))
    }
}

/// The rest of the head.
struct Reader<'a> {
    rest: &'a [u8],
    /// Includes the line end before the boundary.
    delimiter: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Skips up to and including the first boundary, which needs no line end before it at the start of the body.
    fn skip_preamble(&mut self) -> Result<(), Stop> {
        let first = self.delimiter.get(2..).unwrap_or_default();
        if let Some(rest) = self.rest.strip_prefix(first) {
            self.rest = rest;
            return Ok(());
        }
        self.up_to(self.delimiter).map(drop)
    }

    /// Collects the fields before the file. Returns the name of the file.
    fn parts(&mut self, fields: &mut Vec<(String, String)>) -> Result<String, Stop> {
        loop {
            let part = self.part_headers()?;
            if part.name == "file" {
                return Ok(part.filename);
            }
            let value = str::from_utf8(self.up_to(self.delimiter)?);
            let value = value.map_err(|_| Stop::malformed("a field's value is not UTF-8"))?;
            fields.push((part.name, value.into()));
        }
    }

    /// Parses the headers of a part, up to the first byte of its content.
    fn part_headers(&mut self) -> Result<Part, Stop> {
        if self.rest.starts_with(b"--") {
            return Err(Stop::Fault(Fault::NoFile));
        }
        // RFC 2046 allows spaces after a boundary.
        let is_padding = |b: &&u8| matches!(b, b' ' | b'\t');
        if self.rest.iter().find(|b| !is_padding(b)) == Some(&b'\n') {
            return Err(Stop::malformed("its lines end in LF; expected CR LF"));
        }
        let padding = self.up_to(b"\r\n")?;
        if !padding.iter().all(|b| is_padding(&b)) {
            return Err(Stop::malformed("a boundary is not followed by a line end"));
        }
        let mut part = None;
        let mut header = String::new();
        loop {
            let line = str::from_utf8(self.up_to(b"\r\n")?)
                .map_err(|_| Stop::malformed("a part's header is not UTF-8"))?;
            // RFC 5322 lets a header continue on the next line.
            if !line.starts_with([' ', '\t']) && !header.is_empty() {
                Part::read_header(&header, &mut part).map_err(Stop::malformed)?;
                header.clear();
            }
            if line.is_empty() {
                return part
                    .ok_or(Stop::malformed("a part has no `Content-Disposition` with a name"));
            }
            header.push_str(line);
        }
    }

    /// Returns the bytes before `end` and skips both.
    fn up_to(&mut self, end: &[u8]) -> Result<&'a [u8], Stop> {
        let at =
            self.rest.windows(end.len()).position(|window| window == end).ok_or(Stop::Ended)?;
        let (before, rest) = self.rest.split_at_checked(at).ok_or(Stop::Ended)?;
        self.rest = rest.get(end.len()..).unwrap_or_default();
        Ok(before)
    }
}

/// The headers of a part.
struct Part {
    name: String,
    filename: String,
}

impl Part {
    fn read_header(header: &str, part: &mut Option<Self>) -> Result<(), &'static str> {
        let (name, value) = header.split_once(':').ok_or("a part's header has no colon")?;
        let (name, value) = (name.trim_ascii(), value.trim_ascii());
        if name.eq_ignore_ascii_case("content-disposition")
            && part.replace(Self::read(value)?).is_some()
        {
            return Err("a part has two `Content-Disposition`");
        }
        let plain = ["binary", "8bit", "7bit"];
        if name.eq_ignore_ascii_case("content-transfer-encoding")
            && !plain.iter().any(|encoding| value.eq_ignore_ascii_case(encoding))
        {
            return Err("a part has an unsupported `Content-Transfer-Encoding`");
        }
        Ok(())
    }

    fn read(disposition: &str) -> Result<Self, &'static str> {
        let malformed = "a part's `Content-Disposition` is not `form-data` with a name";
        let (kind, parameters) = disposition.split_once(';').ok_or(malformed)?;
        if !kind.trim_ascii().eq_ignore_ascii_case("form-data") {
            return Err(malformed);
        }
        let (mut name, mut filename, mut extended) = (None, None, None);
        for parameter in Parameters::of(parameters) {
            let (parameter, value) =
                parameter.ok_or("a part's `Content-Disposition` has a malformed parameter")?;
            let target = match parameter.as_str() {
                "name" => &mut name,
                "filename" => &mut filename,
                "filename*" => &mut extended,
                _ => continue,
            };
            if target.replace(value).is_some() {
                return Err("a part's `Content-Disposition` has a parameter twice");
            }
        }
        // Browsers never send `filename*`; some libraries do, for a name that is not ASCII.
        let filename = match extended {
            Some(extended) => {
                extended_value(&extended).ok_or("a part's `filename*` is not UTF-8''...")?
            }
            None => filename.unwrap_or_default(),
        };
        let filename = filename.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        Ok(Self { name: name.ok_or(malformed)?.to_ascii_lowercase(), filename })
    }
}

/// Decodes a value of RFC 8187: `UTF-8''%e2%82%ac.png`.
fn extended_value(text: &str) -> Option<String> {
    let (charset, rest) = text.split_once('\'')?;
    let (_, value) = rest.split_once('\'')?;
    let decoded = percent_encoding::percent_decode_str(value).decode_utf8().ok()?;
    charset.eq_ignore_ascii_case("utf-8").then(|| decoded.into_owned())
}
