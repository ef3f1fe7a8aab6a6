import { describe, expect, it } from 'vitest';
import type { DriverState, EvseView, StationSnapshot } from '../../link/snapshot.ts';
import { STORIES } from '../gallery/stories.ts';
import { en, type Catalogue } from '../i18n/en.ts';
import { gu } from '../i18n/gu.ts';
import { formatsFor } from './format.ts';
import { outletSign, refusalSentences, stoneCount, type OutletSign } from './outlet.ts';

/** AuthorizationStatusEnumType of 2.0.1 but Accepted; 1.6 knows a part of it. And what a reader makes of a card. */
const STATUSES = ['Blocked', 'ConcurrentTx', 'Expired', 'Invalid', 'NoCredit', 'NotAllowedTypeEVSE', 'NotAtThisLocation', 'NotAtThisTime', 'Unknown', 'RandomUid', 'Unreadable'];
const STATES: DriverState[] = ['idle', 'checking', 'plugIn', 'preparing', 'charging', 'suspendedByCar', 'suspendedByStation', 'stopping', 'finished', 'reserved', 'unavailable', 'faulted', 'waitingForCard'];

function story(name: string): StationSnapshot {
  const found = STORIES.find((candidate) => candidate.name === name)?.snapshot;
  expect(found, name).not.toBeUndefined();
  return found as StationSnapshot;
}
function sign(snapshot: StationSnapshot, change: Partial<EvseView> = {}, laterMs = 0, text: Catalogue = en): OutletSign {
  const evse = { ...(snapshot.evses[0] as EvseView), ...change };
  return outletSign(evse, { snapshot, nowMs: (snapshot.nowMs ?? 0) + laterMs, text, formats: formatsFor('en-GB', snapshot.tariff.currency, text) });
}
const fact = (view: OutletSign, name: string): string | undefined => view.facts.find((candidate) => candidate.name === name)?.value;

describe('sign of an outlet', () => {
  it.each(STATES)('%s has a word, a plate and a shape in both languages', (state) => {
    for (const text of [en, gu]) {
      const view = sign(story('idle'), { state }, 0, text);
      expect(view.word).toBe(text.word[state]);
      expect(view.plate).toBeTruthy();
      expect(view.shape).toBeTruthy();
    }
  });
  it('shows the price first while free, and says where it comes from when it is not known', () => {
    expect(sign(story('idle')).price).toBe('€0.59 per kWh, VAT included');
    expect(sign(story('idle-no-price')).price).toBe(en.priceUnknown);
    expect(sign(story('charging')).price).toBeNull();
  });
  it('counts the time to plug in down, never below nothing', () => {
    expect(sign(story('plug-in')).hero?.value).toBe('0:48');
    expect(sign(story('plug-in'), {}, 40_000).hero?.value).toBe('0:08');
    expect(sign(story('plug-in'), {}, 90_000).hero?.value).toBe('0:00');
  });
  it('puts kWh, time, cost and kW on the charging sign, and no cost that nobody told', () => {
    const view = sign(story('charging'));
    expect(view.hero).toEqual({ value: '18.42', unit: 'kWh', kind: 'energy' });
    expect(fact(view, 'time')).toBe('1 h 48 min');
    expect(fact(view, 'cost')).toBe('€10.87');
    expect(view.post).toEqual({ power: '7.4 kW', reason: en.limitUntil(en.limit.site, '18:40') });
    expect(view.kerb.fill).toBeCloseTo(7.4, 1);
    expect(fact(sign(story('charging-offline')), 'cost')).toBeUndefined();
  });
  it('never guesses a battery level', () => {
    expect(fact(sign(story('charging')), 'battery')).toBeUndefined();
    expect(fact(sign(story('charging-soc')), 'battery')).toBe('63%');
  });
  it('tells a pause by the car from a pause by the station', () => {
    const car = sign(story('paused-car'));
    const station = sign(story('paused-station'));
    expect(car.sentences).toEqual([en.carWhy]);
    expect(station.sentences).toEqual([en.stationWhy]);
    expect(station.kerb.cap).toBe(0);
    expect(car.post ?? station.post).toBeNull();
  });
  it('says "not known" on a receipt without cost, with both readings', () => {
    const view = sign(story('finished-unknown'));
    expect(fact(view, 'cost')).toBe('not known');
    expect(fact(view, 'meterStart')).toBe('1,265.890 kWh');
    expect(fact(view, 'meterEnd')).toBe('1,284.310 kWh');
    expect(view.small).toBe(en.stoppedWhy.GroundFault);
  });
  it('shows a refusal on a free outlet, but never instead of a session', () => {
    const refused = story('refused');
    expect(sign(refused).state).toBe('refused');
    expect(sign(refused).small).toBe('card ending 4821');
    const charging = story('charging').evses[0] as EvseView;
    expect(sign(refused, { state: 'charging', transaction: charging.transaction }).state).toBe('charging');
  });
  it('sends the driver of a broken outlet to a free one', () => {
    const two = story('two');
    expect(sign(two, { state: 'faulted', fault: { code: 'GroundFailure', info: null } }).sentences).toContain(en.useOther(2));
  });
});

describe('refusals', () => {
  it.each([['en', en], ['gu', gu]] as const)('every AuthorizationStatus has its own reason and advice in %s', (_, text) => {
    const said = STATUSES.map((status) => refusalSentences(status, text));
    for (const sentences of said) {
      expect(sentences).toHaveLength(3);
      expect(sentences[1]).toBe(text.nothingCharged);
    }
    expect(new Set(said.map(([why]) => why)).size).toBe(STATUSES.length);
    expect(said.map(([why]) => why)).not.toContain(text.refusal.other);
  });
  it('has a sentence for a status of the future', () => {
    expect(refusalSentences('Whatever', en)[0]).toBe(en.refusal.other);
  });
});

it('lays one stone per kW as far as they fit', () => {
  expect([1_000, 7_400, 22_080, 50_000].map(stoneCount)).toEqual([4, 7, 22, 24]);
});
