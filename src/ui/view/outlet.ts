/** What one outlet's sign says, from the snapshot. Pure. */
import { inLanguage } from '../../base/language.ts';
import type { EvseView, StationSnapshot } from '../../link/snapshot.ts';
import type { Catalogue } from '../i18n/en.ts';
import type { Formats } from './format.ts';

export type Plate = 'free' | 'charging' | 'paused' | 'reserved' | 'off' | 'fault' | 'paper' | 'refused' | 'done';
export type Shape = 'free' | 'charging' | 'paused' | 'reserved' | 'off' | 'fault' | 'refused' | 'card' | 'done' | 'power' | 'plug' | 'info';
export type KerbMode = 'power' | 'painted' | 'still' | 'count' | 'walk' | 'hazard' | 'lit';

export interface Kerb { readonly mode: KerbMode; readonly stones: number; readonly fill: number; readonly cap: number }

export interface Fact { readonly name: 'time' | 'cost' | 'battery' | 'meterStart' | 'meterEnd'; readonly label: string; readonly value: string }

export interface OutletSign {
  readonly evse: number;
  readonly state: EvseView['state'] | 'refused';
  readonly plate: Plate;
  readonly shape: Shape;
  readonly word: string;
  /** The one number. */
  readonly hero: { readonly value: string; readonly unit: string; readonly kind: 'energy' | 'countdown' } | null;
  readonly facts: readonly Fact[];
  /** The price line; comes first while the outlet is free. */
  readonly price: string | null;
  readonly sentences: readonly string[];
  readonly small: string | null;
  readonly kerb: Kerb;
  /** To be shown as a QR code: where the invoice is. */
  readonly qrText: string | null;
  /** The small sign on the kerb: kW now and why not more. */
  readonly post: { readonly power: string; readonly reason: string } | null;
}

export interface ViewInput {
  readonly snapshot: StationSnapshot;
  /** The station's wall clock as of this frame, ms. */
  readonly nowMs: number;
  readonly text: Catalogue;
  readonly formats: Formats;
  /** That the screen speaks; default English. */
  readonly language?: string;
}

const COUNTDOWN_STONES_S = 60;

