/** Full disks, corrupt books, jumping clocks, a CSMS that lies: clear errors, nothing accepted is lost, charging goes on. */
import { describe, expect, it } from 'vitest';
import { World } from './world.ts';

const seqNos = (world: World): number[] => world.csms.of('TransactionEvent').map((event) => event.seqNo as number);
const ascending = (numbers: readonly number[]): number[] => numbers.map((_, index) => index);

describe('the disk', () => {
  it('full in mid-charge: charging goes on, the screen warns, and all is written and sent when there is room again', async () => {
    const world = await World.started({ settings: [['SampledDataCtrlr.TxUpdatedInterval', '10']] });
    world.ev().plugIn();
    await world.card();
    await world.seconds(20);
    world.store.failNextCommits(40);
    await world.seconds(30);
    expect(world.state.evses[0]?.powerW).toBeGreaterThan(5000);
    const warning = world.agent.snapshot().books.warning;
    expect(warning).toMatch(/full|space|room/i);
    expect((await world.agent.presentToken({ value: 'ANOTHER', type: 'ISO14443' })).status).not.toBe('Accepted');
    await world.seconds(60);
    expect(world.agent.snapshot().books.warning).not.toBe(warning);
    await world.card();
    await world.seconds(10);
    expect(seqNos(world)).toEqual(ascending(seqNos(world)));
    expect(world.csms.story.at(-1)).toBe('Ended/StopAuthorized');
    expect(world.state.queued).toBe(0);
  });

  it('full before the start: no energy without a record', async () => {
    const world = await World.started();
    world.ev().plugIn();
    await world.seconds(2);
    world.csms.answers.set('Authorize', () => {
      world.store.failNextCommits(30); // the CSMS says yes, and from now on nothing can be written
      return { idTokenInfo: { status: 'Accepted' } };
    });
    await world.card();
    await world.seconds(15);
    expect(world.csms.of('TransactionEvent')).toEqual([]);
    expect(world.state.evses[0]?.powerW).toBe(0);
    await world.seconds(60);
    expect(world.csms.story[0]).toBe('Started/Authorized');
  });

  it('corrupt records: the station starts, says so, and serves', async () => {
    const world = new World();
    await world.clock.waitFor(world.store.commit([
      { op: 'put', collection: 'outbox', key: '0000000000000007', value: 'not a record' },
      { op: 'put', collection: 'evses', key: '1', value: 'nor is this' },
      { op: 'put', collection: 'variables', key: 'TxCtrlr.EVConnectionTimeOut', value: 'soon' },
      { op: 'put', collection: 'authCache', key: 'x', value: 5 },
      { op: 'put', collection: 'drivers', key: 'simulated-1', value: [1, 2, 3] },
      { op: 'put', collection: 'meta', key: 'run', value: 'seven' },
    ]));
    await world.start();
    world.ev().plugIn();
    await world.card();
    await world.seconds(10);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
    expect(world.logs.some((line) => line.includes('unreadable'))).toBe(true);
  });
});

describe('clocks', () => {
  it.each([-3 * 3600_000, 3 * 3600_000])('the machine\'s clock jumps by %d ms in mid-charge: times in the books don\'t', async (jumpMs) => {
    const world = await World.started({ settings: [['SampledDataCtrlr.TxUpdatedInterval', '10']] });
    world.ev().plugIn();
    await world.card();
    await world.seconds(15);
    world.clock.stepWall(jumpMs);
    await world.seconds(30);
    await world.card();
    await world.seconds(5);
    const times = world.csms.of('TransactionEvent').map((event) => Date.parse(String(event.timestamp)));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(60_000);
  });

  it('started offline with a clock of 1970: what happened is told with real times (MicroOcpp#311)', async () => {
    const world = new World({ settings: [['AuthCtrlr.OfflineTxForUnknownIdEnabled', 'true']] });
    world.clock.setWall(0);
    world.network.refusing = true;
    await world.start();
    world.ev().plugIn();
    expect((await world.card()).status).toBe('Accepted');
    await world.seconds(60);
    await world.card();
    await world.seconds(5);
    world.network.refusing = false;
    await world.seconds(120);
    const times = world.csms.of('TransactionEvent').map((event) => String(event.timestamp));
    expect(times.length).toBeGreaterThan(2);
    expect(times.every((time) => time.startsWith('2026-'))).toBe(true);
    expect(world.csms.of('TransactionEvent').every((event) => event.offline === true)).toBe(true);
  });
});

