/** ECDSA signatures in ASN.1: a sequence of two integers. */

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/**
 * The same with each integer in its shortest form, as DER wants it: some meters pad them, and strict software then takes
 * the signature for a forged one. What isn't such a sequence comes back as it was.
 */
export function minimalDer(signature: readonly number[]): readonly number[] {
  const [tag, length] = signature;
  if (tag !== SEQUENCE || length === undefined || length >= 0x80 || signature.length !== length + 2) return signature;
  const parts: number[] = [];
  for (let at = 2; at < signature.length; ) {
    const partLength = signature[at + 1] ?? 0;
    const value = signature.slice(at + 2, at + 2 + partLength);
    if (signature[at] !== INTEGER || partLength === 0 || value.length !== partLength) return signature;
    while (value.length > 1 && value[0] === 0 && (value[1] ?? 0) < 0x80) value.shift();
    parts.push(INTEGER, value.length, ...value);
    at += 2 + partLength;
  }
  return [SEQUENCE, parts.length, ...parts];
}
