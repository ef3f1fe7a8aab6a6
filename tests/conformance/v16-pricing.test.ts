/** "OCPP & California Pricing Requirements", part 3: price and cost in 1.6 by DataTransfer, from the wire to the driver's eyes. */
import { describe, expect, it } from 'vitest';
import type { EvseView } from '../../src/link/snapshot.ts';
import { en } from '../../src/ui/i18n/en.ts';
import { formatsFor } from '../../src/ui/view/format.ts';
import { outletSign, tariffText } from '../../src/ui/view/outlet.ts';
import { CARD, charging, chargePoint, configure, offline, online, OTHER, since, statuses, type World } from './charge-point.ts';

const VENDOR = 'org.openchargealliance.costmsg';
const DEFAULT = { priceText: '0.15 per kWh', priceTextOffline: 'Offline: 0.15 per kWh', chargingPrice: { kWhPrice: 0.15, hourPrice: 0.6, flatFee: 1 } };

const view = (world: World): EvseView => world.agent.snapshot().evses[0] as EvseView;
const nowMs = (world: World): number => world.agent.snapshot().nowMs ?? 0;
const iso = (world: World, afterS = 0): string => new Date(nowMs(world) + afterS * 1000).toISOString();
const cost = (world: World): number => view(world).transaction?.cost ?? Number.NaN;

/** What stands on the sign. */
function sign(world: World): { readonly price: string | null; readonly lines: readonly string[]; readonly cost: string | undefined } {
  const snapshot = world.agent.snapshot();
  const input = { snapshot, nowMs: nowMs(world), text: en, formats: formatsFor('en-GB', 'EUR', en), language: snapshot.language };
  const drawn = outletSign(view(world), input);
  return { price: drawn.price ?? tariffText(view(world), input), lines: drawn.sentences, cost: drawn.facts.find(({ name }) => name === 'cost')?.value };
}

async function tell(world: World, messageId: string, data: unknown): Promise<string> {
  return String((await world.ask('DataTransfer', { vendorId: VENDOR, messageId, data: typeof data === 'string' ? data : JSON.stringify(data) })).status);
}

/** RunningCost of the transaction that the CSMS started last, as of now. */
function running(world: World, more: Record<string, unknown>): Promise<string> {
  const transactionId = 1000 + world.csms.of('StartTransaction').length;
  return tell(world, 'RunningCost', { transactionId, timestamp: iso(world), meterValue: view(world).meterWh, state: 'Charging', ...more });
}

async function stopped(world: World): Promise<void> {
  await world.card();
  await world.seconds(3);
  expect(world.state.evses[0]?.transaction).toBeNull();
}

/** The quickest samples that a test would mistake for triggered ones are off. */
async function quietMeter(): Promise<World> {
  const world = await chargePoint();
  await configure(world, 'MeterValueSampleInterval', '0');
  return world;
}

interface Sampled { readonly meterValue: readonly { readonly sampledValue: readonly { readonly context: string }[] }[] }
const triggered = (messages: readonly Record<string, unknown>[]): number => messages
  .filter((message) => (message as unknown as Sampled).meterValue[0]?.sampledValue[0]?.context === 'Trigger').length;

describe('the price before the session (3.1.1, 3.1.2)', () => {
  it('DefaultPrice: the price for everybody, and the one without a network', async () => {
    const world = await chargePoint();
    await configure(world, 'DefaultPrice', JSON.stringify(DEFAULT));
    expect(sign(world).price).toBe(DEFAULT.priceText);
    await offline(world);
    expect(sign(world).price).toBe(DEFAULT.priceTextOffline);
    await online(world);
    expect(sign(world).price).toBe(DEFAULT.priceText);
  });

  it('SetUserPrice: the driver\'s own while he plugs in and charges, nobody else\'s, and not the next time', async () => {
    const world = await chargePoint();
    await configure(world, 'DefaultPrice', JSON.stringify(DEFAULT));
    await world.card();
    expect([view(world).state, await tell(world, 'SetUserPrice', { idToken: CARD.value, priceText: '0.12 per kWh' })]).toEqual(['plugIn', 'Accepted']);
    expect(sign(world).price).toBe('0.12 per kWh');
    world.ev().plugIn();
    await world.seconds(5);
    expect([view(world).state, sign(world).price]).toEqual(['charging', '0.12 per kWh']);
    await stopped(world);
    world.ev().unplug();
    await world.seconds(2);
    await world.card(OTHER);
    expect(sign(world).price).toBe(DEFAULT.priceText);
    world.ev().plugIn();
    await world.seconds(5);
    await world.card(OTHER);
    await world.seconds(3);
    world.ev().unplug();
    await world.seconds(2);
    await world.card();
    expect(sign(world).price).toBe(DEFAULT.priceText);
  });

  it('SetUserPrice before the card is shown, and again in mid-session, over a power cut', async () => {
    const world = await chargePoint();
    expect(await tell(world, 'SetUserPrice', { idToken: CARD.value, priceText: 'early' })).toBe('Accepted');
    await charging(world);
    expect(sign(world).price).toBe('early');
    expect(await tell(world, 'SetUserPrice', { idToken: CARD.value.toLowerCase(), priceText: 'new' })).toBe('Accepted');
    world.kill();
    await world.start(10);
    expect(sign(world).price).toBe('new');
  });
});

