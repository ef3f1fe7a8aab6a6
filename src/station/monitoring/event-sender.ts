/** From what a monitor found to what the CSMS is told: numbers, causes, transactions, and who may be told now (N05, N07, N08). */
import type { BlockDeps } from '../block.ts';
import { describeFault } from './faults.ts';
import type { NotifiedEvent } from '../reports.ts';
import type { EventNumbers } from './event-numbers.ts';
import type { Monitor } from './monitor.ts';

/** Room in the queue while the CSMS is away. When it is full, nothing is looked at: what holds is told when it is back. */
const MOST_QUEUED = 1000;
const EVENTS_PER_MESSAGE = 20;

export interface Occurrence {
  readonly monitor: Monitor;
  readonly trigger: NotifiedEvent['trigger'];
  readonly cleared: boolean;
  /** Empty for WriteOnly variables (N07.FR.10). */
  readonly actualValue: string;
  readonly transactionId: string | null;
  /** Tell it even to a CSMS that the change itself cuts off. */
  readonly insist: boolean;
}

export class EventSender {
  constructor(private readonly deps: Pick<BlockDeps, 'settings' | 'outbox' | 'time' | 'evses' | 'csms' | 'edition'>, private readonly numbers: EventNumbers,
    private readonly level: () => number) {}

  /** N05.FR.03, N07.FR.04, N07.FR.15: whether this monitor's events would reach the CSMS, now or later. */
  mayTell(): (monitor: Monitor) => boolean {
    const { settings, csms, edition, outbox } = this.deps;
    if (edition() === 'ocpp1.6') return () => false; // it has no such message
    if (csms() === null && outbox.guaranteed.length >= MOST_QUEUED) return () => false;
    const enabled = settings.boolean('MonitoringCtrlr.Enabled', true);
    const level = this.level();
    const mildest = csms() === null && !settings.boolean('OCPPCommCtrlr.QueueAllMessages', false) ? Math.min(level, this.keptSeverity) : level;
    return ({ origin, severity }) => severity <= mildest && (enabled || origin === 'HardWiredNotification');
  }

  /** All that came of one moment. */
  tell(occurrences: readonly Occurrence[]): void {
    if (occurrences.length === 0) return;
    const { outbox, time } = this.deps;
    const timestamp = time.stamp();
    const causes = new Map<number, number>();
    const events = [...occurrences].sort((a, b) => Number(isProblem(b)) - Number(isProblem(a))).map((occurrence) => {
      const event = this.event(occurrence, timestamp, causes);
      return { event, keep: occurrence.insist || occurrence.monitor.severity <= this.keptSeverity };
    });
    for (const keep of [true, false]) {
      const group = events.filter((candidate) => candidate.keep === keep).map(({ event }) => event);
      for (let first = 0; first < group.length; first += EVENTS_PER_MESSAGE) {
        outbox.add({ kind: 'notifyEvent', keep, events: group.slice(first, first + EVENTS_PER_MESSAGE) });
      }
    }
  }

  private get keptSeverity(): number {
    return this.deps.settings.number('MonitoringCtrlr.OfflineQueuingSeverity', -1);
  }

  /** N07.FR.05: what a fault brings about at the same moment and place names it as its cause. */
  private event({ monitor, trigger, cleared, actualValue, transactionId }: Occurrence, timestamp: NotifiedEvent['timestamp'], causes: Map<number, number>): NotifiedEvent {
    const { component, variable, origin, id } = monitor;
    const eventId = this.numbers.next();
    const evseId = component.evse;
    const cause = evseId === undefined ? undefined : causes.get(evseId);
    const problem = variable.name === 'Problem' && actualValue === 'true';
    if (problem && evseId !== undefined && cause === undefined) causes.set(evseId, eventId);
    return {
      eventId, timestamp, trigger, actualValue, component, variable, eventNotificationType: origin,
      ...(cause === undefined ? {} : { cause }),
      ...(origin === 'HardWiredNotification' ? {} : { variableMonitoringId: id }),
      ...(cleared ? { cleared } : {}),
      ...(transactionId === null ? {} : { transactionId }),
      ...(problem && evseId !== undefined ? describeFault(this.deps.evses.find((evse) => evse.id === evseId) ?? null) : {}),
    };
  }
}

function isProblem({ monitor }: Occurrence): boolean {
  return monitor.variable.name === 'Problem';
}
