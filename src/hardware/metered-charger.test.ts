import { beforeEach, describe, expect, it } from 'vitest';
import { MeteredBench } from '../../tests/fixtures/meters/metered-bench.ts';
import { sdm630Kind, sdmSingleKind } from '../../tests/fixtures/meters/meter-kinds.ts';

let bench: MeteredBench;
beforeEach(async () => {
  bench = await MeteredBench.started();
});
const failure = (vendorCode: string) => expect.objectContaining({ code: 'PowerMeterFailure', vendorCode });
const registers = (): number[] => bench.states.map(({ meter }) => meter.energyImportWh);
const neverFalls = (): boolean => registers().every((wh, index) => index === 0 || wh >= (registers()[index - 1] ?? 0));

describe('a controller that measures nothing, beside a meter on the same pair of wires', () => {
  it('serves: state and limit are the controller\'s, what flows is the meter\'s', async () => {
    expect(bench.state).toMatchObject({ link: 'up', faults: [], contactorClosed: false });
    expect(bench.state).not.toHaveProperty('refusal');
    const startWh = bench.state.meter.energyImportWh;
    const meterStartWh = bench.meter.world.importWh;
    expect(startWh).toBeCloseTo(meterStartWh, -1);
    await bench.charging();
    expect(bench.commandedA).toBe(16);
    expect(bench.state).toMatchObject({
      contactorClosed: true, phasesInUse: 3, connectors: [{ pilot: 'C' }],
      meter: { currentA: [16, 16, 16], frequencyHz: 49.98, powerFactor: 0.998, energyExportWh: 2500, phasePowerW: [expect.closeTo(3682, 0), expect.closeTo(3677, 0), 3696] },
    });
    expect(bench.state.meter.powerW).toBeCloseTo(11_054, -1);
    await bench.seconds(600);
    expect(bench.state.meter.energyImportWh - startWh).toBeCloseTo(bench.meter.world.importWh - meterStartWh, -1);
    expect(neverFalls()).toBe(true);
  });

  it('what is on the line they share is told once', async () => {
    await bench.seconds(5);
    const asked = bench.lines.filter((line) => line.startsWith('02 04 00 00 00'));
    expect(asked.length).toBeGreaterThanOrEqual(4);
    expect(asked.length).toBeLessThanOrEqual(8);
  });

  it('the technician sees both', () => {
    const labels = bench.charger.technicianFacts().map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(['Commanded', 'Meter', 'Register']));
  });
});

describe('what isn\'t measured can\'t be billed', () => {
  it('a silent meter in mid-charge: energy ends at once, the fault is told; it comes back by itself', async () => {
    await bench.charging();
    bench.meter.slave.dead = true;
    await bench.seconds(10);
    expect(bench.commandedA).toBe(0);
    expect(bench.state.faults).toEqual([failure('silent')]);
    bench.meter.slave.dead = false;
    await bench.seconds(5);
    expect(bench.state.faults).toEqual([]);
    expect(bench.commandedA).toBe(16); // the station's wish still stands
    expect(neverFalls()).toBe(true);
  });

  it('a meter that was never there: no energy, whatever is offered', async () => {
    bench = new MeteredBench();
    bench.meter.slave.dead = true;
    await bench.start();
    expect(bench.state.faults).toEqual([failure('silent')]);
    await bench.charging();
    expect(bench.commandedA).toBe(0);
  });

  it('a meter of one phase at an outlet of three is refused, at one of one phase it serves', async () => {
    bench.meter = bench.newMeter(sdmSingleKind);
    await bench.restart('sdm230');
    expect(bench.state.refusal).toContain('measures one phase');
    await bench.charging();
    expect(bench.commandedA).toBe(0);
    await bench.restart('sdm230', 1);
    expect(bench.charger.facts.phases).toBe(1);
    await bench.charging();
    expect(bench.commandedA).toBe(16);
  });
});

