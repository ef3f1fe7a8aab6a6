/**
 * esp32-evse, whichever way it is talked to: what its states and error bits mean, and its dead man's switch. It has no
 * watchdog, but it ends a charge that has lasted longer than its time limit; the limit is kept just ahead of the clock.
 */
import type { ChargerFault, FailsafeRating, FaultCode, PilotState } from '../../charger.ts';

/** The limit lies so far ahead of the time that a car has charged. */
export const DEAD_MAN_S = 25;
/** With the second that it counts in, and what a poll takes. */
const ENDS_WITHIN_S = 30;
/** What it begins with after a power dip, in its own memory: the least current there is, for as long as nobody comes. */
export const AFTER_BOOT = { currentTenths: 60, chargingTimeS: 30 } as const;
export const MIN_CURRENT_A = 6;
/** 0: none, made up from the limit; 1: currents only; 2: currents and voltages. */
export const METER_MEASURES_BOTH = 2;
export const UNMEASURED = 'The controller measures no energy, or no voltage (its energy meter mode). It serves only beside a meter, or with a meter mode that measures both.';

export const FAILSAFE: FailsafeRating = {
  onHostDeath: 'stops', afterS: ENDS_WITHIN_S,
  sentence: `If this tablet stops, the controller ends the charge within ${ENDS_WITHIN_S} s of charging, by its time limit; a car that ignores that is cut off 6 s later.`,
};

const STATES = ['A', 'B1', 'B2', 'C1', 'C2', 'D1', 'D2', 'E', 'F'] as const;
export type Esp32State = (typeof STATES)[number];

/** Null: no such state. */
export function stateOf(textOrNumber: string | number): Esp32State | null {
  return (typeof textOrNumber === 'number' ? STATES[textOrNumber] : STATES.find((state) => state === textOrNumber.trim())) ?? null;
}

export function pilotOf(state: Esp32State): PilotState {
  return state.charAt(0) as PilotState;
}

export function isClosed(state: Esp32State): boolean {
  return state === 'C2' || state === 'D2';
}

const ERRORS: readonly (readonly [code: FaultCode, info: string])[] = [
  ['EVCommunicationError', 'control pilot'], ['EVCommunicationError', 'no diode in the car\'s pilot circuit'], ['ConnectorLockFailure', 'the plug didn\'t lock'],
  ['ConnectorLockFailure', 'the plug didn\'t unlock'], ['GroundFailure', 'residual current'], ['InternalError', 'self-test of the residual-current monitor'],
  ['HighTemperature', 'too hot'], ['InternalError', 'temperature sensor'],
];

/** @param bits null: this firmware doesn't tell which */
export function faultsOf(state: Esp32State, bits: number | null): readonly ChargerFault[] {
  if (bits === null) return state === 'E' ? [{ code: 'OtherError', vendorCode: 'E', info: 'an error that this firmware doesn\'t name' }] : [];
  return ERRORS.flatMap(([code, info], bit) => ((bits & (1 << bit)) === 0 ? [] : [{ code, vendorCode: `bit ${bit}`, info }]));
}
