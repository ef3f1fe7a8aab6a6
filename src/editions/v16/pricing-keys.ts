/**
 * Configuration keys of "OCPP & California Pricing Requirements" that hold JSON: each is another spelling of several
 * device-model variables (3.1.1, 3.2.1).
 */
import { SCREEN_LANGUAGES } from '../../base/screen-languages.ts';
import { parseName } from '../../station/device-model/names.ts';
import type { DeviceModelApi } from '../../station/device-model/types.ts';
import { jsonObject, parseChargingPrice } from '../../station/tariff-cost/cost-messages.ts';

interface JsonKey {
  read(model: DeviceModelApi): string;
  /** False: the value isn't of this key's form; nothing is changed then. */
  write(model: DeviceModelApi, value: string): Promise<boolean>;
}

const PRICES = ['kWhPrice', 'hourPrice', 'flatFee'] as const;
const price = (name: (typeof PRICES)[number]): string => `TariffCostCtrlr.OfflineChargingPrice[${name}]`;

const DEFAULT_PRICE: JsonKey = {
  read: (model) => {
    const prices = Object.fromEntries(PRICES.map((name) => [name, Number(valueOf(model, price(name)))]));
    const priced = PRICES.some((name) => prices[name] !== 0);
    return textJson(model, 'TariffCostCtrlr.TariffFallbackMessage', 'TariffCostCtrlr.TariffFallbackMessage[Offline]', priced ? { chargingPrice: prices } : {});
  },
  write: async (model, value) => {
    const texts = priceTexts(value);
    const given = jsonObject(value)?.chargingPrice;
    const prices = given === undefined ? { kWhPrice: 0, hourPrice: 0, flatFee: 0 } : parseChargingPrice(given);
    if (texts === null || prices === null) return false;
    return setAll(model, [
      ['TariffCostCtrlr.TariffFallbackMessage', texts.priceText], ['TariffCostCtrlr.TariffFallbackMessage[Offline]', texts.priceTextOffline],
      ...PRICES.map((name) => [price(name), prices[name].toFixed(6)] as const),
    ]);
  },
};

function priceTextIn(language: string): JsonKey {
  const [online, offline] = [`TariffCostCtrlr.TariffFallbackMessage[${language}]`, `TariffCostCtrlr.OfflineTariffFallbackMessage[${language}]`];
  return {
    read: (model) => textJson(model, online, offline, {}),
    write: async (model, value) => {
      const texts = priceTexts(value);
      return texts !== null && setAll(model, [[online, texts.priceText], [offline, texts.priceTextOffline]]);
    },
  };
}

export const JSON_KEYS: Readonly<Record<string, JsonKey>> = {
  DefaultPrice: DEFAULT_PRICE,
  ...Object.fromEntries(SCREEN_LANGUAGES.map((language) => [`DefaultPriceText,${language}`, priceTextIn(language)])),
};

/** An empty value takes the texts away, as it reads where there are none. */
function priceTexts(value: string): { priceText: string; priceTextOffline: string } | null {
  if (value === '') return { priceText: '', priceTextOffline: '' };
  const { priceText, priceTextOffline = '' } = jsonObject(value) ?? {};
  return typeof priceText === 'string' && typeof priceTextOffline === 'string' && Math.max(priceText.length, priceTextOffline.length) <= 500 ? { priceText, priceTextOffline } : null;
}

function textJson(model: DeviceModelApi, online: string, offline: string, more: object): string {
  const [priceText, priceTextOffline] = [valueOf(model, online), valueOf(model, offline)];
  if (priceText === '' && priceTextOffline === '' && Object.keys(more).length === 0) return '';
  return JSON.stringify({ priceText, ...(priceTextOffline === '' ? {} : { priceTextOffline }), ...more });
}

async function setAll(model: DeviceModelApi, values: readonly (readonly [name: string, value: string])[]): Promise<boolean> {
  let taken = true;
  for (const [name, value] of values) {
    const address = parseName(name);
    taken &&= address !== null && (await model.set(address, value)).status === 'Accepted';
  }
  return taken;
}

function valueOf(model: DeviceModelApi, name: string): string {
  const address = parseName(name);
  return address === null ? '' : (model.get(address).value ?? '');
}
