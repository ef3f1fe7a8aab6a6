import { beforeAll, describe, expect, it } from 'vitest';
import { CommandService } from '../../src/assembly/command-service.ts';
// At hand already: a lazy chunk would load on the machine's time, not on ours.
import '../../src/assembly/commissioning.ts';
import '../../src/hardware/drivers/modbus/create.ts';
import '../../src/hardware/installation/named-ports.ts';
import '../../src/hardware/installation/probe.ts';
import '../../src/hardware/installation/probe-readers.ts';
import '../../src/hardware/installation/recognise.ts';
import '../../src/hardware/serial/buses.ts';
import '../../src/hardware/installation/raw-terminal.ts';
import { parseRecording } from '../../src/hardware/serial/recorder.ts';
import type { SetupConfig } from '../../src/link/commands.ts';
import { probePlan, type DeviceTest, type FoundDevice } from '../../src/link/commissioning.ts';
import { SwitchableNetwork } from '../../src/platform/switchable-network.ts';
import { MemoryStore } from '../../src/platform/virtual/memory-store.ts';
import { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { virtualCrypto } from '../../src/platform/virtual/virtual-crypto.ts';
import { VirtualHttp } from '../../src/platform/virtual/virtual-http.ts';
import { VirtualNetwork } from '../../src/platform/virtual/virtual-network.ts';
import { virtualX509 } from '../../src/platform/virtual/virtual-x509.ts';
import { StoredKeys } from '../../src/platform/x509/stored-keys.ts';
import { LIMIT, profile, writes, Yard } from '../fixtures/modbus/yard.ts';

const SETUP: Omit<SetupConfig, 'hardware'> = { identity: 'CP1', csmsUrl: 'ws://nowhere.example/ocpp', securityProfile: 0, editions: ['ocpp2.0.1'], currency: 'EUR' };

class Host {
  readonly clock = new VirtualClock();
  readonly yard: Yard;
  readonly service: CommandService;
  readonly store: MemoryStore;

  constructor(wired?: readonly (readonly number[])[]) {
    const { clock } = this;
    this.yard = new Yard(wired);
    this.store = new MemoryStore({ clock, commitLatencyMs: 3 });
    const network = new SwitchableNetwork(new VirtualNetwork({ clock, latencyMs: 20, likeBrowser: false }), clock);
    const crypto = virtualCrypto(clock);
    this.service = new CommandService({
      ports: {
        clock, random: new SeededRandom(4), store: this.store, network, serial: this.yard.plugIn(clock), http: new VirtualHttp(clock), crypto,
        x509: virtualX509(clock), keys: new StoredKeys(this.store, crypto), firmware: null,
      },
      network, defaultSetup: async () => null, requestPersistence: async () => null, watchGaps: () => () => undefined,
    });
  }

  static async withStation(): Promise<Host> {
    const host = new Host();
    await host.until(host.service.start());
    await host.until(host.service.saveSetup({ ...SETUP, hardware: profile({}) }));
    await host.clock.advance(10_000);
    return host;
  }

  until<T>(work: Promise<T>): Promise<T> {
    return this.clock.waitFor(work);
  }

  /** As the screen does: one step of the plan after the other. */
  async search(portId: string, units: readonly number[]): Promise<FoundDevice[]> {
    const found: FoundDevice[] = [];
    for (const step of probePlan()) found.push(...await this.until(this.service.probePort(portId, step, units)));
    return found;
  }

  test(what: 'state' | 'limit' | 'meter', evse = 1): Promise<DeviceTest> {
    return this.until(this.service.testDevice(profile({}), { what, evse }));
  }

  async links(): Promise<string[]> {
    return (await this.service.snapshot()).evses.map(({ controller }) => controller.link);
  }
}

describe('commissioning', () => {
  let host: Host;
  beforeAll(() => {
    host = new Host();
  });

  it('finds who is on a line, without a single write', async () => {
    const [port] = await host.service.serialPorts();
    const found = await host.search(port?.id ?? '', [1, 2, 3]);
    expect(found.filter(({ model }) => model === 'heidelberg')).toEqual([1, 2].map((unit) => ({ kind: 'controller', model: 'heidelberg', label: 'Heidelberg Energy Control', unit, line: '19200 8E1' })));
    for (const unit of [1, 2]) expect(host.yard.box(unit).slave.requests.every((frame) => frame[1] === 3 || frame[1] === 4)).toBe(true);
  });

  it('reads a controller and its meter before anything is saved', async () => {
    const state = await host.test('state');
    expect(state).toMatchObject({ ok: true, sentence: 'A Heidelberg Energy Control answers.' });
    expect(state.facts).toContainEqual({ label: 'Connector 1', value: 'pilot A' });
    expect(await host.test('meter')).toMatchObject({ ok: true, facts: [{ label: 'Register', value: '1234.567 kWh' }, { label: 'Voltage', value: '230.0 / 230.0 / 230.0 V' }, {}, {}] });
    expect(await host.store.entries('drivers')).toEqual([]);
  });

  it('sets the smallest and the largest limit, and none at the end', async () => {
    const box = host.yard.box(2);
    const before = writes(box, LIMIT).length;
    expect(await host.test('limit', 2)).toMatchObject({ ok: true, sentence: 'The controller took 6 A, 16 A and no energy.' });
    expect(writes(box, LIMIT).slice(before).filter((value, index, all) => value !== all[index - 1])).toEqual([0, 60, 160, 0]);
  });

  it('with a car at the plug it doesn\'t touch the limit', async () => {
    host.yard.park(1);
    const before = writes(host.yard.box(1), LIMIT).length;
    expect(await host.test('limit')).toMatchObject({ ok: false, sentence: expect.stringContaining('Unplug the car') as string });
    expect(writes(host.yard.box(1), LIMIT).slice(before).every((value) => value === 0)).toBe(true);
    expect(host.yard.box(1).currentA).toBe(0);
  });

  it('says in words what doesn\'t answer', async () => {
    host.yard.box(2).slave.dead = true;
    expect(await host.test('state', 2)).toMatchObject({ ok: false, sentence: expect.stringContaining('doesn\'t answer') as string });
    await expect(host.service.testDevice({ ...profile({}), evses: [] }, { what: 'state', evse: 1 })).rejects.toThrow(/1 to 8 EVSEs/);
  });
});

describe('the bench', () => {
  it('shows the lines that devices share, and takes along what went over them', async () => {
    const host = await Host.withStation();
    const [line] = await host.service.lines();
    expect(line).toMatchObject({ port: 'rs485', settings: '19200 8E1', up: true, reason: null, timeouts: 0 });
    expect(line?.exchanges).toBeGreaterThan(10);
    const recording = parseRecording(await host.service.serialRecording());
    expect(recording.some((event) => 'out' in event && event.out.startsWith('01 04 00 05'))).toBe(true);
    host.yard.adapters[0]?.unplug();
    await host.clock.advance(2000);
    expect(await host.service.lines()).toMatchObject([{ up: false, reason: 'gone' }]);
    host.yard.adapters[0]?.failNextOpens(1, 'busy');
    host.yard.adapters[0]?.replug();
    await host.clock.advance(100);
    expect(await host.service.lines()).toMatchObject([{ up: false, reason: 'busy' }]);
    await host.clock.advance(15_000);
    expect(await host.links()).toEqual(['up', 'up']);
    await host.until(host.service.stop());
  });

  it('sends raw bytes out of service, a write only when it is meant', async () => {
    const host = await Host.withStation();
    const [port] = await host.service.serialPorts();
    const raw = { portId: port?.id ?? '', line: '19200 8E1', listenMs: 300, confirmed: false };
    expect(await host.until(host.service.sendRaw({ ...raw, hex: '01 04 00 04 00 01 70 0b' }))).toEqual({ hex: '01 04 02 01 07 F9 62', decoded: 'unit 1: read input registers: 263' });
    await expect(host.until(host.service.sendRaw({ ...raw, hex: '01 06 01 05 00 a0 98 4f' }))).rejects.toMatchObject({ code: 'NeedsConfirmation' });
    await expect(host.until(host.service.sendRaw({ ...raw, hex: 'zz' }))).rejects.toMatchObject({ code: 'BadBytes' });
    await host.until(host.service.endCommissioning());
    await host.until(host.service.stop());
  });
});

describe('the station while its hardware is worked on', () => {
  it('is out of service, and back when the work is done', async () => {
    const host = await Host.withStation();
    expect(await host.links()).toEqual(['up', 'up']);
    expect(await host.test('state')).toMatchObject({ ok: true });
    expect(await host.links()).toEqual([]);
    await host.until(host.service.endCommissioning());
    await host.clock.advance(5000);
    expect(await host.links()).toEqual(['up', 'up']);
    await host.until(host.service.stop());
  });

  it('comes back by itself when the technician has left without a word', async () => {
    const host = await Host.withStation();
    await host.test('state');
    await host.clock.advance(9 * 60_000);
    expect(await host.links()).toEqual([]);
    await host.clock.advance(2 * 60_000);
    expect(await host.links()).toEqual(['up', 'up']);
    await host.until(host.service.stop());
  });

  it('isn\'t touched while a car charges', async () => {
    const host = await Host.withStation();
    host.yard.park(1);
    await host.until(host.service.setVariable('AuthCtrlr', 'OfflineTxForUnknownIdEnabled', 'true'));
    await host.clock.advance(3000);
    expect(await host.until(host.service.presentToken({ value: 'CARD0001', type: 'ISO14443', evse: 1 }))).toMatchObject({ status: 'Accepted' });
    await host.clock.advance(30_000);
    expect(host.yard.box(1).currentA).toBe(16);
    await expect(host.test('state', 2)).rejects.toMatchObject({ code: 'Charging' });
    await host.clock.advance(5000);
    expect(host.yard.box(1).currentA).toBe(16);
    await host.until(host.service.stop());
  });
});
