/** The security whitepaper's part of 1.6: password, certificates, security events, security profiles. TLS itself is in v16-tls.test.ts. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { x509 } from '../fixtures/pki.ts';
import { configure, since, statuses, type World } from './charge-point.ts';
import { install, Issued, logged, OTHER_PASSWORD, PASSWORD, raise, renew, secureStation, securityEvents, signed, trigger, type SecureWorld } from './secure-link.ts';

/** TC_073's key: "OCA_OCTT_admin_test" as hexadecimal digits. */
const KEY = '4F43415F4F4354545F61646D696E5F74657374';
const KEY_TEXT = 'OCA_OCTT_admin_test';

const point = (profile: 0 | 1 | 2 | 3): Promise<SecureWorld> => secureStation(profile, { edition: 'ocpp1.6' });
const passwords = (world: World): (string | undefined)[] => world.csms.handshakes.map(({ basicAuth }) => basicAuth?.password);
const change = (world: World, key: string, value: string): Promise<Record<string, unknown>> => world.ask('ChangeConfiguration', { key, value });

/** CertificateHashDataType as the case's tool reckons it: by itself, of the certificate that it sent. */
async function hashOf(root: Issued): Promise<Record<string, string>> {
  const certificate = await root.parsed();
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  // Of a P-256 key the SubjectPublicKeyInfo ends with its 65 bytes.
  return { hashAlgorithm: 'SHA256', issuerNameHash: sha256(root.subjectDer), issuerKeyHash: sha256(certificate.publicKey.subarray(-65)), serialNumber: certificate.serialNumber };
}

const installedIds = async (world: World, certificateType: string): Promise<unknown[]> => {
  const { status, certificateHashData } = await world.ask('GetInstalledCertificateIds', { certificateType });
  expect(status).toBe(certificateHashData === undefined ? 'NotFound' : 'Accepted');
  return (certificateHashData ?? []) as unknown[];
};

describe('AuthorizationKey', () => {
  it.each([1, 2] as const)('TC_073_CS security profile %i: Accepted, and it connects again with the new password', async (profile) => {
    const { world, door } = await point(profile);
    door.password = KEY_TEXT;
    expect(await change(world, 'AuthorizationKey', KEY)).toEqual({ status: 'Accepted' });
    await world.seconds(5);
    expect(passwords(world).slice(-2)).toEqual([PASSWORD, KEY_TEXT]);
    expect(world.csms.connection?.isOpen).toBe(true);
    // Its value is told to nobody (whitepaper: write-only).
    expect(await world.ask('GetConfiguration', { key: ['AuthorizationKey'] })).toEqual({ configurationKey: [{ key: 'AuthorizationKey', readonly: false }] });
    expect(JSON.stringify([world.securityLog(), world.logs])).not.toMatch(new RegExp(`${KEY}|${KEY_TEXT}`));
  });

  it('AuthorizationKey of fewer than 16 or more than 40 characters is Rejected, and the old password goes on', async () => {
    const { world } = await point(1);
    expect(await change(world, 'AuthorizationKey', 'fifteen-letters')).toEqual({ status: 'Rejected' });
    expect(await change(world, 'AuthorizationKey', `${KEY}00FF`)).toEqual({ status: 'Rejected' });
    world.network.reset();
    await world.seconds(20);
    expect(new Set(passwords(world))).toEqual(new Set([PASSWORD]));
    expect(world.csms.connection?.isOpen).toBe(true);
  });

  it('AuthorizationKey that is bytes goes as these bytes, and as its digits where the CSMS means them so', async () => {
    const { world, door } = await point(1);
    const bytes = 'FF00'.repeat(8);
    door.password = '\u00FF\u0000'.repeat(8);
    await configure(world, 'AuthorizationKey', bytes);
    await world.seconds(5);
    expect(world.csms.handshakes.at(-1)?.basicAuth).toEqual({ user: 'CP1', password: door.password, bytes: true });
    expect(world.csms.connection?.isOpen).toBe(true);

    const { world: literal, door: other } = await secureStation(1, { edition: 'ocpp1.6', settings: [['Kerbside.AuthorizationKeyFormat', 'Literal']] });
    other.password = bytes;
    await configure(literal, 'AuthorizationKey', bytes);
    await literal.seconds(5);
    expect(literal.csms.handshakes.at(-1)?.basicAuth).toEqual({ user: 'CP1', password: bytes });
    expect(literal.csms.connection?.isOpen).toBe(true);
  });

  it('AuthorizationKey that is wrong doesn\'t cost the station, not even over a power cut right after it', async () => {
    const { world } = await point(1);
    await configure(world, 'AuthorizationKey', KEY);
    world.kill();
    await world.start(60);
    expect(passwords(world)).toEqual([PASSWORD, KEY_TEXT, PASSWORD]);
    expect(world.csms.connection?.isOpen).toBe(true);
    // The CSMS puts it right.
    await configure(world, 'AuthorizationKey', PASSWORD);
    await world.seconds(10);
    expect(passwords(world).at(-1)).toBe(PASSWORD);
  });

  it.each([1, 2] as const)('TC_085_CS security profile %i: after a reset identity and AuthorizationKey go as Basic authentication', async (profile) => {
    const { world, door } = await point(profile);
    door.password = KEY_TEXT;
    await configure(world, 'AuthorizationKey', KEY);
    await world.seconds(5);
    const heard = since(world);
    expect(await world.ask('Reset', { type: 'Hard' })).toEqual({ status: 'Accepted' });
    await world.seconds(10);
    const handshake = world.csms.handshakes.at(-1);
    expect(handshake?.basicAuth).toEqual({ user: 'CP1', password: KEY_TEXT });
    expect(handshake?.url.split('/').at(-1)).toBe('CP1');
    expect(heard('BootNotification')).toHaveLength(1);
    expect(heard('StatusNotification').map(({ connectorId, status }) => [connectorId, status])).toEqual([[0, 'Available'], [1, 'Available']]);
  });
});

