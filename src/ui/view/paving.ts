/** What stands below the kerb: what is said to whoever stands there, and the keys. Pure. */
import type { EvseView, StationSnapshot } from '../../link/snapshot.ts';
import type { Catalogue } from '../i18n/en.ts';
import type { Formats } from './format.ts';
import { lastFour, refusalSentences, refusedWord } from './outlet.ts';
import { isolated } from './plain.ts';
import { tokenKind, type TokenKind } from './token-kind.ts';

export type Panel = 'languages' | 'pin' | 'help' | 'signed';

export type Action =
  | { readonly type: 'extend' | 'cancel' | 'dismiss'; readonly evse: number }
  /** By the key that started it, or would start it. */
  | { readonly type: 'start' | 'stop'; readonly evse: number }
  | { readonly type: 'panel'; readonly panel: Panel; readonly evse: number | null };

export interface KeyView {
  readonly id: string;
  readonly label: string;
  /** In small, below the label. */
  readonly note: string | null;
  readonly main: boolean;
  /** Named where there are several. */
  readonly outlet: number | null;
  readonly action: Action;
}

export interface Said {
  /** What comes first and large; null: only lines. */
  readonly lead: string | null;
  readonly lines: readonly string[];
  readonly quiet: readonly string[];
  /** The three pictograms of how it goes. */
  readonly how: boolean;
  readonly qrText: string | null;
  /** It is about a token that was shown before an outlet was chosen. */
  readonly card: boolean;
}

export interface PavingInput {
  readonly snapshot: StationSnapshot;
  readonly nowMs: number;
  readonly text: Catalogue;
  readonly formats: Formats;
}

/** More than these can't be told apart by a thumb. */
const MOST_KEYS = 4;
const RUNNING: readonly EvseView['state'][] = ['charging', 'suspendedByCar', 'suspendedByStation'];

export function isPlugged(evse: EvseView): boolean {
  return evse.connectors.some(({ plugged }) => plugged);
}

export function said({ snapshot, nowMs, text, formats }: PavingInput): Said {
  const { evses } = snapshot;
  const nothing: Said = { lead: null, lines: [], quiet: [], how: false, qrText: null, card: false };
  const card = cardWords(snapshot, text);
  if (card !== null) return { ...nothing, ...card, card: true };
  const of = (...states: readonly EvseView['state'][]): EvseView[] => evses.filter(({ state }) => states.includes(state));
  const running = of(...RUNNING);
  const stops = [...new Set(running.map(({ token }) => text.stop[tokenKind(token?.type)]))];
  const finished = of('finished');
  if (of('idle').length > 0 && of('plugIn').length === 0 && finished.length === 0) {
    const blocked = snapshot.pinPad?.blockedUntilMs ?? null;
    return {
      ...nothing, how: true, lines: stops, quiet: blocked === null || blocked <= nowMs ? [] : [text.pinBlocked(formats.time(blocked))],
      qrText: running.length === 0 ? snapshot.display.operatorUrl : null,
    };
  }
  if (finished.length > 0) {
    const plugged = finished.some(isPlugged);
    const qrText = finished.find(({ summary }) => summary?.qrText != null)?.summary?.qrText ?? null;
    return { ...nothing, lead: plugged ? text.unplugNow : text.unplugged, lines: [...(qrText === null ? [] : [text.scanReceipt]), ...stops], qrText };
  }
  if (running.length > 0) {
    const [only] = evses;
    const silent = evses.length === 1 && only?.state === 'charging' && only.socPercent === null;
    return { ...nothing, lines: stops, quiet: silent ? [text.batteryUnknown] : [] };
  }
  if (of('waitingForCard').length > 0) return { ...nothing, lead: text.waitingHow };
  if (of('faulted', 'unavailable').length > 0 && snapshot.display.helpLine !== null) return { ...nothing, lead: text.helpCall(isolated(snapshot.display.helpLine)), lines: [text.helpStation(isolated(snapshot.station.identity))] };
  return nothing;
}

