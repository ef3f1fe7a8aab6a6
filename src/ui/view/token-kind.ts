/** What a driver has shown, as he would call it. Pure. */
export type TokenKind = 'card' | 'pin' | 'car' | 'app' | 'button';

const KINDS: Readonly<Record<string, TokenKind>> = {
  ISO14443: 'card', ISO15693: 'card', Local: 'card', KeyCode: 'pin', eMAID: 'car', EVCCID: 'car', MacAddress: 'car', VIN: 'car', NoAuthorization: 'button',
};

/** @param type IdTokenEnumType; whatever else there is came from afar (Central, DirectPayment, …) */
export function tokenKind(type: string | undefined): TokenKind {
  return KINDS[type ?? 'ISO14443'] ?? 'app';
}
