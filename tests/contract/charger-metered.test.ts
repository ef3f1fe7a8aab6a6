/** A controller beside a meter keeps the contract of Charger like one that measures, through the bytes of both. */
import { describe, expect, it } from 'vitest';
import { describeSettings } from '../../src/hardware/serial/buses.ts';
import { METER_NAMES, meterModel } from '../../src/hardware/drivers/meters/models.ts';
import { METERS } from '../../src/link/hardware.ts';
import { MeteredBench } from '../fixtures/meters/metered-bench.ts';
import { chargerContract } from './charger.contract.ts';

chargerContract('evse-wb beside an sdm630', () => {
  const bench = new MeteredBench();
  return {
    clock: bench.clock,
    fullPowerW: 16 * bench.meter.world.volts.reduce((sum, volts) => sum + volts, 0),
    makeCharger: () => bench.driver(),
    plugIn: () => bench.controller.plugIn(),
    unplug: () => bench.controller.unplug(),
    fault: (code) => void (bench.controller.fault = code),
    clearFault: () => void (bench.controller.fault = null),
  };
}, ['GroundFailure', 'EVCommunicationError']);

describe('what a set-up knows of meters', () => {
  it('is what the drivers are', () => {
    expect(METERS.map(({ model }) => model)).toEqual(METER_NAMES);
    for (const { model: name, line, unit, phases, signs } of METERS) {
      const model = meterModel(name);
      expect([name, line, unit, phases, signs]).toEqual([name, model && describeSettings(model.line), model?.device.unit, model?.facts.phases, model?.signing !== undefined]);
    }
  });
});
