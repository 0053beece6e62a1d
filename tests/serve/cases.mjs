/**
 * @file Requests for ranges and with conditions, and what the tests of two other projects expect of their answers.
 *
 * Sources: `ServeFileRangeTests` and `TestServeContent` in `src/net/http/fs_test.go` of golang/go (go), and `s3tests/functional/test_s3.py` of
 * ceph/s3-tests (ceph). The objects are theirs: 11 bytes, and an empty one.
 */

const TEXT = 'testcontent';
const OUT_OF_RANGE = { status: 416, contentRange: 'bytes */11' };

/** @param {number} first @param {number} last */
const part = (first, last) => ({ status: 206, contentRange: `bytes ${first}-${last}/11`, body: TEXT.slice(first, last + 1) });
const WHOLE = { status: 200, body: TEXT };

/** @type {{ name: string, object?: string, range?: string, status: number, contentRange?: string, body?: string }[]} */
export const RANGES = [
  { name: 'go: no range', ...WHOLE },
  .../** @type {[string, ReturnType<typeof part> | typeof OUT_OF_RANGE | typeof WHOLE][]} */ ([
    ['bytes=0-4', part(0, 4)],
    ['bytes=2-', part(2, 10)],
    ['bytes=-5', part(6, 10)],
    ['bytes=3-7', part(3, 7)],
    ['bytes=20-', OUT_OF_RANGE],
    ['bytes=5-1000', part(5, 10)],
    ['bytes=0-,1-,2-,3-,4-', WHOLE],
    ['bytes=0-9', part(0, 9)],
    ['bytes=0-10', part(0, 10)],
    ['bytes=0-11', part(0, 10)],
    ['bytes=10-11', part(10, 10)],
    ['bytes=10-', part(10, 10)],
    ['bytes=11-', OUT_OF_RANGE],
    ['bytes=11-12', OUT_OF_RANGE],
    ['bytes=12-12', OUT_OF_RANGE],
    ['bytes=11-100', OUT_OF_RANGE],
    ['bytes=12-100', OUT_OF_RANGE],
    ['bytes=100-', OUT_OF_RANGE],
    ['bytes=100-1000', OUT_OF_RANGE],
  ]).map(([range, expected]) => ({ name: `go: ${range}`, range, ...expected })),
  // Go answers several ranges with multipart/byteranges. S3 and R2 send the whole object, as a server may.
  ...['bytes=0-0,-2', 'bytes=0-1,5-8', 'bytes=0-1,5-'].map((range) => ({ name: `several ranges, as R2: ${range}`, range, ...WHOLE })),
  { name: 'ceph: test_ranged_request_response_code', range: 'bytes=4-7', ...part(4, 7) },
  { name: 'ceph: test_ranged_request_skip_leading_bytes_response_code', range: 'bytes=4-', ...part(4, 10) },
  { name: 'ceph: test_ranged_request_return_trailing_bytes_response_code', range: 'bytes=-7', ...part(4, 10) },
  { name: 'ceph: test_ranged_request_invalid_range', range: 'bytes=40-50', ...OUT_OF_RANGE },
  { name: 'ceph: test_ranged_request_empty_object', object: 'empty', range: 'bytes=40-50', status: 416, contentRange: 'bytes */0' },
  { name: 'an empty object', object: 'empty', status: 200, body: '' },
  ...['bytes=0-', 'bytes=-1', 'bytes=-0'].map((range) => ({ name: `an empty object, ${range}`, object: 'empty', range, status: 416, contentRange: 'bytes */0' })),
  { name: 'no byte at the end', range: 'bytes=-0', ...OUT_OF_RANGE },
  { name: 'more bytes at the end than there are', range: 'bytes=-100', ...part(0, 10) },
  { name: 'a number larger than any object', range: 'bytes=99999999999999999999999-', ...OUT_OF_RANGE },
  { name: 'an end larger than any object', range: 'bytes=0-99999999999999999999999', ...part(0, 10) },
  { name: 'at the largest exact number of JavaScript', range: 'bytes=9007199254740991-9007199254740993', ...OUT_OF_RANGE },
  // A malformed range is ignored, as RFC 9110 says in section 14.2.
  ...['bytes=7-3', 'bytes=', 'bytes', 'bytes=a-b', 'bytes=1', 'bytes=--1', 'bytes=+1-2', 'bytes=1-2-3', 'items=0-4', 'bytes=0x1-2'].map((range) => ({ name: `malformed: ${range}`, range, ...WHOLE })),
  { name: 'the unit in capitals', range: 'BYTES=0-4', ...part(0, 4) },
];

/**
 * `ETAG` is that of the object, `MODIFIED` the time at which it was stored, and `MODIFIED+1` a second later.
 *
 * @type {{ name: string, headers: Record<string, string>, status: number, code?: string, range?: [number, number] }[]}
 */
