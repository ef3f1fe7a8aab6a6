/**
 * Block H: reservations of an EVSE, of a connector type or of whichever EVSE is free (H01 to H04; 1.6 sections 3.11,
 * 5.1, 5.13). One rule covers all three: an EVSE is reserved if, without it, fewer reservations could each be given an
 * EVSE of their own. What the rule says is written into the EVSE's record, from which the status follows.
 */
import type { Stop } from '../../base/signal.ts';
import type { Store, Stored } from '../../platform/ports.ts';
import type { Block, BlockDeps } from '../block.ts';
import type { Evse } from '../evse.ts';
import { awaitsAuthorization } from '../transactions/state.ts';
import { sameToken, type IdToken, type Reason } from '../types.ts';
import type { ReservationApi, ReservationGuard, ReservationRequest } from './api.ts';
import { unmet } from './matching.ts';

interface Reservation extends ReservationRequest {
  /** Ascending: who asked first is served first. */
  readonly order: number;
}

/** A timer that is set again in between doesn't overflow, and follows a clock that is corrected. */
const LOOK_AGAIN_MS = 3_600_000;

type Deps = Pick<BlockDeps, 'clock' | 'journal' | 'time' | 'settings' | 'log' | 'outbox' | 'evses' | 'edition' | 'inService' | 'changed'>;

export class Reservations implements Block, ReservationApi, ReservationGuard {
  private readonly byId = new Map<number, Reservation>();
  private running = false;
  private evaluating = false;
  private stopTimer: Stop = () => {};
  private lastOrder = 0;
  /** At the last look: the reservations that had an EVSE, and the connectors that could be used. */
  private met = new Set<number>();
  private usable = new Set<string>();

  constructor(private readonly deps: Deps) {}

  async load(store: Store): Promise<void> {
    const stored = (await store.entries('reservations')).map(([, value]) => value as unknown as Reservation)
      .filter((value) => typeof value?.id === 'number' && typeof value.expiryMs === 'number' && typeof value.idToken?.value === 'string')
      .sort((a, b) => a.order - b.order);
    for (const reservation of stored) this.byId.set(reservation.id, reservation);
    this.lastOrder = stored.at(-1)?.order ?? 0;
  }

  started(): void {
    this.running = true;
    this.evaluate();
  }

  ready(): void {
    this.evaluate(); // the time is known now
  }

  changed(): void {
    this.evaluate();
  }

  stop(): void {
    this.running = false;
    this.stopTimer();
  }

  async reserve(request: ReservationRequest): ReturnType<ReservationApi['reserve']> {
    const refusal = this.refusal(request);
    if (refusal !== null) return { status: 'Rejected', reason: refusal };
    const replaced = this.byId.get(request.id);
    const others = this.open().filter(({ id }) => id !== request.id);
    const reservation: Reservation = { ...request, order: replaced?.order ?? this.lastOrder + 1 };
    // A stranger's cable in an EVSE that is reserved already is no reason against replacing that reservation.
    const fits = (wish: Reservation, evse: Evse): boolean => this.fits(wish, evse)
      && (wish !== reservation || replaced !== undefined || evse.record.pluggedConnectorId === null);
    if (unmet([...others, reservation], this.places(), fits).includes(reservation)) return { status: this.whyNot(request) };
    this.lastOrder = Math.max(this.lastOrder, reservation.order);
    this.byId.set(reservation.id, reservation); // H01.FR.02: in the place of the one before
    this.deps.journal.put('reservations', String(reservation.id), reservation as unknown as Stored);
    this.deps.changed();
    await this.deps.journal.durable();
    return { status: 'Accepted' };
  }

  async cancel(id: number): ReturnType<ReservationApi['cancel']> {
    if (!this.byId.has(id)) return { status: 'Rejected', reason: { reasonCode: 'NotFound' } }; // H02.FR.01
    this.remove(id);
    this.deps.changed();
    await this.deps.journal.durable();
    return { status: 'Accepted' };
  }

  claim(evseId: number, idToken: IdToken, group: IdToken | null): ReturnType<ReservationGuard['claim']> {
    const evse = this.evse(evseId);
    const wishes = this.open();
    if (evse === undefined || wishes.length === 0) return { allowed: true, reservationId: null };
    const own = wishes.filter((wish) => this.fits(wish, evse) && this.isFor(wish, idToken, group))
      .sort((a, b) => specificity(b) - specificity(a) || a.order - b.order)[0];
    const without = this.places().filter((place) => place !== evse);
    const served = wishes.length - unmet(wishes, this.places(), this.fits).length;
    const left = wishes.filter((wish) => wish !== own);
    const servedThen = left.length - unmet(left, without, this.fits).length + (own === undefined ? 0 : 1);
    return { allowed: servedThen >= served, reservationId: own?.id ?? null };
  }