describe('a register that can\'t be believed', () => {
  it.each([
    ['falls', -5_000, 'fell'], ['jumps', 65_536, 'jumped'],
  ])('one that %s is a fault, isn\'t billed, and stops energy', async (_what, byWh, verdict) => {
    await bench.charging();
    const beforeWh = bench.state.meter.energyImportWh;
    bench.meter.world.importWh += byWh;
    await bench.seconds(6);
    expect(bench.state.faults).toEqual([failure(verdict)]);
    expect(bench.commandedA).toBe(0);
    expect(bench.state.meter.energyImportWh - beforeWh).toBeLessThan(20);
    await bench.seconds(60);
    expect(bench.state.faults).toEqual([failure(verdict)]); // until somebody has seen to it
    await bench.clock.waitFor(bench.charger.reset());
    await bench.seconds(5);
    expect(bench.state.faults).toEqual([]);
    expect(bench.state.meter.energyImportWh - beforeWh).toBeLessThan(20);
    expect(neverFalls()).toBe(true);
  });

  it('one torn reading, as when a meter changes its words while they are read, is passed over', async () => {
    await bench.charging();
    const { world } = bench.meter;
    world.importWh += 65_536;
    await bench.seconds(1);
    world.importWh -= 65_536;
    await bench.seconds(5);
    expect(bench.states.every(({ faults }) => faults.length === 0)).toBe(true);
    expect(bench.commandedA).toBe(16);
  });

  it('what jumped while the station was off isn\'t billed', async () => {
    const beforeWh = bench.state.meter.energyImportWh;
    bench.meter.world.importWh += 5_000_000;
    await bench.restart();
    await bench.seconds(3);
    expect(bench.state).toMatchObject({ faults: [] });
    expect(bench.state.meter.energyImportWh).toBe(beforeWh);
    expect(bench.log.join()).toContain('isn\'t billed');
  });
});

describe('swaps', () => {
  it('a restart: what flowed meanwhile, through a controller that carries on, is counted', async () => {
    await bench.charging();
    await bench.seconds(60);
    const beforeWh = bench.state.meter.energyImportWh;
    bench.meter.world.importWh += 100;
    await bench.restart();
    expect(bench.state.meter.energyImportWh - beforeWh).toBeGreaterThanOrEqual(100);
    expect(bench.state.meter.energyImportWh - beforeWh).toBeLessThan(120);
  });

  it('another meter, with another register: it goes on from where it was, and never falls', async () => {
    await bench.charging();
    await bench.seconds(60);
    const beforeWh = bench.state.meter.energyImportWh;
    bench.meter = bench.newMeter({ ...sdm630Kind, fill: (table, world) => { sdm630Kind.fill(table, world); table.i32(0xfc00, 0x00bc6200); } });
    bench.meter.world.importWh = 12;
    await bench.restart();
    expect(bench.state.meter.energyImportWh).toBe(beforeWh);
    expect(bench.log.join()).toContain('another meter');
    await bench.charging();
    await bench.seconds(360);
    expect(bench.state.meter.energyImportWh - beforeWh).toBeGreaterThan(1000);
    expect(bench.state.meter).not.toHaveProperty('phaseEnergyImportWh');
    expect(neverFalls()).toBe(true);
  });

  it('a disk that can\'t write: the register stays where it is on the disk', async () => {
    await bench.charging();
    const saved = bench.state.meter.energyImportWh;
    bench.registerMemory.save = () => Promise.reject(new RangeError('full'));
    await bench.seconds(30);
    expect(bench.state.meter.energyImportWh).toBe(saved);
  });
});

describe('cross-checks', () => {
  it('current through an open contactor is a fault: it has welded, or the meter hangs elsewhere', async () => {
    bench.welded = true;
    await bench.seconds(30);
    expect(bench.state.faults).toEqual([expect.objectContaining({ code: 'PowerSwitchFailure' })]);
    bench.welded = false;
    await bench.seconds(3);
    expect(bench.state.faults).toEqual([]);
  });
});
