/** Block L of OCPP 2.0.1: unsigned firmware (L02), and what a local controller does (L03, L04). */
import { describe, expect, it } from 'vitest';
import { charging, since, station, statuses, type World } from './charging-station.ts';
import { FILE, LOCATION, moment, told, type Wish } from './firmware.ts';

describe('L02: an update that nobody has signed', () => {
  const unsigned = (world: World, requestId: number, { retrieveS = -7200, installS, ...rest }: Wish = {}): Record<string, unknown> => ({
    requestId, firmware: { location: LOCATION, retrieveDateTime: moment(world, retrieveS), ...(installS === undefined ? {} : { installDateTime: moment(world, installS) }) }, ...rest,
  });
  const allowed = async (settings: Record<string, string> = {}, options: Parameters<typeof station>[1] = {}): Promise<World> => {
    const world = await station({ 'Kerbside.AllowUnsignedFirmware': 'true', ...settings }, options);
    world.http.answer = () => ({ status: 200, body: FILE, delayMs: 2000 });
    return world;
  };
  const names = (world: World): string[] => told(world).map(({ status }) => status);

  it('L02.FR.01, L02.FR.02, L02.FR.06, L02.FR.14, L02.FR.20, L02.FR.21 where it is allowed: installed without the signature\'s states', async () => {
    const world = await allowed();
    expect(await world.ask('UpdateFirmware', unsigned(world, 71))).toEqual({ status: 'Accepted' });
    await world.seconds(30);
    expect(names(world)).toEqual(['Downloading', 'Downloaded', 'Installing', 'InstallRebooting', 'Installed']);
    expect(told(world).every(({ requestId }) => requestId === 71)).toBe(true);
    expect(world.csms.of('BootNotification').at(-1)).toMatchObject({ reason: 'FirmwareUpdate', chargingStation: { firmwareVersion: '2.0.0' } });
  });

  it('L02.FR.07, L02.FR.10 both times are kept', async () => {
    const world = await allowed();
    await world.ask('UpdateFirmware', unsigned(world, 72, { retrieveS: 100, installS: 300 }));
    await world.seconds(90);
    expect(names(world)).toEqual(['DownloadScheduled']);
    await world.seconds(100);
    expect(names(world)).toEqual(['DownloadScheduled', 'Downloading', 'Downloaded', 'InstallScheduled']);
    await world.seconds(150);
    expect(names(world).slice(4)).toEqual(['Installing', 'InstallRebooting', 'Installed']);
  });

  it('L02.FR.03, L02.FR.04, L02.FR.22, L02.FR.23 it waits for the last car, free outlets are Unavailable', async () => {
    const world = await allowed({}, { evses: 2 });
    await charging(world, 1);
    await world.ask('UpdateFirmware', unsigned(world, 73));
    await world.seconds(60);
    expect(names(world)).toEqual(['Downloading', 'Downloaded', 'InstallScheduled']);
    expect([1, 2].map((evse) => statuses(world, evse).at(-1))).toEqual(['Occupied', 'Unavailable']);
    world.ev(1).unplug();
    await world.seconds(30);
    expect(names(world).at(-1)).toBe('Installed');
  });

  it('L02.FR.07, L02.FR.08 busy charging: DownloadScheduled; a session in the middle of the download: DownloadPaused', async () => {
    const world = await allowed({ 'Kerbside.FirmwareDuringTransactions': 'Nothing', 'ChargingStation.AllowNewSessionsPendingFirmwareUpdate': 'true' });
    world.http.answer = () => ({ status: 200, body: FILE, delayMs: 60_000 });
    await charging(world);
    await world.ask('UpdateFirmware', unsigned(world, 74));
    await world.seconds(10);
    expect(names(world)).toEqual(['DownloadScheduled']);
    world.ev().unplug();
    await world.seconds(10);
    await charging(world);
    expect(names(world)).toEqual(['DownloadScheduled', 'Downloading', 'DownloadPaused']);
  });

  it('L02.FR.15, L02.FR.18 a second one cancels the first; not while it is being installed', async () => {
    const world = await allowed();
    world.firmware.installing = new Promise(() => undefined);
    await world.ask('UpdateFirmware', unsigned(world, 75));
    await world.seconds(1);
    expect(await world.ask('UpdateFirmware', unsigned(world, 76))).toEqual({ status: 'AcceptedCanceled' });
    await world.seconds(10);
    expect(told(world).at(-1)).toEqual({ status: 'Installing', requestId: 76 });
    expect(await world.ask('UpdateFirmware', unsigned(world, 77))).toMatchObject({ status: 'Rejected' });
  });

  it('L02.FR.16, L02.FR.17, L02.FR.19 failed attempts end in DownloadFailed; a trigger tells that, and Idle after Installed', async () => {
    const world = await allowed();
    const ask = async (): Promise<unknown> => {
      const heard = since(world);
      await world.ask('TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' });
      await world.seconds(1);
      return heard('FirmwareStatusNotification');
    };
    world.http.answer = () => 'unreachable';
    await world.ask('UpdateFirmware', unsigned(world, 78, { retries: 1, retryInterval: 5 }));
    await world.seconds(20);
    expect(names(world)).toEqual(['Downloading', 'DownloadFailed']);
    expect(world.http.requests).toHaveLength(2);
    expect(await ask()).toEqual([{ status: 'DownloadFailed', requestId: 78 }]);
    world.http.answer = () => ({ status: 200, body: FILE });
    await world.ask('UpdateFirmware', unsigned(world, 79));
    await world.seconds(30);
    expect(await ask()).toEqual([{ status: 'Idle' }]);
  });
});

describe('L03, L04: a local controller\'s', () => {
  it('L03.FR.05 publishing is refused, L04.FR.03 there is nothing to unpublish', async () => {
    const world = await station();
    expect(await world.ask('PublishFirmware', { location: LOCATION, checksum: '0'.repeat(32), requestId: 1 })).toMatchObject({ status: 'Rejected' });
    expect(await world.ask('UnpublishFirmware', { checksum: '0'.repeat(32) })).toEqual({ status: 'NoFirmware' });
  });
});
