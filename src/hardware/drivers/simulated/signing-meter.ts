/**
 * The simulated charger's meter when it signs, as the calibrated meters of the field do: every reading becomes an OCMF
 * data set, signed with the meter's own key, that anybody can verify with the key printed on it.
 */
import { hexOf } from '../../../base/hex.ts';
import type { SignedReading } from '../../charger.ts';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** OCMF names curve and hash. */
const ALGORITHM = 'ECDSA-secp256r1-SHA256';

export interface MeterKeys { readonly privateKey: JsonWebKey; readonly publicKeyHex: string }

export class SigningMeter {
  private constructor(private readonly crypto: Crypto, private readonly key: CryptoKey, readonly keys: MeterKeys, private readonly serialNumber: string) {}

  /** With the keys of an earlier run, or fresh ones: a meter's keys outlive every restart. */
  static async create(crypto: Crypto, serialNumber: string, saved: MeterKeys | null): Promise<SigningMeter> {
    const keys = saved ?? (await makeKeys(crypto));
    const key = await crypto.subtle.importKey('jwk', keys.privateKey, CURVE, false, ['sign']);
    return new SigningMeter(crypto, key, keys, serialNumber);
  }

  /** Signed meter values 3.2.2: `oca:<encoding>:<content>:<key as printed>`, base64. */
  get publicKey(): string {
    return btoa(`oca:base16:asn1:${this.keys.publicKeyHex}`);
  }

  /** @param page the meter's running number of data sets */
  async sign(energyImportWh: number, wallMs: number, page: number): Promise<SignedReading> {
    const payload = JSON.stringify({
      FV: '1.0', GI: 'Kerbside simulated', GS: this.serialNumber, GV: '1', PG: `T${page}`, MV: 'Kerbside', MM: 'Simulated meter', MS: this.serialNumber,
      IS: false, IF: [], IT: 'NONE', ID: '',
      // The meter's own clock isn't set by anybody: `U`.
      RD: [{ TM: `${new Date(wallMs).toISOString().replace('.', ',').replace('Z', '+0000')} U`, RV: Math.floor(energyImportWh) / 1000, RI: '1-b:1.8.0', RU: 'kWh', RT: 'AC', ST: 'G' }],
    });
    const signature = await this.crypto.subtle.sign(SIGNATURE, this.key, new TextEncoder().encode(payload));
    const ocmf = `OCMF|${payload}|${JSON.stringify({ SA: ALGORITHM, SD: hexOf(derSignature(new Uint8Array(signature))) })}`;
    // 3.2.1: the method stands in the data set itself, so it isn't said again.
    return { data: btoa(ocmf), signingMethod: '', encodingMethod: 'OCMF', publicKey: this.publicKey };
  }
}

async function makeKeys(crypto: Crypto): Promise<MeterKeys> {
  const pair = await crypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
  const [privateKey, publicKey] = [await crypto.subtle.exportKey('jwk', pair.privateKey), await crypto.subtle.exportKey('spki', pair.publicKey)];
  return { privateKey, publicKeyHex: hexOf(new Uint8Array(publicKey)) };
}

/** WebCrypto gives r and s side by side; OCMF wants the ASN.1 sequence of the two. */
function derSignature(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  const parts = [derInteger(raw.subarray(0, half)), derInteger(raw.subarray(half))];
  return Uint8Array.from([0x30, (parts[0]?.length ?? 0) + (parts[1]?.length ?? 0), ...parts.flat()]);
}

function derInteger(bytes: Uint8Array): number[] {
  const start = Math.max(0, bytes.findIndex((byte) => byte !== 0));
  const value = [...bytes.subarray(start)];
  if ((value[0] ?? 0) >= 0x80) value.unshift(0); // else it would be negative
  return [0x02, value.length, ...value];
}

export function readKeys(saved: unknown): MeterKeys | null {
  if (typeof saved !== 'object' || saved === null) return null;
  const { privateKey, publicKeyHex } = saved as Partial<MeterKeys>;
  return typeof privateKey === 'object' && typeof publicKeyHex === 'string' ? { privateKey, publicKeyHex } : null;
}
