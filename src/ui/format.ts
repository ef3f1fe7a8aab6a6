/** Numbers as a driver reads them. Pure. */
import type { Catalogue } from './i18n/en.ts';

export function kwh(energyWh: number, locale: string): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(energyWh / 1000);
}

export function kw(powerW: number, locale: string): string {
  const shown = powerW < 20 ? 0 : powerW;
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(shown / 1000);
}

export function money(amount: number, currency: string, locale: string): string {
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount);
  } catch {
    return `${amount.toFixed(2)} ${currency}`; // a currency that isn't one
  }
}

/** `1 h 48 min`, `12 min`, `40 s`. */
export function duration(seconds: number, t: Pick<Catalogue, 'hours' | 'minutes' | 'seconds'>): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (hours > 0) return `${hours} ${t.hours} ${minutes} ${t.minutes}`;
  return minutes > 0 ? `${minutes} ${t.minutes}` : `${whole} ${t.seconds}`;
}

/** `0:48`. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function clockTime(wallMs: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hour12: false }).format(wallMs);
}
