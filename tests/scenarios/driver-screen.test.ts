/** What the driver's screen is told in a visit: the receipt, who may see it, what limits and what idling costs. */
import { describe, expect, it } from 'vitest';
import type { EvseView } from '../../src/link/snapshot.ts';
import { CARD, T0, World, type WorldOptions } from './world.ts';

const view = (world: World, evse = 1): EvseView => world.agent.snapshot().evses[evse - 1] as EvseView;

async function ended(options: WorldOptions = {}): Promise<World> {
  const world = await World.started(options);
  world.ev().plugIn();
  await world.card();
  await world.seconds(300);
  await world.card();
  await world.seconds(3);
  return world;
}

describe('receipt', () => {
  it('is hidden after a minute while the cable stays in, and comes back to the same card alone', async () => {
    const world = await ended();
    expect(view(world)).toMatchObject({ state: 'finished', receiptHidden: false });
    expect(view(world).summary?.energyWh).toBeGreaterThan(0);
    await world.seconds(61);
    expect(view(world)).toMatchObject({ state: 'finished', summary: null, receiptHidden: true });
    const transactions = world.csms.received.length;
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'none' });
    expect(view(world).summary?.energyWh).toBeGreaterThan(0);
    expect(world.csms.received.length).toBe(transactions); // nobody was asked, and no session began
    await world.seconds(61);
    expect(view(world).receiptHidden).toBe(true);
    await world.card({ value: 'OTHER001', type: 'ISO14443' });
    expect(view(world).summary).toBeNull();
  });

  it('goes with the cable when its time is over, and stays to be read when it isn\'t', async () => {
    const world = await ended();
    world.ev().unplug();
    await world.seconds(2);
    expect(view(world)).toMatchObject({ state: 'finished', receiptHidden: false, connectors: [{ plugged: false }] });
    await world.seconds(60);
    expect(view(world).state).toBe('idle');

    const late = await ended();
    await late.seconds(90);
    late.ev().unplug();
    await late.seconds(2);
    expect(view(late)).toMatchObject({ state: 'idle', receiptHidden: false });
  });

  it('"Done" with the cable in hides it', async () => {
    const world = await ended();
    world.agent.dismissSummary(1);
    expect(view(world)).toMatchObject({ state: 'finished', receiptHidden: true });
    await world.card();
    expect(view(world).receiptHidden).toBe(false);
  });

  it('carries the meter\'s signed readings, also over a crash in mid-session', async () => {
    const world = await World.started({ signs: true });
    world.ev().plugIn();
    await world.card();
    await world.seconds(120);
    world.kill();
    await world.start();
    await world.seconds(60);
    await world.card();
    await world.seconds(3);
    expect(view(world).summary?.signedText).toMatch(/Transaction\.Begin.*OCMF.*Transaction\.End.*OCMF/s);
    expect((await ended()).agent.snapshot().evses[0]?.summary?.signedText).toBeNull();
  });
});

it('a limit says until when, if it is known to rise then', async () => {
  const world = await World.started();
  world.ev().plugIn();
  await world.card();
  await world.seconds(5);
  const periods = [{ startPeriod: 0, limit: 8 }, { startPeriod: 3600, limit: 16 }, { startPeriod: 7200, limit: 6 }];
  await world.ask('SetChargingProfile', {
    evseId: 1,
    chargingProfile: {
      id: 1, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute',
      chargingSchedule: [{ id: 1, startSchedule: new Date(T0).toISOString(), chargingRateUnit: 'A', chargingSchedulePeriod: periods }],
    },
  });
  await world.seconds(5);
  expect(view(world)).toMatchObject({ limitReason: 'profile', limitUntilMs: T0 + 3_600_000 });
  await world.seconds(3600);
  expect(view(world).limitUntilMs).toBeNull(); // it falls next
});

