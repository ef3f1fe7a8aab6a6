import { describe, expect, it } from 'vitest';
import type { EvseView, StationSnapshot } from '../../link/snapshot.ts';
import { STORIES } from '../gallery/stories.ts';
import { en } from '../i18n/en.ts';
import { formatsFor } from './format.ts';
import { outletSign, shortSign } from './outlet.ts';
import { keysOf, said } from './paving.ts';
import { connectorName, isolated, priceParts } from './plain.ts';
import { isQuiet, restDue, restPlace } from './rest.ts';
import { pixelsPerMm } from './screen.ts';
import { spokenText } from './spoken.ts';
import { tokenKind } from './token-kind.ts';

const story = (name: string): StationSnapshot => STORIES.find((candidate) => candidate.name === name)?.snapshot as StationSnapshot;
const input = (snapshot: StationSnapshot, laterMs = 0) => ({ snapshot, nowMs: (snapshot.nowMs ?? 0) + laterMs, text: en, formats: formatsFor('en-GB', 'EUR', en) });
const keys = (name: string, laterMs = 0): string[] => keysOf(input(story(name), laterMs)).map(({ id }) => id);
const words = (name: string) => said(input(story(name)));

describe('keys', () => {
  it.each([
    ['idle', []], ['idle-start-button', ['start-1', 'pin']], ['idle-pin', ['pin']], ['pin-blocked', []],
    ['plug-in', ['more-time-1', 'cancel-1']], ['two-plug-in', ['more-time-1', 'more-time-2', 'cancel-1', 'cancel-2']],
    ['charging', []], ['charging-button', ['stop-1']], ['finished-signed', ['done-1', 'signed-1']], ['finished-hidden', []],
  ])('%s: %j', (name, ids) => expect(keys(name)).toEqual(ids));
  it('the keypad comes back when the wait after wrong PINs is over', () => expect(keys('pin-blocked', 4 * 60_000)).toEqual(['pin']));
  it('a session by PIN can be ended by PIN where nothing is free', () => {
    expect(keysOf(input({ ...story('charging-pin'), pinPad: { blockedUntilMs: null } })).map(({ id, main }) => [id, main])).toEqual([['pin', false]]);
  });
  it('names the outlet only where there are several, and counts the receipt down', () => {
    expect(keysOf(input(story('plug-in'))).map(({ outlet }) => outlet)).toEqual([null, null]);
    expect(keysOf(input(story('two-plug-in'))).map(({ outlet }) => outlet)).toEqual([1, 2, 1, 2]);
    expect(keysOf(input(story('finished-signed'), 5000))[0]?.note).toBe(en.clearsIn('40 s'));
  });
  it('never more than a thumb can tell apart', () => {
    const evses = [1, 2, 3, 4].map((id) => ({ ...(story('plug-in').evses[0] as EvseView), id }));
    expect(keysOf(input({ ...story('plug-in'), evses })).map(({ id }) => id)).toEqual(['more-time-1', 'more-time-2', 'more-time-3', 'more-time-4']);
  });
});

describe('what is said', () => {
  it.each([
    ['charging', en.stop.card], ['charging-pin', en.stop.pin], ['charging-button', en.stop.button], ['charging-app', en.stop.app], ['charging-car', en.stop.car],
  ])('%s: how to stop, by what started it', (name, how) => expect(words(name).lines).toEqual([how]));
  it('asks for the cable only while it is in', () => {
    expect(words('finished-plugged').lead).toBe(en.unplugNow);
    expect(words('finished').lead).toBe(en.unplugged);
  });
  it('a refusal that no sign can show stands below the kerb, and a PIN is not called a card', () => {
    expect(words('two-refused')).toMatchObject({ card: true, lead: `${en.word.refused}, ${en.cardEnding('4821')}` });
    const snapshot = story('two-refused');
    expect(said(input({ ...snapshot, authorization: { state: 'refused', masked: '••••', type: 'KeyCode', status: 'Invalid', evseId: null } })))
      .toMatchObject({ lead: en.word.refusedPin, lines: [`${en.nothingCharged} ${en.refusedOtherDo}`] });
  });
  it('where nothing works: whom to call', () => expect(words('fault-both').lead).toBe(en.helpCall(isolated('0800 555 0427'))));
  it('the operator\'s code on a free outlet, the receipt\'s on a finished one', () => {
    expect(words('idle').qrText).toBe('https://operator.example/s/KS-0427');
    expect(words('finished-qr').qrText).toBe('https://operator.example/i/13546');
    expect(words('two').qrText).toBeNull();
  });
});

