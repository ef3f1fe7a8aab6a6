/** What the CSMS was promised and may rely on: outlets switched off, outlets kept for somebody. */
import type { SimulatedWorld } from '../world.ts';

type Place = 'operative' | 'inoperative' | 'scheduled' | 'unknown';

/** A promise is in force this long after its answer was sent, at the latest. */
const SETTLED_MS = 2000;

export class Availability {
  /** 0: the whole station. */
  private readonly places = new Map<number, { state: Place; sinceMs: number; call: number }>();
  private calls = 0;

  constructor(private readonly world: SimulatedWorld) {}

  ask(evse: number, operative: boolean): void {
    const { csms, story } = this.world;
    const call = ++this.calls;
    // Which of two answers holds isn't known while the later one is under way; 1.6 switches all connectors with the station.
    for (const place of evse === 0 ? [...this.places.keys(), 0] : [evse]) this.put(place, 'unknown', call);
    const answer = story.edition === 'ocpp1.6'
      ? csms.call('ChangeAvailability', { connectorId: evse, type: operative ? 'Operative' : 'Inoperative' })
      : csms.call('ChangeAvailability', { operationalStatus: operative ? 'Operative' : 'Inoperative', ...(evse === 0 ? {} : { evse: { id: evse } }) });
    void answer.then(({ status }) => {
      if (this.places.get(evse)?.call !== call) return;
      if (status === 'Accepted') this.put(evse, operative ? 'operative' : 'inoperative', call);
      if (status === 'Scheduled' && !operative) this.put(evse, 'scheduled', call);
    });
  }

  /** Scheduled: from the moment at which nothing goes on there. */
  observe(idle: (evse: number) => boolean, evses: readonly number[]): void {
    for (const [place, { state, call }] of this.places) {
      if (state === 'scheduled' && (place === 0 ? evses.every(idle) : idle(place))) this.put(place, 'inoperative', call);
    }
  }

  isOff(evse: number): boolean {
    const now = this.world.nowMs();
    return [0, evse].some((place) => {
      const known = this.places.get(place);
      return known?.state === 'inoperative' && now - known.sinceMs > SETTLED_MS;
    });
  }

  /** What the CSMS knows to be switched off at the end. */
  off(): readonly number[] {
    return [...this.places].filter(([, { state }]) => state === 'inoperative').map(([place]) => place);
  }

  private put(place: number, state: Place, call: number): void {
    this.places.set(place, { state, sinceMs: this.world.nowMs(), call });
  }
}

interface Hold {
  readonly evse: number;
  readonly token: string;
  readonly untilMs: number;
  readonly call: number;
  sinceMs: number | null;
}

/** A clock may be off by so much before a reservation is over for certain. */
const CLOCK_MS = 30_000;

export class Reservations {
  private readonly holds = new Map<number, Hold>();
  /** The machine's clock was set: until it hears the CSMS again a station may take a reservation for over. */
  clockSet = false;
  private calls = 0;

  constructor(private readonly world: SimulatedWorld) {}

  ask(id: number, evse: number, token: string, forS: number): void {
    const { csms, story } = this.world;
    const call = ++this.calls;
    const untilMs = this.world.nowMs() + forS * 1000;
    this.holds.delete(id);
    const until = new Date(untilMs).toISOString();
    const answer = story.edition === 'ocpp1.6' ? csms.call('ReserveNow', { connectorId: evse, expiryDate: until, idTag: token, reservationId: id })
      : csms.call('ReserveNow', { id, expiryDateTime: until, idToken: { idToken: token, type: 'ISO14443' }, evseId: evse });
    this.holds.set(id, { evse, token, untilMs, call, sinceMs: null });
    void answer.then(({ status }) => {
      const hold = this.holds.get(id);
      if (hold?.call !== call) return;
      if (status === 'Accepted') hold.sinceMs = this.world.nowMs();
      else this.holds.delete(id);
    });
  }

  cancel(id: number): void {
    this.holds.delete(id);
    void this.world.csms.call('CancelReservation', { reservationId: id });
  }

  /** The EVSE broke, was switched off, or its driver came. */
  over(evse: number): void {
    for (const [id, hold] of this.holds) if (hold.evse === evse) this.holds.delete(id);
  }

  /** For whom the EVSE is certainly kept; null: nobody. */
  holder(evse: number): string | null {
    if (this.clockSet) return null;
    const now = this.world.nowMs();
    for (const hold of this.holds.values()) {
      if (hold.evse === evse && hold.sinceMs !== null && now - hold.sinceMs > SETTLED_MS && now < hold.untilMs - CLOCK_MS) return hold.token;
    }
    return null;
  }
}