describe('the Charge Point\'s certificate', () => {
  it('TC_074_CS asked for by the CSMS, of a new key, Accepted, and used at once', async () => {
    const { world, door, root } = await point(3);
    await configure(world, 'CpoName', 'Operator');
    const before = world.csms.handshakes.at(-1)?.tls?.client;
    const csr = await trigger(world, 'SignChargePointCertificate');
    const pem = await root.sign(csr);
    expect((await x509.parse(pem))[0]).toMatchObject({ commonName: 'CP1', organization: 'Operator' });
    door.clients.clear();
    door.clients.add(pem);
    expect(await signed(world, pem)).toEqual({ status: 'Accepted' });
    await world.seconds(5);
    const now = world.csms.handshakes.at(-1)?.tls?.client;
    expect(now?.chain).toBe(pem);
    expect(now?.key).not.toBe(before?.key);
    expect(world.csms.connection?.isOpen).toBe(true);
  });

  it.each([
    ['of a stranger', async (csr: string) => (await Issued.root('Stranger')).sign(csr)],
    ['that has expired', (csr: string, root: Issued) => root.sign(csr, { toDay: -1 })],
    ['for another Charge Point', (csr: string, root: Issued) => root.sign(csr, { subject: 'CN=CP2, O=Operator' })],
    ['for another operator', (csr: string, root: Issued) => root.sign(csr, { subject: 'CN=CP1, O=Other' })],
    ['that is none', () => Promise.resolve('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')],
  ] as const)('TC_077_CS one %s is Rejected, and told of as InvalidChargePointCertificate', async (_, make) => {
    const { world, root } = await point(3);
    await configure(world, 'CpoName', 'Operator');
    const csr = await trigger(world, 'SignChargePointCertificate');
    const connections = world.csms.connections;
    expect(await signed(world, await make(csr, root))).toEqual({ status: 'Rejected' });
    await world.seconds(5);
    expect(securityEvents(world).filter((type) => type === 'InvalidChargePointCertificate')).toHaveLength(1);
    expect(world.csms.connections).toBe(connections); // the one in use stays in use
  });
});

describe('root certificates', () => {
  it.each([
    ['TC_075_1_CS', 'ManufacturerRootCertificate'],
    ['TC_075_2_CS', 'CentralSystemRootCertificate'],
  ] as const)('%s a %s is Accepted, and named by the hashes of the tool\'s own reckoning', async (_, use) => {
    const { world } = await point(2);
    const root = await Issued.root('New Root');
    expect(await world.ask('InstallCertificate', { certificateType: use, certificate: root.pem })).toEqual({ status: 'Accepted' });
    expect(await installedIds(world, use)).toContainEqual(await hashOf(root));
  });

  it('TC_076_CS one that is installed is deleted by its hashes, and isn\'t named any more', async () => {
    const { world, root: inUse } = await point(2);
    const root = await Issued.root('New Root');
    await install(world, 'CSMSRootCertificate', root);
    expect(await installedIds(world, 'CentralSystemRootCertificate')).toContainEqual(await hashOf(root));
    expect(await world.ask('DeleteCertificate', { certificateHashData: await hashOf(root) })).toEqual({ status: 'Accepted' });
    expect(await installedIds(world, 'CentralSystemRootCertificate')).toEqual([await hashOf(inUse)]);
    expect(await world.ask('DeleteCertificate', { certificateHashData: await hashOf(root) })).toEqual({ status: 'NotFound' });
  });

  it.each([
    ['expired', async () => (await Issued.root('Old', { toDay: -1 })).pem],
    ['no authority', async () => (await Issued.root('Leaf', { ca: false })).pem],
    ['none', () => Promise.resolve('no certificate')],
  ] as const)('TC_078_CS one that is %s is Rejected, and told of as InvalidCentralSystemCertificate', async (_, make) => {
    const { world } = await point(2);
    const before = await installedIds(world, 'CentralSystemRootCertificate');
    expect(await world.ask('InstallCertificate', { certificateType: 'CentralSystemRootCertificate', certificate: await make() })).toEqual({ status: 'Rejected' });
    await world.seconds(5);
    expect(securityEvents(world).filter((type) => type === 'InvalidCentralSystemCertificate')).toHaveLength(1);
    expect(await installedIds(world, 'CentralSystemRootCertificate')).toEqual(before);
  });
});

