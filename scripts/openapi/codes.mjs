/** @file The codes that several routes have in common. */

/** Every route: a trap, a wrong configuration, and everything that does not answer. */
export const ALWAYS = ['InternalError', 'ServiceUnavailable'];

/** Every path of a rule, also of an uploader: it has the Worker's own format, since nothing of the rule has run. */
export const RULE = [...ALWAYS, 'NoSuchRule', 'AccessDenied'];

/** The caller: its token, challenge and rate limit; also that its ticket is for something else. */
export const CALLER = ['MissingAuthenticationToken', 'InvalidToken', 'ExpiredToken', 'AccessDenied', 'SlowDown', 'ServiceUnavailable'];

/** A body in JSON. */
export const JSON_BODY = ['MalformedPOSTRequest', 'MaxMessageLengthExceeded'];

/** A file that the rule does not accept, or that is not within the caller's quota. */
export const FILE = ['QuotaExceeded', 'InvalidArgument', 'KeyTooLongError', 'MetadataTooLarge', 'EntityTooSmall', 'EntityTooLarge', 'UnsupportedMediaType'];

/** An upload in parts: it has ended, or belongs to another rule or caller. */
export const UPLOAD = ['NoSuchUpload'];

/** An upload that its client asks to confirm. */
export const CONFIRM = ['NoSuchUpload', 'NoSuchKey', 'UploadMismatch'];

/** An object that a rule with `serve = "direct"` sends. */
export const OBJECT = ['InvalidRange', 'InvalidRequest', 'NoSuchKey', 'PreconditionFailed'];

/** A link to an object that the Worker sends; `signer/src/verify/refusal.rs` and `src/files/` have them. */
export const SENT_FILE = [
  ...['AccessDenied', 'AccessForbidden', 'AuthorizationHeaderMalformed', 'AuthorizationQueryParametersError', 'InvalidAccessKeyId', 'InvalidArgument'],
  ...['InvalidRange', 'InvalidRequest', 'InvalidToken', 'NoSuchBucket', 'NoSuchKey', 'PreconditionFailed', 'ServiceUnavailable', 'SignatureDoesNotMatch'],
];

/** A form for a bound R2 bucket; `post-object/src/fault.rs` and `signer/src/verify/refusal.rs` have them. */
export const FORM = [
  ...['AccessControlListNotSupported', 'AccessDenied', 'AccessForbidden', 'BadDigest', 'EntityTooLarge', 'EntityTooSmall'],
  ...['IncompleteBody', 'InvalidAccessKeyId', 'InvalidArgument', 'InvalidDigest', 'InvalidPolicyDocument', 'InvalidRequest'],
  ...['InvalidStorageClass', 'InvalidToken', 'KeyTooLongError', 'MalformedPOSTRequest', 'MaxPostPreDataLengthExceededError'],
  ...['MetadataTooLarge', 'MissingContentLength', 'NoSuchBucket', 'NotImplemented', 'PreconditionFailed', 'ServiceUnavailable'],
  ...['OperationAborted', 'QuotaExceeded', 'SignatureDoesNotMatch', 'SlowDown'],
];

/** A PUT for a bound R2 bucket; the same files have them. A policy and a form's head are no part of it. */
export const PUT = [
  ...FORM.filter((code) => !['InvalidPolicyDocument', 'MalformedPOSTRequest', 'MaxPostPreDataLengthExceededError', 'EntityTooSmall', 'KeyTooLongError'].includes(code)),
  ...['AuthorizationHeaderMalformed', 'AuthorizationQueryParametersError', 'XAmzContentSHA256Mismatch'],
];
