/** OCPP 1.6 sections 3.5.4, 3.7.1, 3.16, 4.8, 4.10 on the wire: ids that come late or never, what a stop carries, invalid ids, cables. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, chargePoint, configure, offline, online, OTHER, since, statuses, type World } from './charge-point.ts';

const START = 'StartTransaction';
const STOP = 'StopTransaction';

/** The next StartTransaction isn't answered until the CSMS gets to it. */
function slowStart(world: World): { readonly answer: (transactionId: number, status?: string) => void } {
  let id = '';
  world.csms.answers.set(START, (_, received) => {
    id = received.id;
    return 'silent';
  });
  return { answer: (transactionId, status = 'Accepted') => {
    world.csms.answers.delete(START);
    world.csms.raw(JSON.stringify([3, id, { transactionId, idTagInfo: { status } }]));
  } };
}

async function session(world: World, seconds = 5): Promise<void> {
  world.ev().plugIn();
  await world.seconds(2);
  await world.card();
  await world.seconds(seconds);
}

const transactionMessages = (world: World): (readonly [string, unknown])[] => world.csms.received
  .filter(({ action }) => [START, 'MeterValues', STOP].includes(action)).map(({ action, payload }) => [action, payload.transactionId] as const);

describe('a transaction id that comes late', () => {
  it('after the session: MeterValues and StopTransaction wait for it and carry it', async () => {
    const world = await chargePoint();
    await configure(world, 'MeterValueSampleInterval', '5');
    await configure(world, 'MessageTimeout', '120');
    const start = slowStart(world);
    await session(world, 12);
    await world.card();
    await world.seconds(5);
    expect(world.agent.snapshot().evses[0]?.state).toBe('finished');
    expect(transactionMessages(world)).toEqual([[START, undefined]]);
    start.answer(4711);
    await world.seconds(3);
    expect(transactionMessages(world)).toEqual([[START, undefined], ['MeterValues', 4711], ['MeterValues', 4711], [STOP, 4711]]);
    expect(await world.ask('RemoteStopTransaction', { transactionId: 4711 })).toEqual({ status: 'Rejected' });
  });

  it('a restart in between: the same StartTransaction again, then the rest under the id of its answer', async () => {
    const world = await chargePoint();
    await configure(world, 'MeterValueSampleInterval', '5');
    slowStart(world);
    await session(world, 12);
    await world.card();
    await world.seconds(5);
    world.kill();
    world.csms.answers.set(START, () => ({ transactionId: 0, idTagInfo: { status: 'Accepted' } })); // 0 is an id like others
    await world.start(10);
    const starts = world.csms.of(START);
    expect(starts).toHaveLength(2);
    expect(starts[1]).toEqual(starts[0]);
    expect(transactionMessages(world).slice(2)).toEqual([['MeterValues', 0], ['MeterValues', 0], [STOP, 0]]);
  });

  it('refused after the end: nothing more to stop, the next driver isn\'t disturbed, and the token is known as bad', async () => {
    const world = await chargePoint();
    for (const key of ['AuthorizationCacheEnabled', 'LocalPreAuthorize', 'LocalAuthorizeOffline', 'LocalAuthListEnabled']) await configure(world, key, 'true');
    await world.ask('SendLocalList', { listVersion: 1, updateType: 'Full', localAuthorizationList: [{ idTag: OTHER.value, idTagInfo: { status: 'Accepted' } }] });
    await configure(world, 'MessageTimeout', '120');
    const start = slowStart(world);
    await session(world);
    await world.card();
    await world.seconds(3);
    world.ev().unplug();
    await world.seconds(2);
    world.ev().plugIn();
    await world.seconds(2);
    await world.card(OTHER);
    await world.seconds(5);
    start.answer(4711, 'Blocked');
    await world.seconds(10);
    expect(transactionMessages(world).filter(([action]) => action !== 'MeterValues')).toEqual([[START, undefined], [STOP, 4711], [START, undefined]]);
    expect(world.state.evses[0]?.powerW).toBeGreaterThan(1000);
    await offline(world);
    expect(await world.card()).toMatchObject({ status: 'Blocked' });
  });

  it('errata 3.18: never: what follows goes with -1, and the next transaction as usual', async () => {
    const world = await chargePoint();
    await configure(world, 'MeterValueSampleInterval', '5');
    await configure(world, 'TransactionMessageAttempts', '2');
    await configure(world, 'TransactionMessageRetryInterval', '3');
    world.csms.answers.set(START, () => ({ error: 'InternalError' }));
    await session(world, 12);
    await world.card();
    await world.seconds(5);
    expect(transactionMessages(world)).toEqual([[START, undefined], [START, undefined], ['MeterValues', -1], ['MeterValues', -1], [STOP, -1]]);
    world.csms.answers.delete(START);
    world.ev().unplug();
    await world.seconds(2);
    await session(world);
    await world.card();
    await world.seconds(5);
    expect(world.csms.of(STOP).at(-1)).toMatchObject({ transactionId: 1001 });
  });

  it('a StopTransaction whose answer was lost with the power is repeated, word for word', async () => {
    const world = await chargePoint();
    await charging(world);
    world.csms.answers.set(STOP, () => 'silent');
    await world.card();
    await world.seconds(5);
    world.kill();
    world.csms.answers.delete(STOP);
    await world.start(10);
    const stops = world.csms.of(STOP);
    expect(stops).toHaveLength(2);
    expect(stops[1]).toEqual(stops[0]);
    expect(stops[0]).toMatchObject({ transactionId: 1001, reason: 'Local' });
  });
});

