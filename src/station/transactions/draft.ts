/** One step's working copy of an EVSE record, and the building of its transaction events (E01..E15). */
import type { MeterReading } from '../../hardware/charger.ts';
import type { TransactionEventReport } from '../reports.ts';
import type {
  IdToken, MeterValue, StoppedReason, Timestamp, TriggerReason,
} from '../types.ts';
import { chargingState } from './charging-state.ts';
import type { StepContext } from './context.ts';
import type { Authorization, Ending, EvseRecord, Transaction } from './state.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface EndedTransaction {
  readonly transaction: Transaction;
  readonly endWh: number;
  readonly reason: StoppedReason;
  readonly endedAt: Timestamp;
}

/** What the event at hand adds to the report besides what has become due. */
export interface Extra {
  readonly meterValues?: readonly (MeterValue | null)[];
  readonly idToken?: IdToken | null;
  readonly forceChargingState?: boolean;
}

export class Draft {
  readonly record: Mutable<EvseRecord>;
  readonly reports: TransactionEventReport[] = [];
  ended: EndedTransaction | null = null;
  private tx: Mutable<Transaction> | null;

  constructor(record: EvseRecord, readonly context: StepContext) {
    this.record = { ...record };
    this.tx = record.transaction === null ? null : { ...record.transaction };
    this.record.transaction = this.tx;
  }

  get transaction(): Mutable<Transaction> | null {
    return this.tx;
  }

  setAuthorization(authorization: Authorization | null): void {
    this.record.authorization = authorization;
  }

  /** E01, E02: the Started event. */
  start(trigger: TriggerReason): void {
    const { context } = this;
    this.tx = {
      id: context.newTransactionId(), seqNo: 0, startedAt: context.stamp, startWh: registerWh(context.reading),
      connectorId: this.record.pluggedConnectorId, idToken: null, groupIdToken: null, chargingState: 'Idle',
      evseReported: false, tokenReported: false, remoteStartReported: false, powerPathReported: false, beginReported: false,
      phasesReported: null, phasesUsed: null, stopReason: null, ending: null, deauthorized: false, energyCapWh: null, everCharged: false,
      chargingSeconds: 0, chargingSinceMs: null, offeredSinceMs: null, resumedMs: null, endedValues: [], cost: null,
      personalMessage: this.record.authorization?.personalMessage ?? null,
    };
    this.record.transaction = this.tx;
    this.record.finished = false;
    this.record.cardDeadlineMs = null;
    this.emit('Started', trigger, {});
  }

  /** From or to another EVSE, before any cable: it counts on this one's register from here on. */
  adopt(transaction: Transaction | null): void {
    this.tx = transaction === null ? null : { ...transaction, startWh: registerWh(this.context.reading) };
    this.record.transaction = this.tx;
  }

  update(trigger: TriggerReason, extra: Extra = {}): void {
    if (this.tx !== null) this.emit('Updated', trigger, extra);
  }

  /** E06: the Ended event, with the final reading. */
  end(trigger: TriggerReason, reason: StoppedReason, idToken: IdToken | null): void {
    const tx = this.tx;
    if (tx === null) return;
    this.accountCharging();
    const { context } = this;
    const values = [
      ...(tx.endedValues.length > 0 ? tx.endedValues : []),
      context.meterValue('ended', 'Transaction.End'),
    ];
    tx.stopReason ??= reason; // from here on the car gets nothing: it is connected, not suspended
    this.emit('Ended', trigger, { meterValues: values, idToken }, tx.stopReason);
    this.ended = {
      transaction: { ...tx }, endWh: registerWh(context.reading), reason: tx.stopReason, endedAt: context.stamp,
    };
    this.tx = null;
    this.record.transaction = null;
    this.record.authorization = null;
    this.record.finished = this.record.pluggedConnectorId !== null;
    this.record.cardDeadlineMs = null;
  }

  /** Energy must stop before the final reading, and a meter may sign it: the Ended event waits for both, not for ever. */
  endWhenStill(ending: Omit<Ending, 'deadlineMs'>): void {
    if (this.tx === null || this.tx.ending !== null) return;
    const { nowMs, signaturePending } = this.context;
    if (this.still && !signaturePending) this.end(ending.trigger, ending.reason, ending.idToken);
    else this.tx.ending = { ...ending, deadlineMs: nowMs + ENDING_TIMEOUT_MS + (signaturePending ? SIGNATURE_TIMEOUT_MS : 0) };
  }

  /** No Wh comes after the reading at hand. */
  get still(): boolean {
    return !this.record.contactorClosed && (this.record.pluggedConnectorId === null || !this.context.mayFlow);
  }

  /** Adds up the seconds in which energy really flowed. */
  accountCharging(): void {
    const tx = this.tx;
    if (tx === null) return;
    if (tx.chargingSinceMs !== null) tx.chargingSeconds += (this.context.nowMs - tx.chargingSinceMs) / 1000;
    tx.chargingSinceMs = this.record.contactorClosed ? this.context.nowMs : null;
  }

