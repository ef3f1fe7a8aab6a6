/** Which sign an EVSE shows: plate, word, shape, kerb. Pure, so that it can be told in tests. */
import type { EvseView, StationSnapshot } from '../../link/snapshot.ts';
import type { Catalogue } from '../i18n/en.ts';

export type Plate = 'free' | 'charging' | 'paused' | 'reserved' | 'off' | 'fault' | 'paper' | 'refused' | 'done';
export type Shape = 'plug' | 'card' | 'cross' | 'arrow' | 'bolt' | 'pause' | 'tick' | 'clock' | 'bar' | 'triangle' | 'power';
export type KerbMode = 'painted' | 'power' | 'count' | 'walk' | 'hazard' | 'still' | 'full';

export interface SignView {
  readonly plate: Plate;
  readonly shape: Shape;
  readonly word: string;
  readonly kerb: KerbMode;
}

/** A refusal is shown at the outlet it was about, or everywhere when it was about none. */
export function refusalFor(evse: EvseView, snapshot: StationSnapshot): string | null {
  const { authorization } = snapshot;
  if (authorization === null || (authorization.state !== 'refused' && authorization.state !== 'noAnswer')) return null;
  return authorization.evseId === null || authorization.evseId === evse.id ? (authorization.status ?? 'noAnswer') : null;
}

export function refusalText(status: string, t: Catalogue): string {
  if (status === 'noAnswer') return t.noAnswer;
  return t.refusal[status as keyof Catalogue['refusal']] ?? t.refusal.Invalid;
}

export function faultText(code: string, t: Catalogue): string {
  return t.faults[code as keyof Catalogue['faults']] ?? t.faults.other;
}

export function signView(evse: EvseView, snapshot: StationSnapshot, t: Catalogue): SignView {
  const busy = ['charging', 'suspendedByCar', 'suspendedByStation', 'stopping'].includes(evse.state);
  if (!busy && refusalFor(evse, snapshot) !== null) return { plate: 'refused', shape: 'cross', word: t.refused, kerb: 'painted' };
  switch (evse.state) {
    case 'idle': return { plate: 'free', shape: 'plug', word: t.free, kerb: 'painted' };
    case 'waitingForCard': return { plate: 'free', shape: 'card', word: t.waitingForCard, kerb: 'painted' };
    case 'checking': return { plate: 'paper', shape: 'card', word: t.checking, kerb: 'walk' };
    case 'plugIn': return { plate: 'free', shape: 'arrow', word: t.plugIn, kerb: 'count' };
    case 'preparing': return { plate: 'charging', shape: 'bolt', word: t.preparing, kerb: 'walk' };
    case 'charging': return { plate: 'charging', shape: 'bolt', word: t.charging, kerb: 'power' };
    case 'suspendedByCar': return { plate: 'paused', shape: 'pause', word: t.suspendedByCar, kerb: 'still' };
    case 'suspendedByStation': return { plate: 'paused', shape: 'pause', word: t.suspendedByStation, kerb: 'power' };
    case 'stopping': return { plate: 'charging', shape: 'power', word: t.stopping, kerb: 'still' };
    case 'finished': return { plate: 'done', shape: 'tick', word: t.finished, kerb: 'full' };
    case 'reserved': return { plate: 'reserved', shape: 'clock', word: t.reserved, kerb: 'painted' };
    case 'unavailable': return { plate: 'off', shape: 'bar', word: t.unavailable, kerb: 'painted' };
    case 'faulted': return { plate: 'fault', shape: 'triangle', word: t.faulted, kerb: 'hazard' };
  }
}

/** Where a driver of a broken or busy outlet can go. */
export function freeOutlet(evse: EvseView, snapshot: StationSnapshot): number | null {
  return snapshot.evses.find((other) => other.id !== evse.id && other.state === 'idle')?.id ?? null;
}