describe('several languages (3.2)', () => {
  it('the keys say so; Language is the driver\'s screen\'s, and what priceText is in', async () => {
    const world = await chargePoint();
    const { configurationKey } = await world.ask('GetConfiguration', { key: ['CustomMultiLanguageMessages', 'SupportedLanguages', 'Language'] }) as unknown as { configurationKey: { key: string; readonly: boolean; value: string }[] };
    const supported = (configurationKey.find(({ key }) => key === 'SupportedLanguages')?.value ?? '').split(',');
    expect(configurationKey.map(({ key, readonly }) => [key, readonly])).toEqual([['CustomMultiLanguageMessages', true], ['SupportedLanguages', true], ['Language', false]]);
    expect(supported).toEqual(expect.arrayContaining(['en', 'gu']));
    expect(await world.ask('ChangeConfiguration', { key: 'Language', value: 'xx' })).toEqual({ status: 'Rejected' });
    await configure(world, 'DefaultPrice', JSON.stringify({ priceText: 'in the default language' }));
    await configure(world, 'DefaultPriceText,en', JSON.stringify({ priceText: 'in English', priceTextOffline: 'in English, offline' }));
    await configure(world, 'DefaultPriceText,gu', JSON.stringify({ priceText: 'in Gujarati' }));
    await configure(world, 'Language', 'gu');
    expect(world.agent.snapshot().language).toBe('gu');
    expect(sign(world).price).toBe('in the default language'); // which is Gujarati now
    await configure(world, 'DefaultPrice', '');
    expect(sign(world).price).toBe('in Gujarati');
    await configure(world, 'Language', 'en');
    expect(sign(world).price).toBe('in English');
    await offline(world);
    expect(sign(world).price).toBe('in English, offline');
  });

  it('priceTextExtra of SetUserPrice and FinalCost', async () => {
    const world = await chargePoint();
    await configure(world, 'Language', 'gu');
    const extra = [{ format: 'UTF8', language: 'en', content: 'in English' }];
    await charging(world);
    await tell(world, 'SetUserPrice', { idToken: CARD.value, priceText: 'in Gujarati', priceTextExtra: extra });
    expect(sign(world).price).toBe('in Gujarati');
    await stopped(world);
    await tell(world, 'FinalCost', { transactionId: 1001, cost: 2, priceText: 'total in Gujarati', priceTextExtra: extra });
    expect(sign(world).lines).toEqual(['total in Gujarati']);
    await configure(world, 'Language', 'en');
    expect(view(world).summary?.costText).toEqual([{ language: 'gu', text: 'total in Gujarati' }, { language: 'en', text: 'in English' }]);
    expect(sign(world).lines).toEqual(['in English']);
  });
});