  /** Takes the new charging state and tells whether it changed. */
  refreshChargingState(): boolean {
    const tx = this.tx;
    if (tx === null) return false;
    const before = tx.chargingState;
    tx.chargingState = chargingState(this.record, this.context);
    if (tx.chargingState !== 'Idle' && tx.chargingState !== 'EVConnected') tx.begun = true;
    return tx.chargingState !== before;
  }

  private emit(eventType: TransactionEventReport['eventType'], trigger: TriggerReason, extra: Extra, reason?: StoppedReason): void {
    const tx = this.tx;
    if (tx === null) return;
    const { record, context } = this;
    const authorization = record.authorization;
    const changed = this.refreshChargingState();
    if (record.pluggedConnectorId !== null) tx.connectorId = record.pluggedConnectorId;
    if (authorization !== null) {
      tx.idToken = authorization.idToken;
      tx.groupIdToken = authorization.groupIdToken;
    }
    const tokenDue = authorization !== null && !tx.tokenReported;
    if (tokenDue) {
      tx.personalMessage = authorization.personalMessage ?? tx.personalMessage;
      tx.languages = authorization.languages ?? [];
    }
    const remoteDue = authorization?.remoteStartId != null && !tx.remoteStartReported;
    const evseDue = record.pluggedConnectorId !== null ? !tx.evseReported : eventType === 'Started' && authorization?.floating !== true;
    const pathClosed = !tx.powerPathReported && record.pluggedConnectorId !== null && authorization !== null;
    const idToken = extra.idToken ?? (tokenDue ? authorization.idToken : undefined);
    const meterValues = [...this.beginValues(tx, eventType), ...(extra.meterValues ?? [])].filter((v): v is MeterValue => v !== null);
    if (record.contactorClosed && context.phasesInUse !== null) tx.phasesUsed = context.phasesInUse;
    const phases = tx.phasesUsed !== tx.phasesReported ? tx.phasesUsed : null; // E02.FR.18, E02.FR.19
    this.reports.push({
      kind: 'transactionEvent',
      eventType,
      timestamp: context.stamp,
      // F01.FR.19, F02.FR.21: the first event after a remote start says so, whatever else caused it.
      triggerReason: remoteDue && eventType !== 'Ended' ? 'RemoteStart' : trigger,
      seqNo: tx.seqNo,
      transactionId: tx.id,
      evseId: record.evseId,
      connectorId: tx.connectorId,
      firstWithEvse: evseDue,
      ...(changed || eventType !== 'Updated' || extra.forceChargingState === true || trigger === 'ChargingStateChanged'
        ? { chargingState: tx.chargingState } : {}),
      ...(reason === undefined ? {} : { stoppedReason: reason }),
      ...(idToken === undefined ? {} : { idToken }),
      ...(remoteDue && authorization?.remoteStartId != null ? { remoteStartId: authorization.remoteStartId } : {}),
      ...(tokenDue && authorization.reservationId !== null ? { reservationId: authorization.reservationId } : {}),
      ...(eventType === 'Ended' || trigger === 'ChargingStateChanged' ? { timeSpentChargingS: this.secondsCharged(tx) } : {}),
      ...(phases === null ? {} : { numberOfPhasesUsed: phases }),
      ...(meterValues.length === 0 ? {} : { meterValues }),
      offline: !context.online,
      registerWh: registerWh(context.reading),
      activeIdToken: tx.idToken,
      powerPathClosed: pathClosed,
    });
    tx.seqNo += 1;
    tx.tokenReported ||= tokenDue;
    tx.remoteStartReported ||= remoteDue;
    tx.evseReported ||= evseDue && record.pluggedConnectorId !== null;
    tx.powerPathReported ||= pathClosed;
    if (phases !== null) tx.phasesReported = phases;
  }

  /** E01.FR.09, E01.FR.17: begin values go with Started, or, when the car came later, with the event that tells of it. */
  private beginValues(tx: Mutable<Transaction>, eventType: string): (MeterValue | null)[] {
    const evseKnown = this.record.pluggedConnectorId !== null || (eventType === 'Started' && this.record.authorization?.floating !== true);
    if (tx.beginReported || (!evseKnown && eventType !== 'Ended')) return [];
    if (eventType === 'Ended' && tx.seqNo > 0 && !tx.everCharged && this.record.pluggedConnectorId === null) return [];
    tx.beginReported = true;
    const begin = this.context.meterValue('started', 'Transaction.Begin');
    const endedBegin = this.context.meterValue('ended', 'Transaction.Begin');
    if (endedBegin !== null) tx.endedValues = [endedBegin];
    return [begin];
  }

  private secondsCharged(tx: Transaction): number {
    const running = tx.chargingSinceMs === null ? 0 : (this.context.nowMs - tx.chargingSinceMs) / 1000;
    return Math.round(tx.chargingSeconds + running);
  }
}

/** A contactor opens within a few seconds; a controller that doesn't answer mustn't keep the books open for ever. */
const ENDING_TIMEOUT_MS = 12_000;
/** The slowest meter signs within 15 s, and its data set is read in some more. */
export const SIGNATURE_TIMEOUT_MS = 20_000;

/** Whole Wh: what is billed is what both editions can carry. */
export function registerWh(reading: MeterReading): number {
  return Math.floor(reading.energyImportWh + 1e-6);
}
