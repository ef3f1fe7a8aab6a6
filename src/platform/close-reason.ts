/** RFC 6455, 5.5: a control frame carries 125 bytes, two of them the code. */
const MAX_REASON_BYTES = 123;

/** Shortens the reason of a close frame to what fits, without splitting a character. */
export function fitCloseReason(reason: string): string {
  const encoder = new TextEncoder();
  if (encoder.encode(reason).length <= MAX_REASON_BYTES) return reason;
  let fitting = '';
  let bytes = 0;
  for (const character of reason) {
    bytes += encoder.encode(character).length;
    if (bytes > MAX_REASON_BYTES) break;
    fitting += character;
  }
  return fitting;
}
