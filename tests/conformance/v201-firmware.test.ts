/** Block L of OCPP 2.0.1: signed firmware (L01). */
import { describe, expect, it } from 'vitest';
import { Issued } from '../fixtures/pki.ts';
import { charging, station, statuses } from './charging-station.ts';
import { base64, expectStory, FILE, LOCATION, manufacturer, moment, prepare, ready, request, signer, story, told } from './firmware.ts';

describe('L01: a signed update', () => {
  it('TC_L_01_CS, L01.FR.01, L01.FR.04, L01.FR.05, L01.FR.09, L01.FR.10, L01.FR.12, L01.FR.20, L01.FR.21, L01.FR.28, L01.FR.31, L01.FR.32 is downloaded, verified, installed and runs after the restart', async () => {
    const world = await ready();
    const from = world.csms.received.length;
    expect(await world.ask('UpdateFirmware', request(world, 17))).toEqual({ status: 'Accepted' });
    await world.seconds(30);
    expectStory(world, from);
    expect(told(world).every(({ requestId }) => requestId === 17)).toBe(true);
    expect(statuses(world).slice(-2)).toEqual(['Unavailable', 'Available']);
    expect(world.csms.of('BootNotification').at(-1)).toMatchObject({ chargingStation: { firmwareVersion: '2.0.0' } });
    expect(world.firmware.history).toEqual([`stage ${FILE.length}`, 'install', 'activate', 'confirm']);
    const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [{ component: { name: 'Controller' }, variable: { name: 'FirmwareVersion' } }] });
    expect(getVariableResult).toMatchObject([{ attributeValue: '2.0.0' }]);
  });

  it.each(['P-256', 'RSA'] as const)('L01.FR.04, L01.FR.12 a signature by a key of %s', async (key) => {
    const other = await signer(key);
    const world = await station();
    await prepare(world, other);
    await world.ask('UpdateFirmware', request(world, 1, { signingCertificate: other.certificate.pem, signature: other.signature }));
    await world.seconds(30);
    expect(told(world).map(({ status }) => status)).toContain('SignatureVerified');
  });

  it('TC_L_02_CS, L01.FR.16 with installDateTime ahead: InstallScheduled, and not before its time', async () => {
    const world = await ready();
    const from = world.csms.received.length;
    await world.ask('UpdateFirmware', request(world, 18, { installS: 600 }));
    await world.seconds(300);
    expect(story(world, from)).toEqual(['Downloading', 'Downloaded', 'SignatureVerified', 'InstallScheduled']);
    expect(statuses(world).at(-1)).toBe('Available');
    await world.seconds(330);
    const heard = story(world, from);
    expect(heard.slice(3, 6)).toEqual(['InstallScheduled', 'Installing', 'InstallRebooting']);
    expect(heard).toEqual(expect.arrayContaining(['boot FirmwareUpdate', 'Installed', 'event FirmwareUpdated']));
  });

  it('TC_L_03_CS, L01.FR.13 with retrieveDateTime ahead: DownloadScheduled, and not before its time', async () => {
    const world = await ready();
    const from = world.csms.received.length;
    await world.ask('UpdateFirmware', request(world, 19, { retrieveS: 600 }));
    await world.seconds(500);
    expect(story(world, from)).toEqual(['DownloadScheduled']);
    expect(world.http.requests).toEqual([]);
    await world.seconds(150);
    expectStory(world, from, ['DownloadScheduled']);
  });

  it('TC_L_05_CS, L01.FR.02, L01.FR.22 a signing certificate that no manufacturer\'s root has issued: InvalidCertificate, and the event', async () => {
    const world = await ready();
    const stranger = await (await Issued.root('Somebody')).issue('Firmware Signing', { keyUsage: 1 });
    const expired = await manufacturer.root.issue('Firmware Signing', { keyUsage: 1, toDay: -1 });
    for (const signingCertificate of [stranger.pem, expired.pem, 'no certificate']) {
      const from = world.csms.received.length;
      expect(await world.ask('UpdateFirmware', request(world, 20, { signingCertificate }))).toMatchObject({ status: 'InvalidCertificate' });
      await world.seconds(5);
      expect(story(world, from)).toEqual(['event InvalidFirmwareSigningCertificate']);
    }
    expect(world.http.requests).toEqual([]);
  });

  it('TC_L_06_CS, L01.FR.03 a signature of other bytes, by the right key: InvalidSignature, and the event; nothing is installed', async () => {
    const world = await ready();
    const signature = base64(await manufacturer.certificate.signData(new TextEncoder().encode('other bytes')));
    const from = world.csms.received.length;
    expect(await world.ask('UpdateFirmware', request(world, 21, { signature }))).toEqual({ status: 'Accepted' });
    await world.seconds(60);
    expect(story(world, from)).toEqual(['Downloading', 'Downloaded', 'InvalidSignature', 'event InvalidFirmwareSignature']);
    expect(told(world).every(({ requestId }) => requestId === 21)).toBe(true);
    expect(world.firmware.history).toEqual([]);
  });

  it('L01.FR.03 a certificate without any signature is an invalid one', async () => {
    const world = await ready();
    const { firmware, ...rest } = request(world, 22) as { firmware: Record<string, unknown> };
    const { signature: _, ...unsigned } = firmware;
    await world.ask('UpdateFirmware', { ...rest, firmware: unsigned });
    await world.seconds(30);
    expect(told(world).at(-1)).toEqual({ status: 'InvalidSignature', requestId: 22 });
  });

  it('TC_L_07_CS a file that isn\'t there: DownloadFailed', async () => {
    const world = await ready();
    world.http.answer = () => ({ status: 404 });
    const from = world.csms.received.length;
    expect(await world.ask('UpdateFirmware', request(world, 23, { location: `${LOCATION}_does_not_exist` }))).toEqual({ status: 'Accepted' });
    await world.seconds(30);
    expect(story(world, from)).toEqual(['Downloading', 'DownloadFailed']);
    expect(statuses(world).at(-1)).toBe('Available');
  });

  it('L01.FR.30 DownloadFailed after the last of the attempts, each after the interval', async () => {
    const world = await ready();
    world.http.answer = () => ({ status: 503 });
    const started = world.clock.monotonicMs();
    await world.ask('UpdateFirmware', request(world, 24, { retries: 2, retryInterval: 20 }));
    await world.seconds(39);
    expect(told(world).map(({ status }) => status)).toEqual(['Downloading']);
    await world.seconds(10);
    expect(told(world).map(({ status }) => status)).toEqual(['Downloading', 'DownloadFailed']);
    expect(world.http.requests).toHaveLength(3);
    const atMs = world.csms.received.filter(({ action }) => action === 'FirmwareStatusNotification').at(-1)?.atMs ?? 0;
    expect(Math.round((atMs - Date.UTC(2026, 5, 1, 12) - started) / 1000)).toBe(40);
  });

  it.each([['broken', 'InstallVerificationFailed'], ['full', 'InstallationFailed']] as const)(
    'TC_L_08_CS, L01.FR.29 a file that is %s: %s, and the station goes on with what it had', async (behaves, status) => {
      const world = await ready();
      world.firmware.behaves = behaves;
      const from = world.csms.received.length;
      await world.ask('UpdateFirmware', request(world, 25));
      await world.seconds(60);
      expect(story(world, from)).toEqual(['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', status]);
      expect(statuses(world).at(-1)).toBe('Available');
      expect(world.firmware.history).toEqual([`stage ${FILE.length}`, 'install', 'discard']);
      await charging(world);
    });

  it('a version that never becomes healthy is left again: InstallationFailed, told by the version before', async () => {
    const world = await ready();
    world.firmware.behaves = 'mute';
    await world.ask('UpdateFirmware', request(world, 26));
    await world.seconds(60);
    expect(told(world).at(-1)).toEqual({ status: 'InstallationFailed', requestId: 26 });
    expect(world.csms.of('BootNotification').at(-1)).toMatchObject({ reason: 'FirmwareUpdate', chargingStation: { firmwareVersion: '0.1.0' } });
    expect(story(world)).not.toContain('event FirmwareUpdated');
    await charging(world);
  });

  it('TC_L_10_CS, L01.FR.24 a second request during the download cancels the first', async () => {
    const world = await ready();
    const from = world.csms.received.length;
    expect(await world.ask('UpdateFirmware', request(world, 31))).toEqual({ status: 'Accepted' });
    await world.seconds(1);
    expect(told(world)).toEqual([{ status: 'Downloading', requestId: 31 }]);
    expect(await world.ask('UpdateFirmware', request(world, 32))).toEqual({ status: 'AcceptedCanceled' });
    await world.seconds(30);
    expectStory(world, from, ['Downloading']);
    expect(told(world).slice(1).every(({ requestId }) => requestId === 32)).toBe(true);
  });

  it('L01.FR.24 one that waits for its time is cancelled too, also by one of the same id', async () => {
    const world = await ready();
    await world.ask('UpdateFirmware', request(world, 33, { installS: 6000 }));
    await world.seconds(10);
    expect(await world.ask('UpdateFirmware', request(world, 33, { installS: 9000 }))).toEqual({ status: 'AcceptedCanceled' });
    await world.seconds(10);
    const once = ['Downloading', 'Downloaded', 'SignatureVerified', 'InstallScheduled'];
    expect(told(world).map(({ status }) => status)).toEqual([...once, ...once]);
  });

  it('L01.FR.27 an update that is being installed can\'t be cancelled: Rejected', async () => {
    const world = await ready();
    let release = (): void => {};
    world.firmware.installing = new Promise((resolve) => {
      release = resolve;
    });
    await world.ask('UpdateFirmware', request(world, 34));
    await world.seconds(10);
    expect(told(world).at(-1)?.status).toBe('Installing');
    expect(await world.ask('UpdateFirmware', request(world, 35))).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'FwUpdateInProgress' } });
    release();
    await world.seconds(20);
    expect(told(world).at(-1)).toEqual({ status: 'Installed', requestId: 34 });
  });

  it('TC_L_18_CS without certificate and signature: Rejected', async () => {
    const world = await ready();
    const firmware = { location: LOCATION, retrieveDateTime: moment(world, -7200), installDateTime: moment(world, -7200) };
    expect(await world.ask('UpdateFirmware', { requestId: 36, firmware })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'MissingParam' } });
    await world.seconds(10);
    expect(told(world)).toEqual([]);
  });

  it('an address that is neither http nor https is refused by name', async () => {
    const world = await ready();
    expect(await world.ask('UpdateFirmware', request(world, 37, { location: 'ftp://files.example/x' }))).toMatchObject({
      status: 'Rejected', statusInfo: { reasonCode: 'InvalidURL', additionalInfo: 'only http and https addresses can be used' },
    });
  });
});