describe('RunningCost (3.1.4)', () => {
  it('energy and time go on by its prices until the next message, over a power cut and an outage too (3.7.1)', async () => {
    const world = await chargePoint();
    await charging(world);
    const [fromWh, fromMs] = [view(world).meterWh, nowMs(world)];
    expect(await running(world, { cost: 1, chargingPrice: { kWhPrice: 0.5, hourPrice: 6 } })).toBe('Accepted');
    const expected = (): number => 1 + ((view(world).meterWh - fromWh) / 1000) * 0.5 + ((nowMs(world) - fromMs) / 3_600_000) * 6;
    await world.seconds(300);
    expect(cost(world)).toBeGreaterThan(1.8);
    expect(cost(world)).toBeCloseTo(expected(), 2);
    await offline(world);
    await world.seconds(300);
    expect(cost(world)).toBeCloseTo(expected(), 2);
    world.kill();
    await world.start(10);
    expect(cost(world)).toBeCloseTo(expected(), 2);
    expect(sign(world).cost).toBe(`€${expected().toFixed(2)}`);
    await online(world);
    expect(await running(world, { cost: 0.75, chargingPrice: { kWhPrice: 0 } })).toBe('Accepted'); // the CSMS's figure counts
    expect(cost(world)).toBe(0.75);
  });

  it('nextPeriod: its prices from its time on', async () => {
    const world = await chargePoint();
    await charging(world);
    await running(world, { cost: 0, chargingPrice: { hourPrice: 6 }, nextPeriod: { atTime: iso(world, 600), chargingPrice: { hourPrice: 60 } } });
    await world.seconds(600);
    expect(cost(world)).toBeCloseTo(1, 1);
    await world.seconds(600);
    expect(cost(world)).toBeCloseTo(11, 0);
  });

  it('Idle: free for the grace period, then by the hour; Charging again counts energy (3.6.2)', async () => {
    const world = await chargePoint();
    await charging(world);
    const idlePrice = { graceMinutes: 10, hourPrice: 6 };
    world.ev().evSuspend();
    await world.seconds(3);
    await running(world, { cost: 2, state: 'Idle', chargingPrice: { kWhPrice: 0.5 }, idlePrice });
    await world.seconds(590);
    expect(cost(world)).toBe(2);
    await world.seconds(610);
    expect(cost(world)).toBeCloseTo(3, 1);
    world.ev().evResume();
    await running(world, { cost: 3, chargingPrice: { kWhPrice: 0.5 }, idlePrice });
    const fromWh = view(world).meterWh;
    await world.seconds(120);
    expect(cost(world)).toBeCloseTo(3 + ((view(world).meterWh - fromWh) / 1000) * 0.5, 2);
  });

  it('triggerMeterValue: one more value at its time, energy, power and status', async () => {
    const world = await quietMeter();
    await charging(world);
    const price = { cost: 0, chargingPrice: { kWhPrice: 0.5 } };
    const after = async (triggerMeterValue: unknown, seconds: number, cause?: () => void): Promise<number> => {
      expect(await running(world, { ...price, triggerMeterValue })).toBe('Accepted');
      const seen = since(world);
      cause?.();
      await world.seconds(seconds);
      return triggered(seen('MeterValues'));
    };
    expect(await after({ atTime: iso(world, 30) }, 28)).toBe(0);
    expect(await after({ atTime: iso(world, 30) }, 32)).toBe(1);
    const chargedkWh = (view(world).meterWh - Number(world.csms.of('StartTransaction')[0]?.meterStart)) / 1000;
    expect(await after({ atEnergykWh: chargedkWh + 0.5 }, 60)).toBe(0);
    expect(await after({ atEnergykWh: chargedkWh + 0.5 }, 600)).toBe(1);
    expect(await after({ atPowerkW: 1 }, 60)).toBe(0);
    expect(await after({ atPowerkW: 1 }, 60, () => world.ev().evSuspend())).toBe(1);
    expect(await after({ atPowerkW: 1 }, 60, () => world.ev().evResume())).toBe(1);
    expect(await after({ atCPStatus: ['SuspendedEV', 'SuspendedEVSE'] }, 60)).toBe(0);
    expect(await after({ atCPStatus: ['SuspendedEV', 'SuspendedEVSE'] }, 60, () => world.ev().evSuspend())).toBe(1);
    expect(statuses(world).at(-1)).toBe('SuspendedEV');
    expect(await after({}, 60, () => world.ev().evResume())).toBe(0);
  });

  it.each([
    ['of an unknown transaction', { transactionId: 4711 }], ['without prices', { chargingPrice: undefined }], ['of a state that isn\'t', { state: 'Paused' }],
    ['with a cost below nothing', { cost: -1 }], ['without a time', { timestamp: 'soon' }], ['whose next period has no time', { nextPeriod: { chargingPrice: {} } }],
  ])('%s: Rejected, and what was known goes on', async (_, wrong) => {
    const world = await chargePoint();
    await charging(world);
    await running(world, { cost: 1.5, chargingPrice: { kWhPrice: 0 } });
    expect(await running(world, { cost: 9, chargingPrice: { kWhPrice: 0 }, ...wrong })).toBe('Rejected');
    await world.seconds(2);
    expect(cost(world)).toBe(1.5);
  });
});