describe('a CSMS that lies', () => {
  it('answers twice, under wrong ids, and late: each event counts once', async () => {
    const world = await World.started();
    world.csms.answers.set('TransactionEvent', (_, received) => {
      world.csms.raw(JSON.stringify([3, 'wrong-id', {}]));
      world.csms.raw(JSON.stringify([3, received.id, {}]));
      world.csms.raw(JSON.stringify([3, received.id, {}]));
      return {};
    });
    world.ev().plugIn();
    await world.card();
    await world.seconds(130);
    await world.card();
    await world.seconds(5);
    expect(seqNos(world)).toEqual(ascending(seqNos(world)));
    expect(world.state.queued).toBe(0);
  });

  it('answers nonsense to a transaction event: it has arrived, no copy is made, the car charges on', async () => {
    const world = await World.started();
    world.csms.answers.set('TransactionEvent', () => ({ totalCost: 'a lot' }));
    world.ev().plugIn();
    await world.card();
    await world.seconds(70);
    expect(seqNos(world)).toEqual(ascending(seqNos(world)));
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });

  it('refuses one message for ever: it is parked, the rest arrives', async () => {
    const world = await World.started({ settings: [['OCPPCommCtrlr.MessageAttempts', '2'], ['OCPPCommCtrlr.MessageAttemptInterval', '5']] });
    world.csms.answers.set('TransactionEvent', (event) => (event.seqNo === 1 ? { error: 'InternalError' } : {}));
    world.ev().plugIn();
    await world.card();
    await world.seconds(100);
    await world.card();
    await world.seconds(20);
    expect(world.state).toMatchObject({ queued: 0, parked: 1 });
    expect(world.csms.story.at(-1)).toBe('Ended/StopAuthorized');
    expect(world.agent.queue()).toMatchObject([{ parked: true, attempts: 2 }]);
  });

  it('sends frames of 10 MB and 100,000 brackets: the connection stays', async () => {
    const world = await World.started();
    world.csms.raw(`[2,"big","DataTransfer",{"vendorId":"x","data":"${'y'.repeat(10_000_000)}"}]`);
    world.csms.raw('['.repeat(100_000));
    await world.seconds(2);
    expect(await world.ask('DataTransfer', { vendorId: 'nobody' })).toEqual({ status: 'UnknownVendorId' });
    expect(world.csms.connections).toBe(1);
  });

  it('floods the station with commands in mid-charge: all are answered, charging goes on', async () => {
    const world = await World.started();
    world.ev().plugIn();
    await world.card();
    await world.seconds(10);
    const answers = Promise.all(Array.from({ length: 900 }, () => world.csms.call('GetBaseReport', { requestId: 1, reportBase: 'SummaryInventory' })));
    await world.seconds(5);
    expect((await answers).length).toBe(900);
    expect(world.state.evses[0]?.powerW).toBeGreaterThan(5000);
  });
});

it('a half-dead socket: nothing comes back, so the station connects anew and sends the copy', async () => {
  const world = await World.started();
  world.ev().plugIn();
  await world.card();
  await world.seconds(30);
  world.network.cut();
  await world.seconds(120);
  expect(world.state.csms).not.toBe('connected');
  world.network.mend('dead');
  await world.seconds(120);
  expect(world.state.csms).toBe('connected');
  expect(world.state.queued).toBe(0);
  expect(seqNos(world)).toEqual(ascending(seqNos(world)));
});

it('the outlet breaks while the CSMS thinks about the card: refused, and no energy when it is mended', async () => {
  const world = await World.started({ settings: [['OCPPCommCtrlr.MessageTimeout', '10']] });
  world.ev().plugIn();
  await world.seconds(2);
  world.csms.answers.set('Authorize', (_, { id }) => {
    world.ev().fault('GroundFailure');
    answerLater(world, id);
    return 'silent';
  });
  expect((await world.card()).status).toBe('NotAtThisTime');
  world.ev().clearFault();
  await world.seconds(10);
  expect(world.state.evses[0]).toMatchObject({ powerW: 0, transaction: null, authorized: null });
});

/** The answer comes three seconds later. */
function answerLater(world: World, id: string): void {
  world.clock.after(3000, () => world.csms.raw(JSON.stringify([3, id, { idTokenInfo: { status: 'Accepted' } }])));
}
