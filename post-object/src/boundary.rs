//! The boundary between the parts of a form.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1>

use crate::fault::Fault;
use crate::parameters::Parameters;

/// The boundary that `Content-Type: multipart/form-data; boundary=...` names.
///
/// ```
/// use post_object::Boundary;
///
/// let boundary = Boundary::from_content_type("multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW")?;
/// assert_eq!(boundary.delimiter(), "\r\n------WebKitFormBoundary7MA4YWxkTrZu0gW");
/// # Ok::<(), post_object::Fault>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Boundary(String);

impl Boundary {
    /// Parses the header.
    ///
    /// # Errors
    ///
    /// [`Fault::NotMultipart`] for another media type, [`Fault::Malformed`] unless there is exactly one boundary, of 1 to 70
    /// characters.
    pub fn from_content_type(header: &str) -> Result<Self, Fault> {
        let (media_type, parameters) = header.split_once(';').unwrap_or((header, ""));
        if !media_type.trim_ascii().eq_ignore_ascii_case("multipart/form-data") {
            return Err(Fault::NotMultipart);
        }
        let malformed =
            || Fault::Malformed("`Content-Type` must have one boundary of 1 to 70 characters");
        let mut boundary = None;
        for parameter in Parameters::of(parameters) {
            let (name, value) = parameter.ok_or_else(malformed)?;
            if name == "boundary" && boundary.replace(value).is_some() {
                return Err(malformed());
            }
        }
        let fits = |boundary: &String| {
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b" '()+_,-./:=?".contains(&b);
            (1..=70).contains(&boundary.len())
                && boundary.bytes().all(allowed)
                && !boundary.ends_with(' ')
        };
        boundary.filter(fits).map(Self).ok_or_else(malformed)
    }

    /// Returns the end of a part: a line end, two dashes and the boundary.
    #[must_use]
    pub fn delimiter(&self) -> String {
        format!("\r\n--{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_clients_write() {
        for (header, boundary) in [
            (
                "multipart/form-data; boundary=------------------------d74496d66958873e",
                "------------------------d74496d66958873e",
            ),
            ("multipart/form-data; boundary=\"a b:c\"", "a b:c"),
            ("Multipart/Form-Data;charset=UTF-8;BOUNDARY=x", "x"),
            ("multipart/form-data; boundary=x;", "x"),
            (
                "multipart/form-data; boundary=----geckoformboundary7dcd2ec42caf40aca2a1e",
                "----geckoformboundary7dcd2ec42caf40aca2a1e",
            ),
        ] {
            assert_eq!(
                Boundary::from_content_type(header),
                Ok(Boundary(boundary.into())),
                "{header}"
            );
        }
    }

    #[test]
    fn rejects_headers_without_one_valid_boundary() {
        for header in [
            "",
            "application/x-www-form-urlencoded",
            "multipart/mixed; boundary=x",
            "multipart/form-datax; boundary=x",
        ] {
            assert_eq!(Boundary::from_content_type(header), Err(Fault::NotMultipart), "{header}");
        }
        for parameters in [
            "",
            "; boundary=",
            "; boundary=a; boundary=b",
            "; boundary=\"a",
            "; boundary=\"a \"",
            "; boundary=é",
            "; boundary",
        ] {
            let header = format!("multipart/form-data{parameters}");
            assert!(
                matches!(Boundary::from_content_type(&header), Err(Fault::Malformed(_))),
                "{header}"
            );
        }
        let header = format!("multipart/form-data; boundary={}", "x".repeat(71));
        assert!(matches!(Boundary::from_content_type(&header), Err(Fault::Malformed(_))));
    }
}
