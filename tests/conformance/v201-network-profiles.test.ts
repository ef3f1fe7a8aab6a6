/** OCPP 2.0.1 B09, B10: network profiles, their order, and the way back. */
import { describe, expect, it } from 'vitest';
import { item, set, station, World } from './charging-station.ts';

const FIRST = 'ws://csms.example/ocpp/CP1';
const SECOND = 'ws://second.example/ocpp/CP1';

function profile(configurationSlot: number, over: object = {}): Record<string, unknown> {
  return { configurationSlot, connectionData: {
    messageTimeout: 30, ocppCsmsUrl: 'ws://second.example/ocpp', ocppInterface: 'Wired0', ocppVersion: 'OCPP20', ocppTransport: 'JSON', securityProfile: 0, ...over,
  } };
}

async function prioritise(world: World, attributeValue: string): Promise<unknown> {
  return (await world.ask('SetVariables', { setVariableData: [item('OCPPCommCtrlr.NetworkConfigurationPriority', { attributeValue })] })).setVariableResult;
}

async function value(world: World, name: string, instance?: string): Promise<string> {
  const wanted = item(name) as { component: object };
  const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [{ ...wanted, component: { ...wanted.component, ...(instance === undefined ? {} : { instance }) } }] });
  return (getVariableResult as readonly { attributeValue: string }[])[0]?.attributeValue ?? '';
}

/** Every attempt to connect, with the time since the one before in s, and how many other connections stood then. */
function attempts(world: World): { readonly urls: () => string[]; readonly waits: () => number[]; readonly standing: () => number[] } {
  const seen: { url: string; atMs: number; standing: number }[] = [];
  world.network.onConnection(({ url }) => seen.push({ url, atMs: world.clock.monotonicMs(), standing: world.network.connections.filter((other) => other.url !== url).length }));
  return {
    urls: () => seen.map(({ url }) => url),
    waits: () => seen.slice(1).map(({ atMs }, index) => (atMs - (seen[index]?.atMs ?? 0)) / 1000),
    standing: () => seen.map(({ standing }) => standing),
  };
}

/** Steps 1 to 6 of the migrations: profile into slot 2, slots 2 and 1 in this order, reset. */
async function migrate(world: World): Promise<void> {
  expect(await world.ask('SetNetworkProfile', profile(2))).toEqual({ status: 'Accepted' });
  expect(await prioritise(world, '2,1')).toMatchObject([{ attributeStatus: 'Accepted' }]);
  expect(await world.ask('Reset', { type: 'OnIdle' })).toEqual({ status: 'Accepted' });
}