describe('a message that the CSMS fails to process (section 3.7.1)', () => {
  it('TransactionMessageAttempts, TransactionMessageRetryInterval: after 10 s, after 20 s, then the next', async () => {
    const world = await chargePoint();
    await configure(world, 'TransactionMessageAttempts', '3');
    await configure(world, 'TransactionMessageRetryInterval', '10');
    world.csms.answers.set(STOP, () => ({ error: 'InternalError' }));
    await charging(world);
    await world.card();
    await world.seconds(5);
    world.ev().unplug();
    await world.seconds(2);
    await session(world);
    await world.seconds(60);
    const order = world.csms.received.filter(({ action }) => action.endsWith('Transaction'));
    expect(order.map(({ action }) => action)).toEqual([START, STOP, STOP, STOP, START]);
    const [, first = 0, second = 0, third = 0] = order.map(({ atMs }) => atMs / 1000);
    expect([Math.round(second - first), Math.round(third - second)]).toEqual([10, 20]);
  });

  it('being offline is no attempt', async () => {
    const world = await chargePoint();
    await configure(world, 'TransactionMessageAttempts', '1');
    await charging(world);
    await offline(world);
    await world.card();
    for (let outage = 0; outage < 3; outage++) {
      world.csms.answers.set(STOP, () => 'silent');
      world.network.refusing = false;
      await world.seconds(60);
      if (world.csms.of(STOP).length > 0) break;
      await offline(world);
    }
    await offline(world); // the connection goes while the CSMS thinks
    world.csms.answers.delete(STOP);
    await online(world);
    expect(world.csms.of(STOP).at(-1)).toMatchObject({ transactionId: 1001 });
    expect(world.state.queued).toBe(0);
  });
});

interface Value { readonly timestamp: string; readonly sampledValue: readonly { readonly context?: string; readonly measurand?: string }[] }

/** `context measurands` of each element of transactionData. */
function transactionData(world: World): string[] {
  const { transactionData: data = [] } = (world.csms.of(STOP).at(-1) ?? {}) as { transactionData?: readonly Value[] };
  return data.map(({ sampledValue }) => `${sampledValue[0]?.context ?? ''} ${[...new Set(sampledValue.map(({ measurand }) => measurand))].sort().join(',')}`);
}

