import type { MeterValuesRequest } from '../../ocpp/v16/index.ts';
import type { IdToken, IdTokenInfo, MeterValue, SignedReading, Timestamp } from '../../station/types.ts';

export function wireTime(timestamp: Timestamp): string {
  return new Date(timestamp.wallMs ?? timestamp.guessMs ?? 0).toISOString();
}

/** CiString20: a longer token has no name in 1.6; a shortened one would be somebody else's. */
const MAX_ID_TAG = 20;

/**
 * The token as an idTag; null: it has no name in 1.6. The start button has one that no card has. A PIN is a tag like
 * others here, so nothing in the frame says that it is a secret (C04.FR.04).
 */
export function idTagOf({ value, type }: IdToken, hide: (secret: string) => void): string | null {
  if (type === 'NoAuthorization') return type;
  if (type === 'KeyCode') hide(value);
  return fitsIdTag(value) ? value : null;
}

export function fitsIdTag(value: string): boolean {
  return value.length <= MAX_ID_TAG;
}

/** 1.6 tokens have no type: one that stands for "whatever the reader reads". */
export const TOKEN_TYPE = 'ISO14443';

export interface IdTagInfo {
  readonly status: 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | 'ConcurrentTx';
  readonly expiryDate?: string;
  readonly parentIdTag?: string;
}

export function fromIdTagInfo({ status, expiryDate, parentIdTag }: IdTagInfo): IdTokenInfo {
  const expiry = expiryDate === undefined ? Number.NaN : Date.parse(expiryDate);
  return {
    status,
    ...(Number.isNaN(expiry) ? {} : { cacheExpiryMs: expiry }),
    ...(parentIdTag === undefined ? {} : { groupIdToken: { value: parentIdTag, type: 'Central' } }),
  };
}

type WireMeterValue = MeterValuesRequest['meterValue'][number];

/** Measurands that 1.6 has no name for: one of them would make the whole message invalid. */
export const ONLY_IN_2X: ReadonlySet<string> = new Set(['Energy.Active.Net', 'Energy.Reactive.Net', 'Energy.Apparent.Net']);

/** Values of which nothing is left are left out. */
export function wireMeterValues(values: readonly MeterValue[]): WireMeterValue[] {
  return values.flatMap(({ timestamp, sampledValues }) => {
    const known = sampledValues.filter(({ measurand }) => !ONLY_IN_2X.has(measurand));
    return known.length === 0 ? [] : [wireMeterValue({ timestamp, sampledValues: known })];
  });
}

/** Section 7.43: defaults are left out; frequency and factors have no unit in 1.6; "Celcius" is what its first schemas spelt. */
function wireMeterValue({ timestamp, sampledValues }: MeterValue): WireMeterValue {
  return {
    timestamp: wireTime(timestamp),
    sampledValue: sampledValues.flatMap(({ measurand, value, unit, phase, location, context, signed }) => {
      const raw = {
        value: wireNumber(value),
        context,
        measurand,
        location,
        ...(phase === undefined ? {} : { phase }),
        ...(unit === 'Hertz' || unit === '' ? {} : { unit: unit === 'Celsius' ? 'Celcius' : unit }),
      };
      return signed === undefined ? [raw] : [raw, { ...raw, format: 'SignedData', value: signedValue(signed) }];
    }),
  } as WireMeterValue;
}

/** Signed meter values 3.2.1: 2.x's SignedMeterValueType as text. */
function signedValue({ data, signingMethod, encodingMethod, publicKey }: SignedReading): string {
  return JSON.stringify({ signedMeterData: data, signingMethod, encodingMethod, publicKey });
}

/** Thousandths of a unit at most, so that no binary fraction such as 0.30000000000000004 goes out. */
function wireNumber(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