export function outletSign(evse: EvseView, input: ViewInput): OutletSign {
  const { text, formats, nowMs } = input;
  const refused = refusedHere(evse, input.snapshot);
  const stones = stoneCount(evse.maxPowerW);
  const base = {
    evse: evse.id, state: evse.state, word: text.word[evse.state], hero: null, facts: [], price: null, sentences: [], small: null, qrText: null,
    kerb: { mode: 'painted', stones, fill: 0, cap: stones } as Kerb, post: null,
  } satisfies Partial<OutletSign>;
  if (refused !== null) {
    return {
      ...base, state: 'refused', plate: 'refused', shape: 'refused',
      word: refused.status === 'noAnswer' ? text.word.noAnswer : text.word.refused,
      sentences: refusalSentences(refused.status, text), small: text.cardEnding(lastFour(refused.masked)),
    };
  }
  switch (evse.state) {
    case 'idle':
      return { ...base, plate: 'free', shape: 'free', price: tariffText(evse, input) ?? text.priceUnknown };
    case 'checking':
      return {
        ...base, plate: 'paper', shape: 'card', sentences: [text.askingProvider, text.plugMeanwhile],
        small: evse.token === null ? null : text.cardEnding(lastFour(evse.token.masked)), kerb: { ...base.kerb, mode: 'walk' },
      };
    case 'plugIn': {
      const leftS = evse.connectDeadlineMs === null ? null : Math.max(0, (evse.connectDeadlineMs - nowMs) / 1000);
      return {
        ...base, plate: 'free', shape: 'plug',
        hero: leftS === null ? null : { value: formats.countdown(leftS), unit: '', kind: 'countdown' },
        sentences: [...tariffLine(evse, input), text.plugHow(evse.id)], small: leftS === null ? null : text.plugAfter(evse.id),
        kerb: { ...base.kerb, mode: 'count', fill: leftS === null ? stones : Math.min(stones, Math.ceil((leftS / COUNTDOWN_STONES_S) * stones)) },
      };
    }
    case 'waitingForCard':
      return { ...base, plate: 'free', shape: 'card', price: tariffText(evse, input) ?? text.priceUnknown, sentences: [text.waitingHow] };
    case 'preparing':
      return { ...base, plate: 'charging', shape: 'plug', sentences: [...tariffLine(evse, input), text.preparingHow], kerb: { ...base.kerb, mode: 'walk' } };
    case 'charging':
      return { ...base, plate: 'charging', shape: 'charging', ...session(evse, input), ...powerLine(evse, input) };
    case 'suspendedByCar':
      return {
        ...base, plate: 'paused', shape: 'paused', ...session(evse, input), sentences: [text.carWhy],
        kerb: { mode: 'still', stones, fill: stones, cap: stones },
      };
    case 'suspendedByStation':
      return {
        ...base, plate: 'paused', shape: 'paused', ...session(evse, input), sentences: [text.stationWhy],
        kerb: { mode: 'power', stones, fill: 0, cap: 0 },
      };
    case 'stopping':
      return { ...base, plate: 'paper', shape: 'power', ...session(evse, input), sentences: [text.stoppingHow], kerb: { ...base.kerb, mode: 'walk' } };
    case 'finished':
      return { ...base, plate: 'done', shape: 'done', ...receipt(evse, input), kerb: { ...base.kerb, mode: 'lit', fill: stones } };
    case 'reserved':
      return {
        ...base, plate: 'reserved', shape: 'reserved',
        sentences: [...(evse.reservedUntilMs === null ? [] : [text.reservedUntil(formats.time(evse.reservedUntilMs))]), text.reservedHow],
      };
    case 'unavailable':
      return { ...base, plate: 'off', shape: 'off', sentences: [input.snapshot.updating ? text.updatingHow : text.unavailableHow, ...elsewhere(evse, input)] };
    case 'faulted': {
      const code = evse.fault?.code ?? 'other';
      return {
        ...base, plate: 'fault', shape: 'fault', kerb: { ...base.kerb, mode: 'hazard' },
        sentences: [faultText(code, text), ...(evse.transaction === null ? [] : [text.faultPay]), ...elsewhere(evse, input)],
        small: text.faultCode(code),
      };
    }
  }
}

/** Languages for who stands at this outlet: the driver's own, then what the screen speaks. */
export function languagesAt(evse: Pick<EvseView, 'languages'>, { language = 'en' }: Pick<ViewInput, 'language'>): readonly string[] {
  return [...evse.languages, language];
}

/** I01, I04: the driver's own price, else the one for everybody; null: neither is known. */
export function tariffText(evse: EvseView, input: ViewInput): string | null {
  const wording = evse.tariff ?? input.snapshot.tariff.wording;
  return wording === null ? null : inLanguage(wording, languagesAt(evse, input));
}

function tariffLine(evse: EvseView, input: ViewInput): string[] {
  const tariff = tariffText(evse, input);
  return tariff === null ? [] : [tariff];
}

/** The refusal to be shown on this outlet's plate: only where nothing else runs, so that no session's figures go. */
function refusedHere(evse: EvseView, snapshot: StationSnapshot): { status: string; masked: string } | null {
  const authorization = snapshot.authorization;
  if (authorization === null || (authorization.state !== 'refused' && authorization.state !== 'noAnswer')) return null;
  if (evse.transaction !== null || (!['idle', 'waitingForCard', 'reserved'].includes(evse.state))) return null;
  const here = authorization.evseId === evse.id || (authorization.evseId === null && snapshot.evses.length === 1);
  return here ? { status: authorization.state === 'noAnswer' ? 'noAnswer' : (authorization.status ?? 'other'), masked: authorization.masked } : null;
}

