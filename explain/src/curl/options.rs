//! The options of `curl` that decide what is sent.

use lexopt::{Arg, Parser, ValueExt as _};

use crate::har::Param;

/// Other long options that have a value: <https://github.com/curl/curl/blob/master/src/tool_getparam.c>.
const WITH_VALUE: &str = "\
    abstract-unix-socket alt-svc cacert capath cert cert-type ciphers config connect-timeout connect-to \
    continue-at cookie-jar create-file-mode crlfile curves delegation dns-interface dns-ipv4-addr \
    dns-ipv6-addr dns-servers doh-url dump-header ech engine etag-compare etag-save expect100-timeout \
    happy-eyeballs-timeout-ms haproxy-clientip help hostpubmd5 hostpubsha256 hsts interface ip-tos \
    keepalive-cnt keepalive-time key key-type knownhosts libcurl limit-rate local-port login-options \
    max-filesize max-redirs max-time netrc-file noproxy output output-dir parallel-max parallel-max-host \
    pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath \
    proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type \
    proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype \
    proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 pubkey quote rate request-target resolve retry \
    retry-delay retry-max-time sasl-authzid service-name sigalgs socks4 socks4a socks5 \
    socks5-gssapi-service socks5-hostname speed-limit speed-time ssl-sessions stderr time-cond tls-max \
    tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket \
    upload-flags variable vlan-priority write-out";
/// Other short options that have a value.
const SHORT_WITH_VALUE: &str = "cCDEKmoPQtUwxyYzh";

/// What the options of a command say.
#[derive(Default)]
pub(super) struct Options {
    urls: Vec<String>,
    method: Option<String>,
    /// Lines `name: value`, as given.
    headers: Vec<String>,
    pub(super) has_header_file: bool,
    pub(super) data: Vec<String>,
    /// The Content-Type of the data, unless a header states it.
    data_type: Option<&'static str>,
    pub(super) form: Vec<Param>,
    upload: Option<String>,
    mode: Mode,
    query: Vec<String>,
}

#[derive(Clone, Copy, Default, Eq, PartialEq)]
enum Mode {
    /// As the data requires.
    #[default]
    Usual,
    /// With the data in the query.
    Get,
    Head,
}

impl Options {
    /// Parses the words of a command, with its name; `None` if an option lacks its value.
    pub(super) fn parse(words: Vec<String>) -> Option<Self> {
        let mut parser = Parser::from_args(words.into_iter().skip(1));
        let mut options = Self::default();
        while let Some(argument) = parser.next().ok()? {
            let option = match argument {
                Arg::Value(url) => {
                    options.urls.push(url.string().ok()?);
                    continue;
                }
                Arg::Long(name) => name.to_owned(),
                Arg::Short(letter) => long_name(letter).map_or(letter.to_string(), String::from),
            };
            if options.is_flag(&option) {
                continue;
            }
            let value = parser.value().ok()?.string().ok()?;
            options.set(&option, value);
        }
        Some(options)
    }

    /// Takes an option without a value; `false` if it has one.
    fn is_flag(&mut self, option: &str) -> bool {
        match option {
            "get" => self.mode = Mode::Get,
            "head" => self.mode = Mode::Head,
            "request" | "header" | "upload-file" | "url" | "form" | "form-string" | "user"
            | "json" | "aws-sigv4" | "oauth2-bearer" | "cookie" | "user-agent" | "referer"
            | "range" | "url-query" => return false,
            data if data == "data" || data.starts_with("data-") => return false,
            other => {
                let is_short = other.chars().count() == 1 && SHORT_WITH_VALUE.contains(other);
                return !is_short && !WITH_VALUE.split_whitespace().any(|name| name == other);
            }
        }
        true
    }

