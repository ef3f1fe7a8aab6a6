/**
 * The vendor messages of "OCPP & California Pricing Requirements": JSON that 1.6 carries in DataTransfer and 2.0.1 in
 * customData. What isn't of their form is null, never half understood.
 */
import { isLanguageTag, type Wording } from '../../base/language.ts';
import { displayText, plainText } from '../../base/safe-text.ts';

export const COST_VENDOR = 'org.openchargealliance.costmsg';

export interface ChargingPrice { readonly kWhPrice: number; readonly hourPrice: number; readonly flatFee: number }
export interface IdlePrice { readonly graceMinutes: number; readonly hourPrice: number }
export interface Prices { readonly chargingPrice: ChargingPrice; readonly idlePrice: IdlePrice | null }

export interface MeterTriggers {
  readonly atMs: number | null;
  readonly atEnergyWh: number | null;
  readonly atPowerW: number | null;
  /** 1.6 ChargePointStatus values. */
  readonly atStatus: readonly string[];
}

/** RunningCost, but for its transaction and cost. */
export interface CostBasis extends Prices {
  readonly timestampMs: number;
  readonly meterWh: number;
  readonly state: 'Charging' | 'Idle';
  readonly nextPeriod: (Prices & { readonly atMs: number }) | null;
  readonly triggers: MeterTriggers | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** Text (1.6) or an object (2.x). */
export function jsonObject(data: unknown): Fields | null {
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Fields;
  if (typeof data !== 'string') return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}

export function parseCostBasis(fields: Fields): CostBasis | null {
  const { meterValue, state } = fields;
  const timestampMs = time(fields.timestamp);
  const prices = parsePrices(fields, state === 'Idle');
  if (timestampMs === null || !isAmount(meterValue) || prices === null || (state !== 'Charging' && state !== 'Idle')) return null;
  const next = fields.nextPeriod === undefined ? null : parseNextPeriod(jsonObject(fields.nextPeriod));
  const triggers = fields.triggerMeterValue === undefined ? null : parseTriggers(jsonObject(fields.triggerMeterValue));
  if (next === undefined || triggers === undefined) return null;
  return { ...prices, timestampMs, meterWh: meterValue, state, nextPeriod: next, triggers };
}

/** Null: not a price. An idle outlet after the transaction's end needs no charging price (3.6.3). */
function parsePrices(fields: Fields, chargingOptional: boolean): Prices | null {
  const chargingPrice = fields.chargingPrice === undefined && chargingOptional ? NO_PRICE : parseChargingPrice(fields.chargingPrice);
  if (chargingPrice === null) return null;
  if (fields.idlePrice === undefined) return { chargingPrice, idlePrice: null };
  const idle = jsonObject(fields.idlePrice);
  const { graceMinutes = 0, hourPrice = 0 } = idle ?? {};
  return idle === null || !isAmount(graceMinutes) || !isAmount(hourPrice) ? null : { chargingPrice, idlePrice: { graceMinutes, hourPrice } };
}

const NO_PRICE: ChargingPrice = { kWhPrice: 0, hourPrice: 0, flatFee: 0 };

export function parseChargingPrice(value: unknown): ChargingPrice | null {
  const fields = typeof value === 'object' ? jsonObject(value) : null;
  const { kWhPrice = 0, hourPrice = 0, flatFee = 0 } = fields ?? {};
  return fields === null || !isAmount(kWhPrice) || !isAmount(hourPrice) || !isAmount(flatFee) ? null : { kWhPrice, hourPrice, flatFee };
}

function parseNextPeriod(fields: Fields | null): CostBasis['nextPeriod'] | undefined {
  const atMs = time(fields?.atTime);
  const prices = fields === null ? null : parsePrices(fields, false);
  return atMs === null || prices === null ? undefined : { ...prices, atMs };
}

function parseTriggers(fields: Fields | null): MeterTriggers | undefined {
  if (fields === null) return undefined;
  const { atTime, atEnergykWh, atPowerkW, atCPStatus = [] } = fields;
  const atMs = time(atTime);
  if ((atTime !== undefined && atMs === null) || !Array.isArray(atCPStatus)) return undefined;
  return {
    atMs,
    atEnergyWh: isAmount(atEnergykWh) ? atEnergykWh * 1000 : null,
    atPowerW: isAmount(atPowerkW) ? atPowerkW * 1000 : null,
    atStatus: atCPStatus.filter((status) => typeof status === 'string').slice(0, 6),
  };
}

/** `priceText` in the default language, `priceTextExtra` in others (at most four). Null: there is no text. */
export function parsePriceText(fields: Fields, defaultLanguage: string): Wording | null {
  const { priceText, priceTextExtra = [] } = fields;
  if (typeof priceText !== 'string' || !Array.isArray(priceTextExtra)) return null;
  return [{ language: defaultLanguage, text: plainText(priceText) }, ...parseMessages(priceTextExtra)];
}

/** MessageContentTypes, as `priceTextExtra` and 2.0.1's `personalMessageExtra` hold them. */
export function parseMessages(list: unknown): Wording {
  if (!Array.isArray(list)) return [];
  return list.slice(0, 4).flatMap((item) => {
    const { format, language, content } = jsonObject(item) ?? {};
    return typeof format === 'string' && typeof content === 'string' && typeof language === 'string' && isLanguageTag(language)
      ? [{ language, text: displayText(format, content) }] : [];
  });
}

export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function time(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
