//! Lines of a stream, whatever bytes they have.

use std::io::{self, BufRead, Read as _};

/// Longest line, in bytes. A key has at most 1,024 bytes and headers 8 KiB, so no request is longer.
const MAX_BYTES: usize = 1 << 20;

/// The lines that are not blank.
pub(super) struct Lines<R> {
    input: R,
    line: Vec<u8>,
    is_first: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input, line: Vec::new(), is_first: true }
    }

    /// The next line without white space around it, or why it cannot be read; `None` at the end. A byte-order mark at the
    /// start of the stream does not count.
    pub(super) fn next(&mut self) -> io::Result<Option<Result<&str, String>>> {
        loop {
            self.line.clear();
            let max = u64::try_from(MAX_BYTES + 1).unwrap_or(u64::MAX);
            if self.input.by_ref().take(max).read_until(b'\n', &mut self.line)? == 0 {
                return Ok(None);
            }
            let is_first = core::mem::take(&mut self.is_first);
            if self.line.len() > MAX_BYTES && self.line.last() != Some(&b'\n') {
                self.skip_line()?;
                return Ok(Some(Err(format!("a line has at most {MAX_BYTES} bytes"))));
            }
            if is_first && self.line.starts_with("\u{feff}".as_bytes()) {
                self.line.drain(.."\u{feff}".len());
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        let line = str::from_utf8(self.line.trim_ascii());
        Ok(Some(line.map_err(|error| format!("the line is not UTF-8: {error}"))))
    }

    /// Reads the rest of a line.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let read = end.map_or(buffer.len(), |end| end + 1);
            self.input.consume(read);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &[u8]) -> Vec<Result<String, String>> {
        let mut lines = Lines::new(input);
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push(line.map(str::to_owned));
        }
        all
    }

    #[test]
    fn are_those_that_are_not_blank() {
        let expected = [Ok("a".to_owned()), Ok("b c".to_owned()), Ok("d".to_owned())];
        assert_eq!(read(b"a\n\n \t\r\n b c \r\n\n\nd"), expected);
        assert_eq!(read("\u{feff}a\nb c\nd\n".as_bytes()), expected);
        assert_eq!(read("\u{feff}\n".as_bytes()), []);
        assert_eq!(read(b""), []);
    }

    #[test]
    fn go_on_after_one_that_cannot_be_read() {
        let long = "x".repeat(3 * MAX_BYTES);
        let input = [b"a\n\xff\xfe\n".as_slice(), long.as_bytes(), b"\nb\n\xe9"].concat();
        let lines = read(&input);
        let is_read: Vec<_> = lines.iter().map(Result::is_ok).collect();
        assert_eq!(is_read, [true, false, false, true, false], "{lines:?}");
        assert!(read(&[b"\n", "y".repeat(MAX_BYTES).as_bytes(), b"\n"].concat())[0].is_ok());
    }
}
