import { beforeEach, describe, expect, it } from 'vitest';
import { SeededRandom } from '../../platform/virtual/seeded-random.ts';
import { VirtualClock } from '../../platform/virtual/virtual-clock.ts';
import { VirtualSerialPorts, type VirtualDevice } from '../../platform/virtual/virtual-serial-ports.ts';
import { Buses, type BusLease } from './buses.ts';
import { ModbusDevice } from './modbus-device.ts';
import { crc16, encodeRtu } from './modbus-rtu.ts';

const LINE = { baudRate: 19_200, dataBits: 8, parity: 'even', stopBits: 1 } as const;

let clock: VirtualClock;
let serial: VirtualSerialPorts;
let port: VirtualDevice;
let buses: Buses;
let lease: BusLease;
/** What the devices on the line do with a request. */
let answer: (request: Uint8Array) => void;
let requests: { readonly atMs: number; readonly bytes: Uint8Array }[];

beforeEach(async () => {
  clock = new VirtualClock();
  serial = new VirtualSerialPorts({ clock, random: new SeededRandom(3) });
  port = serial.plug({ id: 'rs485' });
  requests = [];
  let heard = new Uint8Array();
  port.received.on((bytes) => {
    heard = Uint8Array.of(...heard, ...bytes);
    for (let length = 5; length <= heard.length; length++) {
      const frame = heard.subarray(0, length);
      if (crc16(frame.subarray(0, -2)) !== ((frame.at(-1) ?? 0) << 8 | (frame.at(-2) ?? 0))) continue;
      requests.push({ atMs: clock.monotonicMs(), bytes: Uint8Array.from(frame) });
      heard = heard.slice(length);
      answer(Uint8Array.from(frame));
      break;
    }
  });
  answer = (request) => registers(request);
  buses = new Buses(clock, serial);
  lease = buses.lease('rs485', LINE);
  await clock.settle();
});

/** Each register holds its own address; writes are answered as the standard says. */
function registers(request: Uint8Array): void {
  const [unit = 0, fn = 0, high = 0, low = 0, , count = 0] = request;
  const reply = fn === 6 ? request.subarray(1, 6)
    : Uint8Array.of(fn, count * 2, ...Array.from({ length: count }, (_, index) => [high, low + index]).flat());
  port.send(encodeRtu(unit, reply));
}

const device = (unit = 1, gapMs?: number): ModbusDevice => new ModbusDevice(lease.bus, { unit, ...(gapMs === undefined ? {} : { gapMs }) });
const wait = <T>(promise: Promise<T>): Promise<T> => clock.waitFor(promise);

describe('several devices on one pair', () => {
  it('are asked one after the other, each after the pause it wants', async () => {
    const [fast, slow] = [device(1), device(2, 200)];
    const all = Promise.all([fast.readHolding(7, 2), slow.readHolding(9, 1), fast.readHolding(1, 1)]);
    expect(await wait(all)).toEqual([[7, 8], [9], [1]]);
    expect(requests.map(({ bytes }) => bytes[0])).toEqual([1, 2, 1]);
    expect((requests[1]?.atMs ?? 0) - (requests[0]?.atMs ?? 0)).toBeGreaterThan(200);
  });

  it('must agree about the line', () => {
    expect(() => buses.lease('rs485', { ...LINE, parity: 'none' })).toThrow(expect.objectContaining({ code: 'SettingsDisagree' }));
    expect(() => buses.lease('rs485', { ...LINE, parity: 'none' })).toThrow(/19200 8E1, not 19200 8N1/);
    expect(buses.lease('rs485', LINE).bus).toBe(lease.bus);
  });

  it('the last one to leave closes the line', async () => {
    const second = buses.lease('rs485', LINE);
    await wait(second.release());
    await wait(second.release());
    expect(port.isOpen).toBe(true);
    await wait(lease.release());
    expect(port.isOpen).toBe(false);
  });
});