  prospect(evseId: number, idToken: IdToken): ReturnType<ReservationGuard['prospect']> {
    const { allowed, reservationId } = this.claim(evseId, idToken, null);
    if (allowed) return reservationId === null ? 'open' : 'own';
    const evse = this.evse(evseId);
    const byGroup = this.open().some((wish) => wish.groupIdToken !== undefined && evse !== undefined && this.fits(wish, evse));
    return byGroup ? 'perhaps' : 'closed'; // H03.FR.08
  }

  mayMove(fromEvseId: number, toEvseId: number): boolean {
    const wishes = this.open();
    const now = this.places();
    const then = this.deps.evses.filter((evse) => evse.id !== toEvseId && (evse.id === fromEvseId || now.includes(evse)));
    return unmet(wishes, then, this.fits).length <= unmet(wishes, now, this.fits).length;
  }

  // -------------------------------------------------------------- inside

  private refusal({ evseId, connectorId, connectorType, expiryMs }: ReservationRequest): Reason | null {
    const { settings, evses } = this.deps;
    if (!settings.boolean('ReservationCtrlr.Enabled', true)) return { reasonCode: 'NotEnabled' }; // H01.FR.01
    if (!(expiryMs > this.deps.time.nowMs())) return { reasonCode: 'InvalidValue', additionalInfo: 'expiryDateTime has passed' };
    if (evseId === undefined && !settings.boolean('ReservationCtrlr.NonEvseSpecific', true)) {
      return { reasonCode: 'MissingParam', additionalInfo: 'reservations need an evseId' }; // H01.FR.19
    }
    const targets = evses.filter(({ id }) => evseId === undefined || id === evseId);
    if (targets.length === 0) return { reasonCode: 'UnknownEvse' };
    const connectors = targets.flatMap((evse) => evse.charger.facts.connectors);
    if (connectorId !== undefined && !connectors.some(({ id }) => id === connectorId)) return { reasonCode: 'UnknownConnectorId' };
    if (connectorType !== undefined && !connectors.some(({ type }) => type === connectorType)) return { reasonCode: 'UnknownConnectorType' };
    return null;
  }

  /** H01.FR.11, .12, .14. */
  private whyNot(request: ReservationRequest): 'Faulted' | 'Occupied' | 'Unavailable' {
    const targets = this.deps.evses.filter((evse) => request.evseId === undefined ? this.connectorsFor(request, evse).length > 0 : evse.id === request.evseId);
    if (targets.every((evse) => evse.faulted || this.connectorsFor(request, evse).every((id) => evse.isBroken(id)))) return 'Faulted';
    const out = targets.every((evse) => evse.faulted || this.usableConnectors(evse).every((id) => !this.connectorsFor(request, evse).includes(id)));
    return out ? 'Unavailable' : 'Occupied';
  }

  private evse(id: number): Evse | undefined {
    return this.deps.evses.find((evse) => evse.id === id);
  }

  /** Reservations that wait for their driver. */
  private open(): Reservation[] {
    return [...this.byId.values()].filter(({ id }) => this.claimedBy(id) === undefined);
  }

  private claimedBy(id: number): Evse | undefined {
    return this.deps.evses.find((evse) => evse.record.authorization?.reservationId === id);
  }

  /** EVSEs that a reservation can be given: free ones, and reserved ones even where a stranger plugged in (G01.FR.09). */
  private places(): Evse[] {
    return this.deps.evses.filter((evse) => {
      const { record } = evse;
      if (this.usableConnectors(evse).length === 0 || record.authorization !== null || record.heldFor !== null) return false;
      if (record.transaction !== null && !awaitsAuthorization(record)) return false;
      return record.reserved !== null || (record.pluggedConnectorId === null && record.transaction === null);
    });
  }

  private usableConnectors(evse: Evse): readonly number[] {
    if (evse.faulted || !this.deps.inService(evse) || !evse.record.operative) return [];
    return evse.connectorIds.filter((id) => !evse.record.inoperativeConnectors.includes(id) && !evse.isBroken(id));
  }

  private connectorsFor(wish: ReservationRequest, evse: Evse): readonly number[] {
    if (wish.evseId !== undefined && wish.evseId !== evse.id) return [];
    return evse.charger.facts.connectors.filter(({ id, type }) => (wish.connectorId === undefined || wish.connectorId === id)
      && (wish.connectorType === undefined || wish.connectorType === type)).map(({ id }) => id);
  }

  private readonly fits = (wish: ReservationRequest, evse: Evse): boolean => {
    const usable = this.usableConnectors(evse);
    return this.connectorsFor(wish, evse).some((id) => usable.includes(id));
  };

  /** 1.6 has no token types, so there only the value counts. */
  private isFor(wish: Reservation, idToken: IdToken, group: IdToken | null): boolean {
    const same = this.deps.edition() === 'ocpp1.6' ? sameValue(wish.idToken, idToken) : sameToken(wish.idToken, idToken);
    return same || (wish.groupIdToken !== undefined && group !== null && sameValue(wish.groupIdToken, group));
  }