describe('transactionData', () => {
  async function stopAfter(world: World, seconds: number): Promise<void> {
    await session(world, seconds);
    await world.card();
    await world.seconds(3);
  }

  it('section 3.16.1 StopTxnSampledData: begin, every MeterValueSampleInterval, end', async () => {
    const world = await chargePoint();
    await configure(world, 'StopTxnSampledData', 'Energy.Active.Import.Register,Current.Import');
    await configure(world, 'StopTxnAlignedData', '');
    await configure(world, 'MeterValuesSampledData', 'Voltage');
    await configure(world, 'MeterValueSampleInterval', '10');
    await stopAfter(world, 35);
    const both = 'Current.Import,Energy.Active.Import.Register';
    expect(transactionData(world)).toEqual([
      `Transaction.Begin ${both}`, `Sample.Periodic ${both}`, `Sample.Periodic ${both}`, `Sample.Periodic ${both}`, `Transaction.End ${both}`,
    ]);
    const times = (world.csms.of(STOP)[0]?.transactionData as Value[]).map(({ timestamp }) => Date.parse(timestamp));
    const gapsS = times.slice(1, 4).map((time, index) => Math.round((time - (times[index] ?? 0)) / 1000));
    expect([[10, 11].includes(gapsS[0] ?? 0), gapsS[1], gapsS[2]]).toEqual([true, 10, 10]);
  });

  it('section 3.16.2 StopTxnAlignedData: every ClockAlignedDataInterval by the clock; errata 3.14: begin and end too', async () => {
    const world = await chargePoint();
    await configure(world, 'StopTxnSampledData', '');
    await configure(world, 'StopTxnAlignedData', 'Power.Active.Import');
    await configure(world, 'MeterValuesAlignedData', '');
    await configure(world, 'ClockAlignedDataInterval', '20');
    await world.seconds(7);
    await stopAfter(world, 45);
    expect(transactionData(world)).toEqual(['Transaction.Begin Power.Active.Import', ...Array.from({ length: 2 }, () => 'Sample.Clock Power.Active.Import'), 'Transaction.End Power.Active.Import']);
    for (const { timestamp } of (world.csms.of(STOP)[0]?.transactionData as Value[]).slice(1, -1)) expect(Date.parse(timestamp) % 20_000).toBe(0);
  });

  it('errata 3.14 both: begin and end tell every configured measurand', async () => {
    const world = await chargePoint();
    await configure(world, 'StopTxnSampledData', 'Voltage');
    await configure(world, 'StopTxnAlignedData', 'Energy.Active.Import.Register');
    await stopAfter(world, 10);
    expect(transactionData(world)).toEqual(['Transaction.Begin Energy.Active.Import.Register,Voltage', 'Transaction.End Energy.Active.Import.Register,Voltage']);
  });

  it('section 3.16.5 neither: none; the intervals at 0: begin and end only', async () => {
    const world = await chargePoint();
    for (const [key, value] of [['StopTxnSampledData', ''], ['StopTxnAlignedData', ''], ['MeterValueSampleInterval', '5']] as const) await configure(world, key, value);
    await stopAfter(world, 20);
    expect(world.csms.of(STOP)[0]).not.toHaveProperty('transactionData');
    world.ev().unplug();
    await world.seconds(2);
    await configure(world, 'MeterValueSampleInterval', '0');
    await configure(world, 'StopTxnSampledData', 'SoC,Voltage');
    const seen = since(world);
    await stopAfter(world, 20);
    expect(transactionData(world).map((value) => value.split(' ')[0])).toEqual(['Transaction.Begin', 'Transaction.End']);
    expect(seen('MeterValues')).toEqual([]);
  });

  it('values of before a power cut are still there at the end', async () => {
    const world = await chargePoint();
    await configure(world, 'MeterValueSampleInterval', '10');
    await session(world, 25);
    world.kill();
    await world.start(10);
    await world.card();
    await world.seconds(3);
    expect(transactionData(world).map((value) => value.split(' ')[0])).toEqual(['Transaction.Begin', 'Sample.Periodic', 'Sample.Periodic', 'Transaction.End']);
  });
});

