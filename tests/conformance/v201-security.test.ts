/** Block A: passwords, security profiles, security events (2.0.1). Certificates are in v201-certificate-signing.test.ts. */
import { describe, expect, it } from 'vitest';
import { set, World } from './charging-station.ts';
import {
  install, Issued, logged, OTHER_PASSWORD, PASSWORD, priority, raise, renew, secureStation, securityEvents, setProfile, variable,
} from './secure-link.ts';

const passwords = (world: World): (string | undefined)[] => world.csms.handshakes.map(({ basicAuth }) => basicAuth?.password);
const setPassword = async (world: World, attributeValue: string): Promise<string> => {
  const { setVariableResult } = await world.ask('SetVariables', { setVariableData: [{ component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' }, attributeValue }] });
  return (setVariableResult as { attributeStatus: string }[])[0]?.attributeStatus ?? '';
};

describe('A01: the password', () => {
  it.each([1, 2] as const)('TC_A_01_CS, security profile %i: identity and password go as Basic authentication', async (profile) => {
    const { world } = await secureStation(profile);
    expect(world.csms.handshakes[0]).toMatchObject({ basicAuth: { user: 'CP1', password: PASSWORD } });
    expect(world.csms.handshakes[0]?.url.endsWith('/CP1')).toBe(true);
    expect(world.csms.of('BootNotification')).toHaveLength(1);
    expect(world.csms.of('StatusNotification').map(({ connectorStatus }) => connectorStatus)).toEqual(['Available']);
  });

  it.each([1, 2] as const)('TC_A_09_CS, A01.FR.01, A01.FR.02, A01.FR.11, A01.FR.12, security profile %i: a new one is taken, used at once, and logged without itself', async (profile) => {
    const { world, door } = await secureStation(profile);
    door.password = OTHER_PASSWORD;
    expect(await setPassword(world, OTHER_PASSWORD)).toBe('Accepted');
    await world.seconds(5);
    expect(passwords(world)).toEqual([PASSWORD, OTHER_PASSWORD]);
    expect(world.csms.connection?.isOpen).toBe(true);
    expect(world.csms.of('BootNotification')).toHaveLength(1);
    expect(world.securityLog()).toContainEqual(expect.objectContaining({ type: 'ReconfigurationOfSecurityParameters', techInfo: 'BasicAuthPassword changed' }));
    expect(JSON.stringify([world.securityLog(), world.logs])).not.toContain(OTHER_PASSWORD);
    expect(await variable(world, 'SecurityCtrlr', 'BasicAuthPassword')).toBeUndefined();
  });

  it('TC_A_10_CS: one that is too short is Rejected, and the old one goes on', async () => {
    const { world } = await secureStation(1);
    expect(await setPassword(world, 'fifteen-letters')).toBe('Rejected');
    world.network.reset();
    await world.seconds(15);
    expect(passwords(world)).toEqual([PASSWORD, PASSWORD]);
    world.csms.received.length = 0;
    await world.ask('Reset', { type: 'Immediate' });
    await world.seconds(10);
    expect(passwords(world).at(-1)).toBe(PASSWORD);
    expect(world.csms.of('BootNotification')).toHaveLength(1);
  });

  it('A01.FR.10: kept in clear text, it is in nothing that the station shows, reports, logs or uploads', async () => {
    const { world, door } = await secureStation(1);
    door.password = OTHER_PASSWORD;
    expect(await setPassword(world, OTHER_PASSWORD)).toBe('Accepted');
    await world.seconds(5);
    expect(JSON.stringify(await world.store.entries('variables'))).toContain(OTHER_PASSWORD); // it must be there, to connect with
    world.http.answer = () => ({ status: 201 });
    const from = world.csms.texts.length;
    expect(await world.ask('GetBaseReport', { requestId: 1, reportBase: 'FullInventory' })).toEqual({ status: 'Accepted' });
    for (const [requestId, logType] of ['DiagnosticsLog', 'SecurityLog'].entries()) {
      expect(await world.ask('GetLog', { logType, requestId, log: { remoteLocation: 'https://files.example/log.txt' } })).toMatchObject({ status: 'Accepted' });
      await world.seconds(30);
    }
    expect(world.csms.of('NotifyReport').length).toBeGreaterThan(0);
    expect(world.http.requests).toHaveLength(2);
    const uploads = world.http.requests.map(({ body }) => new TextDecoder().decode(body));
    const shown = JSON.stringify([world.csms.texts.slice(from), uploads, world.logs, world.agent.variables(), world.agent.snapshot(), world.state, world.securityLog()]);
    for (const secret of [PASSWORD, OTHER_PASSWORD]) expect(shown).not.toContain(secret);
  });

  it('a wrong new one doesn\'t cost the station, not even over restarts, and counts as soon as it is right', async () => {
    const { world, door } = await secureStation(1);
    expect(await setPassword(world, OTHER_PASSWORD)).toBe('Accepted'); // the CSMS knows nothing of it
    await world.seconds(20);
    expect(world.csms.connection?.isOpen).toBe(true);
    expect(passwords(world)).toEqual([PASSWORD, OTHER_PASSWORD, PASSWORD]);
    expect(logged(world)).toContain('FailedToAuthenticateAtCsms');
    expect(securityEvents(world)).not.toContain('FailedToAuthenticateAtCsms'); // not critical
    world.kill();
    await world.start(30);
    expect(passwords(world).slice(3)).toEqual([OTHER_PASSWORD, PASSWORD]);
    expect(world.csms.connection?.isOpen).toBe(true);
    door.password = OTHER_PASSWORD;
    world.network.reset();
    await world.seconds(20);
    world.kill();
    await world.start(10);
    expect(passwords(world).slice(5)).toEqual([OTHER_PASSWORD, OTHER_PASSWORD]);
  });

  it('in a tab, which can\'t tell a refusal from any other failure, the old one gets its turn too', async () => {
    const world = new World({ likeBrowser: true, link: { securityProfile: 1, password: PASSWORD } });
    world.csms.gatekeeper = ({ basicAuth }) => (basicAuth?.password === PASSWORD ? null : ['unauthorized']);
    await world.start();
    expect(await setPassword(world, 'a-password-that-no-tab-can-send-é')).toBe('Rejected');
    expect(await setPassword(world, OTHER_PASSWORD)).toBe('Accepted');
    await world.seconds(30);
    expect(world.csms.connection?.isOpen).toBe(true);
  });
});

describe('A05: security profiles', () => {
  it.each([[1, 2], [2, 3]] as const)('TC_A_19_CS, A05.FR.04, A05.FR.05, A05.FR.06: from %i to %i', async (from, to) => {
    const { world, door, root } = await secureStation(from);
    await install(world, 'CSMSRootCertificate', root);
    if (to === 3) {
      door.clients.add(await renew(world, root));
      door.clientNeeded = true;
    }
    const boots = world.csms.of('BootNotification').length;
    expect(await setProfile(world, 2, to)).toMatchObject({ status: 'Accepted' });
    expect(await priority(world, '2,1')).toBe('Accepted');
    await world.seconds(20); // Accepted: it reconnects by itself
    expect(world.csms.of('BootNotification')).toHaveLength(boots + 1);
    expect(world.csms.handshakes.at(-1)?.url).toMatch(/^wss:/);
    expect(await variable(world, 'SecurityCtrlr', 'SecurityProfile')).toBe(String(to));
    expect(await variable(world, 'OCPPCommCtrlr', 'NetworkConfigurationPriority')).toBe('2');
    // After a reboot too.
    const before = world.csms.handshakes.length;
    await world.ask('Reset', { type: 'OnIdle' });
    await world.seconds(10);
    expect(world.csms.handshakes.slice(before).map(({ url }) => url.slice(0, 4))).toEqual(['wss:']);
    expect(await priority(world, '1')).toBe('Rejected'); // that slot is empty now
  });

  it('A05.FR.05: a restart that the CSMS asks for begins with the first entry', async () => {
    const { world, root } = await secureStation(1);
    await install(world, 'CSMSRootCertificate', root);
    await raise(world, 2);
    expect(await variable(world, 'OCPPCommCtrlr', 'NetworkConfigurationPriority')).toBe('2');
  });

  it('a higher profile that doesn\'t work changes nothing: the station comes back with the one before', async () => {
    const { world, root } = await secureStation(1);
    await install(world, 'CSMSRootCertificate', root);
    world.csms.unreachable = 'wss:';
    await setProfile(world, 2, 2);
    expect(await priority(world, '2,1')).toBe('Accepted');
    await world.seconds(120);
    expect(world.csms.connection?.isOpen).toBe(true);
    expect(await variable(world, 'SecurityCtrlr', 'SecurityProfile')).toBe('1');
  });

  it('TC_A_20_CS, A05.FR.02: without a CSMSRootCertificate there is no way to TLS', async () => {
    const { world } = await secureStation(1);
    expect(await setProfile(world, 2, 2)).toMatchObject({ status: 'Accepted' });
    expect(await priority(world, '2,1')).toBe('Rejected');
    const brief = await Issued.root('Brief', { toDay: 1 });
    await install(world, 'CSMSRootCertificate', brief);
    expect(await priority(world, '2,1')).toBe('Accepted');
    expect(await priority(world, '1')).toBe('Accepted');
    await world.seconds(2 * 86_400); // the root isn't valid any more
    expect(await priority(world, '2,1')).toBe('Rejected');
    expect(await variable(world, 'SecurityCtrlr', 'SecurityProfile')).toBe('1');
  });

  it('TC_A_21_CS, A05.FR.03: without a ChargingStationCertificate there is no way to security profile 3', async () => {
    const { world } = await secureStation(2);
    expect(await setProfile(world, 2, 3)).toMatchObject({ status: 'Accepted' });
    expect(await priority(world, '2,1')).toBe('Rejected');
    expect(await variable(world, 'OCPPCommCtrlr', 'NetworkConfigurationPriority')).toBe('1');
  });

  it('in a tab security profile 3 is Rejected, and the reason says why', async () => {
    const world = await World.started({ likeBrowser: true });
    const answer = await setProfile(world, 2, 3);
    expect(answer).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'InvalidNetworkConf' } });
    expect(JSON.stringify(answer)).toMatch(/browser/);
  });

  it('TC_A_22_CS, A05.FR.10: no lower profile, neither as a slot nor in the list', async () => {
    const { world } = await secureStation(1);
    await setProfile(world, 3, 1);
    const { world: higher } = await secureStation(2);
    expect(await setProfile(higher, 2, 1)).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'NoSecurityDowngrade' } });
    // A slot of before the profile rose.
    const root = await Issued.root('CSMS Root');
    await install(world, 'CSMSRootCertificate', root);
    await setProfile(world, 2, 2);
    await world.clock.waitFor(world.agent.deviceModel.factorySet('SecurityCtrlr.SecurityProfile', '2'));
    expect(await priority(world, '2,3')).toBe('Rejected');
  });

  it('A05.FR.08, A05.FR.09, B09.FR.31: where that is allowed, from 3 to 2, and never to 1', async () => {
    const { world, door } = await secureStation(3);
    expect(await setProfile(world, 1, 2)).toMatchObject({ status: 'Rejected' });
    await set(world, 'SecurityCtrlr.AllowSecurityProfileDowngrade', 'true');
    expect(await setProfile(world, 1, 1)).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'NoSecurityDowngrade' } });
    expect(await setProfile(world, 1, 2)).toMatchObject({ status: 'Accepted' });
    await set(world, 'SecurityCtrlr.AllowSecurityProfileDowngrade', 'false');
    expect(await priority(world, '1')).toBe('Rejected'); // A05.FR.10
    await set(world, 'SecurityCtrlr.AllowSecurityProfileDowngrade', 'true');
    expect(await priority(world, '1')).toBe('Accepted');
    door.clientNeeded = false;
    await world.ask('Reset', { type: 'OnIdle' });
    await world.seconds(10);
    expect(await variable(world, 'SecurityCtrlr', 'SecurityProfile')).toBe('2');
  });

  it('A05.FR.09: a slot of profile 1, left from before, isn\'t taken either', async () => {
    const { world, root } = await secureStation(1);
    await install(world, 'CSMSRootCertificate', root);
    await world.clock.waitFor(world.agent.deviceModel.factorySet('SecurityCtrlr.SecurityProfile', '2'));
    await set(world, 'SecurityCtrlr.AllowSecurityProfileDowngrade', 'true');
    expect(await priority(world, '1')).toBe('Rejected');
  });
});

