import { beforeEach, describe, expect, it } from 'vitest';
import { EvseWbEmulator } from '../../../../tests/fixtures/modbus/evse-wb-emulator.ts';
import { ModbusBench } from '../../../../tests/fixtures/modbus/modbus-bench.ts';
import { VirtualClock } from '../../../platform/virtual/virtual-clock.ts';
import { VirtualSerialPorts } from '../../../platform/virtual/virtual-serial-ports.ts';
import { Buses } from '../../serial/buses.ts';
import { createModbusCharger } from './create.ts';
import { evseWb } from './evse-wb.ts';
import { testModbusController } from './test-controller.ts';

let bench: ModbusBench<EvseWbEmulator>;
const start = (prepare: (emulator: EvseWbEmulator) => void = () => undefined): Promise<ModbusBench<EvseWbEmulator>> =>
  ModbusBench.started(evseWb, (clock, line) => {
    const emulator = new EvseWbEmulator(clock, line);
    prepare(emulator);
    return emulator;
  });
beforeEach(async () => {
  bench = await start();
});
const register = (address: number): number | undefined => bench.emulator.registers.get(address);

describe('EVSE-WB', () => {
  it('after a power cut it mustn\'t charge by itself: default 0 A, let go anew each time; its EEPROM is written once', async () => {
    expect([register(2000), register(2005)]).toEqual([0, 0x2010]);
    expect(bench.emulator.eepromWrites).toBe(2);
    await bench.restart();
    expect(bench.emulator.eepromWrites).toBe(2);
  });

  it('the cable limits, whole amperes, never above', async () => {
    expect(bench.charger.facts).toMatchObject({ firmware: '17', minCurrentA: 6, maxCurrentA: 32, failsafe: { onHostDeath: 'carriesOn' } });
    bench.emulator.plugIn();
    await bench.offer({ energise: true, maxCurrentA: 15.9 });
    expect(register(1000)).toBe(15);
    await bench.offer({ energise: true, maxCurrentA: 32 });
    expect(register(1000)).toBe(20);
    await bench.seconds(3);
    expect(bench.state).toMatchObject({ contactorClosed: true, connectors: [{ pilot: 'C' }] });
    await bench.offer({ energise: false, maxCurrentA: 0 });
    expect(register(1000)).toBe(0);
  });

  it('in hundredths of an ampere where it is set to', async () => {
    bench = await start((emulator) => emulator.registers.set(2005, 0x0090));
    await bench.offer({ energise: true, maxCurrentA: 15.9 });
    expect(register(1000)).toBe(1590);
  });

  it('somebody turned its knob up: put back', async () => {
    await bench.offer({ energise: true, maxCurrentA: 10 });
    bench.emulator.registers.set(1000, 16);
    await bench.seconds(4);
    expect(register(1000)).toBe(10);
  });

  it.each([[0x20, 'GroundFailure'], [0x02, 'EVCommunicationError'], [0x04, 'OtherError']])('status bit %i is told as %s', async (bit, code) => {
    bench.emulator.registers.set(1007, bit);
    await bench.seconds(3);
    expect(bench.state.faults).toMatchObject([{ code }]);
  });

  it('revision 9 is refused with a reason', async () => {
    bench = await start((emulator) => emulator.registers.set(1005, 9));
    expect(bench.state.refusal).toContain('revision 9');
    await bench.offer({ energise: true, maxCurrentA: 16 });
    expect(register(1000)).toBe(0);
  });

  it('it locks itself out after each charge, and is let go for the next one: one write to EEPROM a session', async () => {
    bench.emulator.unplug();
    const before = bench.emulator.eepromWrites;
    for (let session = 1; session <= 2; session++) {
      await bench.charging(16);
      expect(bench.emulator.currentA).toBe(16);
      await bench.offer({ energise: false, maxCurrentA: 0 });
      bench.emulator.unplug();
      await bench.seconds(5);
      expect((register(2005) ?? 0) & 0x4000).toBe(0x4000);
    }
    expect(bench.emulator.eepromWrites - before).toBe(1); // the first session found it let go
  });

  it('the wire carries the frames of its register list', async () => {
    await bench.offer({ energise: true, maxCurrentA: 16 });
    await bench.offer({ energise: false, maxCurrentA: 16 });
    expect(bench.lines).toEqual(expect.arrayContaining(['out 01 03 03 E8 00 08 C4 7C', 'out 01 10 03 E8 00 01 02 00 10 83 B4', 'out 01 10 03 E8 00 01 02 00 00 82 78']));
  });

  it.each([[17, 0x0018, 'bit 3'], [16, 0x0090, 'bit 7']])('revision %i with 2005 = %i is refused: %s', async (revision, configuration, bit) => {
    bench = await start((emulator) => {
      emulator.registers.set(1005, revision);
      emulator.registers.set(2005, configuration);
    });
    expect(bench.state.refusal).toContain(bit);
    await bench.charging(16);
    expect(bench.emulator.currentA).toBe(0);
  });

  it('another cable limits otherwise, whenever it comes', async () => {
    await bench.charging(32);
    expect(register(1000)).toBe(20);
    bench.emulator.registers.set(1003, 13);
    await bench.seconds(4);
    expect(register(1000)).toBe(13);
  });

  it('measures nothing, so it isn\'t set up without a meter', () => {
    const clock = new VirtualClock();
    const buses = new Buses(clock, new VirtualSerialPorts({ clock }));
    expect(() => createModbusCharger({ model: 'evse-wb', portId: 'x' }, { clock, log: () => undefined, memory: bench.memory, buses }))
      .toThrow(expect.objectContaining({ code: 'NeedsMeter' }));
  });
});

describe('the technician\'s test', () => {
  const test = (model: string, portId = 'port'): Promise<{ ok: boolean; sentence: string }> =>
    bench.clock.waitFor(testModbusController({ serial: bench.serial, clock: bench.clock }, { model, portId }));

  it('says what answers, what is busy, what isn\'t there; and writes nothing', async () => {
    expect(await test('evse-wb')).toMatchObject({ ok: false, sentence: expect.stringContaining('Another program holds this port') });
    bench.hang();
    await bench.clock.waitFor(bench.charger.stop());
    const writes = (): number => bench.emulator.slave.requests.filter(([, fn]) => fn === 16).length;
    const before = writes();
    expect(await test('evse-wb')).toMatchObject({ ok: false, sentence: expect.stringContaining('measures no energy') });
    expect(writes()).toBe(before);
    expect(await test('heidelberg')).toMatchObject({ ok: false, sentence: 'Something answers, but it is no Energy Control.' });
    bench.emulator.slave.dead = true;
    expect(await test('heidelberg')).toMatchObject({ ok: false, sentence: expect.stringContaining('no Energy Control answers at 19200 8E1') });
    expect(await test('evse-wb', 'nowhere')).toMatchObject({ ok: false, sentence: expect.stringContaining('isn\'t there') });
  });
});
