/** OCPP 2.0.1 station test cases, block E: time without a connection, and a CSMS that doesn't take what it is sent. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, offline, online, OTHER, station, type TransactionEvent, type World } from './charging-station.ts';

const KNOWN_OFFLINE = { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true', 'AuthCtrlr.LocalAuthorizeOffline': 'true' };

/** Events that came after these. */
function after(world: World, count: number): TransactionEvent[] {
  return events(world).slice(count);
}

describe('without a connection', () => {
  it('TC_E_40_CS, E04.FR.01, E11.FR.01, E11.FR.02, E12.FR.01 samples of a running transaction wait and come with offline=true, in order', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '20', 'OCPPCommCtrlr.OfflineThreshold': '600' });
    await charging(world);
    await world.seconds(30);
    const before = events(world).length;
    await offline(world);
    await world.seconds(100);
    const until = world.clock.wallMs();
    await online(world);
    const waited = after(world, before).filter(({ timestamp }) => Date.parse(timestamp) <= until);
    expect(waited.length).toBeGreaterThanOrEqual(5);
    for (const event of waited) {
      expect(event).toMatchObject({ eventType: 'Updated', triggerReason: 'MeterValuePeriodic', offline: true });
      expect(event.meterValue?.length).toBeGreaterThan(0);
    }
    expect(events(world).map(({ seqNo }) => seqNo)).toEqual(events(world).map((_, index) => index));
  });

  it('TC_E_43_CS, E04.FR.01, E04.FR.02, E04.FR.03, E12.FR.01, E12.FR.02 a whole transaction: every event, Started to Ended, with offline=true and its own time', async () => {
    const world = await station(KNOWN_OFFLINE);
    await offline(world);
    const from = world.clock.wallMs();
    await charging(world);
    await world.card(CARD, 1);
    await world.seconds(5);
    world.ev().unplug();
    await world.seconds(5);
    const until = world.clock.wallMs();
    await online(world);
    expect([events(world)[0]?.eventType, events(world).at(-1)?.eventType]).toEqual(['Started', 'Ended']);
    for (const event of events(world)) {
      expect(event.offline).toBe(true);
      expect(Date.parse(event.timestamp)).toBeGreaterThanOrEqual(from);
      expect(Date.parse(event.timestamp)).toBeLessThanOrEqual(until);
    }
  });

  it.each([['TC_E_44_CS, E08.FR.01, E08.FR.04, E08.FR.07', 'the card that started it', CARD], ['TC_E_45_CS, E08.FR.02, E08.FR.04, E08.FR.07', 'another one of the same group', OTHER]])('%s stopped with %s: Ended with offline=true', async (_, __, card) => {
    const world = await station({ 'AuthCacheCtrlr.Enabled': 'true', 'AuthCtrlr.LocalAuthorizeOffline': 'true', 'TxCtrlr.EVConnectionTimeOut': '20' });
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', groupIdToken: { idToken: 'FAMILY', type: 'Central' } } }));
    await world.card(OTHER); // into the cache
    await world.seconds(30);
    await charging(world);
    const before = events(world).length;
    await offline(world);
    await world.card(card, 1);
    await world.seconds(5);
    expect(world.state.evses[0]?.powerW).toBe(0);
    world.ev().unplug();
    await world.seconds(5);
    await online(world);
    expect(after(world, before).every((event) => event.offline === true)).toBe(true);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'Local' } });
  });

  it('TC_E_39_CS the cable comes after the connection time-out: no energy', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'Authorized', 'TxCtrlr.TxStopPoint': 'Authorized', 'TxCtrlr.EVConnectionTimeOut': '20' });
    await world.card();
    await world.seconds(25);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'EVConnectTimeout', transactionInfo: { stoppedReason: 'Timeout' } });
    world.ev().plugIn();
    await world.seconds(60);
    expect(world.state.evses[0]?.powerW).toBe(0);
    expect(events(world).at(-1)?.eventType).toBe('Ended');
  });
});

describe('a CSMS that doesn\'t take a transaction message', () => {
  const ATTEMPTS = 3;
  const INTERVAL_S = 10;
  const TIMEOUT_S = 30;
  const RETRIES = {
    'OCPPCommCtrlr.MessageAttempts[TransactionEvent]': String(ATTEMPTS), 'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]': String(INTERVAL_S),
    'SampledDataCtrlr.TxUpdatedInterval': '0',
  };

  /** When the first event of the transaction was sent, s after its first time. */
  async function attempts(answer: 'silent' | 'InternalError', takenAt: number): Promise<number[]> {
    const world = await station(RETRIES, { settings: [['OCPPCommCtrlr.MessageTimeout[Default]', String(TIMEOUT_S)]] });
    let times = 0;
    world.csms.answers.set('TransactionEvent', ({ seqNo }) => {
      if (seqNo !== 0) return {};
      times += 1;
      if (times === takenAt) return {};
      return answer === 'silent' ? 'silent' : { error: answer };
    });
    world.ev().plugIn();
    await world.seconds(2);
    await world.card();
    await world.seconds(600);
    const sent = world.csms.received.filter(({ action, payload }) => action === 'TransactionEvent' && payload.seqNo === 0).map(({ atMs }) => atMs);
    return sent.map((atMs) => Math.round((atMs - (sent[0] ?? 0)) / 1000));
  }

  it('TC_E_41_CS, E13.FR.01, E13.FR.02, E13.FR.03 silence: as many attempts as MessageAttempts, with growing waits, then no more', async () => {
    expect(await attempts('silent', Infinity)).toEqual([0, TIMEOUT_S + INTERVAL_S, 2 * TIMEOUT_S + 3 * INTERVAL_S]);
  });

  it('E13.FR.04 after the last attempt the next message is sent, and the books stay in order', async () => {
    const world = await station(RETRIES);
    world.csms.answers.set('TransactionEvent', ({ seqNo }) => (seqNo === 0 ? { error: 'InternalError' } : {}));
    world.ev().plugIn();
    await world.seconds(2);
    await world.card();
    await world.seconds(60);
    expect(events(world).map(({ seqNo }) => seqNo)).toEqual([0, 0, 0, 1]);
    await world.card();
    await world.seconds(10);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', seqNo: 2 });
    expect(world.state.queued).toBe(0);
  });

  it('TC_E_42_CS, E13.FR.02, E13.FR.03 silence once: the second attempt is the last', async () => {
    expect(await attempts('silent', 2)).toEqual([0, TIMEOUT_S + INTERVAL_S]);
  });

  it('TC_E_50_CS, E13.FR.01, E13.FR.02, E13.FR.03 CALLERROR: as many attempts as MessageAttempts, with growing waits, then no more', async () => {
    expect(await attempts('InternalError', Infinity)).toEqual([0, INTERVAL_S, 3 * INTERVAL_S]);
  });

  it('TC_E_51_CS, E13.FR.02, E13.FR.03 CALLERROR once: the second attempt is the last', async () => {
    expect(await attempts('InternalError', 2)).toEqual([0, INTERVAL_S]);
  });
});
