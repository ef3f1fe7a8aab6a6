import { describe, expect, it } from 'vitest';
import { FRESH_TRIGGERS, lookForTriggers, type TriggerLook } from './meter-triggers.ts';

const NONE = { atMs: null, atEnergyWh: null, atPowerW: null, atStatus: [] };
const LOOK: TriggerLook = { nowMs: 0, energyWh: 0, powerW: 0, status: 'Charging' };

/** At which of these looks a value is due. */
function due(triggers: Partial<Parameters<typeof lookForTriggers>[0]>, looks: readonly Partial<TriggerLook>[]): boolean[] {
  let memory = FRESH_TRIGGERS;
  return looks.map((look) => {
    const seen = lookForTriggers({ ...NONE, ...triggers }, memory, { ...LOOK, ...look });
    memory = seen.memory;
    return seen.due;
  });
}

describe('meter values that the CSMS waits for', () => {
  it('at a time, once', () => {
    expect(due({ atMs: 100 }, [{ nowMs: 99 }, { nowMs: 100 }, { nowMs: 101 }])).toEqual([false, true, false]);
  });
  it('at an energy, once', () => {
    expect(due({ atEnergyWh: 5000 }, [{ energyWh: 4999 }, { energyWh: 5001 }, { energyWh: 6000 }])).toEqual([false, true, false]);
  });
  it('at every crossing of a power, in both directions, not at its noise', () => {
    expect(due({ atPowerW: 1000 }, [2000, 1001, 999, 900, 1010, 1060, 990].map((powerW) => ({ powerW })))).toEqual([false, false, false, true, false, true, false]);
  });
  it('when one of the states begins, not while it lasts', () => {
    const looks = ['Charging', 'SuspendedEV', 'SuspendedEV', 'Charging', 'SuspendedEV', 'Finishing'].map((status) => ({ status }));
    expect(due({ atStatus: ['SuspendedEV'] }, looks)).toEqual([false, true, false, false, true, false]);
  });
  it('not for what was never asked', () => {
    expect(due({}, [{ nowMs: 1e15 }, { energyWh: 1e9 }, { powerW: 1e6 }, { status: 'Faulted' }])).toEqual([false, false, false, false]);
  });
});
