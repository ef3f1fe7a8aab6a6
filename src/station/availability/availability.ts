/**
 * G03, G04; 1.6 section 5.2: Inoperative and Operative, for the station, an EVSE or a connector; kept over a reboot.
 * Inoperative takes effect at once, also where a transaction runs: that one goes on, and its connector turns Unavailable
 * when it ends. The answer to the CSMS is then Scheduled.
 */
import type { Store } from '../../platform/ports.ts';
import type { AvailabilityApi } from '../api.ts';
import type { Evse } from '../evse.ts';
import type { Journal } from '../journal.ts';

const KEY = 'stationOperative';

export class Availability implements AvailabilityApi {
  private operative = true;
  /** An update of the firmware wants nobody new. */
  private withheld = false;

  constructor(private readonly evses: readonly Evse[], private readonly journal: Journal, private readonly changed: () => void) {}

  get stationOperative(): boolean {
    return this.operative && !this.withheld;
  }

  /** L01.FR.07: Unavailable for all but who is being served. Not kept over a restart. */
  withhold(withheld: boolean): void {
    this.withheld = withheld;
    this.changed();
  }

  async load(store: Store): Promise<void> {
    this.operative = (await store.get('meta', KEY)) !== false;
  }

  async change(operational: boolean, target: { readonly evseId?: number; readonly connectorId?: number }): ReturnType<AvailabilityApi['change']> {
    const { evseId, connectorId } = target;
    const affected = this.evses.filter((evse) => evseId === undefined || evse.id === evseId);
    if (affected.length === 0) return { status: 'Rejected', reason: { reasonCode: 'UnknownEvse' } };
    const known = connectorId === undefined
      || (evseId !== undefined && affected.some((evse) => evse.charger.facts.connectors.some((connector) => connector.id === connectorId)));
    if (!known) return { status: 'Rejected', reason: { reasonCode: 'UnknownConnectorId' } };

    if (evseId === undefined) this.changeStation(operational);
    for (const evse of evseId === undefined ? [] : affected) {
      evse.dispatch({ type: 'operative', operative: operational, ...(connectorId === undefined ? {} : { connectorId }) });
    }
    this.changed();
    const busy = affected.some(({ record: { transaction } }) => transaction !== null
      && (connectorId === undefined || transaction.connectorId === connectorId));
    await this.journal.durable();
    return { status: !operational && busy ? 'Scheduled' : 'Accepted' };
  }

  private changeStation(operational: boolean): void {
    this.operative = operational;
    this.journal.put('meta', KEY, operational);
    // A card that waits at an outlet without a session can't be served any more.
    for (const evse of this.evses) evse.dispatch({ type: 'stationOperative', operative: operational });
  }
}