describe('a line that isn\'t clean', () => {
  it('noise before the answer is passed over', async () => {
    answer = (request) => {
      port.send(Uint8Array.of(0xff, 0x01, 0x00, 0x01));
      registers(request);
    };
    expect(await wait(device().readHolding(7, 2))).toEqual([7, 8]);
    expect(lease.bus.statistics.strayBytes).toBe(4);
  });

  it('a damaged answer is asked for again, once the line is quiet', async () => {
    let damaged = 1;
    answer = (request) => {
      if (damaged-- > 0) port.send(Uint8Array.of(1, 3, 2, 0, 7, 0, 0));
      else registers(request);
    };
    expect(await wait(device().readHolding(7, 1))).toEqual([7]);
    expect(requests).toHaveLength(2);
    expect((requests[1]?.atMs ?? 0) - (requests[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(50);
  });

  it('an answer that comes too late isn\'t taken for the next one\'s', async () => {
    answer = (request) => {
      const late = requests.length === 1;
      if (late) clock.after(700, () => registers(request));
      else registers(request);
    };
    const once = new ModbusDevice(lease.bus, { unit: 1, attempts: 1 });
    await expect(wait(once.readHolding(7, 1))).rejects.toMatchObject({ code: 'NoReply' });
    // Asked at once, while the answer about register 7 is still on its way.
    expect(await wait(once.readHolding(20, 1))).toEqual([20]);
  });

  it('silence: three attempts, then NoReply; the next device is served', async () => {
    answer = (request) => {
      if (request[0] === 2) registers(request);
    };
    const dead = device(1).readHolding(7, 1);
    const alive = device(2).readHolding(8, 1);
    await expect(wait(dead)).rejects.toMatchObject({ code: 'NoReply' });
    expect(await wait(alive)).toEqual([8]);
    expect(requests.filter(({ bytes }) => bytes[0] === 1)).toHaveLength(3);
    expect(lease.bus.statistics).toMatchObject({ exchanges: 2, timeouts: 3 });
  });
});

describe('an adapter that gives back what is sent', () => {
  beforeEach(() => {
    const plain = answer;
    answer = (request) => {
      port.send(request);
      plain(request);
    };
  });

  it('reads and writes get their own answers', async () => {
    expect(await wait(device().readHolding(7, 2))).toEqual([7, 8]);
    await wait(device().writeRegister(261, 160));
    expect(await wait(device().readHolding(9, 1))).toEqual([9]);
    expect(lease.bus.statistics).toMatchObject({ echoes: 3, timeouts: 0 });
  });

  it('a dead device doesn\'t seem to obey because its order comes back', async () => {
    expect(await wait(device(2).readHolding(7, 1))).toEqual([7]);
    answer = (request) => port.send(request);
    await expect(wait(device(1).writeRegister(261, 160))).rejects.toMatchObject({ code: 'NoReply' });
  });
});

describe('a line that goes', () => {
  it('unplugged: what is asked fails at once, and works again after the plug is back', async () => {
    const states: string[] = [];
    lease.bus.onState.on((state) => states.push(state.up ? 'up' : state.reason));
    answer = () => port.unplug();
    await expect(wait(device().readHolding(7, 1))).rejects.toMatchObject({ code: 'PortLost' });
    await expect(wait(device().readHolding(7, 1))).rejects.toMatchObject({ code: 'PortLost' });
    answer = (request) => registers(request);
    port.replug();
    await clock.settle();
    expect(await wait(device().readHolding(7, 1))).toEqual([7]);
    expect([...new Set(states)]).toEqual(['gone', 'up']);
  });

  it('busy is told from gone', async () => {
    const other = serial.plug({ id: 'other' });
    other.failNextOpens(2, 'busy');
    const taken = buses.lease('other', LINE);
    await clock.settle();
    expect(taken.bus.state).toMatchObject({ up: false, reason: 'busy' });
    await clock.advance(5000);
    expect(taken.bus.state).toEqual({ up: true });
    const missing = buses.lease('nowhere', LINE);
    await clock.settle();
    expect(missing.bus.state).toMatchObject({ up: false, reason: 'gone' });
  });
});