describe('signs', () => {
  const sign = (name: string) => outletSign(story(name).evses[0] as EvseView, input(story(name)));
  it('says until when it is slow, and when it goes on', () => {
    expect(sign('charging').post?.reason).toBe(en.limitUntil(en.limit.site, '18:40'));
    expect(sign('charging-heat').post?.reason).toBe(en.limit.heat);
    expect(sign('paused-station-until').sentences).toEqual([en.stationWhyUntil('15:00')]);
  });
  it('the idle fee with its begin, then that it runs', () => {
    expect(sign('idle-fee-soon').sentences).toContain(en.feeSoon('14:44', '€6.00'));
    expect(sign('idle-fee-runs').sentences).toContain(en.feeNow('€6.00'));
  });
  it('names what is done and what is to come', () => {
    expect(sign('preparing-locked').steps).toEqual([
      { label: en.step.card, done: true }, { label: en.step.locked, done: true }, { label: en.step.ready, done: false }, { label: en.step.power, done: false },
    ]);
    expect(sign('preparing-ready').steps.map(({ label, done }) => [label, done])).toEqual([[en.step.car, true], [en.step.locked, true], [en.step.ready, true], [en.step.power, false]]);
  });
  it('what is being checked, without a digit of a PIN', () => {
    expect([sign('checking').word, sign('checking').small]).toEqual([en.word.checking, en.cardEnding('4821')]);
    expect([sign('checking-pin').word, sign('checking-pin').small]).toEqual([en.word.checkingPin, null]);
    expect(sign('checking-car').word).toBe(en.word.checkingCar);
  });
  it('the total is the receipt\'s number; what isn\'t final is called so', () => {
    expect(sign('finished').hero).toEqual({ value: '€10.87', unit: '', kind: 'cost' });
    expect(sign('finished-offline').facts[0]).toEqual({ name: 'cost', label: en.cost, value: '€10.87' });
    expect(sign('finished-unknown').hero?.kind).toBe('energy');
  });
  it('a hidden receipt shows no figure', () => {
    const hidden = sign('finished-hidden');
    expect([hidden.hero, hidden.facts, hidden.sentences]).toEqual([null, [], [en.unplugNow, en.receiptHidden]]);
  });
  it('where many share the screen the money stays', () => {
    const short = shortSign(sign('charging'));
    expect(short.facts.map(({ name }) => name)).toEqual(['time', 'cost']);
    expect([short.curve, short.tile, short.post?.power]).toEqual([null, null, '7.4 kW']);
  });
  it('whom a reservation is for, by the last four', () => expect(sign('reserved-for').small).toBe(en.reservedFor('4821')));
});

it('a price is split where it was, and nothing of it is lost', () => {
  expect(priceParts('€0.59 per kWh, then €0.05 per minute, VAT included')).toEqual({ main: '€0.59 per kWh', rest: 'then €0.05 per minute, VAT included' });
  expect(priceParts('0,59 € je kWh\ninkl. MwSt.')).toEqual({ main: '0,59 € je kWh', rest: 'inkl. MwSt.' });
  expect(priceParts('Ask your provider')).toEqual({ main: '', rest: 'Ask your provider' });
  expect(priceParts('Charging costs a basic price of €0.59 per kWh')).toEqual({ main: '', rest: 'Charging costs a basic price of €0.59 per kWh' });
});

it('connectors by the names on their labels', () => {
  expect([connectorName('cType2'), connectorName('cCCS2').name, connectorName('Unknown').name]).toEqual([{ name: 'Type 2', letter: 'C' }, 'CCS 2', '']);
});

it('tokens by what a driver calls them', () => {
  expect(['ISO14443', 'KeyCode', 'eMAID', 'MacAddress', 'NoAuthorization', 'Central', undefined].map(tokenKind)).toEqual(['card', 'pin', 'car', 'car', 'button', 'app', 'card']);
});

describe('rest', () => {
  it('after the time that the operator set, never while somebody is served or must be told something', () => {
    expect([restDue(story('idle'), 179_000), restDue(story('idle'), 180_000)]).toEqual([false, true]);
    expect(restDue({ ...story('idle'), display: { ...story('idle').display, restAfterS: null } }, 1e9)).toBe(false);
    expect(['charging', 'two', 'plug-in', 'finished', 'message-front', 'refused', 'master-pass'].map((name) => isQuiet(story(name)))).toEqual(Array.from({ length: 7 }, () => false));
  });
  it('never stays in one place: words move every minute, stones change', () => {
    const places = Array.from({ length: 7 }, (_, minute) => restPlace(minute * 60_000));
    places.slice(1).forEach((place, index) => {
      expect([place.x, place.y]).not.toEqual([places[index]?.x, places[index]?.y]);
      expect(place.turn % 2).not.toBe((places[index]?.turn ?? 0) % 2);
    });
  });
});

it('reads aloud state, number, cost and what to do, but no digit of a card', () => {
  const aloud = (name: string): string => spokenText(story(name).evses.map((evse) => outletSign(evse, input(story(name)))), said(input(story(name))), null);
  expect(aloud('charging')).toBe('Charging. 18.42 kWh. Time: 1 h 48 min. Cost so far: €10.87. 7.4 kW, limited by this site until 18:40. To stop, tap the same card. Your car doesn’t tell this outlet its battery level. See it in the car or its app.');
  for (const name of ['refused', 'checking', 'two-refused', 'reserved-for']) expect(aloud(name)).not.toContain('4821');
});

it('millimetres from the panel\'s diagonal', () => {
  expect(pixelsPerMm(Math.hypot(1280, 800), 10.1)).toBeCloseTo(5.88, 2);
  expect(pixelsPerMm(Math.hypot(1920, 1080), 24)).toBeCloseTo(3.61, 2);
  expect(pixelsPerMm(1509, null)).toBeNull();
});