it('power is drawn from the session\'s begin', async () => {
  const world = await World.started();
  world.ev().plugIn();
  await world.card();
  await world.seconds(200);
  const curve = view(world).transaction?.powerCurve;
  expect(curve?.powerW.length).toBeGreaterThan(4);
  expect(curve?.powerW.at(-1)).toBeCloseTo(view(world).powerW, -2);
});

it('the idle fee is told with its begin, as the operator priced it', async () => {
  const world = await World.started();
  world.ev().plugIn();
  await world.card();
  await world.seconds(5);
  const transactionId = world.state.evses[0]?.transaction?.id ?? '';
  const told = (state: string): Promise<unknown> => world.ask('CostUpdated', {
    totalCost: 4.2, transactionId,
    customData: {
      vendorId: 'org.openchargealliance.costmsg', timestamp: new Date(T0 + world.clock.monotonicMs()).toISOString(), meterValue: 0, state,
      chargingPrice: { kWhPrice: 0.5 }, idlePrice: { graceMinutes: 30, hourPrice: 6 },
    },
  });
  await told('Charging');
  expect(view(world).transaction?.idleFee).toBeNull();
  await told('Idle');
  const fee = view(world).transaction?.idleFee;
  expect(fee?.hourPrice).toBe(6);
  expect((fee?.fromMs ?? 0) - (world.agent.snapshot().nowMs ?? 0)).toBeGreaterThan(29 * 60_000);
});

describe('what an operator sets for the screen', () => {
  it('help line, QR and size reach every screen; nonsense is refused', async () => {
    const world = await World.started();
    const set = async (variable: string, attributeValue: string): Promise<unknown> =>
      (await world.ask('SetVariables', { setVariableData: [{ component: { name: 'Kerbside' }, variable: { name: variable }, attributeValue }] }) as { setVariableResult: { attributeStatus: string }[] }).setVariableResult[0]?.attributeStatus;
    expect(world.agent.snapshot().display).toEqual({ helpLine: null, operatorUrl: null, diagonalIn: null, restAfterS: 180 });
    expect([await set('HelpLine', '0800 555 0427'), await set('OperatorUrl', 'https://operator.example/s/{station}'), await set('ScreenDiagonal', '15.6'), await set('ScreenRestAfter', '0')])
      .toEqual(['Accepted', 'Accepted', 'Accepted', 'Accepted']);
    expect([await set('HelpLine', 'call me'), await set('OperatorUrl', 'javascript:alert(1)'), await set('ScreenDiagonal', '-3')]).toEqual(['Rejected', 'Rejected', 'Rejected']);
    expect(world.agent.snapshot().display).toEqual({ helpLine: '0800 555 0427', operatorUrl: 'https://operator.example/s/CP1', diagonalIn: 15.6, restAfterS: null });
  });

  it('a keypad only where it is wanted, and closed for a while after wrong PINs', async () => {
    expect((await World.started()).agent.snapshot().pinPad).toBeNull();
    const world = await World.started({ settings: [['Kerbside.PinPad', 'true']] });
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Invalid' } }));
    expect(world.agent.snapshot().pinPad).toEqual({ blockedUntilMs: null });
    for (let wrong = 0; wrong < 3; wrong++) await world.card({ value: '1234', type: 'KeyCode' });
    expect(world.agent.snapshot()).toMatchObject({ authorization: { type: 'KeyCode', masked: '••••' } });
    expect((world.agent.snapshot().pinPad?.blockedUntilMs ?? 0) - (world.agent.snapshot().nowMs ?? 0)).toBeGreaterThan(25_000);
  });
});

it('a reservation names its card by the last four', async () => {
  const world = await World.started();
  const answer = await world.ask('ReserveNow', { id: 1, expiryDateTime: new Date(T0 + 3_600_000).toISOString(), idToken: { idToken: CARD.value, type: CARD.type }, evseId: 1 });
  expect(answer).toMatchObject({ status: 'Accepted' });
  expect(view(world)).toMatchObject({ state: 'reserved', reservedFor: '••0001' });
});
