/**
 * What a Worker can call through a service binding with `entrypoint = "Signpost"`:
 *
 *     interface Env { SIGNPOST: Service<SignpostMethods> }
 *
 * A rule accepts these calls if it lists a caller of kind `worker`, or anyone; then the name has no effect. A refusal is a value, not an
 * exception.
 */
export interface SignpostMethods {
  /** Signs an upload, as `POST /uploads/{rule}` does. */
  upload(rule: string, request: UploadRequest, caller: Caller, options?: UploadOptions): Promise<Result<UploadGrant>>;
  /** Signs the uploads of 1 to 100 files, as `POST /uploads/{rule}` does for a list. Each has an answer of its own, in the same order. */
  uploadMany(rule: string, files: UploadRequest[], caller: Caller, options?: UploadOptions): Promise<Result<{ files: (UploadGrant | Refused)[] }>>;
  /**
   * Confirms an upload, as `POST /uploads/{rule}/confirm` does. `state` is the member `confirm` of the grant, and the caller must be the same.
   */
  confirm(rule: string, state: string, caller: Caller): Promise<Result<ConfirmedUpload>>;
  /** Signs a link, as `GET /downloads/{rule}/{path}` does. `path` is not percent-encoded. */
  download(rule: string, path: string, caller: Caller, options?: DownloadOptions): Promise<Result<Link>>;
  /**
   * Signs links to 1 to 100 objects, as `POST /downloads/{rule}` does. Each has an answer of its own, in the same order. An empty
   * `download` in the options saves each under the last segment of its key.
   */
  downloadMany(rule: string, paths: string[], caller: Caller, options?: DownloadOptions): Promise<Result<{ downloads: ({ path: string } & (Link | Refused))[] }>>;
  /**
   * Checks a request that you received with a presigned URL of one of the buckets: has Signpost's credential signed it, and is it valid now?
   * The body, and its hash if `payload` is one, are yours to check.
   */
  verify(request: Request): Promise<Result<VerifiedLink>>;
  /**
   * Checks a form that you received. Use only the key and the fields of the result, since a hostile form can repeat a field.
   *
   * @param bucket its name in `BUCKETS`
   * @param fields all fields before the file, in their order: `[...form].filter(([, value]) => typeof value === 'string')`
   * @param fileName the name that the browser sent for the file; it replaces `${filename}`
   */
  verifyForm(bucket: string, fields: [name: string, value: string][], fileName?: string): Promise<Result<VerifiedForm>>;
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
  /** Asks for a PUT where the bucket takes forms, for clients that cannot send one. */
  method?: 'PUT';
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
  /** The origin where browsers reach Signpost. Required only for R2 buckets with a `binding`, whose files it receives. */
  url?: string;
}

export interface DownloadOptions {
  /** The origin where browsers reach Signpost. Required for rules with `serve = "worker"` and for rules that make short links (`uses` or `revocable`). */
  url?: string;
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
  /** The state with which the upload can be confirmed, if the rule has `confirm`. */
  confirm?: string;
}

/** An upload that has arrived as it was granted. */
export interface ConfirmedUpload {
  key: string;
  /** In bytes. */
  size: number;
  type: string;
  etag: string;
  /** The checksum that was granted, if the bucket reported it. */
  checksum?: string;
  /** A JSON Web Token, if the configuration has an `ISSUER`. */
  receipt?: string;
}

export interface Link {
  url: string;
  /** RFC 3339. */
  expires: string;
  /** What makes it end before the rule's `expires`. */
  expires_with?: string;
  /** The ID of a link that ends, with which it can be revoked. */
  id?: string;
  /** How often a link that ends may be used. */
  uses?: number;
}

interface Verified {
  /** The bucket's name in `BUCKETS`. */
  bucket: string;
  key: string;
  /** RFC 3339. */
  expires: string;
}

export interface VerifiedLink extends Verified {
  /** `UNSIGNED-PAYLOAD`, or the SHA-256 that the body must have. */
  payload: string;
}

export interface VerifiedForm extends Verified {
  /** Allowed size of the file, in bytes; check it while you read the file. */
  min_size: number;
  max_size: number;
  /** All fields that the policy covers, names in lower case, `${filename}` replaced. */
  fields: Record<string, string>;
}

/** Why one of several was refused. */
export interface Refused {
  error: Problem & { /** In seconds. */ retry_after?: number };
}

/** RFC 9457. */
export interface Problem {
  title: string;
  status: number;
  detail: string;
  /** Such as `AccessDenied`: docs/http-api.md lists them. */
  code: string;
  /** What is left of the caller's quota, with the code `QuotaExceeded`. */
  remaining?: { /** Absent if the quota limits only the number of files. */ bytes?: number; files: number };
  /** When the quota's period ends: RFC 3339. */
  resets?: string;
}
