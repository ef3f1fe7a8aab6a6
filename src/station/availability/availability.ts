/** G03, G04; 1.6 section 5.2: Inoperative and Operative, for the station, an EVSE or a connector; kept over a reboot. */
import type { AvailabilityApi } from '../api.ts';
import type { Store } from '../../platform/ports.ts';
import type { Evse } from '../evse.ts';
import type { Journal } from '../journal.ts';

const KEY = 'stationOperative';

interface Scheduled { readonly operational: boolean; readonly evseId?: number; readonly connectorId?: number }

export class Availability implements AvailabilityApi {
  stationOperative = true;
  private scheduled: Scheduled[] = [];

  constructor(private readonly evses: readonly Evse[], private readonly journal: Journal, private readonly changed: () => void) {}

  async load(store: Store): Promise<void> {
    this.stationOperative = (await store.get('meta', KEY)) !== false;
  }

  change(operational: boolean, target: { readonly evseId?: number; readonly connectorId?: number }): ReturnType<AvailabilityApi['change']> {
    const evses = this.evses.filter((evse) => target.evseId === undefined || evse.id === target.evseId);
    const known = evses.length > 0 && (target.connectorId === undefined
      || evses.some((evse) => evse.charger.facts.connectors.some((connector) => connector.id === target.connectorId)));
    if (!known) return { status: 'Rejected', reason: { reasonCode: target.connectorId === undefined ? 'UnknownEvse' : 'UnknownConnectorId' } };
    // The newest wish replaces what was scheduled for the same target.
    this.scheduled = this.scheduled.filter((wish) => wish.evseId !== target.evseId || wish.connectorId !== target.connectorId);
    const busy = evses.some((evse) => evse.record.transaction !== null
      && (target.connectorId === undefined || evse.record.transaction.connectorId === target.connectorId));
    if (!operational && busy) {
      // What isn't in use changes now; what is, when its transaction has ended (G03.FR.05, G04.FR.04).
      this.scheduled.push({ operational, ...target });
      if (target.evseId === undefined) {
        for (const evse of evses) if (evse.record.transaction === null) evse.dispatch({ type: 'operative', operative: false });
      }
      return { status: 'Scheduled' };
    }
    this.apply({ operational, ...target });
    return { status: 'Accepted' };
  }

  /** Called after every change of an EVSE. */
  check(): void {
    const due = this.scheduled.filter((wish) => this.evses
      .filter((evse) => wish.evseId === undefined || evse.id === wish.evseId)
      .every((evse) => evse.record.transaction === null));
    if (due.length === 0) return;
    this.scheduled = this.scheduled.filter((wish) => !due.includes(wish));
    for (const wish of due) this.apply(wish);
  }

  private apply(wish: Scheduled): void {
    if (wish.evseId === undefined) {
      this.stationOperative = wish.operational;
      this.journal.put('meta', KEY, wish.operational);
      // The parts that were waiting for the whole go back to what they were on their own.
      if (wish.operational) for (const evse of this.evses) if (!evse.record.operative) evse.dispatch({ type: 'operative', operative: true });
    } else {
      const evse = this.evses.find((candidate) => candidate.id === wish.evseId);
      evse?.dispatch({ type: 'operative', operative: wish.operational, ...(wish.connectorId === undefined ? {} : { connectorId: wish.connectorId }) });
    }
    this.changed();
  }
}