describe('FinalCost (3.1.3)', () => {
  it('after StopTransaction: total, breakdown and invoice on the receipt, for five minutes (1.10)', async () => {
    const world = await chargePoint();
    await charging(world);
    await running(world, { cost: 4, chargingPrice: { kWhPrice: 0 } });
    await stopped(world);
    expect([view(world).summary?.cost, sign(world).cost]).toEqual([null, '€4.00']); // so far
    expect(await tell(world, 'FinalCost', { transactionId: 1001, cost: 3.31, priceText: '2.81 energy, 0.50 time', qrCodeText: 'https://operator.example/i/1' })).toBe('Accepted');
    expect(sign(world)).toMatchObject({ cost: '€3.31', lines: ['2.81 energy, 0.50 time'] });
    expect(view(world).summary?.qrText).toBe('https://operator.example/i/1');
    world.ev().unplug();
    await world.seconds(290);
    expect(sign(world).cost).toBe('€3.31');
    await world.seconds(20);
    expect(view(world).state).toBe('idle');
  });

  it('a total that is the only price told stays as long (1.10)', async () => {
    const world = await chargePoint();
    await charging(world);
    await stopped(world);
    await world.seconds(50);
    await tell(world, 'FinalCost', { transactionId: 1001, cost: 3.31, priceText: 'all' });
    await world.seconds(290);
    expect(sign(world).cost).toBe('€3.31');
  });

  it('before the stop, of an unknown transaction, or not of its form: Rejected', async () => {
    const world = await chargePoint();
    await charging(world);
    const final = { transactionId: 1001, cost: 3, priceText: 'x' };
    expect(await tell(world, 'FinalCost', final)).toBe('Rejected');
    await stopped(world);
    expect([await tell(world, 'FinalCost', { ...final, transactionId: 7 }), await tell(world, 'FinalCost', { ...final, cost: '3' }), await tell(world, 'FinalCost', '{')])
      .toEqual(['Rejected', 'Rejected', 'Rejected']);
    expect(view(world).summary?.cost).toBeNull();
    expect(await tell(world, 'FinalCost', final)).toBe('Accepted');
  });

  it('3.7.2 stopped offline: what was counted here stands on the receipt; the final cost comes with the network', async () => {
    const world = await chargePoint();
    await charging(world);
    await running(world, { cost: 4, chargingPrice: { kWhPrice: 0 } });
    await offline(world);
    await stopped(world);
    expect(sign(world).cost).toBe('€4.00');
    await online(world);
    expect(await tell(world, 'FinalCost', { transactionId: 1001, cost: 4.2, priceText: 'all' })).toBe('Accepted');
    expect(sign(world).cost).toBe('€4.20');
  });
});

describe('started offline (3.7.3, 3.7.4)', () => {
  async function startedOffline(price: unknown): Promise<World> {
    const world = await chargePoint();
    await configure(world, 'DefaultPrice', JSON.stringify(price));
    await configure(world, 'AllowOfflineTxForUnknownId', 'true');
    await offline(world);
    world.ev().plugIn();
    await world.seconds(2);
    await world.card();
    await world.seconds(5);
    expect(view(world).state).toBe('charging');
    return world;
  }

  it('DefaultPrice\'s chargingPrice counts, with its flat fee; the CSMS\'s figures take over', async () => {
    const world = await startedOffline(DEFAULT);
    expect(sign(world).price).toBe(DEFAULT.priceTextOffline);
    await world.seconds(600);
    const expected = 1 + ((view(world).transaction?.energyWh ?? 0) / 1000) * 0.15 + (605 / 3600) * 0.6;
    expect(cost(world)).toBeCloseTo(expected, 1);
    await online(world);
    expect(world.csms.of('StartTransaction')).toHaveLength(1);
    expect(await running(world, { cost: 0.5, chargingPrice: { kWhPrice: 0 } })).toBe('Accepted');
    expect(cost(world)).toBe(0.5);
  });

  it('wholly offline: its cost is what was counted here', async () => {
    const world = await startedOffline(DEFAULT);
    await world.seconds(600);
    const counted = cost(world);
    await stopped(world);
    expect(view(world).summary?.costSoFar).toBeCloseTo(counted, 1);
    await online(world);
    expect(view(world).summary?.costSoFar).toBeCloseTo(counted, 1);
  });

  it('without a chargingPrice nothing is counted; a session that began online isn\'t priced by it', async () => {
    const world = await startedOffline({ priceText: 'free' });
    expect(view(world).transaction?.cost).toBeNull();
    const other = await chargePoint();
    await configure(other, 'DefaultPrice', JSON.stringify(DEFAULT));
    await charging(other);
    expect(view(other).transaction?.cost).toBeNull();
  });
});

