/**
 * The EVSE machine: `next(record, event, context)` gives the new record and the transaction events it causes. Pure: no
 * time, no I/O. What the hardware shall do isn't an effect but follows from the record (levels.ts), so that it can be
 * asserted again after any crash.
 */
import type { ChargerState } from '../../hardware/charger.ts';
import type { IdToken, StoppedReason, TriggerReason } from '../types.ts';
import type { TransactionEventReport } from '../reports.ts';
import { mayEnergise, SUSPENDED_EV_AFTER_MS } from './charging-state.ts';
import type { StepContext } from './context.ts';
import { Draft, registerWh, type EndedTransaction } from './draft.ts';
import { conditions, endsWithAuthorization, startPointReached, stopPointReached } from './points.ts';
import type { Authorization, EvseRecord } from './state.ts';

/** Why a sample is taken: for an Updated event, or (`ended`, `endedClock`) to be kept for the Ended one. */
export type SampleKind = 'periodic' | 'clock' | 'trigger' | 'ended' | 'endedClock';

export type EvseEvent =
  | { readonly type: 'hardware'; readonly state: ChargerState; readonly faulted: boolean }
  | { readonly type: 'authorized'; readonly authorization: Authorization; readonly trigger: 'Authorized' | 'RemoteStart' }
  /** The driver, the CSMS or the station ends the session. */
  | { readonly type: 'stop'; readonly trigger: TriggerReason; readonly reason: StoppedReason; readonly idToken: IdToken | null }
  /** The CSMS refused the token of the running transaction (E05). */
  | { readonly type: 'deauthorized' }
  | { readonly type: 'authorizationDropped' }
  | { readonly type: 'owner' } // the owner's token frees a cable held after a deauthorisation
  | { readonly type: 'sample'; readonly kind: SampleKind }
  | { readonly type: 'cost'; readonly totalCost: number }
  | { readonly type: 'message'; readonly text: string }
  /** The CSMS told the token's group with its answer (C09). */
  | { readonly type: 'group'; readonly groupIdToken: IdToken }
  /** The driver wants more time to plug in. */
  | { readonly type: 'extend' }
  | { readonly type: 'operative'; readonly operative: boolean; readonly connectorId?: number }
  /** After a restart: monotonic deadlines of the earlier run mean nothing now. */
  | { readonly type: 'resumed' }
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
      if (tx !== null) tx.personalMessage = event.text;
      return;
    }
    case 'group': {
      if (record.authorization !== null) record.authorization = { ...record.authorization, groupIdToken: event.groupIdToken };
      if (tx !== null) tx.groupIdToken = event.groupIdToken;
      return;
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
      if (!event.operative && tx === null) draft.setAuthorization(null);
      return;
    }
    case 'resumed': {
      // Energy stopped with the station; a controller that carried on reports so next, and both are then no stop.
      record.contactorClosed = false;
      if (record.authorization !== null && record.authorization.connectDeadlineMs !== null) {
        record.authorization = { ...record.authorization, connectDeadlineMs: context.nowMs + context.config.connectTimeoutMs };
      }
      if (tx !== null) {
        tx.chargingSinceMs = null;
        tx.offeredSinceMs = null;
        if (tx.ending !== null) tx.ending = { ...tx.ending, deadlineMs: context.nowMs };
      }
      return;
    }
    case 'tick': return;
  }
}

/** A new state of the controller: cable, contactor, bay sensor, faults. Each difference is a cause of its own. */
function hardware(draft: Draft, state: ChargerState, faulted: boolean, before: EvseRecord): void {
  const { record } = draft;
  const tx = draft.transaction;
  record.faulted = faulted;
  if (state.bayOccupied !== null && state.bayOccupied !== record.bayOccupied) {
    record.bayOccupied = state.bayOccupied;
    settle(draft, { ...before, contactorClosed: record.contactorClosed }, state.bayOccupied ? 'EVDetected' : 'EVDeparted');
  }
  // A controller that can't be reached says nothing about the cable: what was known holds until it is back.
  const plugged = state.link === 'down' ? record.pluggedConnectorId : pluggedConnector(state, record.pluggedConnectorId);
  const contactorBefore = record.contactorClosed;
  const wasPlugged = record.pluggedConnectorId;
  if (state.contactorClosed !== contactorBefore) {
    record.contactorClosed = state.contactorClosed;
    draft.accountCharging();
    if (tx !== null && state.contactorClosed) tx.everCharged = true;
  }
  if (plugged !== wasPlugged) {
    record.pluggedConnectorId = plugged;
    if (plugged === null) unplugged(draft, { ...before, bayOccupied: record.bayOccupied });
    else pluggedIn(draft, { ...before, bayOccupied: record.bayOccupied });
  } else if (state.contactorClosed !== contactorBefore) {
    settle(draft, { ...before, bayOccupied: record.bayOccupied }, 'ChargingStateChanged');
  }
  if (faulted && !before.faulted) fault(draft, state);
}

