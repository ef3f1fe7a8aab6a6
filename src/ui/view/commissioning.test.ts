import { describe, expect, it, test } from 'vitest';
import type { EvseView } from '../../link/snapshot.ts';
import { allPassed, draftProblems, emptyProfile, isKnown, measurementsDue, testsAfter, testsDue, withEvse, withFound, withLine, withoutEvse, withReader, withSimulated, withSupply } from './commissioning.ts';
import { holders } from './bench.ts';
import { NO_CHARGE, observed, passed } from './test-charge.ts';

const BUS = { id: 'usb-1a86-7523#1', label: 'CH340', usbVendorId: 0x1a86, usbProductId: 0x7523 };
const CARDS = { id: 'usb-10c4-ea60#1', label: 'CP210x', usbVendorId: 0x10c4, usbProductId: 0xea60 };
const BOX = { kind: 'controller', model: 'evse-wb', label: 'EVSE-WB', unit: 1, line: '9600 8N1' } as const;
const METER = { kind: 'meter', model: 'sdm630', label: 'SDM630', unit: 11, line: '9600 8N1' } as const;
const READER = { kind: 'reader', model: 'pn532', label: 'PN532', line: '115200 8N1' } as const;

describe('a draft', () => {
  it('grows from what was found, one port entry for each port, and is complete once its wiring is known', () => {
    let draft = withFound(withFound(withFound(emptyProfile(), BUS, BOX), BUS, METER), CARDS, READER);
    expect(draft).toMatchObject({
      ports: [{ id: 'port1', usbVendorId: 0x1a86, seenAs: 'usb-1a86-7523#1' }, { id: 'port2' }],
      evses: [{ id: 1, controller: { model: 'evse-wb', portId: 'port1', unit: 1 }, meter: { model: 'sdm630', portId: 'port1', unit: 11 } }], readers: [{ kind: 'pn532', portId: 'port2' }],
    });
    expect([isKnown(draft, BUS, BOX), isKnown(draft, BUS, { ...BOX, unit: 2 }), isKnown(draft, BUS, METER), isKnown(draft, CARDS, READER)]).toEqual([true, false, true, true]);
    expect(draftProblems(draft)).toEqual([expect.stringContaining('name'), expect.stringContaining('breaker'), expect.stringContaining('cable')]);
    draft = withSupply({ ...withEvse(draft, 1, { breakerA: 16, cableA: 20 }), name: 'Yard' }, { breakerA: 32, earthing: 'TT' });
    expect(draftProblems(draft)).toEqual([]);
  });

  it('a meter without an outlet changes nothing; what is taken out takes its port along, and the rest moves up', () => {
    expect(withFound(emptyProfile(), BUS, METER)).toEqual(emptyProfile());
    const draft = withSimulated(withFound(emptyProfile(), BUS, BOX));
    expect(withoutEvse(draft, 1)).toMatchObject({ ports: [], evses: [{ id: 1, controller: { kind: 'simulated' } }] });
  });

  it('readers that nobody answers for are added by hand, and a line\'s settings can be said', () => {
    const draft = withReader(withReader(withReader(withSimulated(emptyProfile()), 'rdm6300', CARDS), 'keyboard', undefined), 'webNfc', undefined);
    expect(draft).toMatchObject({ ports: [{ id: 'port1' }], readers: [{ kind: 'rdm6300', portId: 'port1' }, { kind: 'keyboard' }, { kind: 'webNfc' }] });
    expect(draftProblems({ ...draft, name: 'Yard' })).toEqual([]);
    expect(withReader(emptyProfile(), 'rdm6300', undefined)).toEqual(emptyProfile());
    const set = withLine(draft, 'port1', '9600 8E1');
    expect(set.ports[0]?.line).toBe('9600 8E1');
    expect(withLine(set, 'port1', undefined)).toEqual(draft);
    expect(draftProblems({ ...withLine(draft, 'port1', 'fast'), name: 'Yard' }).join()).toContain('19200 8E1');
  });

  it('every device is due a trial, and a trial counts only for what was tried', () => {
    const draft = withFound(withFound(emptyProfile(), BUS, BOX), CARDS, READER);
    expect(testsDue(draft).map(({ key }) => key)).toEqual(['state-1', 'limit-1', 'meter-1', 'card-0']);
    const tests = Object.fromEntries(testsDue(draft).map(({ key }) => [key, { ok: true, sentence: '', facts: [] }]));
    expect(allPassed(draft, tests)).toBe(true);
    const changed = withEvse(draft, 1, { breakerA: 10 });
    expect(Object.keys(testsAfter(draft, changed, tests))).toEqual(['card-0']);
    expect(allPassed(changed, testsAfter(draft, changed, tests))).toBe(false);
  });

  test.each([['TT', /earth electrode/], ['IT', /Insulation monitor/], ['TN-C-S', /PEN/], ['TN-S', /Loop impedance/], ['unknown', /found out/]] as const)('earthing %s asks for its own measurements', (earthing, what) => {
    expect(measurementsDue(withSupply(emptyProfile(), { earthing })).join()).toMatch(what);
  });
});