describe('B09 setting a profile', () => {
  it('B09.FR.01 a valid one is Accepted, can be read back, and is there after a restart', async () => {
    const world = await station();
    expect(await world.ask('SetNetworkProfile', profile(3, { messageTimeout: 17, ocppInterface: 'Wireless0' }))).toEqual({ status: 'Accepted' });
    world.kill();
    await world.start();
    expect([await value(world, 'NetworkConfiguration.OcppCsmsUrl', '3'), await value(world, 'NetworkConfiguration.MessageTimeout', '3'), await value(world, 'NetworkConfiguration.OcppInterface', '3'),
      await value(world, 'NetworkConfiguration.OcppCsmsUrl', '1'), await value(world, 'NetworkConfiguration.OcppCsmsUrl', '2')])
      .toEqual(['ws://second.example/ocpp', '17', 'Wireless0', 'ws://csms.example/ocpp', '']);
  });

  it.each([
    ['no WebSocket address', { ocppCsmsUrl: 'https://second.example' }, 'InvalidURL'], ['no address', { ocppCsmsUrl: 'ws://[' }, 'InvalidURL'],
    ['a password in the address', { ocppCsmsUrl: 'ws://a:b@second.example' }, 'InvalidURL'], ['no time for an answer', { messageTimeout: 0 }, 'InvalidNetworkConf'],
    ['a network that the machine can\'t pick', { ocppInterface: 'Wireless2' }, 'InvalidNetworkConf'], ['SOAP', { ocppTransport: 'SOAP' }, 'UnsupportedParam'],
    ['a modem', { apn: { apn: 'internet', apnAuthentication: 'AUTO' } }, 'UnsupportedParam'],
    ['a tunnel', { vpn: { server: 's', user: 'u', password: 'p', key: 'k', type: 'IKEv2' } }, 'UnsupportedParam'],
    ['profile 2 without TLS', { securityProfile: 2 }, 'InvalidNetworkConf'],
  ])('B09.FR.02 %s: Rejected, with the reason, and nothing is stored', async (_, over, reasonCode) => {
    const world = await station();
    expect(await world.ask('SetNetworkProfile', profile(2, over))).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode } });
    expect(await value(world, 'NetworkConfiguration.OcppCsmsUrl', '2')).toBe('');
  });

  it('B09.FR.03 a disk that doesn\'t take it: Failed, and the slot stays as it was', async () => {
    const world = await station();
    world.store.failNextCommits(1);
    expect(await world.ask('SetNetworkProfile', profile(2))).toMatchObject({ status: 'Failed', statusInfo: { reasonCode: 'OutOfStorage' } });
    expect(await value(world, 'NetworkConfiguration.OcppCsmsUrl', '2')).toBe('');
  });

  it('B09.FR.04 a lower security profile than the one in use: Rejected', async () => {
    const world = await World.started({ settings: [['SecurityCtrlr.SecurityProfile', '1']] });
    expect(await world.ask('SetNetworkProfile', profile(2, { securityProfile: 0 }))).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'NoSecurityDowngrade' } });
    expect(await world.ask('SetNetworkProfile', profile(2, { securityProfile: 1 }))).toEqual({ status: 'Accepted' });
  });

  it('B09.FR.05/FR.06 the slots are those of NetworkConfigurationPriority, two at least; another is Rejected', async () => {
    const world = await station();
    await world.ask('GetReport', { requestId: 1, componentVariable: [item('OCPPCommCtrlr.NetworkConfigurationPriority')] });
    await world.seconds(2);
    const [part] = world.csms.of('NotifyReport') as unknown as readonly { reportData: readonly { variableCharacteristics: { valuesList: string } }[] }[];
    const slots = (part?.reportData[0]?.variableCharacteristics.valuesList ?? '').split(',').map(Number);
    expect(slots.length).toBeGreaterThanOrEqual(2);
    for (const slot of slots) expect(await world.ask('SetNetworkProfile', profile(slot))).toEqual({ status: 'Accepted' });
    expect(await world.ask('SetNetworkProfile', profile(Math.max(...slots) + 1))).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'InvalidConfSlot' } });
  });

  it('a profile\'s messageTimeout is what holds on its connection', async () => {
    const world = await station();
    expect(await value(world, 'OCPPCommCtrlr.MessageTimeout[Default]')).toBe('30');
    expect(await world.ask('SetNetworkProfile', profile(2, { messageTimeout: 7 }))).toEqual({ status: 'Accepted' });
    expect(await prioritise(world, '2,1')).toMatchObject([{ attributeStatus: 'Accepted' }]);
    await world.ask('Reset', { type: 'Immediate' });
    await world.seconds(10);
    expect(await value(world, 'OCPPCommCtrlr.MessageTimeout[Default]')).toBe('7');
    // And it is what the station does: the driver waits no longer for an answer.
    world.csms.answers.set('Authorize', () => 'silent');
    const before = world.clock.monotonicMs();
    await world.card();
    expect((world.clock.monotonicMs() - before) / 1000).toBeLessThan(10);
  });
});