describe('an id that the CSMS calls invalid (section 3.5.4, errata 3.17)', () => {
  const refused = async (world: World, seconds = 10): Promise<void> => {
    world.csms.answers.set(START, () => ({ transactionId: 88, idTagInfo: { status: 'Invalid' } }));
    await session(world, seconds);
  };
  const delivered = (world: World): number => (world.state.evses[0]?.meterWh ?? 0) - Number(world.csms.of(START)[0]?.meterStart);

  it('StopTransactionOnInvalidId=true: DeAuthorized; the cable stays locked until its owner comes', async () => {
    const world = await chargePoint();
    await configure(world, 'StopTransactionOnInvalidId', 'true');
    await refused(world);
    expect(world.csms.of(STOP)).toMatchObject([{ transactionId: 88, reason: 'DeAuthorized' }]);
    expect(world.csms.of(STOP)[0]).not.toHaveProperty('idTag');
    expect(statuses(world).at(-1)).toBe('Finishing');
    expect(world.agent.snapshot().evses[0]).toMatchObject({ state: 'finished', connectors: [{ locked: true }] });
    await world.card(OTHER);
    await world.seconds(2);
    expect(world.agent.snapshot().evses[0]?.connectors[0]?.locked).toBe(true);
    expect(world.csms.of(START)).toHaveLength(1);
    await world.card();
    await world.seconds(2);
    expect(world.agent.snapshot().evses[0]?.connectors[0]?.locked).toBe(false);
    expect(world.csms.of(START)).toHaveLength(1);
  });

  it('StopTransactionOnInvalidId=false: only the energy stops; its card ends the transaction', async () => {
    const world = await chargePoint();
    await configure(world, 'StopTransactionOnInvalidId', 'false');
    await refused(world);
    expect(statuses(world).at(-1)).toBe('SuspendedEVSE');
    expect(world.csms.of(STOP)).toEqual([]);
    await world.card();
    await world.seconds(3);
    expect(world.csms.of(STOP)).toMatchObject([{ transactionId: 88, reason: 'Local', idTag: CARD.value }]);
    expect(statuses(world).at(-1)).toBe('Finishing');
  });

  it('MaxEnergyOnInvalidId: so many Wh to drive away with, no more, over a power cut too', async () => {
    const world = await chargePoint();
    await configure(world, 'StopTransactionOnInvalidId', 'false');
    await configure(world, 'MaxEnergyOnInvalidId', '300');
    await refused(world, 20);
    expect(statuses(world).at(-1)).toBe('Charging');
    world.kill();
    await world.start(10);
    await world.seconds(180);
    expect(statuses(world).at(-1)).toBe('SuspendedEVSE');
    expect(world.csms.of(STOP)).toEqual([]);
    expect(delivered(world)).toBeGreaterThanOrEqual(300);
    expect(delivered(world)).toBeLessThan(330); // what flows until the contactor opens
    await world.seconds(60);
    expect(delivered(world)).toBeLessThan(330);
  });

  it('section 3.5.4 offline: AllowOfflineTxForUnknownId serves the unknown, never one known as bad', async () => {
    const world = await chargePoint();
    for (const key of ['AllowOfflineTxForUnknownId', 'LocalAuthListEnabled']) await configure(world, key, 'true');
    expect(await world.ask('SendLocalList', { listVersion: 1, updateType: 'Full', localAuthorizationList: [{ idTag: OTHER.value, idTagInfo: { status: 'Blocked' } }] })).toEqual({ status: 'Accepted' });
    await offline(world);
    world.ev().plugIn();
    await world.seconds(2);
    expect(await world.card(OTHER)).toMatchObject({ status: 'Blocked' });
    expect(await world.card()).toMatchObject({ status: 'Accepted', by: 'none' });
    await world.seconds(5);
    expect(world.state.evses[0]?.powerW).toBeGreaterThan(1000);
    await online(world);
    expect(world.csms.of(START)).toMatchObject([{ idTag: CARD.value }]);
  });

  it('section 4.10 StopTransaction.conf is believed as well', async () => {
    const world = await chargePoint();
    for (const key of ['AuthorizationCacheEnabled', 'LocalAuthorizeOffline']) await configure(world, key, 'true');
    world.csms.answers.set(STOP, () => ({ idTagInfo: { status: 'Expired' } }));
    await charging(world);
    await world.card();
    await world.seconds(3);
    world.ev().unplug();
    await offline(world);
    expect(await world.card()).toMatchObject({ status: 'Expired' });
  });
});

