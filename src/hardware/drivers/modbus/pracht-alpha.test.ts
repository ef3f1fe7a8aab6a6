import { describe, expect, it } from 'vitest';
import { ModbusBench } from '../../../../tests/fixtures/modbus/modbus-bench.ts';
import { PrachtEmulator } from '../../../../tests/fixtures/modbus/pracht-emulator.ts';
import { prachtAlpha } from './pracht-alpha.ts';

const start = (connector: 1 | 2, prepare?: (box: PrachtEmulator) => void): Promise<ModbusBench<PrachtEmulator>> =>
  ModbusBench.started(() => prachtAlpha(connector), (clock, line) => new PrachtEmulator(clock, line, connector), prepare);

describe('Alpha', () => {
  it('one connector: its limit and the total are the same', async () => {
    const bench = await start(1);
    expect(bench.charger.facts).toMatchObject({ vendor: 'Pracht', firmware: '1.27' });
    await bench.charging(15.9);
    expect(bench.emulator).toMatchObject({ totalA: 15, currentA: 15 });
    await bench.offer({ energise: false, maxCurrentA: 0 });
    expect(bench.emulator).toMatchObject({ totalA: 0, ownA: [0, 16] });
  });

  it('two connectors: the other one keeps what it has', async () => {
    for (const connector of [1, 2] as const) {
      const bench = await start(connector, (box) => Object.assign(box, { connectors: 2 }));
      const other = 2 - connector;
      bench.emulator.ownA[other] = 10;
      await bench.charging(16);
      expect(bench.emulator.ownA[other]).toBe(10);
      expect(bench.emulator).toMatchObject({ totalA: 26, currentA: 16 });
      await bench.offer({ energise: false, maxCurrentA: 0 });
      expect(bench.emulator).toMatchObject({ totalA: 10, currentA: 0 });
    }
  });

  it('firmware that tells its status otherwise', async () => {
    const bench = await start(1, (box) => Object.assign(box, { statusByInput: true }));
    await bench.charging(16);
    expect(bench.state).toMatchObject({ contactorClosed: true, connectors: [{ pilot: 'C' }], meter: { temperatureC: 29 } });
  });

  it('ventilation is a fault, a bridged box is refused', async () => {
    const bench = await start(1);
    bench.emulator.plugIn();
    bench.emulator.status = 3;
    await bench.seconds(3);
    expect(bench.state).toMatchObject({ faults: [{ code: 'OtherError', vendorCode: '3' }], connectors: [{ pilot: 'D' }] });
    bench.emulator.status = 4;
    await bench.seconds(3);
    expect(bench.state.refusal).toContain('bridged');
    await bench.offer({ energise: true, maxCurrentA: 16 });
    expect(bench.emulator.ownA[0]).toBe(0);
  });
});
