import type { FaultCode } from '../../src/hardware/charger.ts';
import { SimulatedCharger } from '../../src/hardware/drivers/simulated/simulated-charger.ts';
import { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { Memory, OpenEvseBench } from '../fixtures/openevse-bench.ts';
import type { ChargerWorld } from './charger.contract.ts';
import { chargerContract } from './charger.contract.ts';

chargerContract('SimulatedCharger', (): ChargerWorld => {
  const clock = new VirtualClock();
  const memory = new Memory();
  const random = new SeededRandom(3);
  let charger: SimulatedCharger;
  return {
    clock,
    fullPowerW: 3 * 16 * 230,
    makeCharger: () => (charger = new SimulatedCharger({ clock, random, memory, options: { evseId: 1 } })),
    plugIn: () => charger.plugIn(),
    unplug: () => charger.unplug(),
    fault: (code) => charger.fault(code),
    clearFault: () => charger.clearFault(),
  };
});

const STATE_CODES: Partial<Record<FaultCode, number>> = { GroundFailure: 0x06, HighTemperature: 0x0a, PowerSwitchFailure: 0x08 };

chargerContract('OpenEvseCharger', (): ChargerWorld => {
  const bench = new OpenEvseBench({ lifetimeWh: 4321 });
  const { car } = bench.emulator;
  return {
    clock: bench.clock,
    fullPowerW: 16 * 240,
    makeCharger: () => bench.makeDriver(),
    plugIn: () => {
      car.plug();
      car.startDrawing(32);
    },
    unplug: () => car.unplug(),
    fault: (code) => bench.emulator.fault(STATE_CODES[code] ?? 0),
    clearFault: () => bench.emulator.clearFault(),
  };
});
