/**
 * Block O: the operator's messages on the driver's screen. They are kept over restarts, vanish with their end or their
 * transaction, and what is due now goes into the snapshot.
 */
import { isLanguageTag } from '../../base/language.ts';
import type { Stop } from '../../base/signal.ts';
import type { Store, Stored } from '../../platform/ports.ts';
import type { Block, BlockDeps } from '../block.ts';
import type { Evse } from '../evse.ts';
import { connectorPhase } from '../transactions/levels.ts';
import type { ComponentRef, Reason } from '../types.ts';
import type { DisplayApi, DisplayMessage, MessageFilter, MessageState, SetMessageStatus } from './api.ts';
import { MESSAGE_CAPACITY, MESSAGES_PER_NOTIFICATION } from './capacity.ts';
import { dueMessages, type DueMessage, type Outlet } from './selection.ts';

/** The CSMS's clock may be set at any time: no window is trusted to a longer timer. */
const LONGEST_WAIT_MS = 60_000;

type Deps = Pick<BlockDeps, 'clock' | 'settings' | 'journal' | 'time' | 'outbox' | 'evses' | 'changed' | 'onEnded' | 'stationOperative'>;
type SetResult = { readonly status: SetMessageStatus; readonly reason?: Reason };

export class DisplayMessages implements Block, DisplayApi {
  /** In the order in which they were set, by id. */
  private readonly messages = new Map<number, DisplayMessage>();
  private stopTimer: Stop = () => {};

  constructor(private readonly deps: Deps) {
    deps.onEnded.on(({ ended }) => this.removeWhere((message) => message.transactionId === ended.transaction.id)); // O02.FR.02
  }

  async load(store: Store): Promise<void> {
    const stored = (await store.entries('displayMessages')).map(([, value]) => value as unknown as { order: number; message: DisplayMessage });
    for (const { message } of stored.sort((a, b) => a.order - b.order)) this.messages.set(message.id, message);
  }

  /** What ended while the station was off goes now. */
  started(): void {
    const running = new Set(this.deps.evses.map((evse) => evse.record.transaction?.id));
    this.removeWhere(({ transactionId }) => transactionId !== undefined && !running.has(transactionId));
    this.removeEnded();
    this.wait();
  }

  /** The clock may have been set. */
  ready(): void {
    this.removeEnded();
    this.wait();
  }

  stop(): void {
    this.stopTimer();
  }

  get all(): readonly DisplayMessage[] {
    return [...this.messages.values()];
  }

  get count(): number {
    return this.messages.size;
  }

  async set(message: DisplayMessage): Promise<SetResult> {
    this.removeEnded();
    const refusal = this.refusal(message);
    if (refusal !== null) return refusal;
    for (const { id } of this.replacedBy(message)) this.remove(id);
    // A replaced message keeps its place in the cycle.
    this.messages.set(message.id, message);
    this.save();
    this.wait();
    this.deps.changed();
    await this.deps.journal.durable();
    return { status: 'Accepted' };
  }

  get(requestId: number, { ids, priority, state }: MessageFilter): ReturnType<DisplayApi['get']> {
    this.removeEnded();
    const found = [...this.messages.values()].filter((message) => (ids === undefined || ids.includes(message.id))
      && (priority === undefined || message.priority === priority) && (state === undefined || message.state === state));
    if (found.length === 0) return { status: 'Unknown' }; // O03.FR.06, O04.FR.02/.07
    return { status: 'Accepted', send: () => this.tell(requestId, found) };
  }

  async clear(id: number): Promise<'Accepted' | 'Unknown'> {
    this.removeEnded();
    if (!this.messages.has(id)) return 'Unknown';
    this.remove(id);
    this.deps.changed();
    await this.deps.journal.durable();
    return 'Accepted';
  }

  /** For the screen. */
  due(): readonly DueMessage[] {
    if (!this.deps.settings.boolean('DisplayMessageCtrlr.Enabled', true)) return [];
    return dueMessages([...this.messages.values()], this.deps.evses.map((evse) => this.outlet(evse)), this.deps.time.nowMs());
  }

