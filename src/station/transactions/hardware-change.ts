/** What a new state of the controller does to an EVSE's record: cable, contactor, bay sensor, faults. */
import type { ChargerState } from '../../hardware/charger.ts';
import type { StoppedReason } from '../types.ts';
import type { Draft } from './draft.ts';
import { pluggedConnector } from './broken.ts';
import { conditions, endsWithAuthorization, stopPointReached } from './points.ts';
import { settle } from './settle.ts';
import type { EvseRecord } from './state.ts';
import { awaitCard, restartWait } from './waiting-for-card.ts';

/** A new state of the controller: cable, contactor, bay sensor, faults. Each difference is a cause of its own. */
export function hardware(draft: Draft, state: ChargerState, faulted: boolean, before: EvseRecord): void {
  const { record } = draft;
  const tx = draft.transaction;
  record.faulted = faulted;
  if (state.bayOccupied !== null && state.bayOccupied !== record.bayOccupied) {
    record.bayOccupied = state.bayOccupied;
    settle(draft, { ...before, contactorClosed: record.contactorClosed }, state.bayOccupied ? 'EVDetected' : 'EVDeparted');
  }
  // A controller that can't be reached says nothing about the cable: what was known holds until it is back.
  const plugged = state.link === 'down' ? record.pluggedConnectorId : pluggedConnector(state, record);
  const contactorBefore = record.contactorClosed;
  const wasPlugged = record.pluggedConnectorId;
  if (state.contactorClosed !== contactorBefore) {
    record.contactorClosed = state.contactorClosed;
    draft.accountCharging();
    if (tx !== null && state.contactorClosed) tx.everCharged = true;
  }
  if (plugged !== wasPlugged) {
    record.pluggedConnectorId = plugged;
    if (plugged === null) unplugged(draft, isLocked(state, wasPlugged), { ...before, bayOccupied: record.bayOccupied });
    else pluggedIn(draft, { ...before, bayOccupied: record.bayOccupied });
  } else if (state.contactorClosed !== contactorBefore) {
    settle(draft, { ...before, bayOccupied: record.bayOccupied }, 'ChargingStateChanged');
  }
  if (faulted && !before.faulted) fault(draft, state);
  if (!faulted && before.faulted) restartWait(draft);
}

function isLocked(state: ChargerState, connectorId: number | null): boolean {
  return state.connectors.some((connector) => connector.id === connectorId && connector.locked);
}

function pluggedIn(draft: Draft, before: EvseRecord): void {
  const { record } = draft;
  record.finished = false;
  if (record.authorization !== null) record.authorization = { ...record.authorization, connectDeadlineMs: null, floating: false };
  settle(draft, before, 'CablePluggedIn');
  awaitCard(draft);
}

/** @param locked the station's own end of the cable is still locked in: only the car's end was pulled */
function unplugged(draft: Draft, locked: boolean, before: EvseRecord): void {
  const { record, context } = draft;
  record.finished = false;
  record.cardDeadlineMs = null;
  if (!locked || context.config.unlockOnEvSideDisconnect) record.heldFor = null;
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
  // E09.FR.03: the cable is its driver's; nobody else shall take it.
  const keeps = locked && tx.stopReason === null && !context.config.unlockOnEvSideDisconnect;
  if (keeps && (stops || drops)) record.heldFor = { idToken: tx.idToken, groupIdToken: tx.groupIdToken };
  if (stops || (drops && endsWithAuthorization(context.config.stopPoints))) {
    draft.endWhenStill({ trigger: 'EVCommunicationLost', reason: tx.stopReason ?? 'EVDisconnected', idToken: null });
    return;
  }
  if (drops) {
    tx.stopReason ??= 'EVDisconnected';
    draft.setAuthorization(null);
  } else if (record.authorization !== null) {
    // E10.FR.01: a cable locked in waits for its driver; E10.FR.02: a fixed one within the connection time-out.
    record.authorization = { ...record.authorization, connectDeadlineMs: locked ? null : context.nowMs + context.config.connectTimeoutMs };
  }
  draft.update('EVCommunicationLost');
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
