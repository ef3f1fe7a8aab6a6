/** What one outlet's sign says, from the snapshot. Pure. */
import { inLanguage } from '../../base/language.ts';
import type { EvseView, IdleFeeView, StationSnapshot } from '../../link/snapshot.ts';
import type { Catalogue } from '../i18n/en.ts';
import type { Formats } from './format.ts';
import { connectorName } from './plain.ts';
import { tokenKind, type TokenKind } from './token-kind.ts';

export type Plate = 'free' | 'charging' | 'paused' | 'reserved' | 'off' | 'fault' | 'paper' | 'refused' | 'done';
export type Shape = 'free' | 'charging' | 'paused' | 'reserved' | 'off' | 'fault' | 'refused' | 'card' | 'done' | 'power' | 'plug' | 'info';
export type KerbMode = 'power' | 'painted' | 'still' | 'count' | 'walk' | 'hazard' | 'lit';

export interface Kerb { readonly mode: KerbMode; readonly stones: number; readonly fill: number; readonly cap: number }

export interface Fact { readonly name: 'time' | 'cost' | 'energy' | 'battery' | 'meterStart' | 'meterEnd'; readonly label: string; readonly value: string }

export interface OutletSign {
  readonly evse: number;
  readonly state: EvseView['state'] | 'refused';
  readonly plate: Plate;
  readonly shape: Shape;
  readonly word: string;
  /** The one number. */
  readonly hero: { readonly value: string; readonly unit: string; readonly kind: 'energy' | 'countdown' | 'cost' } | null;
  readonly facts: readonly Fact[];
  /** The price line; comes first while the outlet is free. */
  readonly price: string | null;
  /** What can be plugged in, on a free outlet. */
  readonly tile: { readonly connectors: readonly { readonly name: string; readonly letter: string | null }[]; readonly power: string } | null;
  /** Done, and yet to come, in their order. */
  readonly steps: readonly { readonly label: string; readonly done: boolean }[];
  /** Power of the session, each value as a part of the outlet's greatest. */
  readonly curve: { readonly parts: readonly number[]; readonly label: string } | null;
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
    evse: evse.id, state: evse.state, word: text.word[evse.state], hero: null, facts: [], price: null, tile: null, steps: [], curve: null, sentences: [], small: null, qrText: null,
    kerb: { mode: 'painted', stones, fill: 0, cap: stones } as Kerb, post: null,
  } satisfies Partial<OutletSign>;
  if (refused !== null) {
    return {
      ...base, state: 'refused', plate: 'refused', shape: 'refused',
      word: refused.status === 'noAnswer' ? text.word.noAnswer : refusedWord(refused.kind, text),
      sentences: refusalSentences(refused.status, text, refused.kind), small: endingOf(refused.kind, refused.masked, text),
    };
  }
  switch (evse.state) {
    case 'idle':
      return { ...base, plate: 'free', shape: 'free', price: tariffText(evse, input) ?? text.priceUnknown, tile: tileOf(evse, input) };
    case 'checking': {
      const shown = evse.token ?? input.snapshot.authorization;
      const kind = tokenKind(shown?.type);
      return {
        ...base, plate: 'paper', shape: 'card', word: checkingWord(kind, text),
        sentences: [text.askingProvider, ...(isPlugged(evse) ? [] : [text.plugMeanwhile])],
        small: shown === null ? null : endingOf(kind, shown.masked, text), kerb: { ...base.kerb, mode: 'walk' },
      };
    }
    case 'plugIn': {
      const leftS = evse.connectDeadlineMs === null ? null : Math.max(0, (evse.connectDeadlineMs - nowMs) / 1000);
      return {
        ...base, plate: 'free', shape: 'plug',
        hero: leftS === null ? null : { value: formats.countdown(leftS), unit: '', kind: 'countdown' },
        steps: [{ label: text.step[tokenKind(evse.token?.type)], done: true }],
        sentences: [...tariffLine(evse, input), text.plugHow(evse.id)], small: leftS === null ? null : text.plugAfter(evse.id),
        kerb: { ...base.kerb, mode: 'count', fill: leftS === null ? stones : Math.min(stones, Math.ceil((leftS / COUNTDOWN_STONES_S) * stones)) },
      };
    }
    case 'waitingForCard':
      return { ...base, plate: 'free', shape: 'card', price: tariffText(evse, input) ?? text.priceUnknown, sentences: [text.waitingHow] };
    case 'preparing':
      return { ...base, plate: 'charging', shape: 'plug', steps: preparingSteps(evse, text), sentences: [...tariffLine(evse, input), text.preparingHow], kerb: { ...base.kerb, mode: 'walk' } };
    case 'charging':
      return { ...base, plate: 'charging', shape: 'charging', ...session(evse, input), ...powerLine(evse, input), curve: curveOf(evse, input) };
    case 'suspendedByCar':
      return {
        ...base, plate: 'paused', shape: 'paused', ...session(evse, input), sentences: [text.carWhy, ...feeLine(evse.transaction?.idleFee, input)],
        kerb: { mode: 'still', stones, fill: stones, cap: stones },
      };
    case 'suspendedByStation':
      return {
        ...base, plate: 'paused', shape: 'paused', ...session(evse, input),
        sentences: [evse.limitUntilMs === null ? text.stationWhy : text.stationWhyUntil(formats.time(evse.limitUntilMs)), ...feeLine(evse.transaction?.idleFee, input)],
        kerb: { mode: 'power', stones, fill: 0, cap: 0 },
      };
    case 'stopping':
      return { ...base, plate: 'paper', shape: 'power', ...session(evse, input), sentences: [text.stoppingHow], kerb: { ...base.kerb, mode: 'walk' } };
    case 'finished':
      return { ...base, plate: 'done', shape: 'done', ...receipt(evse, input), kerb: { ...base.kerb, mode: 'lit', fill: stones } };
    case 'reserved':
      return {
        ...base, plate: 'reserved', shape: 'reserved',
        hero: evse.reservedUntilMs === null ? null : { value: text.reservedUntil(formats.time(evse.reservedUntilMs)), unit: '', kind: 'countdown' },
        sentences: [text.reservedHow, ...elsewhere(evse, input)], small: evse.reservedFor === null ? null : text.reservedFor(lastFour(evse.reservedFor)),
      };
    case 'unavailable':
      return { ...base, plate: 'off', shape: 'off', sentences: [input.snapshot.updating ? text.updatingHow : text.unavailableHow, ...elsewhere(evse, input)] };
    case 'faulted': {
      const code = evse.fault?.code ?? 'other';
      return {
        ...base, plate: 'fault', shape: 'fault', kerb: { ...base.kerb, mode: 'hazard' },
        sentences: [faultText(code, text), ...(evse.transaction === null ? [] : [text.faultPay]), ...elsewhere(evse, input)],
        small: [text.faultCode(code), text.faultKnown].join(' · '),
      };
    }
  }
}

