/** Which edition the CSMS picked of those offered (part 4 section 3.1.2). */
export type Negotiation<E extends string> =
  | { readonly ok: true; readonly edition: E }
  | { readonly ok: false; readonly code: 'NoSubprotocol' | 'UnknownSubprotocol'; readonly sentence: string };

export function negotiated<E extends string>(offered: readonly E[], picked: string): Negotiation<E> {
  const edition = offered.find((name) => name === picked);
  if (edition !== undefined) return { ok: true, edition };
  return picked === ''
    ? { ok: false, code: 'NoSubprotocol', sentence: `The CSMS speaks none of ${offered.join(', ')}.` }
    : { ok: false, code: 'UnknownSubprotocol', sentence: `The CSMS answered in ${picked.slice(0, 30)}, which was not offered.` };
}
