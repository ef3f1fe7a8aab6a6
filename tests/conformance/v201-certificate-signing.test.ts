/** A02, A03: signing requests, signed certificates, renewal (2.0.1). */
import { describe, expect, it } from 'vitest';
import { PKI_NOW_MS, x509 } from '../fixtures/pki.ts';
import type { World } from './charging-station.ts';
import { set } from './charging-station.ts';
import { install, Issued, logged, renew, requests, secureStation, securityEvents, signed, trigger, variable } from './secure-link.ts';

const CS = 'ChargingStationCertificate';
const DAY_S = 86_400;
const client = (world: World): string | undefined => world.csms.handshakes.at(-1)?.tls?.client?.chain;

describe('A02: a certificate that the CSMS asked for', () => {
  it('TC_A_07_CS, TC_A_11_CS, A02.FR.02, A02.FR.03, A02.FR.05, A02.FR.06, A02.FR.08, A02.FR.10: key pair, request, certificate, and a connection with it', async () => {
    const { world, door, root } = await secureStation(3);
    await set(world, 'SecurityCtrlr.OrganizationName', 'Operator');
    const before = client(world);
    expect(before).toBeDefined();
    const csr = await trigger(world, 'SignChargingStationCertificate');
    expect(csr).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/);
    const pem = await root.sign(csr); // refuses a request that its own key hasn't signed
    expect(await x509.parse(pem)).toMatchObject([{ commonName: 'CP1', organization: 'Operator', key: { type: 'EC', bits: 256 } }]);
    door.clients.add(pem);
    expect(await signed(world, pem, CS)).toEqual({ status: 'Accepted' });
    await world.seconds(5);
    expect(client(world)).toBe(pem);
    expect(world.csms.connection?.isOpen).toBe(true);
    expect(world.csms.handshakes.at(-1)?.basicAuth).toBeNull();
    // The old one is gone, with its key; no private key ever went over the wire.
    expect((await world.store.entries('keys')).length).toBe(1);
    expect(world.csms.texts.join()).not.toMatch(/PRIVATE KEY|"d":/);
    world.kill();
    await world.start(10);
    expect(client(world)).toBe(pem);
    expect(world.csms.of('BootNotification').length).toBeGreaterThan(1);
  });

  it('TC_A_12_CS, A02.FR.13: one for cars, of the V2G hierarchy, with the SECC\'s names', async () => {
    const { world } = await secureStation(1);
    const v2g = await Issued.root('V2G Root');
    const sub1 = await v2g.issue('V2G Sub 1', { ca: true });
    const sub2 = await sub1.issue('V2G Sub 2', { ca: true });
    await install(world, 'V2GRootCertificate', v2g);
    for (const [name, value] of [['SeccId', 'SECC0001'], ['CountryName', 'NL'], ['OrganizationName', 'Operator']] as const) await set(world, `ISO15118Ctrlr.${name}`, value);
    const csr = await trigger(world, 'SignV2GCertificate');
    expect(requests(world).at(-1)).toMatchObject({ certificateType: 'V2GCertificate' });
    const leaf = await sub2.sign(csr);
    expect(await x509.parse(leaf)).toMatchObject([{ subject: 'CN=SECC0001, O=Operator, C=NL, DC=CPO', key: { type: 'EC', bits: 256 } }]);
    expect(await signed(world, `${leaf}\n${sub2.pem}\n${sub1.pem}`, 'V2GCertificate')).toEqual({ status: 'Accepted' });
  });

  it('A02.FR.15, A03.FR.15: of two for cars the one that became valid last is used', async () => {
    const { world } = await secureStation(1);
    const v2g = await Issued.root('V2G Root', { fromDay: -400 });
    await install(world, 'V2GRootCertificate', v2g);
    for (const fromDay of [-5, -50]) {
      expect(await signed(world, await v2g.sign(await trigger(world, 'SignV2GCertificate'), { fromDay }), 'V2GCertificate')).toEqual({ status: 'Accepted' });
    }
    const { own } = world.certificates();
    expect(own.of('V2GCertificate')).toHaveLength(2);
    expect(own.newestValid('V2GCertificate', PKI_NOW_MS)?.notBeforeMs).toBe(PKI_NOW_MS - 5 * DAY_S * 1000);
  });

  it('TC_A_13_CS: one for both uses, of the V2G hierarchy', async () => {
    const { world } = await secureStation(3);
    const v2g = await Issued.root('V2G Root');
    const sub = await v2g.issue('V2G Sub', { ca: true });
    await install(world, 'V2GRootCertificate', v2g);
    const csr = await trigger(world, 'SignCombinedCertificate');
    expect(requests(world).at(-1)).not.toHaveProperty('certificateType');
    expect(await signed(world, `${await sub.sign(csr)}\n${sub.pem}`)).toEqual({ status: 'Accepted' });
  });

  it.each([
    ['of a stranger', async (csr: string) => (await Issued.root('Stranger')).sign(csr)],
    ['signed under a trusted name by another key', async (csr: string) => (await Issued.root('CSMS Root')).sign(csr)],
    ['expired', async (csr: string, root: Issued) => root.sign(csr, { toDay: -1 })],
    ['not valid yet', async (csr: string, root: Issued) => root.sign(csr, { fromDay: 1 })],
    ['for another station', async (csr: string, root: Issued) => root.sign(csr, { subject: 'CN=CP2' })],
    ['for another key', async (_: string, root: Issued) => (await root.issue('CP1')).pem],
    ['an authority\'s', async (csr: string, root: Issued) => root.sign(csr, { ca: true })],
    ['unreadable', () => Promise.resolve('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')],
  ])('TC_A_14_CS, A02.FR.06, A02.FR.07, A02.FR.20, A03.FR.06, A03.FR.07: a certificate %s is Rejected, told of, and not asked for again', async (_, make) => {
    const { world, root } = await secureStation(3);
    const before = client(world);
    const csr = await trigger(world, 'SignChargingStationCertificate');
    const asked = requests(world).length;
    expect(await signed(world, await make(csr, root), CS)).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'InvalidCertificate' } });
    await world.seconds(3600);
    expect(securityEvents(world).filter((type) => type === 'InvalidChargingStationCertificate')).toHaveLength(1);
    expect(requests(world)).toHaveLength(asked);
    world.network.reset();
    await world.seconds(30);
    expect(client(world)).toBe(before);
    // Nor is the right one taken now: its key is gone.
    expect(await signed(world, await root.sign(csr), CS)).toMatchObject({ status: 'Rejected' });
  });

  it('one that nobody asked for is Rejected', async () => {
    const { world, root } = await secureStation(2);
    expect(await signed(world, (await root.issue('CP1')).pem, CS)).toMatchObject({ status: 'Rejected' });
    await world.seconds(5);
    expect(securityEvents(world)).toContain('InvalidChargingStationCertificate');
  });

  it('TC_A_15_CS: a CSMS that won\'t sign is left alone', async () => {
    const { world } = await secureStation(3);
    const asked = requests(world).length;
    world.csms.answers.set('SignCertificate', () => ({ status: 'Rejected' }));
    expect(await world.ask('TriggerMessage', { requestedMessage: 'SignChargingStationCertificate' })).toEqual({ status: 'Accepted' });
    await world.seconds(7200);
    expect(requests(world)).toHaveLength(asked + 1);
  });

  it('A02.FR.21: without a certificate for cars Plug & Charge is off until the restart', async () => {
    const { world } = await secureStation(1);
    await set(world, 'ISO15118Ctrlr.PnCEnabled', 'true');
    world.csms.answers.set('SignCertificate', () => ({ status: 'Rejected' }));
    await world.ask('TriggerMessage', { requestedMessage: 'SignV2GCertificate' });
    await world.seconds(2);
    expect(await variable(world, 'ISO15118Ctrlr', 'PnCEnabled')).toBe('false');
    world.kill();
    await world.start(5);
    expect(await variable(world, 'ISO15118Ctrlr', 'PnCEnabled')).toBe('true');
  });

  it('a chain too long for the message is refused, and the right one may still come', async () => {
    const { world, root } = await secureStation(2);
    const csr = await trigger(world, 'SignChargingStationCertificate');
    const limit = Number(await variable(world, 'SecurityCtrlr', 'MaxCertificateChainSize'));
    const pem = await root.sign(csr);
    expect(limit).toBeLessThanOrEqual(10_000);
    expect((await world.ask('CertificateSigned', { certificateChain: pem.padEnd(limit + 1, '\n'), certificateType: CS })).status).toBeUndefined();
    expect(await signed(world, pem, CS)).toEqual({ status: 'Accepted' });
  });

  it('A02.FR.16, A03.FR.16: where MaxCertificateChainSize is set below the message\'s own limit, a longer chain is Rejected, and the right one may still come', async () => {
    const { world, root } = await secureStation(2, { settings: [['SecurityCtrlr.MaxCertificateChainSize', '2000']] });
    expect(await variable(world, 'SecurityCtrlr', 'MaxCertificateChainSize')).toBe('2000');
    const sub = await root.issue('Sub-CA', { ca: true });
    const csr = await trigger(world, 'SignChargingStationCertificate');
    const leaf = await sub.sign(csr);
    const asked = requests(world).length;
    const padded = `${leaf}\n${sub.pem}\n`.padEnd(2001, '\n');
    expect(await signed(world, padded, CS)).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'TooLargeElement' } });
    await world.seconds(5);
    expect(securityEvents(world)).not.toContain('InvalidChargingStationCertificate'); // nothing is wrong with it but its length
    expect(await signed(world, padded.slice(0, 2000), CS)).toEqual({ status: 'Accepted' });
    expect(requests(world)).toHaveLength(asked);
  });

  it('TC_A_23_CS, A02.FR.17, A02.FR.18, A02.FR.19: it asks again after waits that double, so many times, and then no more', async () => {
    const { world, root } = await secureStation(3);
    await set(world, 'SecurityCtrlr.CertSigningWaitMinimum', '100');
    await set(world, 'SecurityCtrlr.CertSigningRepeatTimes', '1');
    const asked = requests(world).length;
    const count = (): number => requests(world).length - asked;
    const csr = await trigger(world, 'SignChargingStationCertificate'); // takes 2 s
    for (const [seconds, expected] of [[96, 1], [4, 2], [195, 2], [8, 3]] as const) {
      await world.seconds(seconds);
      expect([seconds, count()]).toEqual([seconds, expected]);
    }
    expect(requests(world).slice(asked).every((request) => request.csr === csr)).toBe(true);
    await world.seconds(DAY_S);
    expect(count()).toBe(3);
    expect(await signed(world, await root.sign(csr), CS)).toEqual({ status: 'Accepted' });
  });

  it('what was asked for is still known after a power cut', async () => {
    const { world, root } = await secureStation(2);
    const csr = await trigger(world, 'SignChargingStationCertificate');
    world.kill();
    await world.start(5);
    expect(await signed(world, await root.sign(csr), CS)).toEqual({ status: 'Accepted' });
  });

  it('A02.FR.28, A02.FR.29, A02.FR.10, A03.FR.24, A03.FR.25: a new one that no connection takes gives way to the old one, and is told of', async () => {
    const { world, root } = await secureStation(3);
    const before = client(world);
    const renewed = await renew(world, root); // the CSMS's door doesn't know it
    await world.seconds(300);
    expect(world.csms.handshakes.some(({ tls }) => tls?.client?.chain === renewed)).toBe(true);
    expect(client(world)).toBe(before);
    expect(world.csms.connection?.isOpen).toBe(true);
    await world.seconds(60);
    expect(securityEvents(world)).toContain('DiscardedRenewedClientCertificate');
    expect((await world.store.entries('keys')).length).toBe(1);
  });
});