  /** Brings reservations and EVSEs in line with what holds now. */
  private evaluate(): void {
    if (!this.running || this.evaluating) return;
    if (this.byId.size === 0 && this.deps.evses.every(({ record }) => record.reserved === null)) return;
    this.evaluating = true;
    try {
      this.endUsed();
      this.endExpired();
      this.endBroken();
      this.mark();
    } finally {
      this.evaluating = false;
    }
  }

  /** H03.FR.09: presenting the token uses a reservation up; in 1.6 only the transaction that follows does (section 5.13). */
  private endUsed(): void {
    for (const { id } of [...this.byId.values()]) {
      const evse = this.claimedBy(id);
      if (evse === undefined || (this.deps.edition() === 'ocpp1.6' && evse.record.transaction === null)) continue;
      this.remove(id);
    }
  }

  private endExpired(): void {
    const now = this.deps.time.nowMs();
    for (const { id, expiryMs } of [...this.byId.values()]) if (expiryMs <= now) this.end(id, 'Expired'); // H04.FR.01
    this.stopTimer();
    const nextMs = Math.min(...[...this.byId.values()].map(({ expiryMs }) => expiryMs - now), LOOK_AGAIN_MS);
    if (this.byId.size > 0) {
      this.stopTimer = this.deps.clock.after(Math.max(1, nextMs), () => this.deps.changed());
    }
  }

  /** H01.FR.16, H01.FR.17: an EVSE that breaks or is switched off takes along the reservations that have no other. */
  private endBroken(): void {
    const usable = new Set(this.deps.evses.flatMap((evse) => this.usableConnectors(evse).map((id) => `${evse.id}/${id}`)));
    const lost = (wish: Reservation): boolean => this.deps.evses.some((evse) => this.connectorsFor(wish, evse)
      .some((id) => this.usable.has(`${evse.id}/${id}`) && !usable.has(`${evse.id}/${id}`)));
    for (const wish of unmet(this.open(), this.places(), this.fits)) {
      if (this.met.has(wish.id) && lost(wish)) this.end(wish.id, 'Removed');
    }
    const wishes = this.open();
    const without = unmet(wishes, this.places(), this.fits);
    this.met = new Set(wishes.filter((wish) => !without.includes(wish)).map(({ id }) => id));
    this.usable = usable;
  }

  private mark(): void {
    const wishes = this.open();
    const places = this.places();
    const short = unmet(wishes, places, this.fits).length;
    for (const evse of this.deps.evses) {
      const fitting = wishes.filter((wish) => wish.evseId === evse.id || this.fits(wish, evse));
      // One that can't be reached yet keeps its mark until it can be judged.
      if (fitting.length > 0 && this.usableConnectors(evse).length === 0) continue;
      const needed = places.includes(evse) && unmet(wishes, places.filter((place) => place !== evse), this.fits).length > short;
      const connectorIds = [...new Set(fitting.flatMap((wish) => (wish.evseId !== undefined && wish.connectorId === undefined
        ? evse.connectorIds : this.connectorsFor(wish, evse))))].sort((a, b) => a - b);
      evse.dispatch({
        type: 'reserved',
        reserved: needed ? { untilMs: Math.min(...fitting.map(({ expiryMs }) => expiryMs)), connectorIds } : null,
      });
    }
  }

  /** Whose it is, for the display; null: nobody's, or one of several people's. */
  holderAt(evse: Evse): IdToken | null {
    const fitting = this.open().filter((wish) => wish.evseId === evse.id || this.fits(wish, evse));
    return fitting.length === 1 ? (fitting[0]?.idToken ?? null) : null;
  }

  /** Every reservation that stands (N09). */
  all(): readonly ReservationRequest[] {
    return [...this.byId.values()];
  }

  /** N10: the CSMS is told that they are gone. */
  forget(whose: (reservation: ReservationRequest) => boolean): void {
    for (const reservation of this.all()) if (whose(reservation)) this.end(reservation.id, 'Removed');
    this.deps.changed();
  }

  private end(id: number, status: 'Expired' | 'Removed'): void {
    this.remove(id);
    this.deps.log('info', 'reservation', `reservation ${id}: ${status}`);
    this.deps.outbox.add({ kind: 'reservationStatus', reservationId: id, status });
  }

  private remove(id: number): void {
    this.byId.delete(id);
    this.deps.journal.delete('reservations', String(id));
  }
}

function specificity({ evseId, connectorType }: ReservationRequest): number {
  return evseId !== undefined ? 2 : connectorType !== undefined ? 1 : 0;
}

function sameValue(a: IdToken, b: IdToken): boolean {
  return a.value.toLowerCase() === b.value.toLowerCase();
}