describe('ConnectorUnplugged (3.4.3)', () => {
  const unplugged = (world: World): unknown[] => world.csms.of('DataTransfer').filter(({ messageId }) => messageId === 'ConnectorUnplugged')
    .map(({ vendorId, data }) => ({ vendorId, ...(JSON.parse(String(data)) as object) }));

  it('CustomIdleFeeAfterStop=true: idling goes on after the stop, and ends with the cable; the message waits for the network', async () => {
    const world = await chargePoint();
    await configure(world, 'CustomIdleFeeAfterStop', 'true');
    await charging(world);
    await stopped(world);
    expect(await tell(world, 'RunningCost', { transactionId: 1001, timestamp: iso(world), meterValue: view(world).meterWh, cost: 3.5, state: 'Idle', idlePrice: { graceMinutes: 0, hourPrice: 6 } })).toBe('Accepted');
    await world.seconds(240);
    expect(view(world).summary?.costSoFar ?? Number.NaN).toBeCloseTo(3.9, 1);
    await offline(world);
    world.ev().unplug();
    const atMs = nowMs(world);
    await world.seconds(600);
    world.kill();
    await world.start(2);
    expect(unplugged(world)).toEqual([]);
    await online(world);
    expect(unplugged(world)).toEqual([{ vendorId: VENDOR, transactionId: 1001, timestamp: expect.any(String) }]);
    expect(Math.abs(Date.parse((unplugged(world)[0] as { timestamp: string }).timestamp) - atMs)).toBeLessThan(2000);
    await world.seconds(60);
    expect(unplugged(world)).toHaveLength(1);
  });

  it('CustomIdleFeeAfterStop=false: there is no such message', async () => {
    const world = await chargePoint();
    await configure(world, 'CustomIdleFeeAfterStop', 'false');
    await charging(world);
    await stopped(world);
    world.ev().unplug();
    await world.seconds(10);
    expect(unplugged(world)).toEqual([]);
  });

  it('a transaction whose stop waits offline: after it, under its id', async () => {
    const world = await chargePoint();
    await configure(world, 'CustomIdleFeeAfterStop', 'true');
    await charging(world);
    await offline(world);
    await stopped(world);
    world.ev().unplug();
    await world.seconds(10);
    await online(world);
    const order = world.csms.received.map(({ action }) => action).filter((action) => action === 'StopTransaction' || action === 'DataTransfer');
    expect(order).toEqual(['StopTransaction', 'DataTransfer']);
    expect(unplugged(world)).toMatchObject([{ transactionId: 1001 }]);
  });
});

describe('switched off', () => {
  it('CustomDisplayCostAndPrice=false: the messages are unknown, nothing is shown or counted', async () => {
    const world = await chargePoint();
    await charging(world);
    await configure(world, 'CustomDisplayCostAndPrice', 'false');
    expect(await tell(world, 'SetUserPrice', { idToken: CARD.value, priceText: 'x' })).toBe('UnknownVendorId');
    expect(await running(world, { cost: 1, chargingPrice: {} })).toBe('UnknownVendorId');
    expect([cost(world), sign(world).price]).toEqual([Number.NaN, null]);
    await configure(world, 'CustomDisplayCostAndPrice', 'true');
    expect(await tell(world, 'NoSuchMessage', {})).toBe('UnknownMessageId');
  });
});

it('TimeOffset and its transition: times on the screen are the place\'s (3.3)', async () => {
  const world = await chargePoint();
  await configure(world, 'TimeOffset', '-05:00');
  await configure(world, 'TimeOffsetNextTransition', '-04:00');
  await configure(world, 'NextTimeOffsetTransitionDateTime', iso(world, 60));
  expect(world.agent.snapshot().utcOffsetMin).toBe(-300);
  await world.seconds(70);
  expect(world.agent.snapshot().utcOffsetMin).toBe(-240);
});
