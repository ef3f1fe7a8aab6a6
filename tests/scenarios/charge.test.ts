import { describe, expect, it } from 'vitest';
import { T0, World } from './world.ts';

describe('a car charges (2.0.1)', () => {
  it('B01, E02, E07: boot, cable, card, energy, card, unplug; billed Wh are metered Wh', async () => {
    const world = await World.started();
    const startWh = world.state.evses[0]?.meterWh ?? 0;
    expect(world.csms.of('BootNotification')).toMatchObject([{ reason: 'PowerUp', chargingStation: { vendorName: 'Kerbside' } }]);
    expect(world.csms.of('StatusNotification')).toMatchObject([{ evseId: 1, connectorId: 1, connectorStatus: 'Available' }]);
    world.ev().plugIn();
    await world.seconds(2);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'csms' });
    await world.seconds(600);
    expect(world.state.evses[0]).toMatchObject({ transaction: { chargingState: 'Charging', idToken: 'CARD0001' } });
    expect(world.state.evses[0]?.powerW).toBeGreaterThan(10_000);
    await world.card();
    await world.seconds(3);
    world.ev().unplug();
    await world.seconds(3);

    const events = world.csms.of('TransactionEvent');
    expect(world.csms.story.slice(0, 2)).toEqual(['Started/Authorized', 'Updated/ChargingStateChanged']);
    expect(world.csms.story.at(-1)).toBe('Ended/StopAuthorized');
    expect(events.map((event) => event.seqNo)).toEqual(events.map((_, index) => index));
    expect(new Set(events.map((event) => (event.transactionInfo as { transactionId: string }).transactionId)).size).toBe(1);
    const register = (event: unknown, context: string): number => {
      const values = (event as { meterValue: { sampledValue: { context: string; value: number; measurand: string }[] }[] }).meterValue;
      return values.flatMap((value) => value.sampledValue).find((sample) => sample.context === context && sample.measurand.endsWith('Register'))?.value ?? -1;
    };
    const billedWh = register(events.at(-1), 'Transaction.End') - register(events[0], 'Transaction.Begin');
    expect(billedWh).toBeGreaterThan(1700);
    expect(billedWh).toBe((world.state.evses[0]?.meterWh ?? 0) - startWh);
    expect(world.csms.of('StatusNotification').map((status) => status.connectorStatus)).toEqual(['Available', 'Occupied', 'Available']);
  });

  it('J02.FR.11 a sample every TxUpdatedInterval', async () => {
    const world = await World.started({ settings: [['SampledDataCtrlr.TxUpdatedInterval', '30']] });
    world.ev().plugIn();
    await world.card();
    await world.seconds(305);
    expect(world.csms.story.filter((event) => event === 'Updated/MeterValuePeriodic')).toHaveLength(10);
  });

  it('C01: an unknown card gets no energy', async () => {
    const world = await World.started();
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Unknown' } }));
    world.ev().plugIn();
    expect(await world.card()).toEqual({ status: 'Unknown', by: 'csms' });
    await world.seconds(60);
    expect(world.csms.story).toEqual([]);
    expect(world.state.evses[0]?.powerW).toBe(0);
  });
});

describe('a car charges (1.6)', () => {
  it('TC_003_CS, TC_004_1_CS: StartTransaction, MeterValues, StopTransaction', async () => {
    const world = await World.started({ edition: 'ocpp1.6' });
    const startWh = world.state.evses[0]?.meterWh;
    world.ev().plugIn();
    await world.seconds(1);
    await world.card();
    await world.seconds(130);
    await world.card();
    await world.seconds(3);
    world.ev().unplug();
    await world.seconds(3);
    const [start] = world.csms.of('StartTransaction');
    const [stop] = world.csms.of('StopTransaction');
    expect(start).toMatchObject({ connectorId: 1, idTag: 'CARD0001', meterStart: startWh });
    expect(stop).toMatchObject({ transactionId: 1001, reason: 'Local', idTag: 'CARD0001', meterStop: world.state.evses[0]?.meterWh });
    expect(world.csms.of('MeterValues')).toHaveLength(2);
    expect(world.csms.of('StatusNotification').filter((status) => status.connectorId === 1).map((status) => status.status))
      .toEqual(['Available', 'Preparing', 'Charging', 'Finishing', 'Available']);
  });
});

