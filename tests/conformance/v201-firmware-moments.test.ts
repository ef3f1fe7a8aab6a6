/** Block L of OCPP 2.0.1: updates while cars charge, restarts and outages come, and triggers ask. */
import { describe, expect, it } from 'vitest';
import { charging, offline, online, since, statuses } from './charging-station.ts';
import { expectStory, FILE, ready, request, story, told } from './firmware.ts';

describe('L01: cars that charge', () => {
  it('TC_L_12_CS, L01.FR.13, L01.FR.06 nothing while one charges, new sessions allowed: the download waits for the last car', async () => {
    const world = await ready({ 'Kerbside.FirmwareDuringTransactions': 'Nothing', 'ChargingStation.AllowNewSessionsPendingFirmwareUpdate': 'true' }, { evses: 2 });
    await charging(world, 1);
    const from = world.csms.received.length;
    expect(await world.ask('UpdateFirmware', request(world, 41))).toEqual({ status: 'Accepted' });
    await world.seconds(10);
    expect(story(world, from)).toEqual(['DownloadScheduled']);
    await charging(world, 2);
    world.ev(1).unplug();
    await world.seconds(10);
    expect(story(world, from)).toEqual(['DownloadScheduled']);
    world.ev(2).unplug();
    await world.seconds(30);
    expectStory(world, from, ['DownloadScheduled']);
    expect([statuses(world, 1).at(-1), statuses(world, 2).at(-1)]).toEqual(['Available', 'Available']);
  });

  it('TC_L_13_CS, L01.FR.07 nothing while one charges, new sessions not allowed: free outlets are Unavailable, and each that becomes free', async () => {
    const world = await ready({ 'Kerbside.FirmwareDuringTransactions': 'Nothing', 'ChargingStation.AllowNewSessionsPendingFirmwareUpdate': 'false' }, { evses: 3 });
    await charging(world, 1);
    await charging(world, 3);
    const from = world.csms.received.length;
    await world.ask('UpdateFirmware', request(world, 42));
    await world.seconds(10);
    expect(story(world, from)).toEqual(['DownloadScheduled']);
    expect([1, 2, 3].map((evse) => statuses(world, evse).at(-1))).toEqual(['Occupied', 'Unavailable', 'Occupied']);
    expect((await world.card(undefined, 2)).status).not.toBe('Accepted');
    world.ev(3).unplug();
    await world.seconds(5);
    expect(statuses(world, 3).at(-1)).toBe('Unavailable');
    world.ev(1).unplug();
    await world.seconds(30);
    expectStory(world, from, ['DownloadScheduled']);
    expect([1, 2, 3].map((evse) => statuses(world, evse).at(-1))).toEqual(['Available', 'Available', 'Available']);
  });

  it('TC_L_14_CS, L01.FR.06, L01.FR.33, L01.FR.34 the download doesn\'t disturb a car, the installation waits; new sessions allowed', async () => {
    const world = await ready({ 'ChargingStation.AllowNewSessionsPendingFirmwareUpdate': 'true' }, { evses: 2 });
    await charging(world, 1);
    const from = world.csms.received.length;
    expect(await world.ask('UpdateFirmware', request(world, 43))).toEqual({ status: 'Accepted' });
    await world.seconds(10);
    const waiting = ['Downloading', 'Downloaded', 'SignatureVerified', 'InstallScheduled'];
    expect(story(world, from)).toEqual(waiting);
    await charging(world, 2);
    world.ev(1).unplug();
    await world.seconds(20);
    expect(story(world, from)).toEqual(waiting);
    world.ev(2).unplug();
    await world.seconds(30);
    expect(story(world, from).slice(4, 6)).toEqual(['Installing', 'InstallRebooting']);
    expect(told(world).at(-1)).toEqual({ status: 'Installed', requestId: 43 });
    expect(story(world, from)).toContain('event FirmwareUpdated');
    expect([1, 2].map((evse) => statuses(world, evse).at(-1))).toEqual(['Available', 'Available']);
    expect(world.csms.of('TransactionEvent').filter(({ eventType }) => eventType === 'Ended')).toHaveLength(2);
  });

  it('TC_L_15_CS, L01.FR.07 the installation waits; new sessions not allowed: free outlets are Unavailable', async () => {
    const world = await ready({ 'ChargingStation.AllowNewSessionsPendingFirmwareUpdate': 'false' }, { evses: 2 });
    await charging(world, 1);
    const from = world.csms.received.length;
    await world.ask('UpdateFirmware', request(world, 44));
    await world.seconds(10);
    expect(story(world, from)).toEqual(['Downloading', 'Downloaded', 'SignatureVerified', 'InstallScheduled']);
    expect([1, 2].map((evse) => statuses(world, evse).at(-1))).toEqual(['Occupied', 'Unavailable']);
    expect(world.agent.snapshot().updating).toBe(true); // the driver's screen says why
    world.ev(1).unplug();
    await world.seconds(30);
    expect(told(world).at(-1)).toEqual({ status: 'Installed', requestId: 44 });
    expect(story(world, from)).toContain('event FirmwareUpdated');
    expect([1, 2].map((evse) => statuses(world, evse).at(-1))).toEqual(['Available', 'Available']);
  });

  it('TC_L_16_CS with everything allowed: the restart comes with the car at the cable, and its transaction goes on', async () => {
    const world = await ready({ 'Kerbside.FirmwareDuringTransactions': 'All' });
    await charging(world);
    const from = world.csms.received.length;
    await world.ask('UpdateFirmware', request(world, 45));
    await world.seconds(60);
    expect(told(world).map(({ status }) => status)).toEqual(['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'Installed']);
    expect(story(world, from)).toContain('event FirmwareUpdated');
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
    world.ev().unplug();
    await world.seconds(20);
    const events = world.csms.of('TransactionEvent') as unknown as { eventType: string; seqNo: number; transactionInfo: { transactionId: string } }[];
    expect(new Set(events.map(({ transactionInfo }) => transactionInfo.transactionId)).size).toBe(1);
    expect(events.map(({ seqNo }) => seqNo)).toEqual(events.map((_, index) => index));
    expect(events.at(-1)?.eventType).toBe('Ended');
  });

  it('L01.FR.14 a session that begins during the download pauses it, where that is how it was set', async () => {
    const world = await ready({ 'Kerbside.FirmwareDuringTransactions': 'Nothing', 'ChargingStation.AllowNewSessionsPendingFirmwareUpdate': 'true' });
    world.http.answer = () => ({ status: 200, body: FILE, delayMs: 60_000 });
    await world.ask('UpdateFirmware', request(world, 46));
    await world.seconds(2);
    await charging(world);
    await world.seconds(120);
    expect(told(world)).toEqual([{ status: 'Downloading', requestId: 46 }, { status: 'DownloadPaused', requestId: 46 }]);
    world.ev().unplug();
    await world.seconds(120);
    expect(told(world).slice(2).map(({ status }) => status)).toEqual(['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'Installed']);
  });
});

describe('L01: restarts and outages in the middle', () => {
  it.each([
    ['waiting for its download', 5, { retrieveS: 60 }],
    ['downloading', 1, {}],
    ['waiting for its installation', 20, { installS: 120 }],
  ] as const)('L01.FR.10 a power cut while it is %s: the update goes on', async (_, afterS, wish) => {
    const world = await ready();
    await world.ask('UpdateFirmware', request(world, 51, wish));
    await world.seconds(afterS);
    world.kill();
    await world.start();
    await world.seconds(240);
    expect(told(world).at(-1)).toEqual({ status: 'Installed', requestId: 51 });
    expect(told(world).every(({ requestId }) => requestId === 51)).toBe(true);
    expect(world.csms.of('BootNotification').at(-1)).toMatchObject({ chargingStation: { firmwareVersion: '2.0.0' } });
  });

  it('a power cut in the middle of the installation: it is begun anew', async () => {
    const world = await ready();
    world.firmware.installing = new Promise(() => undefined);
    await world.ask('UpdateFirmware', request(world, 52));
    await world.seconds(10);
    expect(told(world).at(-1)?.status).toBe('Installing');
    world.kill();
    world.firmware.installing = Promise.resolve();
    await world.start();
    await world.seconds(60);
    expect(told(world).at(-1)).toEqual({ status: 'Installed', requestId: 52 });
  });

  it('a power cut just before the restart: the new version runs all the same', async () => {
    const world = await ready();
    await world.ask('UpdateFirmware', request(world, 53));
    for (let step = 0; step < 300 && !world.firmware.history.includes('activate'); step++) await world.clock.advance(10);
    world.kill();
    await world.start();
    await world.seconds(30);
    expect(told(world).at(-1)).toEqual({ status: 'Installed', requestId: 53 });
  });

  it('L01.FR.01 what happened while the CSMS was away is told when it is back, all of it and in order', async () => {
    const world = await ready();
    await world.ask('UpdateFirmware', request(world, 54, { retrieveS: 30 }));
    await world.seconds(5);
    await offline(world);
    await world.seconds(120);
    await online(world);
    expect(told(world).map(({ status }) => status)).toEqual(['DownloadScheduled', 'Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'Installed']);
  });
});

describe('F06 for firmware', () => {
  it('L01.FR.25, L01.FR.26 a trigger tells the last status, and Idle after Installed', async () => {
    const world = await ready();
    const ask = async (): Promise<unknown> => {
      const heard = since(world);
      expect(await world.ask('TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' })).toEqual({ status: 'Accepted' });
      await world.seconds(1);
      return heard('FirmwareStatusNotification');
    };
    expect(await ask()).toEqual([{ status: 'Idle' }]);
    await world.ask('UpdateFirmware', request(world, 61, { installS: 300 }));
    await world.seconds(20);
    expect(await ask()).toEqual([{ status: 'InstallScheduled', requestId: 61 }]);
    await world.seconds(330);
    expect(told(world).at(-1)).toEqual({ status: 'Installed', requestId: 61 });
    expect(await ask()).toEqual([{ status: 'Idle' }]);
    world.http.answer = () => ({ status: 404 });
    await world.ask('UpdateFirmware', request(world, 62));
    await world.seconds(20);
    expect(await ask()).toEqual([{ status: 'DownloadFailed', requestId: 62 }]);
  });
});
