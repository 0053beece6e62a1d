// What the example uses of the package `expo-file-system`, which is not installed in this repository. Delete this file in your app.
declare module 'expo-file-system' {
  export class File {
    constructor(uri: string);
    /** The last part of the path. */
    name: string;
    /** In bytes. */
    size: number;
  }
}

declare module 'expo-file-system/legacy' {
  export enum FileSystemUploadType {
    BINARY_CONTENT = 0,
  }
  export function uploadAsync(
    url: string,
    uri: string,
    options: { httpMethod?: 'POST' | 'PUT' | 'PATCH'; uploadType?: FileSystemUploadType; headers?: Record<string, string> },
  ): Promise<{ status: number; headers: Record<string, string>; body: string }>;
}