describe('A04: security events', () => {
  it('A04.FR.01, A04.FR.02, A04.FR.04: a critical one is logged, and queued over restarts until the CSMS has it', async () => {
    const { world } = await secureStation(1);
    world.csms.answers.set('SecurityEventNotification', () => 'silent');
    await install(world, 'CSMSRootCertificate', await Issued.root('Old', { toDay: -1 }), 'Rejected');
    world.network.refusing = true;
    world.kill();
    await world.start(5);
    world.csms.answers.clear();
    world.csms.received.length = 0;
    world.network.refusing = false;
    await world.seconds(60);
    expect(securityEvents(world)).toEqual(expect.arrayContaining(['InvalidCsmsCertificate', 'StartupOfTheDevice']));
    expect(logged(world)).toEqual(['StartupOfTheDevice', 'InvalidCsmsCertificate', 'StartupOfTheDevice']);
    expect(world.csms.of('SecurityEventNotification')[0]).toMatchObject({ timestamp: expect.stringMatching(/^2026-06-01T12:/) as string });
  });

  it('A04.FR.04: one that isn\'t critical is logged and not sent', async () => {
    const { world } = await secureStation(1);
    await set(world, 'SecurityCtrlr.OrganizationName', 'Operator');
    world.csms.raw('{"no": "frame"}');
    await world.seconds(5);
    expect(logged(world)).toEqual(['StartupOfTheDevice', 'ReconfigurationOfSecurityParameters', 'InvalidMessages']);
    expect(securityEvents(world)).toEqual(['StartupOfTheDevice']);
  });

  it.each([['certificate', 'InvalidCsmsCertificate'], ['version', 'InvalidTLSVersion'], ['cipherSuite', 'InvalidTLSCipherSuite']] as const)(
    'a server whose %s isn\'t good enough is told of once, as %s, when a good one answers', async (fault, type) => {
      const { world, door } = await secureStation(2);
      world.csms.gatekeeper = () => ['tls', 'not like that', fault];
      world.network.reset();
      await world.seconds(60);
      expect(securityEvents(world)).not.toContain(type);
      world.csms.gatekeeper = door.keeper;
      await world.seconds(120);
      expect(securityEvents(world).filter((event) => event === type)).toHaveLength(1);
    });

  it('MemoryExhaustion is told when the storage gets full, while there is still room to tell it, once until there was room again', async () => {
    const MEGABYTE = 1024 * 1024;
    const world = new World();
    let freeBytes = 100 * MEGABYTE;
    const usage = world.store.usage.bind(world.store);
    world.store.usage = async () => {
      const { usedBytes, persisted } = await usage();
      return { usedBytes, quotaBytes: usedBytes + freeBytes, persisted };
    };
    const told = (): unknown[] => world.csms.of('SecurityEventNotification').filter(({ type }) => type === 'MemoryExhaustion');
    await world.start();
    await world.seconds(1300);
    expect(told()).toEqual([]);
    freeBytes = 5 * MEGABYTE; // others fill the disk
    await world.seconds(2600);
    expect(told()).toMatchObject([{ techInfo: expect.stringContaining('5120 kB are left') as string }]);
    freeBytes = 12 * MEGABYTE; // not enough yet
    await world.seconds(1300);
    freeBytes = 5 * MEGABYTE;
    await world.seconds(1300);
    expect(told()).toHaveLength(1);
    freeBytes = 100 * MEGABYTE;
    await world.seconds(1300);
    freeBytes = 5 * MEGABYTE;
    await world.seconds(1300);
    expect(told()).toHaveLength(2);
  });
});
