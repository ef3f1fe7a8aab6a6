/** OCPP 2.0.1 block I: price and cost as the driver sees them. */
import { describe, expect, it } from 'vitest';
import { inLanguage } from '../../src/base/language.ts';
import type { EvseView } from '../../src/link/snapshot.ts';
import { en } from '../../src/ui/i18n/en.ts';
import { formatsFor } from '../../src/ui/view/format.ts';
import { outletSign, tariffText } from '../../src/ui/view/outlet.ts';
import { CARD, charging, events, item, offline, set, station, type World } from './charging-station.ts';

const TARIFF = { format: 'UTF8', language: 'en', content: '0.30 per kWh' };

function view(world: World, evseId = 1): EvseView {
  const evse = world.agent.snapshot().evses.find(({ id }) => id === evseId);
  expect(evse).toBeDefined();
  return evse as EvseView;
}

/** What stands on the sign: its lines, its figures and the price. */
function onSign(world: World): { lines: readonly string[]; cost: string | undefined; label: string | undefined; tariff: string | null } {
  const snapshot = world.agent.snapshot();
  const input = { snapshot, nowMs: snapshot.nowMs ?? 0, text: en, formats: formatsFor('en-GB', 'EUR', en) };
  const sign = outletSign(view(world), input);
  const cost = sign.facts.find(({ name }) => name === 'cost');
  return { lines: [...(sign.price === null ? [] : [sign.price]), ...sign.sentences], cost: cost?.value, label: cost?.label, tariff: tariffText(view(world), input) };
}

const transactionOf = (world: World): string => events(world).at(-1)?.transactionInfo.transactionId ?? '';

async function stopped(world: World): Promise<void> {
  await world.card();
  await world.seconds(5);
  expect(world.state.evses[0]?.transaction).toBeNull();
}

describe('tariff', () => {
  it('I01.FR.03 the driver\'s own, from the moment the card is accepted', async () => {
    const world = await station({ 'TariffCostCtrlr.TariffFallbackMessage': 'Ask your provider' });
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', personalMessage: TARIFF } }));
    expect(onSign(world).lines[0]).toBe('Ask your provider');
    await world.card();
    expect(view(world).state).toBe('plugIn');
    expect(onSign(world).lines[0]).toBe(TARIFF.content);
    world.ev().plugIn();
    await world.seconds(5);
    expect([view(world).state, onSign(world).tariff]).toEqual(['charging', TARIFF.content]);
  });

  it('I01.FR.03 of two outlets each shows its own driver\'s', async () => {
    const world = await station({}, { evses: 2 });
    world.csms.answers.set('Authorize', (payload) => ({
      idTokenInfo: { status: 'Accepted', personalMessage: { format: 'UTF8', content: (payload.idToken as { idToken: string }).idToken === CARD.value ? 'mine' : 'hers' } },
    }));
    await charging(world);
    await world.card({ value: 'CARD0002', type: 'ISO14443' }, 2);
    expect([1, 2].map((evseId) => inLanguage(view(world, evseId).tariff ?? [], []))).toEqual(['mine', 'hers']);
  });

  it('markup in a tariff is never more than text', async () => {
    const world = await station();
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', personalMessage: { format: 'HTML', content: '<b>0.30</b><script>alert(1)</script> per kWh' } } }));
    await world.card();
    expect(onSign(world).lines[0]).toBe('0.30 per kWh');
  });

  it('a tariff in several languages is read in the driver\'s', async () => {
    const world = await station();
    world.csms.answers.set('Authorize', () => ({
      idTokenInfo: {
        status: 'Accepted', language1: 'nl', personalMessage: TARIFF,
        customData: { vendorId: 'org.openchargealliance.multilanguage', personalMessageExtra: [{ format: 'UTF8', language: 'nl', content: '0,30 per kWh' }] },
      },
    }));
    await world.card();
    expect(onSign(world).lines[0]).toBe('0,30 per kWh');
  });

  it.each([
    ['the network is gone', offline, 'Ask your provider'],
    ['the CSMS tells none', async () => undefined, 'Ask your provider'],
  ])('I04.FR.01 I04.FR.02 the one for everybody when %s', async (_, before, shown) => {
    const world = await station({ 'TariffCostCtrlr.TariffFallbackMessage': 'Ask your provider', 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' });
    await before(world);
    await world.card();
    expect(view(world).state).toBe('plugIn');
    expect(onSign(world).lines[0]).toBe(shown);
  });

  it('I04.FR.01 another one without a network, where the operator left one', async () => {
    const world = await station({ 'TariffCostCtrlr.TariffFallbackMessage': 'with', 'TariffCostCtrlr.TariffFallbackMessage[Offline]': 'without' });
    expect(onSign(world).tariff).toBe('with');
    await offline(world);
    expect(onSign(world).tariff).toBe('without');
  });

  it('I06.FR.03 a new tariff in mid-transaction', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '20' });
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', personalMessage: TARIFF } }));
    await charging(world);
    expect(onSign(world).tariff).toBe(TARIFF.content);
    world.csms.answers.set('TransactionEvent', () => ({ updatedPersonalMessage: { format: 'UTF8', content: '0.40 per kWh' } }));
    await world.seconds(25);
    expect(onSign(world).tariff).toBe('0.40 per kWh');
  });

  it('Enabled[Tariff] false: no tariff is shown', async () => {
    const world = await station({ 'TariffCostCtrlr.TariffFallbackMessage': 'x', 'TariffCostCtrlr.Enabled[Tariff]': 'false' });
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', personalMessage: TARIFF } }));
    await world.card();
    expect(onSign(world).tariff).toBeNull();
  });
});

