// Uploads a file from an Expo app. The request asks for a PUT, which sends the file from the device's storage without reading it into
// memory. `fetch` with a form, or with a file as its body, would read it: https://github.com/expo/expo/issues/43358
import { File } from 'expo-file-system';
import { FileSystemUploadType, uploadAsync } from 'expo-file-system/legacy';

const RULE = 'https://signpost.example.com/uploads/file';

/** Headers that the system sets itself. */
const OF_THE_SYSTEM = /^(content-length|host)$/i;

interface Granted {
  method: 'PUT';
  url: string;
  headers: Record<string, string>;
  key: string;
}

/**
 * Uploads a file, and returns its key.
 *
 * @param uri such as `file:///…/photo.jpg`, from `expo-image-picker` or `expo-document-picker`
 * @param type its media type; pickers call it `mimeType`
 * @param token your app's token for the rule
 */
export async function upload(uri: string, type: string, token?: string): Promise<string> {
  const { name, size } = new File(uri);
  const { url, headers, key } = await request({ method: 'PUT', filename: name, type, size }, token);
  const sent = Object.entries(headers).filter(([name]) => !OF_THE_SYSTEM.test(name));
  const { status } = await uploadAsync(url, uri, { httpMethod: 'PUT', uploadType: FileSystemUploadType.BINARY_CONTENT, headers: Object.fromEntries(sent) });
  if (status !== 200) throw new Error(`The bucket answered ${status}.`);
  return key;
}

async function request(file: object, token?: string): Promise<Granted> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(RULE, { method: 'POST', headers, body: JSON.stringify(file) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}
