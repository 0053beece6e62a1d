// Whether the types of the client, and of calls by another Worker, are those of the document. Compiled by the suite, beside `document.d.ts`.
import type { download } from './client/types/download.js';
import type { Begun, Part, Signed } from './client/types/multipart.js';
import type { Grant } from './client/types/send.js';
import type { Granted, Refused } from './client/types/upload-all.js';
import type { SignpostMethods } from './src/js/rpc.d.ts';
import type { Document } from './document.js';

/** What the Worker sends is what the client expects. */
type Received<Sent extends Expected, Expected> = [Sent, Expected];

export type Client = [
  Received<Document['SignedUpload'], Grant>,
  Received<Document['BegunUpload'], Begun>,
  Received<Document['SignedParts']['parts'][number], Signed>,
  Received<Document['StoredParts']['parts'][number], Part>,
  Received<Document['CompletedUpload'], { key: string }>,
  Received<Document['Link'], Awaited<ReturnType<typeof download>>>,
  Received<Document['SignedUploads']['files'][number], Omit<Granted, 'receivedAt'> | Refused>,
  // What the client sends is what the Worker accepts.
  Received<{ parts: Part[] }, { parts: Document['Completion']['parts'] }>,
  Received<{ filename: string | undefined; type: string; size: number; metadata: Record<string, string> | undefined }, Document['UploadRequest']>,
  // @ts-expect-error: a link is no upload
  Received<Document['Link'], Grant>,
  // @ts-expect-error: a size is no text
  Received<{ type: string; size: string }, Document['UploadRequest']>,
];

export type OtherWorkers = [
  Received<Parameters<SignpostMethods['upload']>[1], Document['UploadRequest']>,
  Received<Document['SignedUpload'] & { ok: true }, Awaited<ReturnType<SignpostMethods['upload']>>>,
  Received<Document['SignedUploads'] & { ok: true }, Awaited<ReturnType<SignpostMethods['uploadMany']>>>,
  Received<Document['Link'] & { ok: true }, Awaited<ReturnType<SignpostMethods['download']>>>,
  Received<Document['Links'] & { ok: true }, Awaited<ReturnType<SignpostMethods['downloadMany']>>>,
  Received<{ ok: false; problem: Document['Problem'] }, Awaited<ReturnType<SignpostMethods['upload']>>>,
];