describe('running cost', () => {
  it('TC_I_01_CS I02.FR.02 I02.FR.03 CostUpdated, again and again', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '20' });
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', personalMessage: TARIFF } }));
    world.csms.answers.set('TransactionEvent', () => ({ idTokenInfo: { status: 'Accepted' }, updatedPersonalMessage: TARIFF }));
    world.ev().plugIn();
    await world.seconds(2);
    await world.card();
    await world.seconds(5);
    expect(world.csms.of('Authorize')).toMatchObject([{ idToken: { idToken: CARD.value, type: CARD.type } }]);
    expect(events(world)[0]).toMatchObject({ eventType: 'Started', triggerReason: 'Authorized', idToken: { idToken: CARD.value, type: CARD.type } });
    for (const totalCost of [0.5, 1.25, 2]) {
      await world.seconds(20);
      expect(await world.ask('CostUpdated', { totalCost, transactionId: transactionOf(world) })).toEqual({});
      expect([onSign(world).label, onSign(world).cost]).toEqual([en.cost, `€${totalCost.toFixed(2)}`]);
      expect(onSign(world).tariff).toBe(TARIFF.content);
    }
  });

  it('TC_I_07_CS I02.FR.04 in the answer to a transaction\'s event', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '20' });
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', personalMessage: TARIFF } }));
    world.ev().plugIn();
    await world.seconds(2);
    await world.card();
    await world.seconds(5);
    expect(world.csms.of('Authorize')).toMatchObject([{ idToken: { idToken: CARD.value, type: CARD.type } }]);
    expect(events(world)[0]).toMatchObject({ eventType: 'Started', triggerReason: 'Authorized', idToken: { idToken: CARD.value } });
    for (const totalCost of [0.5, 1.25, 2]) {
      world.csms.answers.set('TransactionEvent', () => ({ totalCost, updatedPersonalMessage: { format: 'UTF8', content: `now ${totalCost}` } }));
      await world.seconds(21);
      expect([onSign(world).cost, onSign(world).tariff]).toEqual([`€${totalCost.toFixed(2)}`, `now ${totalCost}`]);
    }
  });

  it('I02.FR.02 of a transaction that isn\'t here: answered, noted, shown to nobody', async () => {
    const world = await station();
    await charging(world);
    expect(await world.ask('CostUpdated', { totalCost: 99, transactionId: 'never' })).toEqual({});
    expect(view(world).transaction?.cost).toBeNull();
    expect(world.logs.some((line) => line.includes('isn\'t here'))).toBe(true);
  });

  it('Enabled[Cost] false: none is shown', async () => {
    const world = await station({ 'TariffCostCtrlr.Enabled[Cost]': 'false' });
    await charging(world);
    await world.ask('CostUpdated', { totalCost: 3, transactionId: transactionOf(world) });
    expect(onSign(world).cost).toBeUndefined();
  });
});