    fn set(&mut self, option: &str, value: String) {
        match option {
            "request" => self.method = Some(value.to_ascii_uppercase()),
            "header" if value.starts_with('@') => self.has_header_file = true,
            "header" => self.headers.push(value),
            "user" => self.headers.push("authorization: Basic".into()),
            "aws-sigv4" => self.headers.push("authorization: AWS4-HMAC-SHA256".into()),
            "oauth2-bearer" => self.headers.push("authorization: Bearer".into()),
            "cookie" => self.headers.push(format!("cookie: {value}")),
            "user-agent" => self.headers.push(format!("user-agent: {value}")),
            "referer" => self.headers.push(format!("referer: {value}")),
            "range" => self.headers.push(format!("range: bytes={value}")),
            "upload-file" => self.upload = Some(value),
            "url" => self.urls.push(value),
            "url-query" => self.query.push(value),
            "form" | "form-string" => self.form.extend(param(&value, option == "form")),
            "json" => {
                self.data_type = Some("application/json");
                self.data.push(value);
            }
            data if data.starts_with("data") => {
                self.data_type = Some("application/x-www-form-urlencoded");
                self.data.push(value);
            }
            _ => {}
        }
    }

    /// The first URL, with the data of `--get` in its query.
    pub(super) fn url(&self) -> Option<String> {
        let url = self.urls.first()?;
        let url = if url.contains("://") { url.clone() } else { format!("http://{url}") };
        let data = if self.mode == Mode::Get { self.data.as_slice() } else { &[] };
        let query: Vec<_> = self.query.iter().chain(data).map(String::as_str).collect();
        if query.is_empty() {
            return Some(url);
        }
        let separator = if url.contains('?') { '&' } else { '?' };
        Some(format!("{url}{separator}{}", query.join("&")))
    }

    pub(super) fn method(&self) -> String {
        let usual = match self.mode {
            Mode::Head => "HEAD",
            Mode::Usual if self.upload.is_some() => "PUT",
            Mode::Usual if self.data_type.is_some() || !self.form.is_empty() => "POST",
            Mode::Usual | Mode::Get => "GET",
        };
        self.method.clone().unwrap_or_else(|| usual.into())
    }

    /// The headers that are sent, without those that every client sends.
    pub(super) fn headers(&self) -> Vec<(String, String)> {
        let given = self.headers.iter().filter_map(|line| {
            let (name, value) = match line.split_once(':') {
                Some((name, value)) => (name, value.trim()),
                None => (line.strip_suffix(';')?, ""),
            };
            Some((name.trim().to_ascii_lowercase(), value.to_owned()))
        });
        let mut given: Vec<_> = given.collect();
        let usual_type = if self.form.is_empty() {
            self.data_type.filter(|_| self.mode == Mode::Usual)
        } else {
            Some("multipart/form-data; boundary=curl")
        };
        let is_form_type = |(name, value): &(String, String)| {
            name == "content-type"
                && value.starts_with("multipart/form-data")
                && !self.form.is_empty()
        };
        // curl adds the boundary.
        given.retain(|header| !is_form_type(header));
        let has_type = given.iter().any(|(name, _)| name == "content-type");
        if let Some(usual) = usual_type.filter(|_| !has_type) {
            given.push(("content-type".into(), usual.into()));
        }
        if matches!(self.upload.as_deref(), Some("-" | ".")) {
            given.push(("transfer-encoding".into(), "chunked".into()));
        }
        // A header without a value is not sent.
        given.retain(|(name, value)| {
            !value.is_empty()
                || self.headers.iter().any(|line| line.strip_suffix(';') == Some(name))
        });
        given
    }
}

/// A field of `--form`, or of `--form-string`, whose value has no special characters.
fn param(text: &str, is_special: bool) -> Option<Param> {
    let (name, value) = text.split_once('=')?;
    let name = name.to_owned();
    if is_special && value.starts_with('@') {
        let file_name = Some(value.trim_start_matches(['@', '"']).into());
        return Some(Param { name, value: None, file_name });
    }
    let value = if is_special { value.split(";type=").next().unwrap_or_default() } else { value };
    let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    let value = quoted.filter(|_| is_special).unwrap_or(value);
    Some(Param { name, value: Some(value.into()), file_name: None })
}

fn long_name(letter: char) -> Option<&'static str> {
    Some(match letter {
        'X' => "request",
        'H' => "header",
        'T' => "upload-file",
        'd' => "data",
        'F' => "form",
        'G' => "get",
        'I' => "head",
        'u' => "user",
        'b' => "cookie",
        'A' => "user-agent",
        'e' => "referer",
        'r' => "range",
        _ => return None,
    })
}
