import { describe, expect, it } from 'vitest';
import { MeterBench } from '../../../../tests/fixtures/meters/meter-bench.ts';
import { MeterEmulator, quietWorld, sum, type MeterKind } from '../../../../tests/fixtures/meters/meter-emulator.ts';
import {
  b23Kind, em24Kind, em330Kind, em340Kind, pro380Kind, sdm630Kind, sdmSingleKind, we514Kind, we516Kind, wm3m4Kind,
} from '../../../../tests/fixtures/meters/meter-kinds.ts';
import type { MeterReading } from '../../charger.ts';
import type { MeterFacts } from '../../meter.ts';
import { METER_NAMES } from './models.ts';

const started = (model: string, kind: MeterKind) => MeterBench.started(model, (line) => new MeterEmulator(kind, line));
const world = quietWorld();
const three = <T>(value: T): T[] => [value, value, value];

/** What each kind can give of the same world, and who it says it is. */
const KINDS: readonly (readonly [model: string, kind: MeterKind, facts: Partial<MeterFacts>, reading: Partial<MeterReading>])[] = [
  ['sdm630', sdm630Kind, { vendor: 'Eastron', model: 'SDM630', serialNumber: '00BC614E', phases: 3 }, {
    apparentVah: 1_300_000, phaseEnergyImportWh: world.phaseImportWh, phaseEnergyExportWh: [500, 1000, 1000], phasePowerW: world.watts,
    phaseReactivePowerVar: world.vars, phasePowerFactor: three(0.998), powerFactor: 0.998, frequencyHz: 49.98, energyExportWh: 2500,
    reactiveImportVarh: 33_300, reactiveExportVarh: 1200, reactivePowerVar: 89.5,
  }],
  ['sdm230', sdmSingleKind, { model: 'SDM230', phases: 1 }, { frequencyHz: 49.98, powerFactor: 0.998, energyExportWh: 2500, reactivePowerVar: 120 }],
  ['sdm120', sdmSingleKind, { model: 'SDM120', phases: 1 }, { frequencyHz: 49.98, powerFactor: 0.998, energyExportWh: 2500, reactiveImportVarh: 33_300 }],
  ['em24', em24Kind, { vendor: 'Carlo Gavazzi', model: 'EM24', serialNumber: 'KZ1660104001D', firmware: '1.6.3' }, {
    energyImportWh: 1_234_600, energyExportWh: 2500, reactiveImportVarh: 33_300, phaseEnergyImportWh: world.phaseImportWh, frequencyHz: 50, phasePowerFactor: three(0.998),
  }],
  ['em330', em330Kind, { model: 'EM330', serialNumber: 'KZ1660104001D' }, { energyImportWh: 1_234_600, energyExportWh: 2500, phasePowerW: world.watts }],
  ['em340', em340Kind, { model: 'EM340', firmware: '1.6.3' }, {
    energyImportWh: 1_234_600, energyExportWh: 2500, reactiveExportVarh: 1200, reactivePowerVar: 89.5, phaseReactivePowerVar: world.vars, powerFactor: 0.998, frequencyHz: 50,
  }],
  ['b23', b23Kind, { vendor: 'ABB', model: 'B23 112-100', serialNumber: '123456', firmware: 'B1.22.0' }, {
    energyExportWh: 2500, reactiveImportVarh: 33_300, reactiveExportVarh: 1200, phaseEnergyImportWh: world.phaseImportWh, phaseEnergyExportWh: [500, 1000, 1000],
    frequencyHz: 49.98, powerFactor: 0.998, reactivePowerVar: 89.5, phaseReactivePowerVar: world.vars, currentA: [16.02, 15.98, 16.1],
  }],
  ['pro380', pro380Kind, { vendor: 'Inepro', serialNumber: '16123456', firmware: '2.18' }, {
    energyExportWh: 2500, phaseEnergyImportWh: world.phaseImportWh, phaseEnergyExportWh: [500, 1000, 1000], reactiveImportVarh: 33_300, reactiveExportVarh: 1200,
    phasePowerFactor: three(0.998), reactivePowerVar: 89.5,
  }],
  ['we516', we516Kind, { vendor: 'ORNO', model: 'WE-516', serialNumber: '00012345', firmware: '2.01' }, {
    energyExportWh: 2500, phaseEnergyExportWh: [500, 1000, 1000], reactiveImportVarh: 33_300, reactiveExportVarh: 1200, phaseReactivePowerVar: world.vars,
  }],
  ['we514', we514Kind, { model: 'WE-514', phases: 1 }, { frequencyHz: 49.98, powerFactor: 0.998, reactiveImportVarh: 33_300, powerW: 3681 }],
  ['wm3m4', wm3m4Kind, { vendor: 'Iskra', model: 'WM3M4', serialNumber: '01234567' }, {
    energyExportWh: 2500, frequencyHz: 49.98, reactivePowerVar: 89.5, phaseReactivePowerVar: world.vars, phasePowerW: world.watts,
  }],
];

/** Numbers with the tolerance of a float32. */
function near(value: number | readonly number[] | undefined): unknown {
  if (typeof value === 'number') return expect.closeTo(value, 1);
  return value?.map((number) => expect.closeTo(number, 1));
}