describe('nothing is lost', () => {
  it.each(['ocpp2.0.1', 'ocpp1.6'] as const)('%s: the network is cut in mid-charge, the session ends, another begins; all arrives once, in order', async (edition) => {
    const world = await World.started({ edition, settings: [['AuthCtrlr.OfflineTxForUnknownIdEnabled', 'true'], ['OCPPCommCtrlr.RetryBackOffWaitMinimum', '3']] });
    world.ev().plugIn();
    await world.card();
    await world.seconds(60);
    world.network.refusing = true;
    world.network.reset();
    await world.seconds(120);
    await world.card();
    await world.seconds(5);
    world.ev().unplug();
    await world.seconds(5);
    world.ev().plugIn();
    expect((await world.card({ value: 'OTHER', type: 'ISO14443' })).by).toBe('none');
    await world.seconds(600);
    world.network.refusing = false;
    await world.seconds(200);
    expect(world.state.queued).toBe(0);
    if (edition === 'ocpp1.6') {
      expect(world.csms.of('StartTransaction').map((start) => start.idTag)).toEqual(['CARD0001', 'OTHER']);
      expect(world.csms.of('StopTransaction')).toHaveLength(1);
      return;
    }
    const byTransaction = new Map<string, number[]>();
    for (const event of world.csms.of('TransactionEvent')) {
      const id = (event.transactionInfo as { transactionId: string }).transactionId;
      byTransaction.set(id, [...(byTransaction.get(id) ?? []), event.seqNo as number]);
    }
    expect(byTransaction.size).toBe(2);
    for (const seqNos of byTransaction.values()) expect(seqNos).toEqual(seqNos.map((_, index) => index));
    expect(world.csms.of('TransactionEvent').filter((event) => event.offline === true).length).toBeGreaterThan(5);
    expect(world.csms.of('BootNotification')).toHaveLength(1); // a reconnect is no boot
  });

  it.each(['ocpp2.0.1', 'ocpp1.6'] as const)('%s: killed in mid-charge and started again: the same transaction goes on', async (edition) => {
    const world = await World.started({ edition });
    world.ev().plugIn();
    await world.card();
    await world.seconds(60);
    const before = world.state.evses[0];
    world.kill();
    await world.seconds(20);
    await world.start(9);
    const after = world.state.evses[0];
    expect(after?.transaction?.id).toBe(before?.transaction?.id);
    expect(after?.transaction?.chargingState).toBe('Charging');
    expect(after?.meterWh).toBeGreaterThanOrEqual(before?.meterWh ?? Infinity);
    expect(after?.powerW).toBeGreaterThan(1000);
    await world.card();
    await world.seconds(5);
    if (edition === 'ocpp1.6') {
      expect(world.csms.of('StartTransaction')).toHaveLength(1);
      expect(world.csms.of('StopTransaction')).toMatchObject([{ transactionId: 1001 }]);
    } else {
      const seqNos = world.csms.of('TransactionEvent').map((event) => event.seqNo as number);
      expect(seqNos).toEqual(seqNos.map((_, index) => index));
      expect(world.csms.story.at(-1)).toBe('Ended/StopAuthorized');
    }
    expect(world.csms.of('BootNotification')).toHaveLength(2);
  });

  it('E04.FR.03 a lost answer: the copy has the same content', async () => {
    const world = await World.started();
    world.ev().plugIn();
    world.csms.answers.set('TransactionEvent', () => 'silent');
    void world.agent.presentToken({ value: 'CARD0001', type: 'ISO14443' });
    await world.seconds(5);
    world.network.reset();
    world.csms.answers.delete('TransactionEvent');
    await world.seconds(30);
    const [first, copy] = world.csms.of('TransactionEvent');
    const { offline: _, ...rest } = copy ?? {};
    expect(rest).toEqual(first);
  });
});

it('a day passes in the simulator', async () => {
  const world = await World.started();
  await world.seconds(86_400);
  expect(world.csms.of('Heartbeat').length).toBeGreaterThan(280);
  expect(world.clock.wallMs()).toBe(T0 + 86_402_000);
});

it('E09.FR.02 the cable pulled at the car: the plug is unlocked, and the outlet is free and unlocked', async () => {
  const world = await World.started();
  world.ev().plugIn();
  await world.card();
  await world.seconds(10);
  expect(world.agent.snapshot().evses[0]?.connectors[0]?.locked).toBe(true);
  world.ev().unplug();
  await world.seconds(5);
  expect(world.agent.snapshot().evses[0]?.connectors[0]).toMatchObject({ status: 'Available', locked: false });
});
