import { describe, expect, it } from 'vitest';
import { ModbusBench } from '../../../../tests/fixtures/modbus/modbus-bench.ts';
import { PhoenixEmulator } from '../../../../tests/fixtures/modbus/phoenix-emulator.ts';
import { phoenixEvSer } from './phoenix-ev-ser.ts';

const start = (prepare?: (box: PhoenixEmulator) => void): Promise<ModbusBench<PhoenixEmulator>> =>
  ModbusBench.started(phoenixEvSer, (clock, line) => new PhoenixEmulator(clock, line), prepare);

describe('EV-SER', () => {
  it('who it is; its switches limit', async () => {
    const bench = await start((box) => Object.assign(box, { switchA: 20 }));
    expect(bench.charger.facts).toMatchObject({ vendor: 'Phoenix Contact', firmware: 'A1.2.8', serialNumber: 'EV1007724501', maxCurrentA: 20, connectors: [{ type: 'cType2', canLock: false }] });
  });

  it('as it leaves the factory its input lets cars charge: it is set to Modbus, once, before anything else', async () => {
    const bench = await start((box) => box.plugIn());
    await bench.seconds(10);
    expect(bench.emulator).toMatchObject({ enableBy: 3, enabled: false, currentA: 0 });
    await bench.restart();
    expect(bench.writes(4000)).toEqual([3]);
  });

  it('one that can\'t be set so is refused', async () => {
    const bench = await start((box) => Object.assign(box, { sealed: true }));
    expect(bench.state.refusal).toContain('4000');
    await bench.offer({ energise: true, maxCurrentA: 16 });
    expect(bench.emulator.enabled).toBe(false);
    bench.emulator.plugIn();
    await bench.seconds(20);
    // It charges all the same: that shows.
    expect(bench.state.faults).toMatchObject([{ code: 'PowerSwitchFailure', vendorCode: 'disobeys' }]);
  });

  it.each([
    [{ chargesOnD: 1 }, '4010'], [{ monitor: 3 }, '4011'], [{ monitor: 4 }, '4011'],
  ])('a check that is off refuses: %j', async (settings, register) => {
    const bench = await start((box) => Object.assign(box, settings));
    expect(bench.state.refusal).toContain(register);
    await bench.charging(16);
    expect(bench.emulator.currentA).toBe(0);
  });

  it('firmware with nothing but enable, limit and status is driven, and says what it couldn\'t check', async () => {
    const bench = await start((box) => Object.assign(box, { bare: true, enableBy: 3 }));
    await bench.charging(13.9);
    expect(bench.emulator).toMatchObject({ currentA: 13, enabled: true });
    expect(bench.detail('Enabled by')).toMatchObject({ warn: true });
    await bench.offer({ energise: false, maxCurrentA: 0 });
    expect(bench.emulator.enabled).toBe(false);
  });

  it('first the limit, then the release; limits are whole amperes', async () => {
    const bench = await start();
    await bench.offer({ energise: true, maxCurrentA: 15.9 });
    const writes = bench.emulator.slave.requests.filter(([, fn]) => fn === 5 || fn === 6).slice(-2);
    expect(writes.map(([, fn]) => fn)).toEqual([6, 5]);
    expect(bench.emulator.currentRegister).toBe(15);
  });

  it('the cable in its socket limits, whenever it is plugged in; one that is coded wrong gets nothing', async () => {
    const bench = await start((box) => Object.assign(box, { socket: true, cableA: 13 }));
    expect(bench.charger.facts.connectors).toMatchObject([{ type: 'sType2' }]);
    await bench.charging(16);
    expect(bench.emulator.currentRegister).toBe(13);
    bench.emulator.unplug();
    await bench.seconds(4);
    bench.emulator.cableA = 0xffff;
    bench.emulator.plugIn();
    await bench.seconds(6);
    expect(bench.emulator.enabled).toBe(false);
  });

  it('a socket whose lock listens to Modbus is locked and unlocked; a jam is told', async () => {
    const bench = await start((box) => Object.assign(box, { socket: true, lockBy: 3 }));
    expect(bench.charger.facts.connectors).toEqual([{ id: 1, type: 'sType2', canLock: true }]);
    bench.emulator.plugIn();
    await bench.clock.waitFor(bench.charger.lock(1));
    expect(bench.state.connectors[0]).toMatchObject({ locked: true });
    expect(await bench.clock.waitFor(bench.charger.unlock(1))).toBe('Unlocked');
    expect(bench.emulator.locked).toBe(false);
    bench.emulator.jammed = true;
    await expect(bench.clock.waitFor(bench.charger.lock(1))).rejects.toMatchObject({ code: 'LockFailed' });
    expect(bench.state.faults).toMatchObject([{ code: 'ConnectorLockFailure' }]);
    bench.port.unplug();
    await bench.seconds(1);
    expect(await bench.clock.waitFor(bench.charger.unlock(1))).toBe('UnlockFailed');
  });

  it('a lock that goes by itself, or by a switch, isn\'t ours', async () => {
    const bench = await start((box) => Object.assign(box, { socket: true, lockBy: 1 }));
    expect(bench.charger.facts.connectors).toMatchObject([{ canLock: false }]);
    expect(await bench.clock.waitFor(bench.charger.unlock(1))).toBe('NotSupported');
  });

  it('is restarted by its coil', async () => {
    const bench = await start();
    await bench.clock.waitFor(bench.charger.reset());
    expect(bench.emulator.restarts).toBe(1);
  });
});