function pluggedConnector(state: ChargerState, present: number | null): number | null {
  const plugged = state.connectors.filter((connector) => connector.plugged);
  // One EVSE serves one connector at a time: the one in use keeps it (E01.FR.14).
  return (plugged.find((connector) => connector.id === present) ?? plugged[0])?.id ?? null;
}

function pluggedIn(draft: Draft, before: EvseRecord): void {
  const { record } = draft;
  record.finished = false;
  if (record.authorization !== null) record.authorization = { ...record.authorization, connectDeadlineMs: null, floating: false };
  settle(draft, before, 'CablePluggedIn');
}

function unplugged(draft: Draft, before: EvseRecord): void {
  const { record, context } = draft;
  record.finished = false;
  record.heldFor = null;
  const tx = draft.transaction;
  if (tx === null) {
    // The driver left with the cable before anything began: the authorization goes along.
    if (before.authorization !== null && before.authorization.connectDeadlineMs === null) draft.setAuthorization(null);
    return;
  }
  if (tx.ending !== null) return; // the contactor's opening ends it
  const stops = stopPointReached(context.config.stopPoints, conditions(before), conditions(record));
  // E09.FR.01: an authorization doesn't outlive its cable, unless the station is told to wait for the car.
  const drops = context.config.stopOnEvSideDisconnect && record.authorization !== null;
  if (stops || (drops && endsWithAuthorization(context.config.stopPoints))) {
    draft.endWhenStill({ trigger: 'EVCommunicationLost', reason: tx.stopReason ?? 'EVDisconnected', idToken: null });
    return;
  }
  if (drops) {
    tx.stopReason ??= 'EVDisconnected';
    draft.setAuthorization(null);
  } else if (record.authorization !== null) {
    // E10: the cable may come back within the connection time-out.
    record.authorization = { ...record.authorization, connectDeadlineMs: context.nowMs + context.config.connectTimeoutMs };
  }
  draft.update('EVCommunicationLost');
}

/** After a condition changed: does a transaction start, does it stop, or is there just something to tell? */
function settle(draft: Draft, before: EvseRecord, trigger: TriggerReason): void {
  const { record, context } = draft;
  const was = conditions(before);
  const now = conditions(record);
  const tx = draft.transaction;
  if (tx === null) {
    if (startPointReached(context.config.startPoints, was, now) && !record.faulted) draft.start(trigger);
    return;
  }
  if (tx.ending !== null) return;
  if (stopPointReached(context.config.stopPoints, was, now)) {
    const reason = tx.stopReason ?? (trigger === 'EVDeparted' ? 'Local' : record.faulted ? 'Other' : 'StoppedByEV');
    draft.endWhenStill({ trigger, reason, idToken: null });
    return;
  }
  if (trigger === 'Authorized' || trigger === 'RemoteStart') {
    // A new authorization after one that ended lifts what the old one had stopped.
    tx.stopReason = null;
    tx.deauthorized = false;
    tx.tokenReported = false;
  }
  if (trigger === 'ChargingStateChanged') {
    if (draft.refreshChargingState()) draft.update(trigger, { forceChargingState: true });
  } else {
    draft.update(trigger);
  }
}

/** E07, F03, F05, B12, G05: an authorised end of the session. */
function stop(draft: Draft, trigger: TriggerReason, reason: StoppedReason, idToken: IdToken | null): void {
  const { context } = draft;
  const tx = draft.transaction;
  if (tx === null) {
    draft.setAuthorization(null);
    draft.record.finished = draft.record.pluggedConnectorId !== null;
    return;
  }
  if (tx.ending !== null) return;
  const forced = ['ImmediateReset', 'Reboot', 'EmergencyStop', 'GroundFault', 'OvercurrentFault', 'Timeout'].includes(reason)
    || trigger === 'AbnormalCondition' || trigger === 'UnlockCommand' || trigger === 'ResetCommand';
  if (forced || endsWithAuthorization(context.config.stopPoints)) {
    draft.endWhenStill({ trigger, reason, idToken });
    return;
  }
  if (tx.stopReason !== null) return; // asked for already; its stop point will come
  tx.stopReason = reason;
  draft.setAuthorization(null);
  draft.update(trigger, { idToken });
}

/** E05: the CSMS doesn't accept the token of a running transaction. */
function deauthorize(draft: Draft): void {
  const { context, record } = draft;
  const tx = draft.transaction;
  if (tx === null || tx.deauthorized || tx.ending !== null || tx.stopReason !== null) return;
  const { config } = context;
  if (!config.stopOnInvalidId) {
    const cap = config.maxEnergyOnInvalidIdWh;
    if (cap !== null && registerWh(context.reading) - tx.startWh < cap) tx.energyCapWh = tx.startWh + cap;
    else suspendInvalid(draft);
    return;
  }
  if (endsWithAuthorization(config.stopPoints) || config.stopPoints.includes('EnergyTransfer')) {
    if (record.pluggedConnectorId !== null) record.heldFor = { idToken: tx.idToken, groupIdToken: tx.groupIdToken };
    draft.endWhenStill({ trigger: 'Deauthorized', reason: 'DeAuthorized', idToken: null });
    return;
  }
  tx.deauthorized = true;
  tx.stopReason = 'DeAuthorized';
  draft.setAuthorization(null);
  draft.update('Deauthorized', { forceChargingState: true });
}