describe('the cable is pulled at the car (section 4.10)', () => {
  const locked = (world: World): boolean | undefined => world.agent.snapshot().evses[0]?.connectors[0]?.locked;
  const pulled = async (stops: string, unlocks: string): Promise<World> => {
    const world = await chargePoint();
    await configure(world, 'StopTransactionOnEVSideDisconnect', stops);
    await configure(world, 'UnlockConnectorOnEVSideDisconnect', unlocks);
    await charging(world);
    world.ev().unplug();
    await world.seconds(3);
    return world;
  };

  it('UnlockConnectorOnEVSideDisconnect=true: stopped, told as Finishing with its reason, unlocked, free', async () => {
    const world = await pulled('true', 'true');
    expect(world.csms.of(STOP)).toMatchObject([{ reason: 'EVDisconnected' }]);
    const [finishing, free] = world.csms.of('StatusNotification').slice(-2);
    expect(finishing).toMatchObject({ status: 'Finishing', errorCode: 'NoError', info: 'EV side disconnected' });
    expect(free).toMatchObject({ status: 'Available' });
    expect(locked(world)).toBe(false);
  });

  it.each(['card', 'UnlockConnector'])('UnlockConnectorOnEVSideDisconnect=false: Finishing and locked, for nobody else, until %s', async (how) => {
    const world = await pulled('true', 'false');
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ status: 'Finishing', info: 'EV side disconnected' });
    expect(locked(world)).toBe(true);
    await world.seconds(120);
    expect(world.agent.snapshot().evses[0]?.state).toBe('finished');
    expect(await world.card(OTHER)).toMatchObject({ status: 'ConcurrentTx' });
    if (how === 'card') await world.card();
    else expect(await world.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
    await world.seconds(2);
    expect(locked(world)).toBe(false);
    expect(statuses(world).slice(-2)).toEqual(['Finishing', 'Available']);
  });

  it('StopTransactionOnEVSideDisconnect=false goes before UnlockConnectorOnEVSideDisconnect=true: suspended and locked; a remote stop: Finishing', async () => {
    const world = await pulled('false', 'true');
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ status: 'SuspendedEV', info: 'EV side disconnected' });
    expect(locked(world)).toBe(true);
    expect(await world.ask('RemoteStopTransaction', { transactionId: 1001 })).toEqual({ status: 'Accepted' });
    await world.seconds(3);
    expect(statuses(world).slice(-3)).toEqual(['SuspendedEV', 'Finishing', 'Available']);
    expect(world.csms.of(STOP)).toMatchObject([{ reason: 'Remote' }]);
    expect(locked(world)).toBe(false);
  });

  it('a fixed cable needs nobody any more: Available (C1)', async () => {
    const world = await chargePoint({ connectors: [{ type: 'cType2', canLock: false }] });
    await charging(world);
    world.ev().unplug();
    await world.seconds(3);
    expect(statuses(world).slice(-2)).toEqual(['Charging', 'Available']);
  });
});
