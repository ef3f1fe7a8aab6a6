import { beforeEach, describe, expect, it } from 'vitest';
import { CommandService } from '../../src/assembly/command-service.ts';
// At hand already: a lazy chunk would load on the machine's time, not on ours.
import '../../src/assembly/commissioning.ts';
import '../../src/hardware/drivers/simulated/simulated-charger.ts';
import '../../src/hardware/installation/named-ports.ts';
import '../../src/hardware/serial/buses.ts';
import '../../src/hardware/installation/probe-readers.ts';
import '../../src/hardware/readers.ts';
import '../../src/link/profile-check.ts';
import type { HardwareProfile } from '../../src/link/hardware-profile.ts';
import { SwitchableNetwork } from '../../src/platform/switchable-network.ts';
import { MemoryStore } from '../../src/platform/virtual/memory-store.ts';
import { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { virtualCrypto } from '../../src/platform/virtual/virtual-crypto.ts';
import { VirtualHttp } from '../../src/platform/virtual/virtual-http.ts';
import { VirtualNetwork } from '../../src/platform/virtual/virtual-network.ts';
import { VirtualSerialPorts } from '../../src/platform/virtual/virtual-serial-ports.ts';
import { virtualX509 } from '../../src/platform/virtual/virtual-x509.ts';
import { StoredKeys } from '../../src/platform/x509/stored-keys.ts';
import { edition } from '../../src/editions/v201/index.ts';
import { Twn4Emulator } from '../fixtures/readers/other-readers.ts';
import { FakeCsms } from './fake-csms.ts';
import { T0 } from './world.ts';

const HARDWARE: HardwareProfile = {
  kind: 'profile', version: 1, name: 'Readers', supply: { phases: 3, earthing: 'TN-S' }, ports: [{ id: 'elatec', seenAs: 'adapter' }],
  evses: [{ id: 1, controller: { kind: 'simulated' } }], readers: [{ kind: 'webNfc' }, { kind: 'twn4', portId: 'elatec' }],
};

let clock: VirtualClock;
let csms: FakeCsms;
let twn4: Twn4Emulator;
let service: CommandService;
const until = <T>(work: Promise<T>): Promise<T> => clock.waitFor(work);

beforeEach(async () => {
  await edition.validators.load();
  clock = new VirtualClock({ wallStartMs: T0 });
  const crypto = virtualCrypto(clock);
  const network = new VirtualNetwork({ clock, latencyMs: 20, likeBrowser: true });
  csms = new FakeCsms(network, () => T0 + clock.monotonicMs(), 'ocpp2.0.1');
  const store = new MemoryStore({ clock, commitLatencyMs: 3 });
  const serial = new VirtualSerialPorts({ clock });
  const port = serial.plug({ id: 'adapter' });
  twn4 = new Twn4Emulator(clock, port);
  port.received.on((bytes) => twn4.receive(bytes));
  const switchable = new SwitchableNetwork(network, clock);
  service = new CommandService({
    ports: {
      clock, random: new SeededRandom(8), store, network: switchable, serial, http: new VirtualHttp(clock), crypto, x509: virtualX509(clock), keys: new StoredKeys(store, crypto), firmware: null,
    },
    network: switchable, defaultSetup: async () => null, requestPersistence: async () => null, watchGaps: () => () => undefined,
  });
  await until(service.start());
  await until(service.saveSetup({ identity: 'CP1', csmsUrl: 'ws://csms.example/ocpp', securityProfile: 0, editions: ['ocpp2.0.1'], hardware: HARDWARE, currency: 'EUR' }));
  await clock.advance(5000);
});

describe('a card that the page has read', () => {
  it('goes to the CSMS as the standard writes it', async () => {
    expect(await until(service.presentCard({ uid: '04a1b2c3d4e580', type: 'ISO14443' }))).toMatchObject({ status: 'Accepted', by: 'csms' });
    expect(csms.of('Authorize')).toEqual([{ idToken: { idToken: '04A1B2C3D4E580', type: 'ISO14443' } }]);
  });
  it('a phone\'s, and one that gave no number, are refused unasked, and the display says why', async () => {
    for (const [uid, status] of [['08112233', 'RandomUid'], ['', 'Unreadable']] as const) {
      expect(await until(service.presentCard({ uid, type: 'ISO14443' }))).toEqual({ status, by: 'none' });
      expect((await service.snapshot()).authorization).toMatchObject({ state: 'refused', status });
    }
    expect(csms.of('Authorize')).toEqual([]);
  });
  it('nonsense is an error, and changes nothing', async () => {
    await expect(service.presentCard({ uid: '04A', type: 'ISO14443' })).rejects.toMatchObject({ code: 'BadToken' });
    await expect(service.presentCard({ uid: '04A1', type: 'KeyCode' as 'Local' })).rejects.toMatchObject({ code: 'BadToken' });
    expect((await service.snapshot()).authorization).toBeNull();
  });
});

describe('the technician tries a reader', () => {
  it('at its port: the card is shown masked', async () => {
    twn4.tag = { type: 0x80, id: [0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0x80] };
    const test = await until(service.testDevice(HARDWARE, { what: 'card', reader: 1 }));
    expect(test).toMatchObject({ ok: true, sentence: 'A card was read.', facts: [{ label: 'Card', value: expect.stringMatching(/E580, 7 bytes, ISO14443$/) }] });
    expect(JSON.stringify(test)).not.toContain('04A1B2');
  });
  it('without a card, and one that only the page can listen to', async () => {
    expect(await until(service.testDevice(HARDWARE, { what: 'card', reader: 1 }))).toMatchObject({ ok: false, sentence: expect.stringContaining('no card came') });
    expect(await until(service.testDevice(HARDWARE, { what: 'card', reader: 0 }))).toMatchObject({ ok: false, sentence: expect.stringContaining('belongs to the page') });
  });
});
