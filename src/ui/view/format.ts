/** Numbers, money and times as people read them. Everything by the language's own rules, nothing by hand. */
import type { Catalogue } from '../i18n/en.ts';

export interface Formats {
  /** Energy in kWh, two decimals, without the unit. @param energyWh watt hours */
  energy(energyWh: number): string;
  /** Power in kW, one decimal, without the unit. @param powerW watts */
  power(powerW: number): string;
  /** Power with its unit as a type plate has it: 7.4 kW, 22 kW. @param powerW watts */
  powerUnit(powerW: number): string;
  /** A meter's reading in kWh with its unit, three decimals. @param energyWh watt hours */
  reading(energyWh: number): string;
  money(amount: number): string;
  /** How long, in words. @param durationS seconds */
  duration(durationS: number): string;
  /** A countdown, m:ss. @param durationS seconds */
  countdown(durationS: number): string;
  /** Time of day. @param atMs wall time, ms */
  time(atMs: number): string;
  percent(value: number): string;
  /** One numeral of the language. */
  digit(value: number): string;
}

/** @param utcOffsetMin of the clocks; null: as the device is set */
export function formatsFor(locale: string, currency: string, text: Catalogue, utcOffsetMin: number | null = null): Formats {
  const number = (minimumFractionDigits: number, maximumFractionDigits = minimumFractionDigits): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, { minimumFractionDigits, maximumFractionDigits });
  const two = number(2);
  const one = number(1);
  const short = number(0, 1);
  const three = number(3);
  const padded = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(utcOffsetMin === null ? {} : { timeZone: 'UTC' }) });
  const money = moneyFormat(locale, currency);
  return {
    energy: (energyWh) => two.format(energyWh / 1000),
    power: (powerW) => one.format(Math.abs(powerW) < 50 ? 0 : powerW / 1000),
    powerUnit: (powerW) => `${short.format(powerW < 10_000 ? powerW / 1000 : Math.round(powerW / 1000))} kW`,
    reading: (energyWh) => `${three.format(energyWh / 1000)} kWh`,
    money,
    duration: (durationS) => {
      const seconds = Math.max(0, Math.floor(durationS));
      if (seconds < 60) return text.seconds(seconds);
      const minutes = Math.floor(seconds / 60);
      return minutes < 60 ? text.minutes(minutes) : text.hoursMinutes(Math.floor(minutes / 60), minutes % 60);
    },
    countdown: (durationS) => {
      const seconds = Math.max(0, Math.ceil(durationS));
      return `${short.format(Math.floor(seconds / 60))}:${padded.format(seconds % 60)}`;
    },
    time: (atMs) => clock.format(new Date(atMs + (utcOffsetMin ?? 0) * 60_000)),
    percent: (value) => percent.format(value / 100),
    digit: (value) => short.format(value),
  };
}

/** A currency that `Intl` doesn't know (the operator typed it) is shown as typed instead of breaking the screen. */
function moneyFormat(locale: string, currency: string): (amount: number) => string {
  try {
    const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
    return (amount) => format.format(amount);
  } catch {
    const format = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    return (amount) => `${format.format(amount)} ${currency}`.trim();
  }
}
