import { describe, expect, test } from 'vitest';
import { OpenEvseBench } from '../../../../tests/fixtures/openevse-bench.ts';

const CHARGE = { energise: true, maxCurrentA: 16 };
const WITHHOLD = { energise: false, maxCurrentA: 16 };

async function charging(bench: OpenEvseBench): Promise<void> {
  bench.emulator.car.plug();
  await bench.offer(CHARGE);
  bench.emulator.car.startDrawing(20);
  expect(await bench.until(({ contactorClosed }) => contactorClosed)).toBe(true);
}

describe('start', () => {
  test('reads before it asserts: version, flags, limits, watchdog, state; then sleep', async () => {
    const bench = await OpenEvseBench.started();
    const order = ['GV', 'GE', 'GC', 'SY 30 6', 'GS', 'FS'].map((command) => bench.commands.indexOf(command));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(bench.charger.facts).toMatchObject({ vendor: 'OpenEVSE', firmware: '8.2.3', minCurrentA: 6, maxCurrentA: 32, connectors: [{ type: 'cType1', canLock: false }] });
    expect(bench.state).toMatchObject({ link: 'up', contactorClosed: false, faults: [] });
    await bench.live(3);
    expect(bench.emulator.controller.state).toBe(0xfe);
  });

  test('a car that charges by itself is stopped: nobody has been authorised', async () => {
    const bench = new OpenEvseBench();
    bench.emulator.car.startDrawing(10);
    await bench.clock.advance(5000);
    expect(bench.emulator.controller.relayClosed).toBe(true);
    await bench.start();
    await bench.live(5);
    expect(bench.emulator.controller.relayClosed).toBe(false);
    expect(bench.state).toMatchObject({ contactorClosed: false, connectors: [{ pilot: 'C', plugged: true }] });
  });

  test('a controller whose pilot is switched off is woken, so that cars are seen', async () => {
    const bench = new OpenEvseBench();
    bench.emulator.receive(new TextEncoder().encode('$FD\r'));
    await bench.clock.advance(100);
    await bench.start();
    bench.emulator.car.plug();
    await bench.live(3);
    expect(bench.state.connectors[0]).toMatchObject({ pilot: 'B', plugged: true });
  });

  test('a board that restarts when the port is opened is waited for, not opened again', async () => {
    const bench = new OpenEvseBench();
    let openings = 0;
    bench.device.opened.on(() => {
      openings += 1;
      bench.emulator.powerCycle();
    });
    await bench.start();
    expect(await bench.until(({ link }) => link === 'up')).toBe(true);
    expect(openings).toBe(1);
  });

  test('no controller there: reported within seconds, and found when it comes', async () => {
    const bench = new OpenEvseBench();
    bench.device.unplug();
    await bench.start();
    expect(bench.clock.monotonicMs()).toBeLessThanOrEqual(6000);
    expect(bench.state.link).toBe('down');
    expect(bench.state.linkDetail).toBeTruthy();
    bench.device.replug();
    expect(await bench.until(({ link }) => link === 'up', 2000)).toBe(true);
  });
});