export const CONDITIONS = [
  ['ceph: test_get_object_ifmatch_good', { 'if-match': 'ETAG' }, 200],
  ['ceph: test_get_object_ifmatch_failed', { 'if-match': '"ABCORZ"' }, 412],
  ['ceph: test_get_object_ifnonematch_good', { 'if-none-match': 'ETAG' }, 304],
  ['ceph: test_get_object_ifnonematch_failed', { 'if-none-match': 'ABCORZ' }, 200],
  ['ceph: test_get_object_ifmodifiedsince_good', { 'if-modified-since': 'Sat, 29 Oct 1994 19:43:31 GMT' }, 200],
  ['ceph: test_get_object_ifmodifiedsince_failed', { 'if-modified-since': 'MODIFIED+1' }, 304],
  ['ceph: test_get_object_ifunmodifiedsince_good', { 'if-unmodified-since': 'Sat, 29 Oct 1994 19:43:31 GMT' }, 412],
  ['ceph: test_get_object_ifunmodifiedsince_failed', { 'if-unmodified-since': 'Sat, 29 Oct 2100 19:43:31 GMT' }, 200],
  ['go: not_modified_modtime', { 'if-modified-since': 'MODIFIED' }, 304],
  ['go: not_modified_etag', { 'if-none-match': 'ETAG' }, 304],
  ['go: not_modified_etag_no_seek', { 'if-none-match': '"baz", W/ETAG' }, 304],
  ['go: if_none_match_mismatch', { 'if-none-match': '"Foo"' }, 200],
  ['go: if_none_match_malformed', { 'if-none-match': ',' }, 200],
  ['go: range_good', { range: 'bytes=0-4' }, 206, [0, 5]],
  ['go: range_match', { range: 'bytes=0-4', 'if-range': 'ETAG' }, 206, [0, 5]],
  ['go: range_match_weak_etag', { range: 'bytes=0-4', 'if-range': 'W/ETAG' }, 200],
  ['go: range_no_match', { range: 'bytes=0-4', 'if-range': '"B"' }, 200],
  ['go: range_with_modtime', { range: 'bytes=0-4', 'if-range': 'MODIFIED' }, 206, [0, 5]],
  ['go: range_with_modtime_mismatch', { range: 'bytes=0-4', 'if-range': 'MODIFIED+1' }, 200],
  ['go: ifmatch_matches', { 'if-match': '"Z", ETAG' }, 200],
  ['go: ifmatch_star', { 'if-match': '*' }, 200],
  ['go: ifmatch_failed', { 'if-match': '"B"' }, 412],
  ['go: ifmatch_fails_on_weak_etag', { 'if-match': 'W/ETAG' }, 412],
  ['go: if_unmodified_since_true', { 'if-unmodified-since': 'MODIFIED' }, 200],
  ['go: if_unmodified_since_false', { 'if-unmodified-since': 'MODIFIED-2' }, 412],
  // The order of RFC 9110, section 13.2.2.
  ['If-Match takes precedence over If-Unmodified-Since', { 'if-match': 'ETAG', 'if-unmodified-since': 'MODIFIED-2' }, 200],
  ['If-None-Match takes precedence over If-Modified-Since', { 'if-none-match': '"B"', 'if-modified-since': 'MODIFIED+1' }, 200],
  ['If-Match comes before If-None-Match', { 'if-match': '"B"', 'if-none-match': 'ETAG' }, 412],
  ['conditions come before the range', { 'if-none-match': 'ETAG', range: 'bytes=0-4' }, 304],
  ['a failed condition comes before a range that is out of bounds', { 'if-match': '"B"', range: 'bytes=100-' }, 412],
  ['any version is not modified', { 'if-none-match': '*' }, 304],
  ['a malformed date is ignored', { 'if-modified-since': 'yesterday', 'if-unmodified-since': '2026-11-23' }, 200],
  ['a date before 1970', { 'if-modified-since': 'Sat, 29 Oct 1904 19:43:31 GMT' }, 200],
  ['If-Range without a range', { 'if-range': '"B"' }, 200],
].map(([name, headers, status, range]) => /** @type {any} */ ({ name, headers, status, range, ...(status === 412 && { code: 'PreconditionFailed' }) }));

/** ceph: `test_object_raw_response_headers` */
export const OVERRIDES = {
  name: 'ceph: test_object_raw_response_headers',
  headers: { 'cache-control': 'no-cache', 'content-disposition': 'bla', 'content-encoding': 'aaa', 'content-language': 'esperanto', 'content-type': 'foo/bar', expires: '123' },
};

/** Ceph expects 403 of lengths that S3 does not allow; Amazon documents 400 for some of them. */
export const EXPIRATIONS = [
  { name: 'ceph: test_object_raw_get_x_amz_expires_not_expired', expires: 100_000, status: 200 },
  { name: 'ceph: test_object_raw_get_x_amz_expires_out_range_zero', expires: 0, status: 403 },
  { name: 'ceph: test_object_raw_get_x_amz_expires_out_max_range', expires: 609_901, status: 403 },
  { name: 'ceph: test_object_raw_get_x_amz_expires_out_positive_range', expires: -7, status: 403 },
];
