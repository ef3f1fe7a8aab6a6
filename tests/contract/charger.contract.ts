import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Charger, ChargerState, FaultCode } from '../../src/hardware/charger.ts';
import type { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';

/** A charger, and the hand that moves its car. */
export interface ChargerWorld {
  readonly clock: VirtualClock;
  /** A driver as the host makes it at its start; the controller, the car and the driver's memory stay from one to the next. */
  makeCharger(): Charger;
  /** A car comes and will draw as soon as it may. */
  plugIn(): void;
  unplug(): void;
  fault(code: FaultCode): void;
  clearFault(): void;
  /** What the driver should tell; absent: it measures nothing. */
  readonly fullPowerW?: number;
}

/** All that a controller can tell; some know more. */
const FAULTS: readonly FaultCode[] = ['GroundFailure', 'HighTemperature', 'PowerSwitchFailure'];

const CHARGE = { energise: true, maxCurrentA: 16 };
const WITHHOLD = { energise: false, maxCurrentA: 16 };

/** What every Charger must do. */
export function chargerContract(name: string, makeWorld: () => ChargerWorld, faults: readonly FaultCode[] = FAULTS): void {
  describe(`${name} keeps the contract of Charger`, () => {
    let world: ChargerWorld;
    let charger: Charger;
    let states: ChargerState[];

    const last = (): ChargerState => {
      const state = states.at(-1);
      if (state === undefined) throw new Error('nothing reported yet');
      return state;
    };
    const boot = async (): Promise<void> => {
      charger = world.makeCharger();
      await world.clock.waitFor(charger.start({ onState: (state) => void states.push(state) }));
    };
    const live = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second++) {
        charger.supervise();
        await world.clock.advance(1000);
      }
    };
    const offer = (what: typeof CHARGE): Promise<void> => world.clock.waitFor(charger.offer(what));
    const charging = async (): Promise<void> => {
      world.plugIn();
      await offer(CHARGE);
      await live(10);
      expect(last()).toMatchObject({ contactorClosed: true, connectors: [{ plugged: true, pilot: 'C' }] });
    };

    beforeEach(async () => {
      world = makeWorld();
      states = [];
      await boot();
    });
    afterEach(() => world.clock.waitFor(charger.stop()));

    test('the first state is there when start() resolves, whole, with valid facts', () => {
      expect(last()).toMatchObject({ link: 'up', contactorClosed: false, faults: [], connectors: [{ id: 1, pilot: 'A', plugged: false }] });
      const { facts } = charger;
      expect(facts.model).not.toBe('');
      expect(facts.minCurrentA).toBeGreaterThanOrEqual(6);
      expect(facts.maxCurrentA).toBeGreaterThan(facts.minCurrentA);
      expect(facts.connectors.map(({ id }) => id)).toEqual(last().connectors.map(({ id }) => id));
      expect(facts.failsafe.sentence).not.toBe('');
    });

    test('without an offer no car gets energy', async () => {
      world.plugIn();
      await live(10);
      expect(last()).toMatchObject({ contactorClosed: false, connectors: [{ plugged: true }], meter: { powerW: 0 } });
    });

    test('an offer energises a car that asks, within the limit; withholding ends it', async () => {
      await charging();
      await live(20);
      const { meter, phasesInUse } = last();
      if (world.fullPowerW !== undefined) {
        expect(meter.powerW).toBeGreaterThan(world.fullPowerW * 0.9);
        expect(meter.powerW).toBeLessThan(world.fullPowerW * 1.1);
        expect(meter.voltageV.length).toBeGreaterThan(0);
        expect(phasesInUse).toBeGreaterThan(0);
      }
      for (const current of meter.currentA) expect(current).toBeLessThanOrEqual(16.5);
      await offer(WITHHOLD);
      await live(6);
      expect(last()).toMatchObject({ contactorClosed: false, connectors: [{ plugged: true }], meter: { powerW: 0 } });
      await offer(CHARGE);
      await live(10);
      expect(last().contactorClosed).toBe(true);
    });

    test('an offer may come before the car, and again: it’s level-triggered', async () => {
      await offer(CHARGE);
      await offer(CHARGE);
      world.plugIn();
      await live(10);
      expect(last().contactorClosed).toBe(true);
      await offer(CHARGE);
      await live(3);
      expect(last().contactorClosed).toBe(true);
    });

    test('less than the least current counts as not energised', async () => {
      await charging();
      await offer({ energise: true, maxCurrentA: charger.facts.minCurrentA - 1 });
      await live(8);
      expect(last().contactorClosed).toBe(false);
    });

    test('a car that leaves is told and takes the contactor with it', async () => {
      await charging();
      world.unplug();
      await live(5);
      expect(last()).toMatchObject({ contactorClosed: false, connectors: [{ plugged: false, pilot: 'A' }], meter: { powerW: 0 } });
    });

    test('the register grows with the energy and never falls: over sessions, and over a restart of the host', async () => {
      const { fullPowerW } = world;
      if (fullPowerW === undefined) return; // what isn't measured doesn't grow
      const fromWh = last().meter.energyImportWh;
      await charging();
      await live(60);
      const gainedWh = last().meter.energyImportWh - fromWh;
      expect(gainedWh).toBeGreaterThan((fullPowerW * 50) / 3600);
      expect(gainedWh).toBeLessThan((fullPowerW * 75) / 3600);
      await world.clock.waitFor(charger.stop());
      const stoppedWh = last().meter.energyImportWh;
      await boot();
      expect(last().meter.energyImportWh).toBeGreaterThanOrEqual(stoppedWh);
      expect(last().meter.energyImportWh).toBeLessThan(stoppedWh + (fullPowerW * 10) / 3600);
      world.unplug();
      await live(5);
      await charging();
      await live(20);
      world.unplug();
      await live(5);
      const registers = states.map(({ meter }) => meter.energyImportWh);
      registers.forEach((register, index) => expect(register).toBeGreaterThanOrEqual(registers[index - 1] ?? 0));
      expect(last().meter.energyImportWh).toBeGreaterThan(stoppedWh);
    });

    test('a restart of the host doesn’t energise by itself', async () => {
      await charging();
      await world.clock.waitFor(charger.stop());
      await boot();
      await live(5);
      expect(last()).toMatchObject({ contactorClosed: false, connectors: [{ plugged: true }] });
    });

    test.each(faults)('fault %s: told, and the contactor opens; it goes when it’s cleared', async (code) => {
      await charging();
      world.fault(code);
      await live(4);
      const { faults, connectors, contactorClosed } = last();
      expect([...faults, ...connectors.flatMap((connector) => connector.faults)].map((fault) => fault.code)).toEqual([code]);
      expect(contactorClosed).toBe(false);
      world.clearFault();
      await live(10);
      expect(last()).toMatchObject({ faults: [], contactorClosed: true });
    });

    test('times of readings never fall', async () => {
      await charging();
      const times = states.map(({ meter }) => meter.atMonotonicMs);
      times.forEach((timeMs, index) => expect(timeMs).toBeGreaterThanOrEqual(times[index - 1] ?? 0));
    });

    test('after stop() nothing is reported', async () => {
      await charging();
      await world.clock.waitFor(charger.stop());
      const reports = states.length;
      await world.clock.advance(60_000);
      expect(states).toHaveLength(reports);
    });
  });
}
