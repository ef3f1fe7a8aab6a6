/**
 * Passwords and how they travel. 2.x sends text. 1.6's AuthorizationKey arrives as hexadecimal digits, which stand for the
 * bytes of the password (1.6-J section 6.2) or, with some CSMSs, for themselves.
 */

export interface Password { readonly text: string; readonly bytes: boolean }

/** Before the digits of a password that isn't text. No CSMS can send this character as part of one: it is for private use. */
const BYTES_MARK = '\uE000';
/** Security whitepaper, AuthorizationKey: at least 16 bytes, at most 20 as 40 digits. */
const MIN_BYTES = 16;
const MAX_KEY_LENGTH = 40;

/**
 * What BasicAuthPassword becomes for this AuthorizationKey; null: it isn't one. Digits for fewer than 16 bytes can't be an
 * encoded key: they are taken as they are.
 */
export function passwordOfKey(key: string, format: string): string | null {
  if (key.length > MAX_KEY_LENGTH || key.startsWith(BYTES_MARK)) return null;
  const encoded = format === 'Hexadecimal' && key.length >= 2 * MIN_BYTES && /^([0-9a-f]{2})+$/i.test(key);
  if (!encoded) return key.length >= MIN_BYTES ? key : null;
  const text = bytesOf(key);
  return isPrintable(text) ? text : BYTES_MARK + key;
}

/** How a value of BasicAuthPassword is sent. */
export function passwordOf(value: string): Password {
  return value.startsWith(BYTES_MARK) ? { text: bytesOf(value.slice(1)), bytes: true } : { text: value, bytes: false };
}

/** All that a browser can send in an address. */
export function isPrintable(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function bytesOf(digits: string): string {
  return (digits.match(/../g) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join('');
}
