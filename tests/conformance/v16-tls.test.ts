/** Security whitepaper: security profiles 2 and 3 over real TLS. The rest of the whitepaper is in v16-security.test.ts. */
import { afterEach, describe, expect, it } from 'vitest';
import { configure, since } from './charge-point.ts';
import { Issued, PASSWORD, renew } from './secure-link.ts';
import { GOOD, HOST, TLS12_SUITES, TlsWorld, type DoorOptions } from './tls-world.ts';

let world: TlsWorld;
afterEach(() => world.end());

/** State "The Charge Point is triggered to reset", at a server that is now like this. */
async function resetAt(door: DoorOptions): Promise<ReturnType<typeof since>> {
  await world.gate.change(door);
  const heard = since(world);
  expect(await world.ask('Reset', { type: 'Hard' })).toEqual({ status: 'Accepted' });
  await world.seconds(10);
  return heard;
}

function registered(heard: ReturnType<typeof since>): void {
  expect(heard('BootNotification')).toHaveLength(1);
  expect(heard('StatusNotification').map(({ connectorId, status }) => [connectorId, status])).toEqual([[0, 'Available'], [1, 'Available']]);
}

describe('TLS', () => {
  it.each(TLS12_SUITES)('TC_086_CS a valid server certificate, TLS 1.2 with %s: connected with identity and password', async (standardName, ciphers, key) => {
    world = await TlsWorld.connected({ edition: 'ocpp1.6' });
    const heard = await resetAt({ certificate: await world.gate.root.issue(HOST, { ...GOOD, key }), ciphers, maxVersion: 'TLSv1.2' });
    expect(world.gate.channels.at(-1)).toEqual({ version: 'TLSv1.2', cipherSuite: standardName, client: null });
    expect(world.csms.handshakes.at(-1)).toMatchObject({ url: '/ocpp/CP1', basicAuth: { user: 'CP1', password: PASSWORD } });
    registered(heard);
  });

  it.each(TLS12_SUITES)('TC_087_CS a certificate of its own, TLS 1.2 with %s: shown, under its serial number, without password', async (standardName, ciphers, key) => {
    world = await TlsWorld.connected({ edition: 'ocpp1.6' });
    await renew(world, world.gate.root, { fromDay: -3650 });
    await world.gate.change({ clients: world.gate.root });
    await configure(world, 'SecurityProfile', '3');
    await world.seconds(15);
    const heard = await resetAt({ clients: world.gate.root, certificate: await world.gate.root.issue(HOST, { ...GOOD, key }), ciphers, maxVersion: 'TLSv1.2' });
    expect(world.gate.channels.at(-1)).toEqual({ version: 'TLSv1.2', cipherSuite: standardName, client: 'CP1' });
    expect(world.csms.of('BootNotification').at(-1)).toMatchObject({ chargePointSerialNumber: 'CP1' });
    expect(world.csms.handshakes.at(-1)?.basicAuth).toBeNull();
    registered(heard);
  });

  it('a server certificate of a root that it doesn\'t know: no connection, and InvalidCentralSystemCertificate when a good one answers', async () => {
    world = await TlsWorld.connected({ edition: 'ocpp1.6' });
    const heard = await resetAt({ certificate: await Issued.root(HOST, GOOD) });
    expect(heard('BootNotification')).toEqual([]);
    await world.gate.change();
    await world.seconds(30);
    registered(heard);
    expect(heard('SecurityEventNotification').map(({ type }) => type)).toContain('InvalidCentralSystemCertificate');
  });
});
