/** The texts for everybody: price and final cost, by language, with and without a network (I04, I05). */
import type { Wording } from '../../base/language.ts';
import { SCREEN_LANGUAGES } from '../../base/screen-languages.ts';
import { plainText } from '../../base/safe-text.ts';
import type { Settings } from '../device-model/types.ts';
import type { ChargingPrice } from './cost-messages.ts';

/** Null: none is configured. */
export function tariffForEverybody(settings: Settings, online: boolean): Wording | null {
  if (!settings.boolean('TariffCostCtrlr.Enabled[Tariff]', true)) return null;
  const offline = online ? null : texts(settings, 'TariffCostCtrlr.TariffFallbackMessage[Offline]', 'TariffCostCtrlr.OfflineTariffFallbackMessage');
  return offline ?? texts(settings, 'TariffCostCtrlr.TariffFallbackMessage', 'TariffCostCtrlr.TariffFallbackMessage');
}

export function totalCostForEverybody(settings: Settings): Wording | null {
  return texts(settings, 'TariffCostCtrlr.TotalCostFallbackMessage', 'TariffCostCtrlr.TotalCostFallbackMessage');
}

/** For transactions that start offline; null: no price was left for them. */
export function offlineChargingPrice(settings: Settings): ChargingPrice | null {
  const [kWhPrice, hourPrice, flatFee] = (['kWhPrice', 'hourPrice', 'flatFee'] as const).map((name) => settings.number(`TariffCostCtrlr.OfflineChargingPrice[${name}]`, 0));
  return kWhPrice === 0 && hourPrice === 0 && flatFee === 0 ? null : { kWhPrice: kWhPrice ?? 0, hourPrice: hourPrice ?? 0, flatFee: flatFee ?? 0 };
}

function texts(settings: Settings, main: string, perLanguage: string): Wording | null {
  const wording = [
    { language: settings.string('DisplayMessageCtrlr.Language', 'en'), text: plainText(settings.string(main, '')) },
    ...SCREEN_LANGUAGES.map((language) => ({ language, text: plainText(settings.string(`${perLanguage}[${language}]`, '')) })),
  ].filter(({ text }) => text !== '');
  return wording.length === 0 ? null : wording;
}