/** A token that is being asked about, or was refused, without an outlet's sign that says so. */
function cardWords({ authorization, evses }: StationSnapshot, text: Catalogue): Pick<Said, 'lead' | 'lines'> | null {
  if (authorization === null || authorization.state === 'accepted') return null;
  const kind = tokenKind(authorization.type);
  if (authorization.state === 'checking') {
    if (evses.some(({ state }) => state === 'checking')) return null;
    return { lead: withEnding({ card: text.word.checking, pin: text.word.checkingPin, car: text.word.checkingCar, app: text.word.checkingOther, button: text.word.checkingOther }[kind], kind, authorization.masked, text), lines: [text.askingProvider] };
  }
  const onSign = evses.some((evse) => evse.transaction === null && ['idle', 'waitingForCard', 'reserved'].includes(evse.state)
    && (authorization.evseId === evse.id || (authorization.evseId === null && evses.length === 1)));
  if (onSign) return null;
  const status = authorization.state === 'noAnswer' ? 'noAnswer' : (authorization.status ?? 'other');
  return { lead: withEnding(refusedWord(kind, text), kind, authorization.masked, text), lines: [refusalSentences(status, text, kind).join(' ')] };
}

function withEnding(word: string, kind: TokenKind, masked: string, text: Catalogue): string {
  return kind === 'card' ? `${word}, ${text.cardEnding(lastFour(masked))}` : word;
}

/** The most urgent first; at most as many as fit. */
export function keysOf({ snapshot, nowMs, text, formats }: PavingInput): KeyView[] {
  const { evses, startButton, pinPad } = snapshot;
  const outlet = (evse: EvseView): number | null => (evses.length === 1 ? null : evse.id);
  const key = (evse: EvseView, type: Exclude<Action['type'], 'panel'>, id: string, label: string, main: boolean, note: string | null = null): KeyView =>
    ({ id: `${id}-${evse.id}`, label, note, main, outlet: outlet(evse), action: { type, evse: evse.id } });
  const waiting = evses.filter(({ state }) => state === 'plugIn');
  const finished = evses.filter(({ state, summary }) => state === 'finished' && summary !== null);
  const running = evses.filter(({ state, transaction }) => transaction !== null && RUNNING.includes(state));
  const byButton = running.filter(({ token }) => tokenKind(token?.type) === 'button');
  const open = evses.filter(({ state }) => state === 'idle' || state === 'waitingForCard');
  const pinWanted = pinPad !== null && (pinPad.blockedUntilMs ?? 0) <= nowMs && (open.length > 0 || running.some(({ token }) => tokenKind(token?.type) === 'pin'));
  const clears = (evse: EvseView): string | null => (evse.summary === null ? null : text.clearsIn(formats.duration((evse.summary.untilMs - nowMs) / 1000)));
  return [
    ...waiting.filter(({ extensionsLeft }) => extensionsLeft > 0).map((evse) => key(evse, 'extend', 'more-time', text.moreTime, true)),
    ...finished.map((evse) => key(evse, 'dismiss', 'done', text.done, true, clears(evse))),
    ...byButton.map((evse) => key(evse, 'stop', 'stop', text.stopKey, true)),
    ...(startButton ? open.map((evse) => key(evse, 'start', 'start', text.startHere, true)) : []),
    ...waiting.filter(({ transaction }) => transaction === null).map((evse) => key(evse, 'cancel', 'cancel', text.cancel, false)),
    ...finished.filter(({ summary }) => summary?.signedText != null).map((evse): KeyView =>
      ({ id: `signed-${evse.id}`, label: text.word.signedRecord, note: null, main: false, outlet: outlet(evse), action: { type: 'panel', panel: 'signed', evse: evse.id } })),
    ...(pinWanted ? [{ id: 'pin', label: text.pinKey, note: null, main: !startButton && open.length > 0, outlet: null, action: { type: 'panel' as const, panel: 'pin' as const, evse: null } }] : []),
  ].slice(0, MOST_KEYS);
}