describe('each meter, through its bytes', () => {
  it.each(KINDS)('%s: who it is, and everything it measures', async (model, kind, facts, expected) => {
    const bench = await started(model, kind);
    expect(bench.meter.facts).toMatchObject(facts);
    expect(bench.meter.signing).toBeNull();
    expect(bench.state).toMatchObject({ link: 'up', faults: [] });
    const { reading } = bench.state;
    const phases = bench.meter.facts.phases;
    const all: Partial<MeterReading> = {
      energyImportWh: world.importWh, voltageV: world.volts.slice(0, phases), currentA: world.amperes.slice(0, phases), powerW: sum(world.watts.slice(0, phases)), ...expected,
    };
    for (const name of Object.keys(all) as (keyof MeterReading)[]) {
      expect(reading?.[name], name).toEqual(near(all[name] as number | readonly number[]));
    }
    expect(reading).not.toHaveProperty('socPercent');
  });

  it('none of them is asked for what it would refuse', async () => {
    for (const [model, kind] of KINDS) {
      const bench = await started(model, kind);
      await bench.seconds(3);
      expect(bench.states.every(({ link }) => link === 'up'), model).toBe(true);
      expect(bench.states.length, model).toBeGreaterThanOrEqual(2);
    }
  });

  it('every meter of the list is tried here or with its signatures', () => {
    expect([...KINDS.map(([model]) => model), 'em580', 'wm3m4c'].sort()).toEqual([...METER_NAMES].sort());
  });

  it('the EM24\'s partial counter, which anybody can set back, isn\'t billed by', async () => {
    const bench = await started('em24', em24Kind);
    bench.emulator.world.importWh += 700;
    await bench.seconds(3);
    expect(bench.state.reading?.energyImportWh).toBe(1_235_300);
  });

  it('a car that gives: power is negative, the current has no sign', async () => {
    const bench = await started('em340', em340Kind);
    Object.assign(bench.emulator.world, { watts: [-3000, -3000, -3000], amperes: [-13, -13, -13], exportWh: 9000 });
    await bench.seconds(3);
    expect(bench.state.reading).toMatchObject({ powerW: -9000, currentA: [13, 13, 13], energyExportWh: 9000 });
  });
});

describe('another device at the address', () => {
  it.each([
    ['em340', em24Kind, 'identification code 71'], ['em24', em340Kind, 'identification code 340'], ['b23', pro380Kind, 'something else answers'],
    ['sdm630', em340Kind, 'something else answers'], ['pro380', b23Kind, 'something else answers'],
  ])('%s isn\'t taken for one', async (model, kind, why) => {
    const bench = await started(model, kind);
    expect(bench.state).toMatchObject({ link: 'down', reading: null, linkDetail: expect.stringContaining(why) });
  });
});

describe('a bad line is no bad meter', () => {
  it('CRC errors, noise, half answers and silence are asked again', async () => {
    const bench = await started('sdm630', sdm630Kind);
    bench.emulator.slave.mishaps.push('badCrc', 'noise', 'half', 'silence', 'badCrc', 'silence');
    const from = bench.states.length;
    await bench.seconds(12);
    expect(bench.states.length).toBeGreaterThan(from + 3);
    expect(bench.states.slice(from).every(({ link, reading }) => link === 'up' && reading?.energyImportWh === 1_234_560)).toBe(true);
  });

  it('slow answers, of 400 ms, are waited for', async () => {
    const bench = new MeterBench('sdm630', (line) => new MeterEmulator(sdm630Kind, line));
    bench.answerAfterMs = 400;
    await bench.start();
    await bench.seconds(10);
    expect(bench.state).toMatchObject({ link: 'up' });
  });

  it('a meter without power is told within 8 s, with its last reading; when it is back, it goes on by itself', async () => {
    const bench = await started('em340', em340Kind);
    bench.emulator.slave.dead = true;
    await bench.seconds(8);
    expect(bench.state).toMatchObject({ link: 'down', linkDetail: expect.stringContaining('answer'), reading: { energyImportWh: 1_234_600 } });
    bench.emulator.slave.dead = false;
    bench.emulator.world.importWh += 1000;
    await bench.seconds(4);
    expect(bench.state).toMatchObject({ link: 'up', reading: { energyImportWh: 1_235_600 } });
  });

  it('the adapter is pulled and put back', async () => {
    const bench = await started('we516', we516Kind);
    bench.port.unplug();
    await bench.seconds(1);
    expect(bench.state.link).toBe('down');
    bench.port.replug();
    await bench.seconds(5);
    expect(bench.state.link).toBe('up');
  });

  it('a brown-out: nonsense in the register is no reading', async () => {
    const bench = await started('sdm630', sdm630Kind);
    bench.emulator.world.importWh = Number.NaN;
    await bench.seconds(3);
    expect(bench.states.every(({ reading }) => reading?.energyImportWh === 1_234_560)).toBe(true);
    await bench.seconds(6);
    expect(bench.state).toMatchObject({ link: 'down', linkDetail: expect.stringContaining('energy register') });
  });
});
