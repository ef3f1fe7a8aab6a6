/** The technician's pages, asked of the whole station: what they show is what the CSMS did. */
import { strFromU8, unzipSync } from 'fflate';
import { beforeEach, describe, expect, it } from 'vitest';
import '../../src/assembly/technician.ts';
import { CommandService } from '../../src/assembly/command-service.ts';
import type { SetupConfig } from '../../src/link/commands.ts';
import { SwitchableNetwork } from '../../src/platform/switchable-network.ts';
import { MemoryStore } from '../../src/platform/virtual/memory-store.ts';
import { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { virtualCrypto } from '../../src/platform/virtual/virtual-crypto.ts';
import { VirtualHttp } from '../../src/platform/virtual/virtual-http.ts';
import { VirtualNetwork } from '../../src/platform/virtual/virtual-network.ts';
import { virtualX509 } from '../../src/platform/virtual/virtual-x509.ts';
import { StoredKeys } from '../../src/platform/x509/stored-keys.ts';
// At hand already: a lazy chunk would load on the machine's time, not on ours.
import { edition } from '../../src/editions/v201/index.ts';
import { FakeCsms } from './fake-csms.ts';
import { T0 } from './world.ts';

const SETUP: SetupConfig = {
  identity: 'CP1', csmsUrl: 'ws://csms.example/ocpp', password: 'a-secret-of-16-chars', securityProfile: 1, editions: ['ocpp2.0.1'],
  hardware: { kind: 'simulated', evses: 1 }, currency: 'EUR',
};

let clock: VirtualClock;
let csms: FakeCsms;
let service: CommandService;
const until = <T>(work: Promise<T>): Promise<T> => clock.waitFor(work);

beforeEach(async () => {
  await edition.validators.load();
  clock = new VirtualClock({ wallStartMs: T0 });
  const outside = new VirtualNetwork({ clock, latencyMs: 20, likeBrowser: false });
  csms = new FakeCsms(outside, () => T0 + clock.monotonicMs(), 'ocpp2.0.1');
  const network = new SwitchableNetwork(outside, clock);
  const store = new MemoryStore({ clock, commitLatencyMs: 3 });
  const crypto = virtualCrypto(clock);
  service = new CommandService({
    ports: { clock, random: new SeededRandom(4), store, network, serial: null, http: new VirtualHttp(clock), crypto, x509: virtualX509(clock), keys: new StoredKeys(store, crypto), firmware: null },
    network, defaultSetup: async () => SETUP, requestPersistence: async () => null, watchGaps: () => () => undefined,
  });
  await until(service.start());
  await until(new Promise<void>((resolve) => {
    const stop = service.onSnapshot.on((snapshot) => {
      if (snapshot.csms.boot === 'Accepted') resolve(stop());
    });
  }));
});

async function session(): Promise<void> {
  await until(service.simulate('plugIn', { evse: 1 }));
  await until(service.presentToken({ value: 'CARD0001', type: 'ISO14443' }));
  await clock.advance(600_000);
}

describe('the technician\'s pages', () => {
  it('a running transaction, and the same one in the books when it has ended', async () => {
    await session();
    const [running] = await service.sessions();
    expect(running).toMatchObject({ evseId: 1, running: true, token: '••0001', state: 'Charging', endedMs: null });
    await until(service.simulate('unplug', { evse: 1 }));
    await clock.advance(5000);
    const lines = await service.sessions();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ transactionId: running?.transactionId, running: false, token: '••0001', offline: false });
    expect((lines[0]?.endWh ?? 0) - (lines[0]?.startWh ?? 0)).toBeGreaterThan(500);
  });

  it('the limits of the hours to come follow the CSMS\'s profiles', async () => {
    const profile = {
      id: 7, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute',
      chargingSchedule: [{ id: 1, startSchedule: new Date(T0).toISOString(), chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }, { startPeriod: 7200, limit: 8 }] }],
    };
    expect(await until(csms.call('SetChargingProfile', { evseId: 1, chargingProfile: profile }))).toMatchObject({ status: 'Accepted' });
    const view = await service.limits(1, 4 * 3600);
    expect(view).toMatchObject({ unit: 'A', periods: [{ startS: 0, limit: 16 }, { limit: 8 }], profiles: [{ id: 7, purpose: 'TxDefaultProfile', source: 'CSO', evseId: 1 }] });
    await expect(service.limits(9, 3600)).rejects.toMatchObject({ code: 'UnknownEvse' });
    await expect(service.limits(1, Number.NaN)).rejects.toMatchObject({ code: 'BadDuration' });
  });

  it('the lists that the CSMS fills; tokens are masked', async () => {
    await until(csms.call('SendLocalList', { versionNumber: 3, updateType: 'Full', localAuthorizationList: [{ idToken: { idToken: 'LIST00042', type: 'ISO14443' }, idTokenInfo: { status: 'Accepted' } }] }));
    await until(csms.call('ReserveNow', { id: 5, expiryDateTime: new Date(T0 + 3_600_000).toISOString(), idToken: { idToken: 'RESERVE01', type: 'ISO14443' } }));
    await until(csms.call('SetDisplayMessage', { message: { id: 2, priority: 'NormalCycle', message: { format: 'UTF8', content: 'Free on Sundays' } } }));
    const lists = await service.lists();
    expect(lists.localList).toEqual({ version: 3, entries: [{ token: '••0042', status: 'Accepted' }] });
    expect(lists.reservations).toEqual([{ id: 5, evseId: null, connectorType: null, token: '••VE01', expiryMs: T0 + 3_600_000 }]);
    expect(lists.messages).toEqual([expect.objectContaining({ id: 2, text: 'Free on Sundays' })]);
    expect(lists.monitors.length).toBeGreaterThan(0);
  });

  it('the bundle for support has it all, and no secret', async () => {
    await session();
    await until(csms.call('SetVariables', { setVariableData: [{ component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' }, attributeValue: 'the-newest-secret-of-all' }] }));
    const files = Object.fromEntries(Object.entries(unzipSync(await until(service.supportBundle()))).map(([name, bytes]) => [name, strFromU8(bytes)]));
    expect(Object.keys(files)).toEqual(['README.txt', 'state.json', 'log.txt', 'frames.txt', 'serial.txt', 'queue.json', 'variables.json', 'sessions.json', 'limits.json', 'lists.json', 'configuration.json']);
    expect(files['frames.txt']).toContain('BootNotification');
    const all = Object.values(files).join('\n');
    for (const secret of ['a-secret-of-16-chars', 'the-newest-secret-of-all', 'CARD0001']) expect(all, secret).not.toContain(secret);
  });

  it('what was exported brings the settings back; a file that is wrong changes nothing', async () => {
    await until(service.setVariable('Kerbside', 'HelpLine', '0800 555 0427'));
    const text = await service.exportConfiguration();
    await until(service.setVariable('Kerbside', 'HelpLine', '1'));
    const before = await service.exportConfiguration();
    await expect(service.importConfiguration('{"format":"kerbside-configuration","version":9}')).rejects.toMatchObject({ code: 'BadConfiguration' });
    expect(await service.exportConfiguration()).toBe(before);
    expect(await until(service.importConfiguration(text))).toEqual({ set: expect.any(Number), refused: [] });
    expect(await service.exportConfiguration()).toBe(text);
    // The password that it doesn't have stays.
    expect((await service.snapshot()).station.identity).toBe('CP1');
  });

  it('A04: the CSMS hears of every login at the technician\'s pages, and of every wrong PIN', async () => {
    await until(service.chooseTechnicianPin('824601', ''));
    await expect(until(service.enterTechnician('111222'))).rejects.toMatchObject({ code: 'WrongPin' });
    await until(service.enterTechnician('824601'));
    await clock.advance(5000);
    const events = csms.of('SecurityEventNotification').map(({ type }) => type);
    expect(events.slice(-2)).toEqual(['MaintenanceLoginFailed', 'MaintenanceLoginAccepted']);
  });

  it('a PIN that nobody knows any more is forgotten when the CSMS says so', async () => {
    await until(service.chooseTechnicianPin('824601', ''));
    await expect(until(service.enterTechnician('111222'))).rejects.toMatchObject({ code: 'WrongPin' });
    const set = { component: { name: 'Kerbside' }, variable: { name: 'ForgetTechnicianPin' }, attributeValue: 'true' };
    expect(await until(csms.call('SetVariables', { setVariableData: [set] }))).toMatchObject({ setVariableResult: [{ attributeStatus: 'Accepted' }] });
    expect(await until(service.technicianAccess())).toEqual({ pinSet: false, lockedForS: 0 });
    expect((await service.variables()).find(({ variable }) => variable === 'ForgetTechnicianPin')?.value).toBe('false');
  });
});
