import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Security profiles 1 and 2 (A00.FR.204 and on): the user is the station's identity.
 * @param password what every station must give; null: any is welcome, and none too
 */
export function mayEnter(header: string | undefined, identity: string, password: string | null): boolean {
  if (header === undefined) return password === null;
  const encoded = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(header)?.[1];
  if (encoded === undefined) return false;
  const credentials = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = credentials.indexOf(':');
  if (colon < 0 || credentials.slice(0, colon) !== identity) return false;
  return password === null || isSame(credentials.slice(colon + 1), password);
}

/** Takes the same time wherever the two differ. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
