/** Ends that somebody asked for: the driver, the CSMS, the station itself (E05, E07, F03). */
import type { IdToken, StoppedReason, TriggerReason } from '../types.ts';
import { registerWh, type Draft } from './draft.ts';
import { endsWithAuthorization } from './points.ts';

/** E07, F03, F05, B12, G05: an authorised end of the session. */
export function stop(draft: Draft, trigger: TriggerReason, reason: StoppedReason, idToken: IdToken | null): void {
  const { context } = draft;
  const tx = draft.transaction;
  if (trigger === 'StopAuthorized') draft.record.heldFor = null;
  if (tx === null) {
    draft.setAuthorization(null);
    draft.record.finished = draft.record.pluggedConnectorId !== null;
    draft.record.cardDeadlineMs = null;
    return;
  }
  if (tx.ending !== null) return;
  const forced = ['ImmediateReset', 'Reboot', 'EmergencyStop', 'GroundFault', 'OvercurrentFault', 'Timeout'].includes(reason)
    || trigger === 'AbnormalCondition' || trigger === 'UnlockCommand' || trigger === 'ResetCommand';
  // E15.FR.04: the car that ends its session ends the energy as well.
  const energyEnds = reason === 'StoppedByEV' && context.config.stopPoints.includes('EnergyTransfer');
  // Nothing is plugged in and no bay is waited for: no stop point can come any more.
  const nothingToWaitFor = draft.record.pluggedConnectorId === null && !(context.config.stopPoints.includes('ParkingBayOccupancy') && draft.record.bayOccupied);
  if (forced || energyEnds || nothingToWaitFor || endsWithAuthorization(context.config.stopPoints)) {
    draft.endWhenStill({ trigger, reason, idToken });
    return;
  }
  if (tx.stopReason !== null) return; // asked for already; its stop point will come
  tx.stopReason = reason;
  draft.setAuthorization(null);
  draft.update(trigger, { idToken });
}

/** E05: the CSMS doesn't accept the token of a running transaction. */
export function deauthorize(draft: Draft): void {
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
  // E05.FR.09, C15.FR.03: told when the energy has stopped (settle.ts).
  if (!record.contactorClosed) draft.update('Deauthorized', { forceChargingState: true });
}

/** E05.FR.02: no more energy, but the transaction goes on. The contactor's opening tells the CSMS. */
export function suspendInvalid(draft: Draft): void {
  const tx = draft.transaction;
  if (tx === null) return;
  tx.deauthorized = true;
  tx.energyCapWh = null;
  if (!draft.record.contactorClosed && draft.refreshChargingState()) {
    draft.update('ChargingStateChanged', { forceChargingState: true });
  }
}
