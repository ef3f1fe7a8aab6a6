/** A00: what the station makes of the CSMS's TLS. Real sockets and real handshakes; the rest of block A is in v201-security.test.ts. */
import { afterEach, describe, expect, it } from 'vitest';
import { set, since, statuses } from './charging-station.ts';
import { install, Issued, PASSWORD, priority, renew, securityEvents, setProfile, variable } from './secure-link.ts';
import { x509 } from '../fixtures/pki.ts';
import { EXPIRED, GOOD, HOST, TLS12_SUITES, TlsWorld, type DoorOptions } from './tls-world.ts';

let world: TlsWorld;
afterEach(() => world.end());

/** State "Booting" at a server that is now like this. */
async function rebootAt(door: DoorOptions, seconds = 10): Promise<ReturnType<typeof since>> {
  await world.gate.change(door);
  const heard = since(world);
  expect(await world.ask('Reset', { type: 'Immediate' })).toEqual({ status: 'Accepted' });
  await world.seconds(seconds);
  return heard;
}

describe('the server\'s certificate', () => {
  it.each(TLS12_SUITES)('TC_A_04_CS a valid one, TLS 1.2 with %s: connected, with identity and password, registered, Available', async (standardName, ciphers, key) => {
    world = await TlsWorld.connected();
    const heard = await rebootAt({ certificate: await world.gate.root.issue(HOST, { ...GOOD, key }), ciphers, maxVersion: 'TLSv1.2' });
    expect(world.gate.channels.at(-1)).toEqual({ version: 'TLSv1.2', cipherSuite: standardName, client: null });
    expect(world.csms.handshakes.at(-1)?.basicAuth).toEqual({ user: 'CP1', password: PASSWORD });
    expect(heard('BootNotification')).toHaveLength(1);
    expect(heard('StatusNotification')).toMatchObject([{ evseId: 1, connectorId: 1, connectorStatus: 'Available' }]);
  });

  it('TC_A_04_CS a valid one, TLS 1.3: likewise', async () => {
    world = await TlsWorld.connected();
    const heard = await rebootAt({});
    expect(world.gate.channels.at(-1)).toMatchObject({ version: 'TLSv1.3', client: null });
    expect(heard('BootNotification')).toHaveLength(1);
    expect(statuses(world).at(-1)).toBe('Available');
  });

  it('one of a sub-CA, sent with it, leads to the root as well', async () => {
    world = await TlsWorld.connected();
    const sub = await world.gate.root.issue('Sub-CA', { ...GOOD, ca: true });
    const leaf = await sub.issue(HOST, GOOD);
    const heard = await rebootAt({ certificate: leaf.below(sub) });
    expect(heard('BootNotification')).toHaveLength(1);
  });

  it('a new root that the old one has signed is trusted for itself, once the old one is gone', async () => {
    world = await TlsWorld.connected();
    const next = await world.gate.root.issue('New CSMS Root', { fromDay: -3650, ca: true });
    await install(world, 'CSMSRootCertificate', next);
    const certificateHashData = await x509.hash(await world.gate.root.parsed(), await world.gate.root.parsed(), 'SHA256');
    expect(await world.ask('DeleteCertificate', { certificateHashData })).toEqual({ status: 'Accepted' });
    const heard = await rebootAt({ certificate: await next.issue(HOST, GOOD) });
    expect(heard('BootNotification')).toHaveLength(1);
    // What the old one signs isn't trusted any more.
    const failed = world.gate.failures.length;
    expect((await rebootAt({}))('BootNotification')).toEqual([]);
    expect(world.gate.failures.length).toBeGreaterThan(failed);
  });

  it.each([
    ['of a root that it doesn\'t know', async () => (await Issued.root('Other Root', { fromDay: -3650 })).issue(HOST, GOOD)],
    ['that has expired', () => world.gate.root.issue(HOST, EXPIRED)],
    ['for another name', () => world.gate.root.issue('other.example', { ...GOOD, dnsName: 'other.example' })],
    ['for another common name, and no alternative name', () => world.gate.root.issue('other.example', { fromDay: -3650 })],
    ['that it has signed itself', () => Issued.root(HOST, GOOD)],
  ] as const)('TC_A_05_CS one %s: no connection, and InvalidCsmsCertificate as soon as a good one answers', async (_, make) => {
    world = await TlsWorld.connected();
    await set(world, 'OCPPCommCtrlr.NetworkProfileConnectionAttempts', '2');
    const heard = await rebootAt({ certificate: await make() }, 4);
    expect(heard('BootNotification')).toEqual([]);
    expect(world.gate.failures).not.toEqual([]);
    expect(world.agent.snapshot().csms).toMatchObject({ link: 'disconnected', explanation: { code: 'TlsCertificate' } });
    await world.gate.change();
    await world.seconds(30);
    expect(heard('BootNotification')).toHaveLength(1);
    expect(statuses(world).at(-1)).toBe('Available');
    expect(heard('SecurityEventNotification').filter(({ type }) => type === 'InvalidCsmsCertificate')).toHaveLength(1);
  });
});

