/** OCPP 2.0.1 station test cases, blocks C and I: who may charge, and what it costs. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, OTHER, since, station, type World } from './charging-station.ts';

describe('C: authorization', () => {
  it.each([['TC_C_02_CS', 'Invalid'], ['TC_C_06_CS', 'Blocked']])('%s a token that is %s: asked for once, nothing starts', async (_, status) => {
    const world = await station();
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status } }));
    world.ev().plugIn();
    await world.seconds(2);
    const seen = since(world);
    await world.card();
    await world.seconds(60);
    expect(seen('Authorize')).toMatchObject([{ idToken: { idToken: CARD.value, type: CARD.type } }]);
    expect(seen('TransactionEvent')).toEqual([]);
    expect(world.state.evses[0]?.powerW).toBe(0);
  });

  it('TC_C_04_CS another token doesn\'t stop a transaction', async () => {
    const world = await station();
    await charging(world);
    const seen = since(world);
    await world.card(OTHER, 1);
    await world.seconds(10);
    expect(seen('TransactionEvent').filter((event) => event.idToken !== undefined || event.eventType === 'Ended')).toEqual([]);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });

  const CACHE = { 'AuthCacheCtrlr.Enabled': 'true', 'AuthCtrlr.LocalPreAuthorize': 'true' };

  /** The token is in the cache with this status, the car is plugged in. */
  async function cached(status: string): Promise<World> {
    const world = await station(CACHE);
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status } }));
    await world.card();
    await world.seconds(90); // EVConnectionTimeOut: no cable came
    expect(world.state.evses[0]?.transaction ?? null).toBeNull();
    world.ev().plugIn();
    await world.seconds(2);
    return world;
  }

  it('TC_C_08_CS a cached accepted token: energy without Authorize', async () => {
    const world = await cached('Accepted');
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'cache' });
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([]);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });

  it.each([['TC_C_09_CS', 'Invalid'], ['TC_C_10_CS', 'Blocked'], ['TC_C_11_CS', 'Expired']])('%s a token cached as %s is asked for again and stays refused', async (_, status) => {
    const world = await cached(status);
    const seen = since(world);
    expect(await world.card()).toMatchObject({ status });
    await world.seconds(10);
    expect(seen('Authorize')).toMatchObject([{ idToken: { idToken: CARD.value } }]);
    expect(seen('TransactionEvent')).toEqual([]);
  });

  it('TC_C_12_CS a token cached as Invalid that the CSMS accepts by now: energy', async () => {
    const world = await cached('Invalid');
    world.csms.answers.delete('Authorize');
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'csms' });
    await world.seconds(5);
    expect(seen('Authorize')).toHaveLength(1);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });

  it('TC_C_37_CS ClearCache: the token of before is asked for again', async () => {
    const world = await cached('Accepted');
    const seen = since(world);
    expect(await world.ask('ClearCache', {})).toMatchObject({ status: 'Accepted' });
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'csms' });
    await world.seconds(5);
    expect(seen('Authorize')).toHaveLength(1);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });
});

describe('I: cost', () => {
  it('TC_I_01_CS the running cost is taken and shown', async () => {
    const world = await station();
    await charging(world);
    const transactionId = events(world)[0]?.transactionInfo.transactionId;
    for (const totalCost of [1.5, 2.75]) {
      expect(await world.ask('CostUpdated', { totalCost, transactionId })).toEqual({});
      expect(world.agent.snapshot().evses[0]?.transaction?.cost).toBe(totalCost);
    }
  });

  it('TC_I_02_CS the final cost of the last answer is shown', async () => {
    const world = await station();
    await charging(world);
    world.csms.answers.set('TransactionEvent', (event) => (event.eventType === 'Ended' ? { totalCost: 6.4 } : {}));
    await world.card();
    await world.seconds(5);
    expect(world.agent.snapshot().evses[0]?.summary?.cost).toBe(6.4);
  });
});