/** Where three or more share the screen: the state, the number, what it costs, what to do. The rest is for who stands alone. */
export function shortSign(sign: OutletSign): OutletSign {
  return {
    ...sign, facts: sign.facts.filter(({ name }) => name === 'cost' || name === 'time'), tile: null, curve: null,
    // The price has been read before the card was shown.
    sentences: sign.state === 'plugIn' || sign.state === 'preparing' ? sign.sentences.slice(-1) : sign.sentences,
    small: sign.state === 'refused' || sign.state === 'faulted' || sign.state === 'reserved' ? sign.small : null,
  };
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

function tileOf(evse: EvseView, { text, formats }: ViewInput): OutletSign['tile'] {
  const named = new Map(evse.connectors.map(({ type }) => [type, connectorName(type)]));
  return { connectors: [...named.values()].filter(({ name }) => name !== ''), power: text.upTo(formats.powerUnit(evse.maxPowerW)) };
}

function isPlugged(evse: EvseView): boolean {
  return evse.connectors.some(({ plugged }) => plugged);
}

function preparingSteps(evse: EvseView, text: Catalogue): OutletSign['steps'] {
  const { step } = text;
  return [
    { label: step[tokenKind(evse.token?.type)], done: true },
    { label: evse.connectors.some(({ locked }) => locked) ? step.locked : step.cable, done: isPlugged(evse) },
    { label: step.ready, done: evse.connectors.some(({ pilot }) => pilot === 'C' || pilot === 'D') },
    { label: step.power, done: evse.controller.contactorClosed },
  ];
}

function curveOf(evse: EvseView, { text, formats }: ViewInput): OutletSign['curve'] {
  const powerW = evse.transaction?.powerCurve.powerW ?? [];
  if (powerW.length < CURVE_FROM) return null;
  return { parts: powerW.map((watts) => clamp(watts / evse.maxPowerW, 1)), label: text.curveLabel(formats.powerUnit(Math.max(...powerW))) };
}
/** Before that there is nothing to see. */
const CURVE_FROM = 4;

function feeLine(fee: IdleFeeView | null | undefined, { nowMs, text, formats }: ViewInput): string[] {
  if (fee == null) return [];
  const price = formats.money(fee.hourPrice);
  return [nowMs < fee.fromMs ? text.feeSoon(formats.time(fee.fromMs), price) : text.feeNow(price)];
}

function checkingWord(kind: TokenKind, { word }: Catalogue): string {
  return { card: word.checking, pin: word.checkingPin, car: word.checkingCar, app: word.checkingOther, button: word.checkingOther }[kind];
}

export function refusedWord(kind: TokenKind, { word }: Catalogue): string {
  return { card: word.refused, pin: word.refusedPin, car: word.refusedOther, app: word.refusedOther, button: word.refusedOther }[kind];
}

/** Of a card only: the rest of a PIN is nobody's business, and a car's id means nothing to its driver. */
function endingOf(kind: TokenKind, masked: string, text: Catalogue): string | null {
  return kind === 'card' ? text.cardEnding(lastFour(masked)) : null;
}

function tariffLine(evse: EvseView, input: ViewInput): string[] {
  const tariff = tariffText(evse, input);
  return tariff === null ? [] : [tariff];
}

/** The refusal to be shown on this outlet's plate: only where nothing else runs, so that no session's figures go. */
function refusedHere(evse: EvseView, snapshot: StationSnapshot): { status: string; masked: string; kind: TokenKind } | null {
  const authorization = snapshot.authorization;
  if (authorization === null || (authorization.state !== 'refused' && authorization.state !== 'noAnswer')) return null;
  if (evse.transaction !== null || (!['idle', 'waitingForCard', 'reserved'].includes(evse.state))) return null;
  const here = authorization.evseId === evse.id || (authorization.evseId === null && snapshot.evses.length === 1);
  return here ? { status: authorization.state === 'noAnswer' ? 'noAnswer' : (authorization.status ?? 'other'), masked: authorization.masked, kind: tokenKind(authorization.type) } : null;
}

/** The second says what it costs: nothing. `Try another card` is no advice to who typed a PIN. */
export function refusalSentences(status: string, text: Catalogue, kind: TokenKind = 'card'): string[] {
  const key = status in text.refusal ? (status as keyof Catalogue['refusal']) : 'other';
  return kind === 'card' ? [text.refusal[key], text.nothingCharged, text.refusalDo[key]] : [text.nothingCharged, text.refusedOtherDo];
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
  if (summary === null) return { hero: null, facts: [], sentences: [text.unplugNow, ...(evse.receiptHidden ? [text.receiptHidden] : [])], small: null, qrText: null };
  const reasons: Readonly<Record<string, string>> = text.stoppedWhy;
  const amount = summary.cost ?? summary.costSoFar;
  const energy = formats.energy(summary.energyWh);
  const plugged = isPlugged(evse);
  return {
    hero: amount === null ? { value: energy, unit: 'kWh', kind: 'energy' } : { value: formats.money(amount), unit: '', kind: 'cost' },
    facts: [
      { name: 'cost', label: summary.cost === null && amount !== null ? text.cost : text.total, value: amount === null ? text.notKnown : formats.money(amount) },
      ...(amount === null ? [] : [{ name: 'energy' as const, label: text.energy, value: `${energy} kWh` }]),
      { name: 'time', label: text.time, value: formats.duration(summary.elapsedS) },
      { name: 'meterStart', label: text.meterStart, value: formats.reading(summary.startWh) },
      { name: 'meterEnd', label: text.meterEnd, value: formats.reading(summary.endWh) },
    ],
    sentences: [
      ...(summary.costText !== null ? [inLanguage(summary.costText, languagesAt(evse, input))] : summary.cost === null ? [text.receiptLater] : []),
      ...(plugged ? feeLine(summary.idleFee, input) : []),
    ],
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
      reason: limitWords(evse, text, formats),
    },
  };
}

function limitWords({ limitReason, limitUntilMs }: EvseView, text: Catalogue, formats: Formats): string {
  if (limitReason === null) return text.asCarAsks;
  return limitUntilMs === null ? text.limit[limitReason] : text.limitUntil(text.limit[limitReason], formats.time(limitUntilMs));
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, value));
}