  private refusal(message: DisplayMessage): SetResult | null {
    const { settings, evses, time } = this.deps;
    if (!settings.boolean('DisplayMessageCtrlr.Enabled', true)) return { status: 'Rejected', reason: { reasonCode: 'NotEnabled' } };
    if (!settings.list('DisplayMessageCtrlr.SupportedFormats').includes(message.message.format)) return { status: 'NotSupportedMessageFormat' };
    if (!settings.list('DisplayMessageCtrlr.SupportedPriorities').includes(message.priority)) return { status: 'NotSupportedPriority' };
    if (message.state !== undefined && !settings.list('DisplayMessageCtrlr.SupportedStates').includes(message.state)) return { status: 'NotSupportedState' };
    if (message.transactionId !== undefined && !evses.some((evse) => evse.record.transaction?.id === message.transactionId)) {
      return { status: 'UnknownTransaction', reason: { reasonCode: 'UnknownTxId' } };
    }
    if (message.display !== undefined && !this.knowsDisplay(message.display)) {
      return { status: 'Rejected', reason: { reasonCode: 'NotFound', additionalInfo: 'no such display' } }; // O01.FR.22
    }
    const invalid = invalidIn(message, time.nowMs());
    if (invalid !== null) return { status: 'Rejected', reason: { reasonCode: 'InvalidValue', additionalInfo: invalid } };
    const replaced = new Set([message.id, ...this.replacedBy(message).map(({ id }) => id)]);
    const after = [...this.messages.keys()].filter((id) => !replaced.has(id)).length + 1;
    if (after > MESSAGE_CAPACITY) return { status: 'Rejected', reason: { reasonCode: 'OutOfStorage' } }; // O01.FR.11
    return null;
  }

  /** O01.FR.16, O02.FR.18: one AlwaysFront message per display. */
  private replacedBy(message: DisplayMessage): DisplayMessage[] {
    if (message.priority !== 'AlwaysFront') return [];
    return [...this.messages.values()].filter((other) => other.priority === 'AlwaysFront' && other.id !== message.id && other.display?.evse === message.display?.evse);
  }

  /** The screen is one display; where there are several outlets, what it says about each is addressed as that outlet's. */
  private knowsDisplay({ name, instance, evse, connector }: ComponentRef): boolean {
    if (name.toLowerCase() !== 'display' || (instance ?? '') !== '' || connector !== undefined) return false;
    return evse === undefined || (this.deps.evses.length > 1 && this.deps.evses.some(({ id }) => id === evse));
  }

  private outlet(evse: Evse): Outlet {
    const { record, hardware } = evse;
    const transaction = record.transaction;
    return { id: evse.id, transactionId: transaction?.id ?? null, state: this.stateOf(evse, hardware, record) };
  }

  private stateOf(evse: Evse, hardware: Evse['hardware'], record: Evse['record']): MessageState | null {
    const connectorId = record.pluggedConnectorId ?? evse.connectorIds[0] ?? 1;
    const phase = hardware === null ? 'Unavailable' : connectorPhase(record, hardware, connectorId, this.deps.stationOperative());
    if (phase === 'Faulted' || phase === 'Unavailable') return phase;
    if (record.transaction !== null) return record.transaction.chargingState === 'Charging' ? 'Charging' : null;
    return record.authorization === null ? 'Idle' : null;
  }

  /** O03.FR.03 to FR.05. */
  private tell(requestId: number, found: readonly DisplayMessage[]): void {
    for (let at = 0; at < found.length; at += MESSAGES_PER_NOTIFICATION) {
      this.deps.outbox.add({
        kind: 'displayMessages', requestId, tbc: at + MESSAGES_PER_NOTIFICATION < found.length, messages: found.slice(at, at + MESSAGES_PER_NOTIFICATION),
      });
    }
  }

  /** O01.FR.07. */
  private removeEnded(): void {
    const now = this.deps.time.nowMs();
    this.removeWhere(({ endMs }) => endMs !== undefined && endMs <= now);
  }

  private removeWhere(gone: (message: DisplayMessage) => boolean): void {
    const found = [...this.messages.values()].filter(gone);
    for (const { id } of found) this.remove(id);
    if (found.length > 0) this.deps.changed();
  }

  private remove(id: number): void {
    this.messages.delete(id);
    this.deps.journal.delete('displayMessages', String(id));
  }

  private save(): void {
    let order = 0;
    for (const [id, message] of this.messages) this.deps.journal.put('displayMessages', String(id), { order: order++, message } as unknown as Stored);
  }

  /** Until the next message begins or ends. */
  private wait(): void {
    this.stopTimer();
    const now = this.deps.time.nowMs();
    const edges = [...this.messages.values()].flatMap(({ startMs, endMs }) => [startMs ?? 0, endMs ?? 0]).filter((edge) => edge > now);
    if (edges.length === 0) return;
    this.stopTimer = this.deps.clock.after(Math.min(LONGEST_WAIT_MS, Math.min(...edges) - now), () => {
      this.removeEnded();
      this.deps.changed();
      this.wait();
    });
  }
}

function invalidIn({ startMs, endMs, message: { format, language, content } }: DisplayMessage, nowMs: number): string | null {
  if (endMs !== undefined && endMs <= nowMs) return 'it has ended already';
  if (startMs !== undefined && endMs !== undefined && startMs >= endMs) return 'it ends before it starts';
  if (language !== undefined && !isLanguageTag(language)) return 'the language isn\'t a tag of RFC 5646'; // O01.FR.17
  if (format === 'URI' && !/^https?:\/\/\S+$/i.test(content.trim())) return 'not a web address';
  return null;
}