describe('A03: a certificate that ends soon', () => {
  it('A03.FR.02, A03.FR.03, A03.FR.05, A03.FR.08, A03.FR.10, A03.FR.13: a month before its end the next one is asked for and used', async () => {
    const { world, door, root } = await secureStation(3);
    const short = await renew(world, root, { toDay: 40 });
    door.clients.add(short);
    await world.seconds(30);
    expect(client(world)).toBe(short);
    const asked = requests(world).length;
    await world.seconds(9 * DAY_S);
    expect(requests(world)).toHaveLength(asked);
    await world.seconds(3 * DAY_S);
    expect(requests(world).length).toBeGreaterThan(asked);
    expect(requests(world).at(-1)).toMatchObject({ certificateType: CS });
    const next = await root.sign(requests(world).at(-1)?.csr ?? '');
    door.clients.add(next);
    expect(await signed(world, next, CS)).toEqual({ status: 'Accepted' });
    await world.seconds(10);
    expect(client(world)).toBe(next);
    expect((await world.store.entries('keys')).length).toBe(1);
    expect(world.csms.texts.join()).not.toMatch(/PRIVATE KEY|"d":/);
    const after = requests(world).length;
    await world.seconds(5 * DAY_S);
    expect(requests(world)).toHaveLength(after);
  });

  it('A03.FR.17, A03.FR.18, A03.FR.19: it asks again after waits that double, until CertSigningRepeatTimes', async () => {
    const { world, door, root } = await secureStation(3);
    await set(world, 'SecurityCtrlr.CertSigningWaitMinimum', '1000');
    await set(world, 'SecurityCtrlr.CertSigningRepeatTimes', '2');
    door.clients.add(await renew(world, root, { toDay: 31 }));
    const asked = requests(world).length;
    await world.seconds(DAY_S + 20_000);
    const times = world.csms.received.filter(({ action }) => action === 'SignCertificate').slice(asked).map(({ atMs }) => atMs);
    const waits = times.slice(1).map((time, index) => Math.round((time - (times[index] ?? 0)) / 1000));
    expect(waits).toEqual([1000, 2000, 4000]);
    expect(times).toHaveLength(4);
  });

  it('an expired one still is presented: the CSMS decides', async () => {
    const { world, door, root } = await secureStation(3);
    const short = await renew(world, root, { toDay: 3 });
    door.clients.add(short);
    world.csms.answers.set('SignCertificate', () => ({ status: 'Rejected' }));
    await world.seconds(4 * DAY_S);
    world.network.reset();
    await world.seconds(60);
    expect(client(world)).toBe(short);
    expect(world.csms.connection?.isOpen).toBe(true);
    expect(logged(world)).not.toContain('InvalidChargingStationCertificate');
  });
});
