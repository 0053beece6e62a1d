/**
 * What a Worker can call through a service binding with `entrypoint = "Signpost"`:
 *
 *     interface Env { SIGNPOST: Service<SignpostMethods> }
 *
 * Only rules with a caller of kind `worker` accept these calls. A refusal is a value, not an exception.
 */
export interface SignpostMethods {
  /** Signs an upload, as `POST /uploads/{rule}` does. */
  upload(rule: string, request: UploadRequest, caller: Caller, options?: UploadOptions): Promise<Result<UploadGrant>>;
  /** Signs a link, as `GET /downloads/{rule}/{path}` does. `path` is not percent-encoded. */
  download(rule: string, path: string, caller: Caller, options?: DownloadOptions): Promise<Result<Link>>;
  /** Checks a request that you received with a presigned URL of one of the buckets: has Signpost's credential signed it, and is it valid now? */
  verify(request: Request): Promise<Result<VerifiedLink>>;
  /**
   * Checks a form that you received.
   *
   * @param bucket its name in `BUCKETS`
   * @param fields all fields before the file
   * @param fileName the name that the browser sent for the file; it replaces `${filename}`
   */
  verifyForm(bucket: string, fields: Record<string, string>, fileName?: string): Promise<Result<VerifiedForm>>;
}

/** Who your Worker's user is. */
export interface Caller {
  /** The value of `{caller}`: one segment of a key, at most 200 bytes. */
  name: string;
  /** The values of `{claim.NAME}`. */
  claims?: Record<string, string | number>;
}

/** The file that will be uploaded. */
export interface UploadRequest {
  /** Media type: `image/png`. */
  type: string;
  /** In bytes. */
  size: number;
  filename?: string;
  metadata?: Record<string, string>;
  /** `sha256-<base64>`, and as docs/http-api.md says. */
  checksum?: string;
}

export interface UploadOptions {
  /** Where browsers reach Signpost. Required only for buckets whose forms Signpost itself receives. */
  url?: string;
}

export interface DownloadOptions {
  /** Makes browsers save the file under this name; the empty string stands for the last segment of the key. */
  download?: string;
}

export type Result<T> = ({ ok: true } & T) | { ok: false; problem: Problem };

/** A signed upload: a form if there are `fields`, otherwise a URL for `method`. */
export interface UploadGrant {
  method: 'POST' | 'PUT';
  url: string;
  fields?: Record<string, string>;
  headers?: Record<string, string>;
  key: string;
  /** RFC 3339. */
  expires: string;
  /** What makes it end before the rule's `expires`. */
  expires_with?: string;
}

export interface Link {
  url: string;
  /** RFC 3339. */
  expires: string;
  /** What makes it end before the rule's `expires`. */
  expires_with?: string;
}

export interface VerifiedLink {
  /** The bucket's name in `BUCKETS`. */
  bucket: string;
  key: string;
  /** RFC 3339. */
  expires: string;
}

export interface VerifiedForm extends VerifiedLink {
  /** Allowed size of the file, in bytes; check it while you read the file. */
  min_size: number;
  max_size: number;
  /** All fields that the policy covers, names in lower case, `${filename}` replaced. */
  fields: Record<string, string>;
}

/** RFC 9457. */
export interface Problem {
  title: string;
  status: number;
  detail: string;
  /** Such as `AccessDenied`: docs/http-api.md lists them. */
  code: string;
}