describe('final cost', () => {
  it.each([[5.55, '€5.55'], [0, '€0.00']])('TC_I_02_CS I03.FR.01 I03.FR.03 %d comes with the answer to the end and stands on the receipt', async (totalCost, shown) => {
    const world = await station();
    await charging(world);
    await world.ask('CostUpdated', { totalCost: 4, transactionId: transactionOf(world) });
    world.csms.answers.set('TransactionEvent', (event) => (event.eventType === 'Ended' ? { totalCost } : {}));
    await stopped(world);
    expect(events(world).at(-1)?.eventType).toBe('Ended');
    expect([onSign(world).label, onSign(world).cost]).toEqual([en.total, shown]);
  });

  it('its breakdown and the invoice\'s address come along', async () => {
    const world = await station();
    await charging(world);
    world.csms.answers.set('TransactionEvent', (event) => (event.eventType === 'Ended' ? {
      totalCost: 3.31, updatedPersonalMessage: { format: 'UTF8', content: '2.81 energy, 0.50 time' },
      customData: { vendorId: 'org.openchargealliance.org.qrcode', qrCodeText: 'https://operator.example/i/1' },
    } : {}));
    await stopped(world);
    expect(onSign(world).lines).toEqual(['2.81 energy, 0.50 time']);
    expect(view(world).summary?.qrText).toBe('https://operator.example/i/1');
  });

  it('I03.FR.04 no total isn\'t a free session: what it has come to is shown as that', async () => {
    const world = await station();
    await charging(world);
    await world.ask('CostUpdated', { totalCost: 4, transactionId: transactionOf(world) });
    await stopped(world);
    expect([view(world).summary?.cost, onSign(world).label, onSign(world).cost]).toEqual([null, en.cost, '€4.00']);
  });

  it('I03.FR.05 the driver of a bay that is left isn\'t there to read it', async () => {
    const world = await station({ 'TxCtrlr.TxStopPoint': 'ParkingBayOccupancy' });
    world.ev().parkingBay(true);
    await charging(world);
    world.csms.answers.set('TransactionEvent', (event) => (event.eventType === 'Ended' ? { totalCost: 5 } : {}));
    await world.card();
    await world.seconds(3);
    world.ev().unplug();
    await world.seconds(3);
    world.ev().parkingBay(false);
    await world.seconds(5);
    expect(events(world).at(-1)?.eventType).toBe('Ended');
    expect(view(world).summary).toBeNull();
  });

  it('I05.FR.01 I05.FR.02 without a network: what the operator wants to be said instead', async () => {
    const world = await station();
    await set(world, 'TariffCostCtrlr.TotalCostFallbackMessage', 'The cost follows by mail.');
    await charging(world);
    await offline(world);
    await stopped(world);
    expect(view(world).summary?.cost).toBeNull();
    expect(onSign(world).lines).toEqual(['The cost follows by mail.']);
  });

  it('the currency is the operator\'s', async () => {
    const world = await station();
    await set(world, 'TariffCostCtrlr.Currency', 'GBP');
    expect(world.agent.snapshot().tariff.currency).toBe('GBP');
    expect(await world.ask('GetVariables', { getVariableData: [item('TariffCostCtrlr.Currency')] })).toMatchObject({ getVariableResult: [{ attributeValue: 'GBP' }] });
  });
});

describe('cost between two words of the CSMS (customData of the pricing extension)', () => {
  it('goes on by the prices that came along, over a power cut too', async () => {
    const world = await station();
    await charging(world);
    const at = world.agent.snapshot().nowMs ?? 0;
    const meterValue = view(world).meterWh;
    await world.ask('CostUpdated', {
      totalCost: 1, transactionId: transactionOf(world),
      customData: { vendorId: 'org.openchargealliance.costmsg', timestamp: new Date(at).toISOString(), meterValue, state: 'Charging', chargingPrice: { kWhPrice: 0.5, hourPrice: 6 } },
    });
    await world.seconds(600);
    const cost = (): number => view(world).transaction?.cost ?? 0;
    const expected = (): number => 1 + ((view(world).meterWh - meterValue) / 1000) * 0.5 + (((world.agent.snapshot().nowMs ?? 0) - at) / 3_600_000) * 6;
    expect(cost()).toBeCloseTo(expected(), 2);
    expect(cost()).toBeGreaterThan(2);
    world.kill();
    await world.start();
    await world.seconds(10);
    expect(cost()).toBeCloseTo(expected(), 2);
    await world.ask('CostUpdated', { totalCost: 1.75, transactionId: transactionOf(world) });
    expect(cost()).toBeCloseTo(1.75, 1);
  });
});
