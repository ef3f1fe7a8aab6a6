/** Block M: certificates installed, listed, deleted, and their status (2.0.1). */
import { describe, expect, it } from 'vitest';
import { x509 } from '../fixtures/pki.ts';
import { set, World } from './charging-station.ts';
import { install, Issued, renew, secureStation, securityEvents, setProfile, priority, signed, trigger, variable } from './secure-link.ts';

type Hash = Record<string, unknown>;
interface Entry { readonly certificateType: string; readonly certificateHashData: Hash; readonly childCertificateHashData?: Hash[] }

const DAY_S = 86_400;
const ROOT_CHECK = { settings: [['SecurityCtrlr.AdditionalRootCertificateCheck', 'true']] } as const;

/** As the CSMS reckons it itself. */
async function hashOf(certificate: Pick<Issued, 'parsed'>, issuer: Pick<Issued, 'parsed'> = certificate): Promise<Hash> {
  return { ...(await x509.hash(await certificate.parsed(), await issuer.parsed(), 'SHA256')) };
}

async function installed(world: World, certificateType?: readonly string[]): Promise<readonly Entry[]> {
  const answer = await world.ask('GetInstalledCertificateIds', certificateType === undefined ? {} : { certificateType });
  if (answer.status === 'NotFound') expect(answer).not.toHaveProperty('certificateHashDataChain');
  else expect(answer.status).toBe('Accepted');
  return (answer.certificateHashDataChain ?? []) as readonly Entry[];
}

const deleted = async (world: World, certificateHashData: Hash): Promise<unknown> => (await world.ask('DeleteCertificate', { certificateHashData })).status;

