/** Firmware of OCPP 1.6: UpdateFirmware, and SignedUpdateFirmware of its security whitepaper. */
import { describe, expect, it } from 'vitest';
import { chargePoint, charging, since, statuses, type World } from './charge-point.ts';
import { base64, FILE, LOCATION, manufacturer, moment, prepare, signer, story, told } from './firmware.ts';

const UNSIGNED = [['Kerbside.AllowUnsignedFirmware', 'true']] as const;

async function unsignedPoint(evses = 1): Promise<World> {
  const world = await chargePoint({ settings: UNSIGNED, evses });
  world.http.answer = () => ({ status: 200, body: FILE, delayMs: 2000 });
  return world;
}
const names = (world: World, action = 'FirmwareStatusNotification'): string[] => told(world, action).map(({ status }) => status);

describe('UpdateFirmware', () => {
  it('TC_044_1_CS downloaded, installed, booted, Available, Installed', async () => {
    const world = await unsignedPoint();
    const from = world.csms.received.length;
    expect(await world.ask('UpdateFirmware', { location: LOCATION, retrieveDate: moment(world, 0) })).toEqual({});
    await world.seconds(30);
    const heard = story(world, from).filter((line) => !line.startsWith('event'));
    expect(heard.slice(0, 3)).toEqual(['Downloading', 'Downloaded', 'Installing']);
    expect(heard.slice(3).sort()).toEqual(['Installed', 'boot 2.0.0']);
    expect(statuses(world).at(-1)).toBe('Available');
    await charging(world);
  });

  it('TC_044_2_CS a download that fails: DownloadFailed, and Available', async () => {
    const world = await unsignedPoint();
    expect(await world.ask('UpdateFirmware', { location: 'ftp://127.0.0.1:21/download_fail.fwi', retries: 0, retrieveDate: moment(world, 0) })).toEqual({});
    await world.seconds(30);
    expect(names(world)).toEqual(['Downloading', 'DownloadFailed']);
    expect(statuses(world).at(-1)).toBe('Available');
  });

  it('TC_044_3_CS a file that isn\'t firmware: InstallationFailed, and Available', async () => {
    const world = await unsignedPoint();
    world.firmware.behaves = 'broken';
    await world.ask('UpdateFirmware', { location: LOCATION, retrieveDate: moment(world, 0) });
    await world.seconds(30);
    expect(names(world)).toEqual(['Downloading', 'Downloaded', 'Installing', 'InstallationFailed']);
    expect(statuses(world).at(-1)).toBe('Available');
  });

  it('waits for its date and for the last car; 1.6 has no words for waiting', async () => {
    const world = await unsignedPoint(2);
    await charging(world, 1);
    await world.ask('UpdateFirmware', { location: LOCATION, retrieveDate: moment(world, 60) });
    await world.seconds(50);
    expect(names(world)).toEqual([]);
    await world.seconds(30);
    expect(names(world)).toEqual(['Downloading', 'Downloaded']);
    expect([statuses(world, 1).at(-1), statuses(world, 2).at(-1)]).toEqual(['Charging', 'Unavailable']);
    world.ev(1).unplug();
    await world.seconds(30);
    expect(names(world)).toEqual(['Downloading', 'Downloaded', 'Installing', 'Installed']);
  });

  it('a station that wants signed updates only: CALLERROR NotSupported, and nothing happens', async () => {
    const world = await chargePoint();
    expect(await world.ask('UpdateFirmware', { location: LOCATION, retrieveDate: moment(world, 0) })).toEqual({ error: 'NotSupported' });
    await world.seconds(10);
    expect(world.http.requests).toEqual([]);
    expect(names(world)).toEqual([]);
  });

  it('a trigger tells Idle, and in the middle what is under way', async () => {
    const world = await unsignedPoint();
    const ask = async (): Promise<unknown> => {
      const heard = since(world);
      expect(await world.ask('TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' })).toEqual({ status: 'Accepted' });
      await world.seconds(0.5);
      return heard('FirmwareStatusNotification');
    };
    expect(await ask()).toEqual([{ status: 'Idle' }]);
    world.http.answer = () => ({ status: 200, body: FILE, delayMs: 30_000 });
    await world.ask('UpdateFirmware', { location: LOCATION, retrieveDate: moment(world, 0) });
    await world.seconds(1);
    expect(await ask()).toEqual([{ status: 'Downloading' }]);
  });
});

describe('SignedUpdateFirmware', () => {
  const ACTION = 'SignedFirmwareStatusNotification';

  /** The whitepaper has InstallCertificate as well. */
  async function ready(): Promise<World> {
    const world = await chargePoint();
    await prepare(world, manufacturer);
    return world;
  }
  const request = (world: World, requestId: number, { signature = manufacturer.signature, signingCertificate = manufacturer.certificate.pem, installS = 0 } = {}): object => ({
    requestId, firmware: { location: LOCATION, retrieveDateTime: moment(world, -10), installDateTime: moment(world, installS), signingCertificate, signature },
  });

  it('TC_080_CS verified, downloaded, its signature verified, installed, booted, Available, Installed', async () => {
    const world = await ready();
    const from = world.csms.received.length;
    expect(await world.ask('SignedUpdateFirmware', { ...request(world, 7) })).toEqual({ status: 'Accepted' });
    await world.seconds(30);
    expect(names(world, ACTION)).toEqual(['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'Installed']);
    expect(told(world, ACTION).every(({ requestId }) => requestId === 7)).toBe(true);
    expect(story(world, from)).toEqual(expect.arrayContaining(['boot 2.0.0', 'event FirmwareUpdated']));
    expect([statuses(world, 0).at(-1), statuses(world, 1).at(-1)]).toEqual(['Available', 'Available']);
    expect(names(world)).toEqual([]);
  });

  it('TC_081_CS an invalid signature: InvalidSignature', async () => {
    const world = await ready();
    const signature = base64(await manufacturer.certificate.signData(new TextEncoder().encode('other bytes')));
    expect(await world.ask('SignedUpdateFirmware', { ...request(world, 8, { signature }) })).toEqual({ status: 'Accepted' });
    await world.seconds(30);
    expect(names(world, ACTION)).toEqual(['Downloading', 'Downloaded', 'InvalidSignature']);
    expect(story(world)).toContain('event InvalidFirmwareSignature');
  });

  it('a certificate that no manufacturer\'s root has issued: InvalidCertificate', async () => {
    const world = await ready();
    const { certificate } = await signer();
    expect(await world.ask('SignedUpdateFirmware', { ...request(world, 9, { signingCertificate: certificate.pem }) })).toEqual({ status: 'InvalidCertificate' });
    await world.seconds(5);
    expect(story(world)).toContain('event InvalidFirmwareSigningCertificate');
  });

  it('a second one cancels the first, its time is kept, and the extended trigger tells where it stands', async () => {
    const world = await ready();
    await world.ask('SignedUpdateFirmware', { ...request(world, 10) });
    await world.seconds(1);
    expect(await world.ask('SignedUpdateFirmware', { ...request(world, 11, { installS: 300 }) })).toEqual({ status: 'AcceptedCanceled' });
    await world.seconds(20);
    const heard = since(world);
    expect(await world.ask('ExtendedTriggerMessage', { requestedMessage: 'FirmwareStatusNotification' })).toEqual({ status: 'Accepted' });
    expect(await world.ask('TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' })).toEqual({ status: 'Accepted' });
    await world.seconds(1);
    expect(heard(ACTION)).toEqual([{ status: 'InstallScheduled', requestId: 11 }]);
    expect(heard('FirmwareStatusNotification')).toEqual([{ status: 'Idle' }]);
  });
});
