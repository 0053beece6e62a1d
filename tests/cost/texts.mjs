/** @file Texts of a given size that are hard to parse. Each takes the number of bytes, which it nearly reaches. */

/**
 * Repeats items that are numbered, up to a size.
 *
 * @param {number} bytes
 * @param {(number: string) => string} item the number has seven digits
 * @param {string} [separator]
 */
export function repeated(bytes, item, separator = '') {
  const count = Math.max(1, Math.floor(bytes / (Buffer.byteLength(item('0000000')) + separator.length)));
  return Array.from({ length: count }, (_, i) => item(String(i).padStart(7, '0'))).join(separator);
}

/** The same, with numbers that decrease: the worst order for a list that is kept sorted. @type {typeof repeated} */
export function descending(bytes, item, separator) {
  return repeated(bytes, (number) => item(String(9_999_999 - Number(number))), separator);
}

/** JSON values, by what is hard about them. @type {Record<string, (bytes: number) => string>} */
export const JSON_VALUES = {
  'many names, ascending': (bytes) => `{${repeated(bytes, (number) => `"${number}":""`, ',')}}`,
  'many names, descending': (bytes) => `{${descending(bytes, (number) => `"${number}":""`, ',')}}`,
  'a deep list': (bytes) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2),
  'lists of 100 levels': (bytes) => `[${repeated(bytes, () => '['.repeat(100) + ']'.repeat(100), ',')}]`,
  'a list of objects': (bytes) => `[${repeated(bytes, (number) => `{"name":"${number}"}`, ',')}]`,
  'a list of texts': (bytes) => `[${repeated(bytes, (number) => `"${number}"`, ',')}]`,
  'a long text': (bytes) => `"${'x'.repeat(bytes)}"`,
  'a text of escapes': (bytes) => `"${'\\u0061'.repeat(bytes / 6)}"`,
  'a text of surrogates': (bytes) => `"${'\\ud83d\\ude00'.repeat(bytes / 12)}"`,
  'a long number': (bytes) => `1${'0'.repeat(bytes)}`,
  'a long fraction': (bytes) => `0.${'1'.repeat(bytes)}`,
  'a long exponent': (bytes) => `1e-${'1'.repeat(bytes)}`,
  spaces: (bytes) => `${' '.repeat(bytes)}1`,
};

/** Elements of XML below `<R>`, by what is hard about them. @type {Record<string, (bytes: number) => string>} */
export const XML = {
  'many parts': (bytes) => repeated(bytes, (number) => `<Part><PartNumber>${Number(number) + 1}</PartNumber><ETag>"${number}"</ETag><Size>1</Size></Part>`),
  'parts without a number': (bytes) => repeated(bytes, () => '<Part/>'),
  'one part of many elements': (bytes) => `<Part>${repeated(bytes, () => '<a/>')}</Part>`,
  'many attributes': (bytes) => `<Part ${repeated(bytes, (number) => `a${number}="" `)}/>`,
  'many namespaces': (bytes) => `<Part ${repeated(bytes, (number) => `xmlns:a${number}="b" `)}/>`,
  'namespaces that are inherited': (bytes) => `${repeated(bytes / 2, (number) => `<a xmlns:a${number}="b">`)}`,
  'deep elements': (bytes) => '<Part>'.repeat(bytes / 13) + '</Part>'.repeat(bytes / 13),
  'elements that are not closed': (bytes) => '<Part>'.repeat(bytes / 6),
  'closing tags only': (bytes) => '</Part>'.repeat(bytes / 7),
  references: (bytes) => `<Code>${'&quot;'.repeat(bytes / 6)}</Code>`,
  'references that are not closed': (bytes) => `<Code>${'&'.repeat(bytes)}</Code>`,
  comments: (bytes) => '<!---->'.repeat(bytes / 7),
  'one comment that is not closed': (bytes) => `<!--${'-'.repeat(bytes)}`,
  'instructions': (bytes) => '<?a?>'.repeat(bytes / 5),
  'sections of characters': (bytes) => `<Code>${'<![CDATA[]]>'.repeat(bytes / 12)}</Code>`,
  'a section that is not closed': (bytes) => `<Code><![CDATA[${']'.repeat(bytes)}</Code>`,
  'entities': (bytes) => `<!DOCTYPE R [${repeated(bytes, (number) => `<!ENTITY a${number} "b">`)}]>`,
  'brackets': (bytes) => '<'.repeat(bytes),
  'spaces in a tag': (bytes) => `<Part${' '.repeat(bytes)}/>`,
  'a long name': (bytes) => `<${'a'.repeat(bytes)}/>`,
  'a long text': (bytes) => `<Code>${'a'.repeat(bytes)}</Code>`,
};