describe('M05, M03: install and list', () => {
  it.each([
    ['TC_M_01_CS, TC_M_12_CS', 'CSMSRootCertificate'], ['TC_M_02_CS, TC_M_13_CS', 'ManufacturerRootCertificate'],
    ['TC_M_03_CS, TC_M_14_CS', 'V2GRootCertificate'], ['TC_M_04_CS, TC_M_16_CS', 'MORootCertificate'],
  ])('%s, M05.FR.01, M05.FR.02, M03.FR.01, M03.FR.03, M03.FR.04: %s, which is there after a power cut too', async (_, use) => {
    const { world } = await secureStation(2);
    const root = await Issued.root('New Root');
    await install(world, use, root);
    world.kill();
    await world.start(5);
    expect(await installed(world, [use])).toContainEqual({ certificateType: use, certificateHashData: await hashOf(root) });
    expect(await variable(world, 'SecurityCtrlr', 'CertificateEntries')).toBe('2'); // with the CSMS's own root
  });

  it('TC_M_17_CS, TC_M_18_CS, M03.FR.04: two uses, or all', async () => {
    const { world, root } = await secureStation(2);
    const [maker, mobility] = [await Issued.root('Maker'), await Issued.root('Mobility')];
    await install(world, 'ManufacturerRootCertificate', maker);
    await install(world, 'MORootCertificate', mobility);
    const two = [
      { certificateType: 'CSMSRootCertificate', certificateHashData: await hashOf(root) },
      { certificateType: 'ManufacturerRootCertificate', certificateHashData: await hashOf(maker) },
    ];
    const both = await installed(world, ['CSMSRootCertificate', 'ManufacturerRootCertificate']);
    expect(both).toHaveLength(2);
    expect(both).toEqual(expect.arrayContaining(two));
    const all = await installed(world);
    expect(all).toHaveLength(3);
    expect(all).toEqual(expect.arrayContaining(two));
  });

  it('TC_M_15_CS, M03.FR.05: a V2G chain is one entry, its sub-CAs are children', async () => {
    const { world } = await secureStation(1);
    const v2g = await Issued.root('V2G Root');
    const sub1 = await v2g.issue('V2G Sub 1', { ca: true });
    const sub2 = await sub1.issue('V2G Sub 2', { ca: true });
    await install(world, 'V2GRootCertificate', v2g);
    const leaf = await sub2.sign(await trigger(world, 'SignV2GCertificate'));
    expect(await signed(world, `${leaf}${sub2.pem}${sub1.pem}`, 'V2GCertificate')).toEqual({ status: 'Accepted' });
    const [parsed] = await x509.parse(leaf);
    expect(parsed).toBeDefined();
    if (parsed === undefined) return;
    expect(await installed(world, ['V2GCertificateChain'])).toEqual([{
      certificateType: 'V2GCertificateChain',
      certificateHashData: { ...(await x509.hash(parsed, await sub2.parsed(), 'SHA256')) },
      childCertificateHashData: [await hashOf(sub2, sub1), await hashOf(sub1, v2g)],
    }]);
  });

  it('TC_M_19_CS, M03.FR.02: nothing of that use: NotFound, and no list', async () => {
    const { world } = await secureStation(2);
    expect(await world.ask('GetInstalledCertificateIds', { certificateType: ['MORootCertificate'] })).toEqual({ status: 'NotFound' });
  });

  it.each([
    ['expired', () => Issued.root('Root', { toDay: -1 })], ['not valid yet', () => Issued.root('Root', { fromDay: 1 })],
    ['of no authority', () => Issued.root('Root', { ca: false })], ['of an issuer that nobody knows', async () => (await Issued.root('Unknown')).issue('Sub', { ca: true })],
    ['unreadable', () => Promise.resolve({ pem: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----' })], ['no PEM', () => Promise.resolve({ pem: 'hello' })],
  ])('TC_M_07_CS, M05.FR.07: one that is %s is Rejected, and the list stays', async (_, make) => {
    const { world, root } = await secureStation(2);
    await install(world, 'CSMSRootCertificate', await make(), 'Rejected');
    expect(await installed(world, ['CSMSRootCertificate'])).toEqual([{ certificateType: 'CSMSRootCertificate', certificateHashData: await hashOf(root) }]);
    await world.seconds(5);
    expect(securityEvents(world)).toContain('InvalidCsmsCertificate');
  });

  it('M05.FR.17: the same one again replaces itself', async () => {
    const { world, root } = await secureStation(2);
    await install(world, 'CSMSRootCertificate', root);
    expect(await installed(world)).toHaveLength(1);
  });

  it('M05.FR.06: no more than CertificateEntries has room for; one that is there may be replaced', async () => {
    const world = await World.started();
    const maxLimit = world.agent.deviceModel.all().find(({ variable: { name } }) => name === 'CertificateEntries')?.characteristics.maxLimit ?? 0;
    let last = await Issued.root('Root');
    for (let count = 0; count < maxLimit; count++) await install(world, 'MORootCertificate', (last = await Issued.root(`Root ${count}`)));
    expect(await variable(world, 'SecurityCtrlr', 'CertificateEntries')).toBe(String(maxLimit));
    await install(world, 'MORootCertificate', await Issued.root('One too many'), 'Rejected');
    await install(world, 'MORootCertificate', last);
  });

  it('M05.FR.03: a disk that doesn\'t take it: Failed, and it isn\'t installed', async () => {
    const { world } = await secureStation(1);
    const before = await installed(world);
    world.store.failNextCommits(1);
    await install(world, 'MORootCertificate', await Issued.root('Root'), 'Failed');
    expect(await installed(world)).toEqual(before);
  });
});

describe('M05: one CSMS root at a time (AdditionalRootCertificateCheck)', () => {
  it('TC_M_09_CS, M05.FR.09, M05.FR.10, M05.FR.11: one that the old one hasn\'t signed is Rejected', async () => {
    const { world, root } = await secureStation(2, ROOT_CHECK);
    await install(world, 'CSMSRootCertificate', await Issued.root('New Root'), 'Rejected');
    expect(await installed(world, ['CSMSRootCertificate'])).toEqual([{ certificateType: 'CSMSRootCertificate', certificateHashData: await hashOf(root) }]);
  });

  it('TC_M_30_CS, M05.FR.10, M05.FR.12, M05.FR.13: one that it has signed replaces it, once a connection has shown that it works', async () => {
    const { world, door, root } = await secureStation(2, ROOT_CHECK);
    const next = await root.issue('CSMS Root 2', { ca: true });
    await install(world, 'CSMSRootCertificate', next);
    expect(await installed(world, ['CSMSRootCertificate'])).toHaveLength(2);
    door.root = next;
    await world.ask('Reset', { type: 'OnIdle' });
    await world.seconds(10);
    expect(world.csms.handshakes.at(-1)?.tls?.roots).toEqual([next.pem]);
    expect(world.csms.connection?.isOpen).toBe(true);
    expect(await installed(world, ['CSMSRootCertificate'])).toEqual([{ certificateType: 'CSMSRootCertificate', certificateHashData: await hashOf(next, root) }]);
  });

  it('TC_M_31_CS, M05.FR.12, M05.FR.14: while the CSMS still shows the old one, the old one serves', async () => {
    const { world, root } = await secureStation(2, ROOT_CHECK);
    const next = await root.issue('CSMS Root 2', { ca: true });
    await install(world, 'CSMSRootCertificate', next);
    const before = world.csms.handshakes.length;
    await world.ask('Reset', { type: 'OnIdle' });
    await world.seconds(30);
    expect(world.csms.handshakes.slice(before).map(({ tls }) => tls?.roots)).toEqual([[next.pem], [root.pem]]);
    expect(world.csms.connection?.isOpen).toBe(true);
    expect(await installed(world, ['CSMSRootCertificate'])).toContainEqual({ certificateType: 'CSMSRootCertificate', certificateHashData: await hashOf(root) });
  });

  it('M05.FR.15, M05.FR.16: at another CSMS only the new one counts; on the way back the old one at once', async () => {
    const { world, root } = await secureStation(2, ROOT_CHECK);
    const next = await root.issue('CSMS Root 2', { ca: true });
    await install(world, 'CSMSRootCertificate', next);
    await setProfile(world, 2, 2, 'other.example');
    expect(await priority(world, '2')).toBe('Accepted');
    const before = world.csms.handshakes.length;
    await world.ask('Reset', { type: 'OnIdle' });
    await world.seconds(120);
    const attempts = world.csms.handshakes.slice(before).map(({ url, tls }) => [url.includes('other') ? 'other' : 'old', tls?.roots[0] === next.pem ? 'new root' : 'old root']);
    expect(attempts.slice(0, -1)).toEqual([1, 2, 3].map(() => ['other', 'new root']));
    expect(attempts.at(-1)).toEqual(['old', 'old root']);
    expect(world.csms.connection?.isOpen).toBe(true);
  });
});

describe('M04: delete', () => {
  it('TC_M_20_CS, M04.FR.01, M04.FR.02: it is gone, also after a power cut', async () => {
    const { world, root } = await secureStation(2);
    const other = await Issued.root('Other Root');
    await install(world, 'CSMSRootCertificate', other);
    expect((await installed(world, ['CSMSRootCertificate'])).map(({ certificateHashData }) => certificateHashData)).toContainEqual(await hashOf(other));
    expect(await deleted(world, await hashOf(other))).toBe('Accepted');
    world.kill();
    await world.start(5);
    expect((await installed(world, ['CSMSRootCertificate'])).map(({ certificateHashData }) => certificateHashData)).toEqual([await hashOf(root)]);
  });

  it('M04.FR.02: named by any of the hash algorithms, digits in either case, leading zeros or not', async () => {
    const world = await World.started();
    for (const algorithm of ['SHA256', 'SHA384', 'SHA512'] as const) {
      const root = await Issued.root('Root', { serialNumber: '00ab12' });
      await install(world, 'MORootCertificate', root);
      const hash = await x509.hash(await root.parsed(), await root.parsed(), algorithm);
      expect(await deleted(world, { ...hash, serialNumber: '00AB12', issuerKeyHash: hash.issuerKeyHash.toUpperCase() })).toBe('Accepted');
    }
    expect(await installed(world)).toEqual([]);
  });

  it('TC_M_22_CS, M04.FR.04: one that isn\'t there is NotFound', async () => {
    const { world } = await secureStation(2);
    expect(await deleted(world, await hashOf(await Issued.root('Unknown')))).toBe('NotFound');
    expect(await installed(world, ['CSMSRootCertificate'])).toHaveLength(1);
  });

  it('M04.FR.03: the root that the connection hangs on isn\'t given away: Failed', async () => {
    const { world, root } = await secureStation(2);
    expect(await deleted(world, await hashOf(root))).toBe('Failed');
    expect(await installed(world, ['CSMSRootCertificate'])).toHaveLength(1);
  });

  it('TC_M_23_CS, M04.FR.06: the station\'s own certificate: Failed', async () => {
    const { world, root, door } = await secureStation(3);
    const own = await renew(world, root);
    door.clients.add(own);
    await world.seconds(10);
    const [parsed] = await x509.parse(own);
    expect(parsed).toBeDefined();
    if (parsed === undefined) return;
    expect(await deleted(world, { ...(await x509.hash(parsed, await root.parsed(), 'SHA256')) })).toBe('Failed');
    world.network.reset();
    await world.seconds(20);
    expect(world.csms.handshakes.at(-1)?.tls?.client?.chain).toBe(own);
  });
});

describe('M06: the status of V2G certificates', () => {
  const RESULT = 'MAoKAQA=';
  const asked = (world: World): Hash[] => world.csms.of('GetCertificateStatus').map(({ ocspRequestData }) => ocspRequestData as Hash);

  async function withV2g(answer: () => Record<string, unknown>): Promise<{ world: World; hashes: Hash[]; sub: Issued }> {
    const { world } = await secureStation(1);
    world.csms.answers.set('GetCertificateStatus', answer);
    const v2g = await Issued.root('V2G Root');
    const sub = await v2g.issue('V2G Sub', { ca: true, ocspUrl: 'http://ocsp.example/sub' });
    await install(world, 'V2GRootCertificate', v2g);
    await install(world, 'MORootCertificate', await Issued.root('MO Root'));
    const leaf = await sub.sign(await trigger(world, 'SignV2GCertificate'), { ocspUrl: 'http://ocsp.example/leaf' });
    expect(await signed(world, leaf + sub.pem, 'V2GCertificate')).toEqual({ status: 'Accepted' });
    await world.seconds(5);
    const [parsed] = await x509.parse(leaf);
    if (parsed === undefined) throw new RangeError('no leaf');
    return { world, sub, hashes: [
      { ...(await x509.hash(parsed, await sub.parsed(), 'SHA256')), responderURL: 'http://ocsp.example/leaf' },
      { ...(await hashOf(sub, v2g)), responderURL: 'http://ocsp.example/sub' },
    ] };
  }

  it('TC_M_24_CS, M06.FR.06, M06.FR.07, M06.FR.10: asked for leaf and sub-CA after each renewal, kept over restarts, and asked anew within a week', async () => {
    const { world, hashes, sub } = await withV2g(() => ({ status: 'Accepted', ocspResult: RESULT }));
    expect(asked(world)).toEqual(hashes);
    world.kill();
    await world.start(5);
    expect(asked(world)).toHaveLength(2); // cached
    await world.seconds(5 * DAY_S);
    expect(asked(world)).toHaveLength(2);
    await world.seconds(2 * DAY_S);
    expect(asked(world).slice(2)).toEqual(hashes);
    const next = await sub.sign(await trigger(world, 'SignV2GCertificate'));
    expect(await signed(world, next + sub.pem, 'V2GCertificate')).toEqual({ status: 'Accepted' });
    await world.seconds(5);
    expect(asked(world).slice(4)).toHaveLength(2);
    expect(asked(world)[4]).not.toEqual(hashes[0]);
    expect(asked(world)[5]).toEqual(hashes[1]);
  });

  it('TC_M_25_CS: a CSMS that has no answer is asked again the next day, and everything else goes on', async () => {
    const { world, hashes } = await withV2g(() => ({ status: 'Failed' }));
    expect(asked(world)).toEqual(hashes);
    await world.seconds(DAY_S + 60);
    expect(asked(world)).toHaveLength(4);
    await set(world, 'ISO15118Ctrlr.PnCEnabled', 'true');
  });
});