describe('offers', () => {
  test('close the relay at the limit; withholding opens it; the EEPROM isn’t written', async () => {
    const bench = await OpenEvseBench.started();
    const writes = bench.emulator.controller.eepromWrites; // the watchdog, once
    await charging(bench);
    await bench.live(3);
    expect(bench.emulator.controller.pilotA).toBe(16);
    expect(bench.state.meter).toMatchObject({ currentA: [16], powerW: 16 * 240, voltageV: [240] });
    await bench.offer({ energise: true, maxCurrentA: 10.9 });
    expect(bench.emulator.controller.pilotA).toBe(10);
    await bench.offer(WITHHOLD);
    await bench.live(5);
    expect(bench.emulator.controller.relayClosed).toBe(false);
    expect(bench.state.contactorClosed).toBe(false);
    expect(bench.emulator.controller.eepromWrites).toBe(writes);
    expect(bench.commands.filter((command) => command.startsWith('SC')).every((command) => command.endsWith(' V'))).toBe(true);
    expect(bench.emulator.controller.maxOfferedA).toBe(16);
  });

  test('the limit is set also when it hasn’t changed since it was withheld', async () => {
    const bench = await OpenEvseBench.started();
    await bench.offer(WITHHOLD);
    await bench.live(3);
    await charging(bench);
    expect(bench.emulator.controller).toMatchObject({ pilotA: 16, maxOfferedA: 16 });
  });

  test('an offer that overtakes another is the one that holds', async () => {
    const bench = await OpenEvseBench.started();
    bench.emulator.car.startDrawing(16);
    await bench.live(2);
    const from = bench.commands.length;
    const first = bench.charger.offer({ energise: true, maxCurrentA: 20 });
    await bench.clock.advance(5); // its first command is on its way
    await bench.clock.waitFor(Promise.all([first, bench.charger.offer(WITHHOLD)]));
    await bench.clock.advance(50);
    expect(bench.commands.slice(from).filter((command) => !command.startsWith('G'))).toEqual(['SC 20 V', 'FE', 'FS', 'SC 16 V']);
    expect(bench.emulator.controller.state).toBe(0xfe);
    await bench.live(10);
    expect(bench.emulator.controller.relayClosed).toBe(false);
  });

  test('less than a pilot can offer is no offer', async () => {
    const bench = await OpenEvseBench.started();
    bench.emulator.car.plug();
    await bench.offer({ energise: true, maxCurrentA: 5 });
    bench.emulator.car.startDrawing(6);
    await bench.live(8);
    expect(bench.emulator.controller.relayClosed).toBe(false);
  });

  test('a car that comes and goes is seen while the controller sleeps', async () => {
    const bench = await OpenEvseBench.started();
    bench.emulator.car.plug();
    expect(await bench.until(({ connectors }) => connectors[0]?.plugged === true, 2000)).toBe(true);
    bench.emulator.car.unplug();
    expect(await bench.until(({ connectors }) => connectors[0]?.pilot === 'A', 2000)).toBe(true);
  });

  test('after heat the controller returns to its own maximum, and is taken back to our limit', async () => {
    const bench = await OpenEvseBench.started();
    await charging(bench);
    bench.emulator.fault(0x0a);
    await bench.live(8);
    expect(bench.state.faults).toMatchObject([{ code: 'HighTemperature', vendorCode: '0A' }]);
    bench.emulator.clearFault();
    await bench.live(4);
    expect(bench.emulator.controller.pilotA).toBe(16);
    expect(bench.state).toMatchObject({ faults: [], contactorClosed: true });
  });

  test('a throttle that has passed is lifted', async () => {
    const bench = await OpenEvseBench.started();
    await charging(bench);
    bench.emulator.controller.throttle(8);
    await bench.live(20);
    expect(bench.emulator.controller.pilotA).toBe(16);
  });
});

describe('watchdog', () => {
  test('fed by supervise() alone: without it the controller falls back to 6 A', async () => {
    const bench = await OpenEvseBench.started();
    await charging(bench);
    await bench.live(100);
    expect(bench.emulator.controller.pilotA).toBe(16);
    await bench.clock.advance(90_000); // polls go on, the station doesn't
    expect(bench.emulator.controller.pilotA).toBe(6);
    expect(bench.commands.filter((command) => command === 'SY 165')).toEqual([]);
  });

  test('after a miss the limit is set again at once', async () => {
    const bench = await OpenEvseBench.started();
    await charging(bench);
    await bench.clock.advance(45_000);
    expect(bench.emulator.controller.pilotA).toBe(6);
    const from = bench.commands.length;
    bench.charger.supervise();
    await bench.clock.advance(400);
    expect(bench.commands.slice(from)).toEqual(expect.arrayContaining(['SY', 'SY 165', 'SY 30 6', 'SC 16 V']));
    expect(bench.emulator.controller.pilotA).toBe(16);
    await bench.live(60);
    expect(bench.emulator.controller.pilotA).toBe(16);
    expect(bench.charger.technicianFacts().find(({ label }) => label === 'Heartbeat')).toMatchObject({ warn: false });
  });
});

