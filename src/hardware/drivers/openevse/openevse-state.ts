/** What is known of an OpenEVSE, and what the station is told of it. */
import type { ChargerState, PilotState } from '../../charger.ts';
import { checksOff, faultOf, VFLAG } from './rapi-meaning.ts';

export interface Known {
  readonly state: number;
  readonly pilot: PilotState;
  readonly vflags: number;
  readonly currentA: number;
  readonly voltageV: number;
  readonly temperatureC: number | null;
  readonly flags: number;
  readonly counters: string;
  /** The plug is held; false where there is no lock. */
  readonly locked: boolean;
}

export const NOTHING: Known = { state: 0, pilot: 'A', vflags: 0, currentA: 0, voltageV: 240, temperatureC: null, flags: 0, counters: '', locked: false };

/** Undefined: its safety checks are on. */
export function refusalOf(flags: number): string | undefined {
  const off = checksOff(flags);
  return off.length === 0 ? undefined : `The controller's ${off.join(', ')} ${off.length === 1 ? 'is' : 'are'} switched off. Switch safety checks on before this outlet serves.`;
}

export function stateOf(known: Known, on: {
  readonly up: boolean; readonly detail: string; readonly phases: number; readonly nowMs: number; readonly registerWh: number;
}): ChargerState {
  const { pilot, locked, currentA, voltageV, temperatureC } = known;
  const fault = faultOf(known.state);
  const closed = (known.vflags & VFLAG.chargingOn) !== 0;
  const refusal = refusalOf(known.flags);
  return {
    link: on.up ? 'up' : 'down',
    ...(on.up ? {} : { linkDetail: on.detail }),
    connectors: [{ id: 1, pilot, plugged: ['B', 'C', 'D'].includes(pilot), locked, faults: [] }],
    contactorClosed: closed,
    faults: fault === null ? [] : [fault],
    meter: {
      atMonotonicMs: on.nowMs, energyImportWh: on.registerWh,
      powerW: closed ? currentA * voltageV : 0, currentA: [closed ? currentA : 0], voltageV: [voltageV],
      ...(temperatureC === null ? {} : { temperatureC }),
    },
    phasesInUse: closed ? on.phases : null,
    bayOccupied: null,
    ...(refusal === undefined ? {} : { refusal }),
  };
}