describe('B10 which profile is used', () => {
  it('B10.FR.01/FR.02 a priority list of filled slots is Accepted, one with an empty slot Rejected', async () => {
    const world = await station();
    expect(await prioritise(world, '2,1')).toMatchObject([{ attributeStatus: 'Rejected', attributeStatusInfo: { reasonCode: 'InvalidConfSlot' } }]);
    await world.ask('SetNetworkProfile', profile(2));
    expect(await prioritise(world, '2,1')).toMatchObject([{ attributeStatus: 'Accepted' }]);
    for (const wrong of ['', '1,1', '4', '1;2']) expect(await prioritise(world, wrong)).toMatchObject([{ attributeStatus: 'Rejected' }]);
    expect(await value(world, 'OCPPCommCtrlr.NetworkConfigurationPriority')).toBe('2,1');
  });

  it('TC_B_45_CS, B10.FR.04/FR.06 to the new CSMS: after the reset the first entry, and the old connection is gone before the new one is tried', async () => {
    const world = await station();
    const seen = attempts(world);
    await migrate(world);
    await world.seconds(10);
    expect(seen.urls()).toEqual([SECOND]);
    expect(seen.standing()).toEqual([0]);
    expect(world.csms.of('BootNotification')).toHaveLength(2);
    expect(world.csms.connection?.url).toBe(SECOND);
    expect(await value(world, 'OCPPCommCtrlr.ActiveNetworkProfile')).toBe('2');
  });

  it('TC_B_46_CS, B10.FR.03 the first entry doesn\'t answer: two attempts, then the second entry', async () => {
    const world = await station({ 'OCPPCommCtrlr.NetworkProfileConnectionAttempts': '2' });
    world.csms.unreachable = 'second.example';
    const seen = attempts(world);
    await migrate(world);
    await world.seconds(60);
    expect(seen.urls()).toEqual([SECOND, SECOND, FIRST]);
    expect(world.csms.of('BootNotification')).toHaveLength(2);
    expect(world.csms.connection?.url).toBe(FIRST);
  });

  it('TC_B_49_CS, B10.FR.07 no entry answers: back to the profile that worked last, until it does', async () => {
    const world = await station({
      'OCPPCommCtrlr.NetworkProfileConnectionAttempts': '1', 'OCPPCommCtrlr.RetryBackOffRepeatTimes': '0', 'OCPPCommCtrlr.RetryBackOffRandomRange': '0', 'OCPPCommCtrlr.RetryBackOffWaitMinimum': '10',
    });
    const seen = attempts(world);
    world.csms.unreachable = 'example';
    await migrate(world);
    await world.seconds(16);
    expect(seen.urls()).toEqual([SECOND, FIRST]);
    world.csms.unreachable = null;
    await world.seconds(10);
    expect(seen.urls()).toEqual([SECOND, FIRST, FIRST]);
    expect(seen.waits()[1]).toBeGreaterThanOrEqual(10);
    expect(world.csms.of('BootNotification')).toHaveLength(2);
  });

  it('B10.FR.07/FR.08/FR.09 it goes round for ever: the list, the profile that worked last as it was, the list', async () => {
    const world = await station({ 'OCPPCommCtrlr.NetworkProfileConnectionAttempts': '1', 'OCPPCommCtrlr.RetryBackOffWaitMinimum': '1', 'OCPPCommCtrlr.RetryBackOffRandomRange': '0' });
    // The CSMS spoils both slots that the list names.
    expect(await world.ask('SetNetworkProfile', profile(1, { ocppCsmsUrl: 'ws://wrong.example' }))).toEqual({ status: 'Accepted' });
    expect(await world.ask('SetNetworkProfile', profile(2))).toEqual({ status: 'Accepted' });
    expect(await prioritise(world, '1,2')).toMatchObject([{ attributeStatus: 'Accepted' }]);
    world.csms.unreachable = 'example';
    const seen = attempts(world);
    await world.ask('Reset', { type: 'Immediate' });
    await world.seconds(300);
    const WRONG = 'ws://wrong.example/CP1';
    expect(seen.urls().slice(0, 7)).toEqual([WRONG, SECOND, FIRST, FIRST, FIRST, WRONG, SECOND]);
    world.csms.unreachable = 'wrong.example';
    world.network.refusing = true;
    await world.seconds(86_400);
    world.network.refusing = false;
    await world.seconds(200);
    expect(world.state.csms).toBe('connected');
  });

  it('B10.FR.10 another profile, or the first again: BootNotification anew; the same one: none', async () => {
    const world = await station({ 'OCPPCommCtrlr.NetworkProfileConnectionAttempts': '1', 'OCPPCommCtrlr.RetryBackOffWaitMinimum': '1' });
    await world.ask('SetNetworkProfile', profile(2));
    await prioritise(world, '1,2');
    const loseAnd = async (unreachable: string | null): Promise<[string, number]> => {
      world.csms.unreachable = unreachable;
      world.network.reset();
      await world.seconds(60);
      return [world.csms.connection?.url ?? '', world.csms.of('BootNotification').length];
    };
    expect(await loseAnd(null)).toEqual([FIRST, 1]);
    expect(await loseAnd('csms.example')).toEqual([SECOND, 2]);
    expect(world.csms.of('BootNotification').at(-1)).toMatchObject({ reason: 'Unknown' });
    expect(await loseAnd('second.example')).toEqual([FIRST, 3]);
  });
});

it('TC_B_57_CS a lost connection: the wait is RetryBackOffWaitMinimum, and doubles with every attempt that fails', async () => {
  const MINIMUM_S = 7;
  const world = await station({
    'OCPPCommCtrlr.RetryBackOffRepeatTimes': '2', 'OCPPCommCtrlr.RetryBackOffRandomRange': '0', 'OCPPCommCtrlr.RetryBackOffWaitMinimum': String(MINIMUM_S),
  });
  await set(world, 'OCPPCommCtrlr.NetworkProfileConnectionAttempts', '5');
  const lostMs = world.clock.monotonicMs();
  const arrivals: number[] = [];
  world.network.onConnection(() => arrivals.push((world.clock.monotonicMs() - lostMs) / 1000));
  world.csms.connection?.close();
  await world.seconds(MINIMUM_S + 1);
  expect(world.csms.connections).toBe(2);
  expect(arrivals[0]).toBeGreaterThanOrEqual(MINIMUM_S);
  world.csms.unreachable = 'example';
  const againS = (world.clock.monotonicMs() - lostMs) / 1000;
  world.csms.connection?.close();
  await world.seconds(MINIMUM_S + 1);
  world.csms.unreachable = null;
  await world.seconds(2 * MINIMUM_S + 1);
  expect(world.csms.connections).toBe(3);
  expect(arrivals).toHaveLength(3);
  expect((arrivals[1] ?? 0) - againS).toBeGreaterThanOrEqual(MINIMUM_S);
  expect((arrivals[2] ?? 0) - (arrivals[1] ?? 0)).toBeGreaterThanOrEqual(2 * MINIMUM_S);
});
