/** What the books keep of each EVSE's session for smart charging: since when energy can flow, its priority, a profile that waits for it. */
import type { Store, Stored } from '../../platform/ports.ts';
import type { Evse } from '../evse.ts';
import type { Journal } from '../journal.ts';
import type { StationTime } from '../time.ts';
import type { Timestamp } from '../types.ts';
import type { ChargingProfile } from './profile.ts';

export interface Session {
  readonly transactionId: string | null;
  /** Driver authorised and car connected: Relative profiles count from here (K01.FR.42); null: not yet. */
  readonly readyAt: Timestamp | null;
  /** As the CSMS told for this transaction (K03.FR.05); null: it didn't. */
  readonly priority: number | null;
  /** Came with a remote start whose transaction hasn't begun (K05). */
  readonly waiting: ChargingProfile | null;
}

const PREFIX = 'session.';
const NONE: Session = { transactionId: null, readyAt: null, priority: null, waiting: null };

export class Sessions {
  private readonly sessions = new Map<number, Session>();

  constructor(private readonly journal: Journal, private readonly time: StationTime) {}

  async load(store: Store): Promise<void> {
    for (const [key, value] of await store.entries('chargingProfiles')) {
      if (key.startsWith(PREFIX)) this.sessions.set(Number(key.slice(PREFIX.length)), { ...NONE, ...(value as unknown as Session) });
    }
  }

  of(evseId: number): Session {
    return this.sessions.get(evseId) ?? NONE;
  }

  /** Wall ms that a Relative profile counts from; null: energy couldn't flow yet. */
  readyMs(evseId: number): number | null {
    const { readyAt } = this.of(evseId);
    if (readyAt === null) return null;
    const { wallMs, guessMs } = this.time.resolve(readyAt);
    return wallMs ?? guessMs ?? null;
  }

  /** K03.FR.05, FR.06: the transaction's own priority, else its token's, else 0. */
  priority(evse: Evse): number {
    return this.of(evse.id).priority ?? evse.record.authorization?.chargingPriority ?? 0;
  }

  /** Follows the EVSE's record. True: something changed. */
  follow(evse: Evse): boolean {
    const { transaction, authorization, pluggedConnectorId } = evse.record;
    const session = this.of(evse.id);
    if (session.waiting !== null && transaction === null && authorization === null) this.put(evse.id, { ...session, waiting: null }); // it never began
    if (transaction === null) return false;
    if (session.transactionId !== transaction.id) this.put(evse.id, { ...NONE, transactionId: transaction.id, waiting: session.waiting });
    if (this.of(evse.id).readyAt !== null || authorization === null || pluggedConnectorId === null) return false;
    this.put(evse.id, { ...this.of(evse.id), readyAt: this.time.stamp() });
    return true;
  }

  prioritise(evseId: number, priority: number): void {
    this.put(evseId, { ...this.of(evseId), priority });
  }

  wait(evseId: number, waiting: ChargingProfile | null): void {
    this.put(evseId, { ...this.of(evseId), waiting });
  }

  move(fromEvseId: number, toEvseId: number): void {
    this.put(toEvseId, this.of(fromEvseId));
    this.end(fromEvseId);
  }

  end(evseId: number): void {
    this.sessions.delete(evseId);
    this.journal.delete('chargingProfiles', `${PREFIX}${evseId}`);
  }

  private put(evseId: number, session: Session): void {
    this.sessions.set(evseId, session);
    this.journal.put('chargingProfiles', `${PREFIX}${evseId}`, session as unknown as Stored);
  }
}