describe('link', () => {
  test('adapter pulled in mid-charge: down, the rest as last known; put back: up, and the offer stands again', async () => {
    const bench = await OpenEvseBench.started();
    await charging(bench);
    await bench.live(5);
    bench.device.unplug();
    await bench.clock.advance(10);
    expect(bench.state).toMatchObject({ link: 'down', contactorClosed: true, connectors: [{ pilot: 'C', plugged: true }] });
    await expect(bench.offer(WITHHOLD)).rejects.toMatchObject({ code: 'ChargerUnreachable' });
    await bench.clock.advance(20_000);
    bench.device.replug();
    expect(await bench.until(({ link }) => link === 'up', 1000)).toBe(true);
    await bench.live(5);
    expect(bench.emulator.controller.relayClosed).toBe(false); // what was wanted last
  });

  test('1.3 s of silence isn’t a loss; of over 8 s is, and then it comes back', async () => {
    const bench = await OpenEvseBench.started();
    await bench.live(2);
    bench.emulator.pause(1300);
    await bench.live(10);
    expect(bench.states.every(({ link }) => link === 'up')).toBe(true);
    bench.emulator.hang(14_000);
    await bench.clock.advance(7000);
    expect(bench.state.link).toBe('up');
    expect(await bench.until(({ link }) => link === 'down', 2500)).toBe(true);
    expect(await bench.until(({ link }) => link === 'up')).toBe(true);
  });

  test('5 s of silence, as when it has got too hot, isn’t a loss', async () => {
    const bench = await OpenEvseBench.started();
    await bench.live(2);
    bench.emulator.pause(5000);
    await bench.live(20);
    expect(bench.states.every(({ link }) => link === 'up')).toBe(true);
  });

  test('the controller restarts in mid-charge: with an authorisation it goes on within the limit', async () => {
    const bench = await OpenEvseBench.started();
    await charging(bench);
    await bench.live(3);
    bench.emulator.controller.maxOfferedA = 0;
    bench.emulator.powerCycle();
    await bench.live(12);
    expect(bench.emulator.controller.relayClosed).toBe(true);
    expect(bench.emulator.controller.pilotA).toBe(16);
    expect(bench.emulator.controller.maxOfferedA).toBe(16);
  });

  test('the controller restarts with no authorisation: it may start by itself, but not for long', async () => {
    const bench = await OpenEvseBench.started();
    bench.emulator.car.startDrawing(16);
    await bench.live(3);
    expect(bench.emulator.controller.relayClosed).toBe(false);
    bench.emulator.powerCycle();
    await bench.live(10);
    expect(bench.emulator.controller.state).toBe(0xfe);
    expect(bench.emulator.controller.relayClosed).toBe(false);
    expect(bench.emulator.deliveredWh).toBeLessThan((16 * 240 * 5) / 3600);
  });

  test('reset() restarts the controller once', async () => {
    const bench = await OpenEvseBench.started();
    const reset = bench.charger.reset();
    await bench.live(10);
    await reset;
    expect(bench.commands.filter((command) => command === 'FR')).toHaveLength(1);
    expect(bench.emulator.controller.state).toBe(0xfe);
  });

  test('stop() leaves no car charging and gives the port back', async () => {
    const bench = await OpenEvseBench.started();
    await charging(bench);
    await bench.clock.waitFor(bench.charger.stop());
    expect(bench.device.isOpen).toBe(false);
    await bench.clock.advance(5000);
    expect(bench.emulator.controller.relayClosed).toBe(false);
    expect(bench.clock.nextTimerInMs() === null || !bench.device.isOpen).toBe(true);
  });

  test('stop() while the port is being opened gives it back', async () => {
    const bench = new OpenEvseBench();
    const open = bench.serial.open.bind(bench.serial);
    bench.serial.open = (portId, settings) => new Promise((resolve) => void bench.clock.after(500, () => resolve(open(portId, settings))));
    const starting = bench.charger.start({ onState: () => undefined });
    await bench.clock.advance(100);
    await bench.clock.waitFor(bench.charger.stop());
    await bench.clock.waitFor(starting);
    expect(bench.device.isOpen).toBe(false);
  });
});

describe('safety', () => {
  test.each([[0x0003, 'diode check'], [0x0005, 'ventilation check'], [0x0009, 'ground check'], [0x0011, 'stuck-relay check'], [0x0201, 'GFCI self-test'], [0x0401, 'temperature check']])(
    'flags %i: service is refused, for the %s', async (flags, name) => {
      const bench = new OpenEvseBench();
      bench.emulator.setFlags(flags);
      await bench.start();
      expect(bench.state.refusal).toContain(name);
      bench.emulator.car.plug();
      await bench.offer(CHARGE);
      bench.emulator.car.startDrawing(16);
      await bench.live(8);
      expect(bench.emulator.controller.relayClosed).toBe(false);
    });

  test('a check switched off in mid-charge ends the charge', async () => {
    const bench = await OpenEvseBench.started();
    await charging(bench);
    bench.emulator.setFlags(0x0009);
    await bench.live(25);
    expect(bench.state.refusal).toContain('ground check');
    expect(bench.emulator.controller.relayClosed).toBe(false);
  });

  test.each([
    [0x04, 'OtherError'], [0x05, 'EVCommunicationError'], [0x06, 'GroundFailure'], [0x07, 'GroundFailure'], [0x08, 'PowerSwitchFailure'],
    [0x09, 'InternalError'], [0x0a, 'HighTemperature'], [0x0b, 'OverCurrentFailure'], [0x0e, 'PowerSwitchFailure'],
  ])('state %i is the fault %s, and goes again', async (code, fault) => {
    const bench = await OpenEvseBench.started();
    await charging(bench);
    bench.emulator.fault(code);
    await bench.live(3);
    expect(bench.state).toMatchObject({ faults: [{ code: fault, vendorCode: code.toString(16).toUpperCase().padStart(2, '0') }], contactorClosed: false });
    bench.emulator.clearFault();
    await bench.live(5);
    expect(bench.state).toMatchObject({ faults: [], contactorClosed: true });
  });
});

