/**
 * The EVSE machine: `next(record, event, context)` gives the new record and the transaction events it causes. Pure: no
 * time, no I/O. What the hardware shall do isn't an effect but follows from the record (levels.ts), so that it can be
 * asserted again after any crash.
 */
import type { Wording } from '../../base/language.ts';
import type { ChargerState } from '../../hardware/charger.ts';
import type { IdToken, StoppedReason, TriggerReason } from '../types.ts';
import type { TransactionEventReport } from '../reports.ts';
import type { StepContext } from './context.ts';
import { Draft, SIGNATURE_TIMEOUT_MS, type EndedTransaction } from './draft.ts';
import { deauthorize, stop } from './ending.ts';
import { hardware } from './hardware-change.ts';
import { supervise } from './passing-time.ts';
import { sample, type SampleKind } from './samples.ts';
import { settle } from './settle.ts';
import { awaitCard, restartWait, serviceChanged } from './waiting-for-card.ts';
import type { Authorization, EvseRecord, Reserved, Transaction } from './state.ts';

export type EvseEvent =
  | { readonly type: 'hardware'; readonly state: ChargerState; readonly faulted: boolean }
  | { readonly type: 'authorized'; readonly authorization: Authorization; readonly trigger: 'Authorized' | 'RemoteStart' }
  /** The driver, the CSMS or the station ends the session. */
  | { readonly type: 'stop'; readonly trigger: TriggerReason; readonly reason: StoppedReason; readonly idToken: IdToken | null }
  /** The CSMS refused the token of the running transaction (E05). */
  | { readonly type: 'deauthorized' }
  | { readonly type: 'authorizationDropped' }
  | { readonly type: 'owner' } // the owner's token frees a cable held after a deauthorisation
  | { readonly type: 'sample'; readonly kind: SampleKind; /** Wall time that clock-aligned values stand for. */ readonly atMs?: number }
  | { readonly type: 'cost'; readonly totalCost: number }
  | { readonly type: 'message'; readonly wording: Wording }
  /** The CSMS told the token's group with its answer (C09). */
  | { readonly type: 'group'; readonly groupIdToken: IdToken }
  /** The cable goes into another outlet than the one that waited: that one takes authorization and transaction. */
  | { readonly type: 'takenOver'; readonly authorization: Authorization; readonly transaction: Transaction | null }
  | { readonly type: 'handedOver' }
  /** The driver wants more time to plug in. */
  | { readonly type: 'extend' }
  | { readonly type: 'operative'; readonly operative: boolean; readonly connectorId?: number }
  /** The whole station was switched off or on. */
  | { readonly type: 'stationOperative'; readonly operative: boolean }
  /** Block H: this EVSE is needed for a reservation, or not any more. */
  | { readonly type: 'reserved'; readonly reserved: Reserved | null }
  /** After a restart: monotonic deadlines of the earlier run mean nothing now. */
  | { readonly type: 'resumed' }
  /** Smart charging: what may be given has changed by more than LimitChangeSignificance. */
  | { readonly type: 'rateChanged'; readonly transactionId: string }
  | { readonly type: 'tick' };

export interface Step {
  readonly record: EvseRecord;
  readonly reports: readonly TransactionEventReport[];
  readonly ended: EndedTransaction | null;
}

export function next(record: EvseRecord, event: EvseEvent, context: StepContext): Step {
  const draft = new Draft(record, context);
  apply(draft, event, record);
  supervise(draft);
  return { record: draft.record, reports: draft.reports, ended: draft.ended };
}

function apply(draft: Draft, event: EvseEvent, before: EvseRecord): void {
  const { record, context } = draft;
  const tx = draft.transaction;
  switch (event.type) {
    case 'hardware': return hardware(draft, event.state, event.faulted, before);
    case 'authorized': {
      // It broke while the card was being checked: a session that can't start now mustn't start by itself later.
      if (record.faulted) return;
      draft.setAuthorization(event.authorization);
      record.heldFor = null;
      record.cardDeadlineMs = null;
      if (record.pluggedConnectorId !== null) record.authorization = { ...event.authorization, connectDeadlineMs: null, floating: false };
      return settle(draft, before, event.trigger);
    }
    case 'stop': return stop(draft, event.trigger, event.reason, event.idToken);
    case 'deauthorized': return deauthorize(draft);
    case 'authorizationDropped': {
      if (tx === null) draft.setAuthorization(null);
      return;
    }
    case 'owner': {
      record.heldFor = null;
      return;
    }
    case 'sample': return sample(draft, event.kind);
    case 'cost': {
      if (tx !== null) tx.cost = event.totalCost;
      return;
    }
    case 'message': {
      if (tx !== null) tx.personalMessage = event.wording;
      return;
    }
    case 'group': {
      if (record.authorization !== null) record.authorization = { ...record.authorization, groupIdToken: event.groupIdToken };
      if (tx !== null) tx.groupIdToken = event.groupIdToken;
      return;
    }
    case 'takenOver': {
      draft.setAuthorization(event.authorization);
      if (event.transaction !== null) draft.adopt(event.transaction);
      return;
    }
    case 'handedOver': {
      draft.setAuthorization(null);
      return draft.adopt(null);
    }
    case 'extend': {
      const { authorization } = record;
      if (authorization === null || authorization.connectDeadlineMs === null || authorization.extensionsLeft === 0) return;
      record.authorization = {
        ...authorization,
        extensionsLeft: authorization.extensionsLeft - 1,
        connectDeadlineMs: authorization.connectDeadlineMs + context.config.connectTimeoutMs,
      };
      return;
    }
    case 'operative': {
      if (event.connectorId === undefined) record.operative = event.operative;
      else {
        const others = record.inoperativeConnectors.filter((id) => id !== event.connectorId);
        record.inoperativeConnectors = event.operative ? others : [...others, event.connectorId];
      }
      return serviceChanged(draft, event.operative);
    }
    case 'reserved': {
      if (JSON.stringify(record.reserved) === JSON.stringify(event.reserved)) return;
      record.reserved = event.reserved;
      return restartWait(draft);
    }
    case 'stationOperative': return serviceChanged(draft, event.operative);
    case 'resumed': {
      // Energy stopped with the station; a controller that carried on reports so next, and both are then no stop.
      record.contactorClosed = false;
      if (!record.finished) awaitCard(draft);
      if (record.authorization !== null && record.authorization.connectDeadlineMs !== null) {
        record.authorization = { ...record.authorization, connectDeadlineMs: context.nowMs + context.config.connectTimeoutMs };
      }
      if (tx !== null) {
        tx.chargingSinceMs = null;
        tx.offeredSinceMs = null;
        tx.resumedMs = context.nowMs;
        if (tx.ending !== null) tx.ending = { ...tx.ending, deadlineMs: context.nowMs + (context.signaturePending ? SIGNATURE_TIMEOUT_MS : 0) };
      }
      return;
    }
    case 'rateChanged': {
      if (tx !== null && tx.id === event.transactionId && tx.ending === null) draft.update('ChargingRateChanged');
      return;
    }
    case 'tick': return;
  }
}