describe('TLS versions and cipher suites', () => {
  it.each(['TLSv1', 'TLSv1.1'] as const)('TC_A_06_CS %s: no connection, and InvalidTLSVersion as soon as a good one answers', async (version) => {
    world = await TlsWorld.connected();
    await set(world, 'OCPPCommCtrlr.NetworkProfileConnectionAttempts', '1');
    const heard = await rebootAt({ minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' }, 4);
    expect(heard('BootNotification')).toEqual([]);
    expect(world.gate.failures).not.toEqual([]);
    expect(world.agent.snapshot().csms).toMatchObject({ explanation: { code: 'TlsVersion' } });
    await world.gate.change();
    await world.seconds(30);
    expect(heard('BootNotification')).toHaveLength(1);
    expect(statuses(world).at(-1)).toBe('Available');
    const types = heard('SecurityEventNotification').map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['ResetOrReboot', 'InvalidTLSVersion']));
    expect(types.filter((type) => type === 'InvalidTLSVersion')).toHaveLength(1);
  });

  it.each(['AES128-SHA', 'ECDHE-ECDSA-AES256-SHA', 'ECDHE-ECDSA-CHACHA20-POLY1305'])('a server with %s only: no connection, and InvalidTLSCipherSuite', async (ciphers) => {
    world = await TlsWorld.connected();
    const key = ciphers.includes('ECDSA') ? 'P-256' : 'RSA';
    const heard = await rebootAt({ certificate: await world.gate.root.issue(HOST, { ...GOOD, key }), ciphers: `${ciphers}:@SECLEVEL=0`, maxVersion: 'TLSv1.2' }, 4);
    expect(heard('BootNotification')).toEqual([]);
    await world.gate.change();
    await world.seconds(30);
    expect(heard('SecurityEventNotification').filter(({ type }) => type === 'InvalidTLSCipherSuite')).toHaveLength(1);
  });
});

describe('the station\'s own certificate', () => {
  /** With a certificate of its own, at a server that wants one. */
  async function profile3(door: DoorOptions = {}): Promise<void> {
    world = await TlsWorld.connected();
    await renew(world, world.gate.root, { fromDay: -3650 });
    const { port } = new URL(world.gate.url);
    await world.gate.change({ ...door, clients: world.gate.root });
    expect(await setProfile(world, 2, 3, `${HOST}:${port}`)).toMatchObject({ status: 'Accepted' });
    expect(await priority(world, '2,1')).toBe('Accepted');
    await world.seconds(30);
  }

  it.each(TLS12_SUITES)('TC_A_07_CS TLS 1.2 with %s: shown in the handshake, without password, registered, Available', async (standardName, ciphers, key) => {
    await profile3();
    const heard = await rebootAt({ clients: world.gate.root, certificate: await world.gate.root.issue(HOST, { ...GOOD, key }), ciphers, maxVersion: 'TLSv1.2' });
    expect(world.gate.channels.at(-1)).toEqual({ version: 'TLSv1.2', cipherSuite: standardName, client: 'CP1' });
    expect(world.csms.handshakes.at(-1)?.basicAuth).toBeNull();
    expect(heard('BootNotification')).toHaveLength(1);
    expect(heard('StatusNotification')).toMatchObject([{ connectorStatus: 'Available' }]);
    expect(await variable(world, 'SecurityCtrlr', 'SecurityProfile')).toBe('3');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('a renewed one is used at once, over %s', async (version) => {
    await profile3({ minVersion: version, maxVersion: version });
    const before = world.gate.channels.length;
    await renew(world, world.gate.root, { fromDay: -3650 });
    await world.seconds(10);
    expect(world.gate.channels.slice(before)).toMatchObject([{ version, client: 'CP1' }]);
    expect(world.agent.snapshot().csms.link === 'connected').toBe(true);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('a server that ends it over %s, without a word on the certificate, is tried again; no event says more than is known', async (version) => {
    await profile3();
    const heard = await rebootAt({ clients: await Issued.root('Other Root'), minVersion: version, maxVersion: version }, 6);
    expect(heard('BootNotification')).toEqual([]);
    expect(world.gate.failures).not.toEqual([]);
    await world.gate.change({ clients: world.gate.root });
    await world.seconds(30);
    expect(heard('BootNotification')).toHaveLength(1);
    expect(securityEvents(world).filter((type) => type.startsWith('Invalid'))).toEqual([]);
  });
});