describe('other firmware', () => {
  test.each(['refuses', 'ignores'] as const)('one that %s sequence ids is served without', async (sequenceIds) => {
    const bench = await OpenEvseBench.started({ sequenceIds, firmware: '4.8.0' });
    expect(bench.state.link).toBe('up');
    await charging(bench);
    await bench.live(3);
    bench.states.length = 0;
    bench.emulator.pause(6000); // late answers must not be taken for those of the next command
    await bench.live(20);
    expect(new Set(bench.states.map(({ meter }) => `${meter.currentA.join()} A, ${meter.voltageV.join()} V`))).toEqual(new Set(['16 A, 240 V']));
    expect(bench.state).toMatchObject({ link: 'up', contactorClosed: true, meter: { currentA: [16], voltageV: [240] } });
    expect(bench.charger.facts.firmware).toBe('4.8.0');
  });

  test('echo left on by somebody disturbs nothing', async () => {
    const bench = new OpenEvseBench();
    bench.emulator.receive(new TextEncoder().encode('$FF E 1\r'));
    await bench.clock.advance(100);
    await bench.start();
    expect(bench.state.link).toBe('up');
    await charging(bench);
    await bench.live(5);
    expect(bench.state.meter.powerW).toBe(16 * 240);
  });

  test('a Mennekes lock is opened by hand and left automatic', async () => {
    const bench = await OpenEvseBench.started({ mennekesLock: true });
    expect(bench.charger.facts.connectors).toEqual([{ id: 1, type: 'sType2', canLock: true }]);
    expect(await bench.clock.waitFor(bench.charger.unlock(1))).toBe('Unlocked');
    expect(bench.commands.filter((command) => command.startsWith('S5'))).toEqual(['S5 M', 'S5 0', 'S5 A']);
    bench.emulator.car.plug();
    await bench.clock.waitFor(bench.charger.lock(1));
    expect(bench.state.connectors[0]?.locked).toBe(true);
    await bench.live(5);
    expect(bench.state.connectors[0]?.locked).toBe(true);
    expect(await bench.clock.waitFor(bench.charger.unlock(1))).toBe('Unlocked');
    expect(bench.state.connectors[0]?.locked).toBe(false);
  });

  test('a bolt that doesn’t move is told', async () => {
    const bench = await OpenEvseBench.started({ mennekesLock: true });
    bench.emulator.controller.lockJammed = true;
    await expect(bench.clock.waitFor(bench.charger.lock(1))).rejects.toMatchObject({ code: 'LockFailed' });
    bench.device.unplug();
    await bench.live(1);
    await expect(bench.clock.waitFor(bench.charger.lock(1))).rejects.toMatchObject({ code: 'ChargerUnreachable' });
    expect(await bench.clock.waitFor(bench.charger.unlock(1))).toBe('UnlockFailed');
  });

  test('the chip’s id is the serial number, whatever bytes it is made of', async () => {
    const bench = await OpenEvseBench.started({ mcuId: 'A \u00ff:^\u0001' });
    expect(bench.charger.facts.serialNumber).toBe('4120FF3A5E01');
    expect((await OpenEvseBench.started()).charger.facts).not.toHaveProperty('serialNumber');
  });

  test('nobody supervises: the car is put to sleep, since its own watchdog would leave it 6 A', async () => {
    const bench = await OpenEvseBench.started();
    await charging(bench);
    await bench.clock.advance(20_000);
    expect(bench.emulator.controller.relayClosed).toBe(false);
    await bench.live(5);
    expect(bench.emulator.controller).toMatchObject({ relayClosed: true, pilotA: 16 });
  });

  test('a tethered cable can’t be unlocked', async () => {
    const bench = await OpenEvseBench.started();
    expect(await bench.clock.waitFor(bench.charger.unlock(1))).toBe('NotSupported');
  });
});
