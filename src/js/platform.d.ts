// Types for the APIs of workerd that browsers lack, as far as the Worker uses them.
// Spec: https://developers.cloudflare.com/workers/runtime-apis/

interface ReadableStreamBYOBReader {
  readAtLeast(bytes: number, into: Uint8Array): Promise<{ done: boolean; value?: Uint8Array<ArrayBuffer> }>;
}

declare class FixedLengthStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(bytes: number);
}

interface DigestStream extends WritableStream<Uint8Array> {
  readonly digest: Promise<ArrayBuffer>;
}

interface Crypto {
  DigestStream: new (algorithm: string) => DigestStream;
}

interface R2Object {
  readonly httpEtag: string;
  readonly uploaded: Date;
  readonly size: number;
}

interface R2PutOptions {
  httpMetadata?: Record<string, unknown>;
  customMetadata?: Record<string, string>;
  storageClass?: string;
  onlyIf?: Headers;
  md5?: string;
  sha1?: string;
  sha256?: string;
}

interface R2Bucket {
  put(key: string, value: ReadableStream | Uint8Array, options: R2PutOptions): Promise<R2Object | null>;
  createMultipartUpload(key: string, options: R2PutOptions): Promise<R2MultipartUpload>;
}

interface R2MultipartUpload {
  uploadPart(number: number, value: ReadableStream | Uint8Array): Promise<R2UploadedPart>;
  complete(parts: R2UploadedPart[]): Promise<R2Object>;
  abort(): Promise<void>;
}

interface R2UploadedPart {
  readonly partNumber: number;
  readonly etag: string;
}

interface ExecutionContext {
  waitUntil(promise: Promise<unknown>): void;
  readonly props?: unknown;
  readonly cache?: { purge(what: { tags: string[] }): Promise<unknown> };
}

interface MessageBatch {
  retryAll(options: { delaySeconds: number }): void;
}

declare module 'cloudflare:workers' {
  class WorkerEntrypoint {
    protected env: Record<string, any>;
    protected ctx: ExecutionContext;
  }

  class DurableObject {
    protected env: Record<string, any>;
    protected ctx: { readonly storage: DurableObjectStorage };
    constructor(ctx: { readonly storage: DurableObjectStorage }, env: Record<string, any>);
  }
}

/** The storage of an object with SQLite. */
interface DurableObjectStorage {
  readonly kv: {
    get(key: string): any;
    put(key: string, value: unknown): void;
    delete(key: string): boolean;
  };
  /** The time of the next alarm. The one that is running does not count. */
  getAlarm(): Promise<number | null>;
  setAlarm(milliseconds: number): Promise<void>;
  deleteAlarm(): Promise<void>;
}
