/** The headless station as a process at a real TLS server, from its first start to a certificate of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { VirtualNetwork } from '../../src/platform/virtual/virtual-network.ts';
import { TlsGate } from '../conformance/tls-world.ts';
import { FakeCsms } from '../scenarios/fake-csms.ts';
import { until } from './frail-csms.ts';
import { StationProcess } from './station-process.ts';

const PASSWORD = 'hush-hush-hush-1';
let folder: string;
let gate: TlsGate;
let csms: FakeCsms;
const stations: StationProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kerbside-tls-'));
  gate = await TlsGate.opened();
  csms = new FakeCsms(new VirtualNetwork({ clock: new VirtualClock() }), () => Date.now(), 'ocpp2.0.1');
  gate.arrivals.on((connection) => csms.arrive(connection));
});

afterEach(async () => {
  for (const station of stations.splice(0)) await station.kill('SIGKILL');
  delete process.env['NODE_EXTRA_CA_CERTS'];
  await gate.close();
  rmSync(folder, { recursive: true, force: true });
});

/** @param trusts an authority that the machine trusts beside those of Node */
function start(trusts: string | null): StationProcess {
  const file = join(folder, 'authority.pem');
  if (trusts !== null) writeFileSync(file, trusts);
  if (trusts === null) delete process.env['NODE_EXTRA_CA_CERTS'];
  else process.env['NODE_EXTRA_CA_CERTS'] = file; // taken along by what is started
  const station = new StationProcess('--csms', gate.url, '--id', 'CP1', '--password', PASSWORD, '--data', join(folder, 'books'),
    ...['RetryBackOffWaitMinimum=1', 'RetryBackOffRandomRange=0', 'RetryBackOffRepeatTimes=0'].flatMap((setting) => ['--set', `OCPPCommCtrlr.${setting}`]));
  stations.push(station);
  return station;
}

const booted = (station: StationProcess): Promise<unknown> => station.until(({ boot }) => boot === 'Accepted');

test('without a root of the CSMS it trusts whom the machine trusts, and nobody else', async () => {
  const station = start(null);
  await until(() => gate.failures.length > 0, 'a handshake that fails');
  expect(csms.handshakes).toEqual([]);
  await station.kill('SIGKILL');
  await booted(start(gate.root.pem));
  expect(csms.handshakes.at(-1)).toMatchObject({ url: '/ocpp/CP1', basicAuth: { user: 'CP1', password: PASSWORD } });
  expect(gate.channels.at(-1)).toMatchObject({ version: 'TLSv1.3', client: null });
});

test('from the password to a certificate of its own, which it shows after a restart too', async () => {
  const station = start(gate.root.pem);
  await booted(station);
  expect(await csms.call('InstallCertificate', { certificateType: 'CSMSRootCertificate', certificate: gate.root.pem })).toMatchObject({ status: 'Accepted' });
  csms.answers.set('SignCertificate', () => ({ status: 'Accepted' }));
  expect(await csms.call('TriggerMessage', { requestedMessage: 'SignChargingStationCertificate' })).toMatchObject({ status: 'Accepted' });
  await until(() => csms.of('SignCertificate').length === 1, 'a signing request');
  const sub = await gate.root.issue('Sub-CA', { fromDay: -3650, ca: true });
  const leaf = await sub.sign(String(csms.of('SignCertificate')[0]?.csr), { fromDay: -3650 });
  expect(await csms.call('CertificateSigned', { certificateChain: `${leaf}\n${sub.pem}`, certificateType: 'ChargingStationCertificate' })).toMatchObject({ status: 'Accepted' });
  await gate.change({ clients: gate.root });
  expect(await csms.call('SetNetworkProfile', { configurationSlot: 2, connectionData: {
    ocppVersion: 'OCPP20', ocppTransport: 'JSON', ocppCsmsUrl: gate.url, messageTimeout: 30, securityProfile: 3, ocppInterface: 'Wired0',
  } })).toMatchObject({ status: 'Accepted' });
  expect(await csms.call('SetVariables', { setVariableData: [{ component: { name: 'OCPPCommCtrlr' }, variable: { name: 'NetworkConfigurationPriority' }, attributeValue: '2,1' }] }))
    .toMatchObject({ setVariableResult: [{ attributeStatus: 'Accepted' }] });
  expect(await csms.call('Reset', { type: 'Immediate' })).toMatchObject({ status: 'Accepted' });
  await until(() => csms.of('BootNotification').length === 2, 'another boot');
  expect(gate.channels.at(-1)).toMatchObject({ client: 'CP1' }); // the sub-CA went along: the server knows the root alone
  expect(csms.handshakes.at(-1)?.basicAuth).toBeNull();
  await station.kill('SIGKILL');
  // Its own root now, not the machine's; and the profile in force, not that of the command line.
  await booted(start(null));
  expect(gate.channels.at(-1)).toMatchObject({ client: 'CP1' });
  expect(csms.handshakes.at(-1)?.basicAuth).toBeNull();
  expect(JSON.stringify(stations.flatMap(({ lines }) => lines))).not.toMatch(/PRIVATE KEY|hush-hush/);
}, 60_000);
