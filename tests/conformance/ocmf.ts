/** What a billing office does with a signed meter value: reads it and verifies it, with WebCrypto and no code of the station's. */
import { expect } from 'vitest';

export interface SignedMeterValue { readonly signedMeterData: string; readonly signingMethod: string; readonly encodingMethod: string; readonly publicKey: string }

const fromHex = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** `oca:base16:asn1:<hex>` in base64. */
export function publicKeyHex(publicKey: string): string {
  const [marker, encoding, content, hex = ''] = atob(publicKey).split(':');
  expect([marker, encoding, content]).toEqual(['oca', 'base16', 'asn1']);
  return hex;
}

/** ASN.1 sequence of two integers -> r and s side by side. */
function rawSignature(der: Uint8Array): Uint8Array<ArrayBuffer> {
  const raw = new Uint8Array(64);
  let at = 2;
  for (const half of [0, 1]) {
    const length = der[at + 1] ?? 0;
    const value = [...der.subarray(at + 2, at + 2 + length)].filter((byte, index) => !(index === 0 && byte === 0));
    raw.set(value, half * 32 + 32 - value.length);
    at += 2 + length;
  }
  return raw;
}

/** @returns the register that was signed, Wh */
export async function verifiedRegisterWh({ signedMeterData, signingMethod, encodingMethod }: SignedMeterValue, keyHex: string): Promise<number> {
  expect([signingMethod, encodingMethod]).toEqual(['', 'OCMF']);
  const ocmf = atob(signedMeterData);
  const [header = '', payload = '', signature = ''] = ocmf.split('|');
  expect(header).toBe('OCMF');
  const { SA, SD } = JSON.parse(signature) as { SA: string; SD: string };
  expect(SA).toBe('ECDSA-secp256r1-SHA256');
  const key = await crypto.subtle.importKey('spki', fromHex(keyHex), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
  const verify = (text: string): Promise<boolean> => crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, rawSignature(fromHex(SD)), new TextEncoder().encode(text));
  expect(await verify(payload)).toBe(true);
  expect(await verify(payload.replace(/"RV":\d/, '"RV":9'))).toBe(payload.includes('"RV":9'));
  const [reading] = (JSON.parse(payload) as { RD: { RV: number; RU: string }[] }).RD;
  expect(reading?.RU).toBe('kWh');
  return Math.round((reading?.RV ?? 0) * 1000);
}