const EVSE = {
  id: 1, meterWh: 1000, powerW: 0, currentA: [], token: null, transaction: null, fault: null, limitW: null, limitReason: null, maxPowerW: 11_040,
  connectors: [{ id: 1, plugged: false, pilot: 'A' }], controller: { link: 'up', refusal: null, contactorClosed: false, facts: [] },
} as unknown as EvseView;
const PLUGGED = { ...EVSE, connectors: [{ id: 1, plugged: true, pilot: 'B' }] } as unknown as EvseView;
const CHARGING = { ...PLUGGED, meterWh: 1040, currentA: [15.8], powerW: 11_000, token: {}, transaction: { id: 't', energyWh: 40 }, controller: { ...EVSE.controller, contactorClosed: true } } as unknown as EvseView;

describe('a test charge', () => {
  const see = (...views: EvseView[]) => views.reduce((progress, view) => observed(progress, view, 16), NO_CHARGE);

  it('is ticked off step by step, and passed when the outlet is free again', () => {
    const end = { ...PLUGGED, meterWh: 1090 } as EvseView;
    expect(passed(see(EVSE, PLUGGED, CHARGING, end))).toBe(false);
    const done = see(EVSE, PLUGGED, CHARGING, end, EVSE);
    expect(passed(done)).toBe(true);
    expect(done).toMatchObject({ mostA: 15.8, startWh: 1000, energyWh: 90, transactionId: 't' });
  });

  it('energy alone isn\'t a session, and a car that was there before isn\'t skipped', () => {
    expect(see(EVSE, { ...CHARGING, transaction: null, token: null } as EvseView).done).toEqual({ up: true, plugged: true });
  });

  it('more than breaker and cable bear fails it, whatever follows', () => {
    const done = see(EVSE, PLUGGED, { ...CHARGING, currentA: [18] } as EvseView, { ...PLUGGED, meterWh: 1090 } as EvseView, EVSE);
    expect(done.over).toContain('18.0 A');
    expect(passed(done)).toBe(false);
  });
});

describe('who holds the limit', () => {
  const facts = [{ label: 'Controller allows', value: '6 to 16 A' }, { label: 'Breaker', value: '10 A' }, { label: 'State', value: '7' }];
  it('the smallest of what is installed', () => {
    expect(holders({ ...EVSE, controller: { ...EVSE.controller, facts } })).toEqual([{ who: 'Controller', limit: '16 A', holds: false }, { who: 'Breaker', limit: '10 A', holds: true }]);
  });
  it('a profile on top of it', () => {
    expect(holders({ ...EVSE, limitW: 4140, limitReason: 'profile', controller: { ...EVSE.controller, facts } }).find(({ holds }) => holds)).toEqual({ who: 'Charging profile or operator', limit: '4.14 kW', holds: true });
  });
});
