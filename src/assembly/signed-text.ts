/** A session's signed readings as text that any verifier of calibrated meters reads: the XML of S.A.F.E.'s Transparenzsoftware. */
import type { SignedReading } from '../hardware/charger.ts';
import type { SignedRecord } from '../station/metering/signed-record.ts';

export function signedText({ start, end }: SignedRecord): string {
  const values = [...(start === null ? [] : [value('Transaction.Begin', start)]), value('Transaction.End', end)];
  return `<?xml version="1.0" encoding="UTF-8"?><values>${values.join('')}</values>`;
}

function value(context: string, { data, encodingMethod, publicKey }: SignedReading): string {
  const key = decode(publicKey)?.split(':').at(-1) ?? publicKey;
  const plain = decode(data);
  const signed = plain === null ? `encoding="base64">${escaped(data)}` : `encoding="plain">${escaped(plain)}`;
  return `<value context="${context}"><signedData format="${escaped(encodingMethod)}" ${signed}</signedData><publicKey encoding="plain">${escaped(key)}</publicKey></value>`;
}

/** Null: not base64, or not text within. */
function decode(base64: string): string | null {
  try {
    const text = atob(base64);
    return /^[\x20-\x7e\s]*$/.test(text) ? text : null;
  } catch {
    return null;
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
