/**
 * @file What wraps a link on its way: each function returns a text with the link in it, as people find it in mail, chats, pages, logs
 * and terminals. `source` shows where it was seen.
 */

/** @typedef {{ name: string, source: string, wrap: (link: string) => string, causes?: string[], remark?: RegExp, args?: string[] }} Wrapping */

/** Lines of this length. @param {string} text @param {number} length @param {string} [end] */
const lines = (text, length, end = '\n') => (text.match(new RegExp(`.{1,${length}}`, 'g')) ?? []).join(end);
/** In quoted-printable, with lines of at most 76 characters. @param {string} text */
const quotedPrintable = (text) => lines(text.replace(/=/g, '=3D'), 75, '=\r\n').replace(/=(3?)=\r\n(3?D)/g, '=\r\n=$1$2');
/** Proofpoint's encoding, version 2. @param {string} text */
const proofpoint2 = (text) => encodeURIComponent(text).replace(/_/g, '%5F').replace(/-/g, '%2D').replace(/%2F/g, '_').replace(/%/g, '-');

/** Wrappings that a client sends along, so the link is broken. @type {Wrapping[]} */
const ESCAPES = [
  { name: 'HTML: &amp;', source: 'https://github.com/aws/aws-sdk-php/issues/1344', wrap: (link) => link.replace(/&/g, '&amp;'), causes: ['html-escaped'] },
  { name: 'HTML: &#38;', source: 'https://html.spec.whatwg.org/multipage/syntax.html#character-references', wrap: (link) => link.replace(/&/g, '&#38;'), causes: ['html-escaped'] },
  { name: 'WordPress: &#038;', source: 'https://developer.wordpress.org/reference/functions/esc_url/', wrap: (link) => link.replace(/&/g, '&#038;'), causes: ['html-escaped'] },
  { name: 'HTML, twice', source: 'https://developer.mozilla.org/en-US/docs/Glossary/Character_reference', wrap: (link) => link.replace(/&/g, '&amp;amp;'), causes: ['html-escaped'] },
  { name: 'JSON of Go: \\u0026', source: 'https://pkg.go.dev/encoding/json#HTMLEscape', wrap: (link) => link.replace(/&/g, '\\u0026'), causes: ['html-escaped'] },
  { name: 'JSON of Gson: \\u0026 and \\u003d', source: 'https://www.javadoc.io/doc/com.google.code.gson/gson/latest/com.google.gson/com/google/gson/GsonBuilder.html#disableHtmlEscaping()', wrap: (link) => link.replace(/&/g, '\\u0026').replace(/=/g, '\\u003d'), causes: ['html-escaped'] },
  { name: 'JSON of PHP: \\/ and \\u0026', source: 'https://www.php.net/manual/en/json.constants.php', wrap: (link) => link.replace(/\//g, '\\/').replace(/&/g, '\\u0026'), causes: ['html-escaped'] },
  { name: 'JavaScript of Django: \\u0026 in a script', source: 'https://docs.djangoproject.com/en/5.2/ref/templates/builtins/#escapejs', wrap: (link) => link.replace(/&/g, '\\u0026').replace(/=/g, '\\u003D').replace(/-/g, '\\u002D'), causes: ['html-escaped'] },
  { name: 'JavaScript: \\x26', source: 'https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html', wrap: (link) => link.replace(/&/g, '\\x26').replace(/=/g, '\\x3D'), causes: ['html-escaped'] },
  { name: 'the query once more percent-encoded', source: 'https://github.com/localstack/localstack/issues/10844', wrap: (link) => link.replace(/%/g, '%25'), causes: ['double-encoded'] },
  { name: 'one parameter once more percent-encoded', source: 'https://github.com/localstack/localstack/issues/10844', wrap: (link) => link.replace(/(X-Amz-Credential=)([^&]*)/, (_, name, value) => name + encodeURIComponent(value)), causes: ['double-encoded'] },
  { name: 'encodeURIComponent over the query', source: 'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/encodeURIComponent', wrap: (link) => link.replace(/\?(.*)/, (_, query) => `?${encodeURIComponent(query)}`), causes: ['double-encoded'] },
  { name: 'encodeURIComponent over the part after the first value', source: 'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/encodeURIComponent', wrap: (link) => link.replace(/&/g, '%26'), causes: ['double-encoded'] },
  { name: 'the query as part of the path', source: 'https://developer.apple.com/documentation/foundation/url/appendingpathcomponent(_:)', wrap: (link) => link.replace('?', '%3F'), causes: ['double-encoded'] },
  { name: 'the full stop of a sentence', source: 'https://datatracker.ietf.org/doc/html/rfc3986#appendix-C', wrap: (link) => `${link}.`, causes: ['signature-damaged'] },
];

/** Wrappings that only a copy has. @type {Wrapping[]} */
const COPIES = [
  { name: 'the escapes of cmd.exe: ^&', source: 'https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/cmd#remarks', wrap: (link) => link.replace(/&/g, '^&'), remark: /cmd\.exe/ },
  { name: 'a batch file: %% and quotes', source: 'https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/for#remarks', wrap: (link) => `start "" "${link.replace(/%/g, '%%')}"`, remark: /batch files/ },
  { name: 'a line of a list in JSON or JavaScript, with its comma', source: 'https://www.rfc-editor.org/rfc/rfc8259#section-5', wrap: (link) => `"${link}",` },
  { name: 'a JSON string', source: 'https://www.rfc-editor.org/rfc/rfc8259#section-7', wrap: (link) => JSON.stringify(link).replace(/&/g, '\\u0026') },
  { name: 'a slash of JSON: \\/', source: 'https://www.php.net/manual/en/json.constants.php', wrap: (link) => link.replace(/\//g, '\\/'), remark: /backslashes/ },
  { name: 'an answer in JSON under another name', source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/PresignedUrlUploadObject.html', wrap: (link) => JSON.stringify({ data: { presignedUrl: link } }) },
  { name: 'a list in JSON', source: 'https://www.rfc-editor.org/rfc/rfc8259#section-5', wrap: (link) => JSON.stringify([{ url: link }]) },
  { name: 'a line of a log in JSON', source: 'https://pkg.go.dev/log/slog', wrap: (link) => JSON.stringify({ level: 'ERROR', msg: `PUT ${link}: 403` }) },
  { name: 'a line end of mail in a name', source: 'https://github.com/aws-samples/aws-security-hub-full-report-email/issues/4', wrap: (link) => link.replace('X-Amz-Sig', 'X-Amz-\r\nSig'), remark: /line breaks/ },
  { name: 'lines of 76 characters', source: 'https://www.rfc-editor.org/rfc/rfc3676', wrap: (link) => lines(link, 76), remark: /line breaks/ },
  { name: 'lines of 76 characters in a sentence', source: 'https://www.rfc-editor.org/rfc/rfc3676', wrap: (link) => `Hello,\nplease fetch the file:\n${lines(link, 76)}\n\nKind regards\nAda`, remark: /line breaks/ },
  { name: 'a checksum in the next line', source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html', wrap: (link) => `the file and its SHA-256:\n${link}\n${'0a'.repeat(32)}` },
  { name: 'a mail that was quoted', source: 'https://www.rfc-editor.org/rfc/rfc3676#section-4.5', wrap: (link) => `> ${lines(link, 70, '\n> ')}`, remark: /line breaks/ },
  { name: 'lines of format=flowed', source: 'https://www.rfc-editor.org/rfc/rfc3676#section-4.1', wrap: (link) => lines(link, 74, ' \r\n'), remark: /line breaks/ },
  { name: 'one parameter in each line', source: 'https://github.com/aws-beam/aws_signature/issues/20', wrap: (link) => link.replace(/\?/, '?\n').replace(/&/g, '&\n'), remark: /line breaks/ },
  { name: 'one parameter in each line, after the mark', source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html', wrap: (link) => link.replace(/\?/, '\n?').replace(/&/g, '\n  &'), remark: /line breaks/ },
  { name: 'lines that a shell joins', source: 'https://www.gnu.org/software/bash/manual/html_node/Escape-Character.html', wrap: (link) => link.replace(/&/g, '\\\n&'), remark: /line breaks/ },
  { name: 'quoted-printable', source: 'https://www.rfc-editor.org/rfc/rfc2045#section-6.7', wrap: quotedPrintable, remark: /quoted-printable/ },
  { name: 'quoted-printable without line breaks', source: 'https://www.rfc-editor.org/rfc/rfc2045#section-6.7', wrap: (link) => link.replace(/=/g, '=3d'), remark: /quoted-printable/ },
  { name: 'a mail in quoted-printable', source: 'https://docs.python.org/3/library/email.examples.html', wrap: (link) => `From: ada@example.com\r\nContent-Type: text/plain; charset=3D"utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nYour export=20is ready:\r\n\r\n${quotedPrintable(link)}\r\n\r\nBye`, remark: /quoted-printable/ },
  { name: 'a page in quoted-printable', source: 'https://docs.aws.amazon.com/ses/latest/dg/send-email-raw.html', wrap: (link) => quotedPrintable(`<p>Your file: <a href="${link.replace(/&/g, '&amp;')}">download</a></p>`) },
  { name: 'angle brackets', source: 'https://datatracker.ietf.org/doc/html/rfc3986#appendix-C', wrap: (link) => `Download <${link}> within ten minutes.` },
  { name: 'a link of Markdown', source: 'https://spec.commonmark.org/0.31.2/#links', wrap: (link) => `See [the file](${link}).` },
  { name: 'a link of Markdown with itself as text', source: 'https://spec.commonmark.org/0.31.2/#links', wrap: (link) => `[${link}](${link} "a title")` },
  { name: 'a code block of Markdown', source: 'https://spec.commonmark.org/0.31.2/#fenced-code-blocks', wrap: (link) => `\`\`\`\n${link}\n\`\`\`` },
  { name: 'a full stop after the link in a sentence', source: 'https://datatracker.ietf.org/doc/html/rfc3986#appendix-C', wrap: (link) => `The link is ${link}.` },
  { name: 'typographic quotes', source: 'https://support.apple.com/guide/mac-help/mh35735/mac', wrap: (link) => `open \u201c${link}\u201d` },
  { name: 'typographic quotes alone', source: 'https://support.apple.com/guide/mac-help/mh35735/mac', wrap: (link) => `\u201c${link}\u201d` },
  { name: 'a link in a message of Slack', source: 'https://api.slack.com/reference/surfaces/formatting#linking-urls', wrap: (link) => `Look: <${link}|a.png>` },
  { name: 'an attribute of HTML', source: 'https://html.spec.whatwg.org/multipage/links.html', wrap: (link) => `<a class="file" href="${link.replace(/&/g, '&amp;')}">a.png</a>` },
  { name: 'an image of HTML in a text', source: 'https://html.spec.whatwg.org/multipage/images.html', wrap: (link) => `<p>Hello</p><img alt="" src='${link.replace(/&/g, '&amp;')}'>` },
  { name: 'the whole link percent-encoded', source: 'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/encodeURIComponent', wrap: encodeURIComponent, remark: /percent-encoded once more/ },
  { name: 'Safe Links of Outlook', source: 'https://learn.microsoft.com/en-us/defender-office-365/safe-links-about', wrap: (link) => `https://nam12.safelinks.protection.outlook.com/?url=${encodeURIComponent(link)}&data=05%7C01%7Cada%40example.com&sdata=kXkC6HubTh0%3D&reserved=0`, remark: /redirect by nam12\.safelinks/ },
  { name: 'Safe Links of Outlook, out of HTML', source: 'https://lists.freedesktop.org/archives/amd-gfx/', wrap: (link) => `https://nam11.safelinks.protection.outlook.com/?url=${encodeURIComponent(link)}&amp;data=04%7C01&amp;reserved=0`, remark: /redirect by nam11/, causes: ['html-escaped'] },
  { name: 'URL Defense of Proofpoint, version 2', source: 'https://help.proofpoint.com/Threat_Insight_Dashboard/API_Documentation/URL_Decoder_API', wrap: (link) => `https://urldefense.proofpoint.com/v2/url?u=${proofpoint2(link)}&d=DwIDaQ&c=nKjWec2b6R0mOyPaz7xtfQ&e=`, remark: /redirect by urldefense/ },
  { name: 'URL Defense of Proofpoint, version 3', source: 'https://help.proofpoint.com/Threat_Insight_Dashboard/API_Documentation/URL_Decoder_API', wrap: (link) => `https://urldefense.com/v3/__${link}__;!!ACWV5N9M2RV99hQ!Pkwym7OAjoDucUqs2fAwchxqL8$`, remark: /redirect by urldefense/ },
  { name: 'URL Defense of Proofpoint, version 3, with letters that it replaces', source: 'https://help.proofpoint.com/Threat_Insight_Dashboard/API_Documentation/URL_Decoder_API', wrap: (link) => `https://urldefense.com/v3/__${link.replace('https://', 'https:/').replace('%20', '**B').replace('?', '*')}__;${btoa('%20?')}!!ACWV5N9M2RV99hQ!Pkwym7$`, remark: /redirect by urldefense/ },
  { name: 'a redirect of Google', source: 'https://support.google.com/docs/thread/204398', wrap: (link) => `https://www.google.com/url?q=${encodeURIComponent(link)}&sa=D&source=editors&ust=1700000000&usg=AOvVaw0`, remark: /redirect by www\.google\.com/ },
  { name: 'a redirect of Facebook', source: 'https://developers.facebook.com/docs/sharing/webmasters', wrap: (link) => `https://l.facebook.com/l.php?u=${encodeURIComponent(link)}&h=AT0`, remark: /redirect by l\.facebook/ },
  { name: 'a redirect of Cisco', source: 'https://docs.ces.cisco.com/docs/url-rewriting', wrap: (link) => `https://secure-web.cisco.com/1abc/${encodeURIComponent(link)}`, remark: /redirect by secure-web/ },
  { name: 'two redirects', source: 'https://learn.microsoft.com/en-us/defender-office-365/safe-links-about', wrap: (link) => `https://eur01.safelinks.protection.outlook.com/?url=${encodeURIComponent(`https://www.google.com/url?q=${encodeURIComponent(link)}&sa=D`)}&reserved=0`, remark: /redirect by www\.google/ },
  { name: 'what wget prints', source: 'https://www.gnu.org/software/wget/manual/wget.html', wrap: (link) => `--2026-11-23 19:01:00--  ${link}\nResolving acme-media.s3.eu-west-1.amazonaws.com... 52.218.0.1\nHTTP request sent, awaiting response... 403 Forbidden` },
  { name: 'what requests raises', source: 'https://requests.readthedocs.io/en/latest/api/#exceptions', wrap: (link) => `requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: ${link}` },
  { name: 'a call in Python', source: 'https://boto3.amazonaws.com/v1/documentation/api/latest/guide/s3-presigned-urls.html', wrap: (link) => `response = requests.get('${link}')` },
  { name: 'escapes that zsh types', source: 'https://github.com/opengovsg/postmangovsg/issues/1205', wrap: (link) => link.replace(/[?=&]/g, '\\$&'), remark: /backslashes/ },
  { name: 'spaces in the key', source: 'https://github.com/knadh/listmonk/pull/3125', wrap: (link) => link.replace('a%20b', 'a b'), remark: /%20/ },
];

export const WRAPPINGS = [...ESCAPES, ...COPIES];