describe('SecurityProfile', () => {
  it('TC_083_CS from 1 to 2, with the CSMS\'s root installed: it comes back over TLS by itself', async () => {
    const { world } = await point(1);
    expect(await change(world, 'SecurityProfile', '2')).toEqual({ status: 'Accepted' });
    await world.seconds(20);
    await provenAfterReset(world, 2);
    expect(world.csms.handshakes.at(-1)).toMatchObject({ basicAuth: { user: 'CP1', password: PASSWORD }, tls: { roots: expect.arrayContaining([expect.stringContaining('BEGIN CERTIFICATE')]) as string[] } });
  });

  it('TC_083_CS from 2 to 3, with a certificate of its own: it comes back with that, and without password', async () => {
    const { world, door, root } = await point(2);
    const pem = await renew(world, root);
    door.clients.add(pem);
    door.clientNeeded = true;
    expect(await change(world, 'SecurityProfile', '3')).toEqual({ status: 'Accepted' });
    await world.seconds(20);
    await provenAfterReset(world, 3);
    expect(world.csms.handshakes.at(-1)).toMatchObject({ basicAuth: null, tls: { client: { chain: pem } } });
  });

  /** It stands over TLS, and does so again after a reset. */
  async function provenAfterReset(world: World, profile: number): Promise<void> {
    const proven = async (): Promise<void> => {
      expect(world.csms.connection?.isOpen).toBe(true);
      expect(world.csms.handshakes.at(-1)?.url).toMatch(/^wss:/);
      expect(await world.ask('GetConfiguration', { key: ['SecurityProfile'] })).toMatchObject({ configurationKey: [{ value: String(profile) }] });
    };
    await proven();
    const heard = since(world);
    const handshakes = world.csms.handshakes.length;
    expect(await world.ask('Reset', { type: 'Hard' })).toEqual({ status: 'Accepted' });
    await world.seconds(10);
    await proven();
    expect(world.csms.handshakes).toHaveLength(handshakes + 1); // at the first attempt
    expect(heard('BootNotification')).toHaveLength(1);
    expect(statuses(world, 0).at(-1)).toBe('Available');
    expect(statuses(world, 1).at(-1)).toBe('Available');
  }

  it.each([[2, '1'], [2, '0'], [3, '2']] as const)('TC_084_CS from %i down to %s is Rejected, and nothing changes', async (profile, value) => {
    const { world } = await point(profile);
    const connections = world.csms.connections;
    expect(await change(world, 'SecurityProfile', value)).toEqual({ status: 'Rejected' });
    await world.seconds(20);
    expect(world.csms.connections).toBe(connections);
    expect(await world.ask('GetConfiguration', { key: ['SecurityProfile'] })).toMatchObject({ configurationKey: [{ value: String(profile) }] });
  });

  it('a higher SecurityProfile without what it needs is Rejected', async () => {
    const { world } = await secureStation(1, { edition: 'ocpp1.6' });
    const [root] = await installedIds(world, 'CentralSystemRootCertificate');
    await world.ask('DeleteCertificate', { certificateHashData: root });
    expect(await change(world, 'SecurityProfile', '2')).toEqual({ status: 'Rejected' });
    const { world: second } = await point(2);
    expect(await change(second, 'SecurityProfile', '3')).toEqual({ status: 'Rejected' });
    expect(await change(second, 'SecurityProfile', 'three')).toEqual({ status: 'Rejected' });
  });

  it('a higher SecurityProfile that doesn\'t work costs nothing: it comes back with the one before', async () => {
    const { world } = await point(1);
    world.csms.unreachable = 'wss:';
    expect(await change(world, 'SecurityProfile', '2')).toEqual({ status: 'Accepted' });
    await world.seconds(180);
    expect(world.csms.connection?.isOpen).toBe(true);
    expect(await world.ask('GetConfiguration', { key: ['SecurityProfile'] })).toMatchObject({ configurationKey: [{ value: '1' }] });
    expect(logged(world)).not.toContain('InvalidCsmsCertificate');
    // What was in its way is gone: the CSMS asks again.
    world.csms.unreachable = null;
    await raise(world, 2);
    expect(world.csms.handshakes.at(-1)?.url).toMatch(/^wss:/);
  });
});

describe('a new password and a new profile together', () => {
  it('each is taken on its own, and the station stays reachable', async () => {
    const { world, door } = await point(1);
    await configure(world, 'AuthorizationKey', OTHER_PASSWORD);
    await configure(world, 'SecurityProfile', '2');
    door.password = OTHER_PASSWORD;
    await world.seconds(120);
    expect(world.csms.handshakes.at(-1)).toMatchObject({ basicAuth: { password: OTHER_PASSWORD } });
    expect(world.csms.handshakes.at(-1)?.url).toMatch(/^wss:/);
  });
});