export function refusalSentences(status: string, text: Catalogue): string[] {
  const key = status in text.refusal ? (status as keyof Catalogue['refusal']) : 'other';
  return [text.refusal[key], text.nothingCharged, text.refusalDo[key]];
}

export function faultText(code: string, text: Catalogue): string {
  return code in text.fault ? text.fault[code as keyof Catalogue['fault']] : text.fault.other;
}

export function lastFour(masked: string): string {
  return masked.slice(-4);
}

/** One stone is 1 kW as long as there is room for them. @param maxPowerW watts */
export function stoneCount(maxPowerW: number): number {
  return Math.max(4, Math.min(24, Math.round(maxPowerW / 1000)));
}

function elsewhere(evse: EvseView, { snapshot, text }: ViewInput): string[] {
  const free = snapshot.evses.find((other) => other.id !== evse.id && other.state === 'idle');
  return free === undefined ? [] : [text.useOther(free.id)];
}

function session(evse: EvseView, input: ViewInput): Pick<OutletSign, 'hero' | 'facts' | 'small'> {
  const { text, formats } = input;
  const transaction = evse.transaction;
  const small = tariffText(evse, input);
  if (transaction === null) return { hero: null, facts: [], small };
  return {
    hero: { value: formats.energy(transaction.energyWh), unit: 'kWh', kind: 'energy' },
    facts: [
      { name: 'time', label: text.time, value: formats.duration(transaction.elapsedS) },
      ...(transaction.cost === null ? [] : [{ name: 'cost' as const, label: text.cost, value: formats.money(transaction.cost) }]),
      ...(evse.socPercent === null ? [] : [{ name: 'battery' as const, label: text.battery, value: formats.percent(evse.socPercent) }]),
    ],
    small,
  };
}

function receipt(evse: EvseView, input: ViewInput): Pick<OutletSign, 'hero' | 'facts' | 'sentences' | 'small' | 'qrText'> {
  const { text, formats } = input;
  const summary = evse.summary;
  if (summary === null) return { hero: null, facts: [], sentences: [text.unplugNow], small: null, qrText: null };
  const reasons: Readonly<Record<string, string>> = text.stoppedWhy;
  return {
    hero: { value: formats.energy(summary.energyWh), unit: 'kWh', kind: 'energy' },
    facts: [
      summary.cost === null && summary.costSoFar !== null ? { name: 'cost', label: text.cost, value: formats.money(summary.costSoFar) }
        : { name: 'cost', label: text.total, value: summary.cost === null ? text.notKnown : formats.money(summary.cost) },
      { name: 'time', label: text.time, value: formats.duration(summary.elapsedS) },
      { name: 'meterStart', label: text.meterStart, value: formats.reading(summary.startWh) },
      { name: 'meterEnd', label: text.meterEnd, value: formats.reading(summary.endWh) },
    ],
    sentences: summary.costText !== null ? [inLanguage(summary.costText, languagesAt(evse, input))] : summary.cost === null ? [text.receiptLater] : [],
    qrText: summary.qrText,
    small: reasons[summary.stoppedReason] ?? text.stoppedWhy.other,
  };
}

function powerLine(evse: EvseView, { text, formats }: ViewInput): Pick<OutletSign, 'kerb' | 'post'> {
  const stones = stoneCount(evse.maxPowerW);
  const perStoneW = evse.maxPowerW / stones;
  return {
    kerb: { mode: 'power', stones, fill: clamp(evse.powerW / perStoneW, stones), cap: clamp((evse.limitW ?? evse.maxPowerW) / perStoneW, stones) },
    post: {
      power: `${formats.power(evse.powerW)} kW`,
      reason: evse.limitReason === null ? text.asCarAsks : text.limit[evse.limitReason],
    },
  };
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, value));
}
