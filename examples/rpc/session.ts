/** Sessions in a cookie: `session=<user>.<end>.<signature>`, signed by this Worker when the user logs in. */

/** Makes the value of the cookie. `end` is in seconds since 1970. */
export async function session(user: string, end: number, secret: string): Promise<string> {
  const signed = `${encodeURIComponent(user)}.${end}`;
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', await key(secret), bytes(signed)));
  return `${signed}.${btoa(String.fromCharCode(...signature)).replaceAll('=', '')}`;
}

/** Returns the user whose session it is, or undefined. */
export async function userOf(request: Request, secret: string): Promise<string | undefined> {
  const cookie = /(?:^|; )session=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? '';
  const [, signed, user, end, signature] = /^(([^.]+)\.(\d{1,12}))\.([A-Za-z0-9+/]{43})$/.exec(cookie) ?? [];
  if (!signed || Number(end) * 1000 <= Date.now()) return undefined;
  const received = Uint8Array.from(atob(signature), (char) => char.charCodeAt(0));
  // `verify` compares in constant time.
  return (await crypto.subtle.verify('HMAC', await key(secret), received, bytes(signed))) ? decodeURIComponent(user) : undefined;
}

function key(secret: string) {
  return crypto.subtle.importKey('raw', bytes(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

function bytes(text: string) {
  return new TextEncoder().encode(text);
}