/** E05.FR.02: no more energy, but the transaction goes on. The contactor's opening tells the CSMS. */
function suspendInvalid(draft: Draft): void {
  const tx = draft.transaction;
  if (tx === null) return;
  tx.deauthorized = true;
  tx.energyCapWh = null;
  if (!draft.record.contactorClosed && draft.refreshChargingState()) {
    draft.update('ChargingStateChanged', { forceChargingState: true });
  }
}

/** E06.FR.16: a fault in mid-transaction ends it; the driver may unplug. */
function fault(draft: Draft, state: ChargerState): void {
  const tx = draft.transaction;
  // A card that waits at a broken outlet would start it by itself once it is mended.
  if (tx === null) draft.setAuthorization(null);
  if (state.link === 'down') {
    // A lost controller isn't the end: the transaction is reconciled when it is back.
    if (tx !== null && draft.refreshChargingState()) draft.update('ChargingStateChanged', { forceChargingState: true });
    return;
  }
  if (tx === null) return;
  const codes = [...state.faults, ...state.connectors.flatMap((connector) => connector.faults)].map((f) => f.code);
  const reason: StoppedReason = codes.includes('GroundFailure') ? 'GroundFault'
    : codes.includes('OverCurrentFailure') ? 'OvercurrentFault' : 'Other';
  draft.endWhenStill({ trigger: 'AbnormalCondition', reason, idToken: null });
}

function sample(draft: Draft, kind: SampleKind): void {
  const tx = draft.transaction;
  if (tx === null || tx.ending !== null) return;
  const { context } = draft;
  switch (kind) {
    case 'periodic': {
      const value = context.meterValue('updated', 'Sample.Periodic');
      if (value !== null) draft.update('MeterValuePeriodic', { meterValues: [value] });
      return;
    }
    case 'clock': {
      const value = context.meterValue('aligned', 'Sample.Clock');
      if (value !== null) draft.update('MeterValueClock', { meterValues: [value] });
      return;
    }
    case 'trigger':
      return draft.update('Trigger', { meterValues: [context.meterValue('updated', 'Trigger')], forceChargingState: true });
    case 'ended': case 'endedClock': {
      const value = kind === 'ended' ? context.meterValue('ended', 'Sample.Periodic') : context.meterValue('alignedEnded', 'Sample.Clock');
      if (value !== null) tx.endedValues = thin([...tx.endedValues, value]);
    }
  }
}

const MAX_ENDED_VALUES = 120;

/** E06.FR.13: drop the 2nd, 4th, 6th …, never the first or the last. */
function thin<T>(values: readonly T[]): readonly T[] {
  if (values.length <= MAX_ENDED_VALUES) return values;
  return values.filter((_, index) => index % 2 === 0 || index === values.length - 1);
}

/** What only time brings about. Runs after every event, so that no event can leave a due change behind. */
function supervise(draft: Draft): void {
  const { record, context } = draft;
  const authorization = record.authorization;
  if (authorization?.connectDeadlineMs != null && context.nowMs >= authorization.connectDeadlineMs && record.pluggedConnectorId === null) {
    connectTimeout(draft);
  }
  const tx = draft.transaction;
  if (tx === null) return;
  if (tx.ending !== null) {
    if (!record.contactorClosed || context.nowMs >= tx.ending.deadlineMs) {
      const { trigger, reason, idToken } = tx.ending;
      tx.ending = null;
      draft.end(trigger, reason, idToken);
    }
    return;
  }
  if (tx.energyCapWh !== null && registerWh(context.reading) >= tx.energyCapWh) suspendInvalid(draft);
  const offered = mayEnergise(record) && !context.withheld;
  if (!offered || record.contactorClosed) tx.offeredSinceMs = null;
  else tx.offeredSinceMs ??= context.nowMs;
  const waitedOut = tx.offeredSinceMs !== null && context.nowMs - tx.offeredSinceMs >= SUSPENDED_EV_AFTER_MS;
  if ((waitedOut || context.withheld) && draft.refreshChargingState()) {
    draft.update('ChargingStateChanged', { forceChargingState: true });
  }
}

/** E03.FR.05, F02.FR.07, C01.FR.26: authorised, but no cable came. */
function connectTimeout(draft: Draft): void {
  const { context } = draft;
  const tx = draft.transaction;
  draft.setAuthorization(null);
  if (tx === null) return;
  if (context.config.stopPoints.includes('ParkingBayOccupancy')) draft.update('EVConnectTimeout');
  else draft.end('EVConnectTimeout', 'Timeout', null);
}
