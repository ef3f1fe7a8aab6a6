import { expect, it } from 'vitest';
import { en } from '../i18n/en.ts';
import { gu } from '../i18n/gu.ts';
import { formatsFor } from './format.ts';
import { pairFrames } from './frames.ts';
import { configOf, EMPTY_FORM, formOf, problemsOf } from './setup-form.ts';

const british = formatsFor('en-GB', 'EUR', en);

it('speaks of durations in the words of the language', () => {
  expect([45, 60, 3_599, 6_480].map(british.duration)).toEqual(['45 s', '1 min', '59 min', '1 h 48 min']);
  expect(formatsFor('gu-IN', 'INR', gu).duration(6_480)).toBe('1 ક 48 મિ');
});
it('groups money by the locale and survives a currency that is none', () => {
  expect(british.money(10.87)).toBe('€10.87');
  expect(formatsFor('gu-IN', 'INR', gu).money(123_456.7)).toBe('₹1,23,456.70');
  expect(formatsFor('en-GB', 'x', en).money(3)).toBe('3.00 x');
});
it('calls a whisper of power none', () => {
  expect([0, 20, -30, 7_402].map(british.power)).toEqual(['0.0', '0.0', '0.0', '7.4']);
});

it('pairs a request with the answer that comes the other way', () => {
  const line = (id: number, direction: 'in' | 'out', text: string) => ({ id, atMs: id * 10, direction, edition: 'ocpp2.0.1', text });
  const pairs = pairFrames([
    line(1, 'out', '[2,"a","Heartbeat",{}]'), line(2, 'in', '[2,"a","Reset",{"type":"OnIdle"}]'),
    line(3, 'in', '[3,"a",{"currentTime":"x"}]'), line(4, 'out', '[4,"a","NotSupported","",{}]'), line(5, 'in', 'not JSON'),
  ]);
  expect(pairs.map(({ action, outcome, tookMs }) => [action, outcome, tookMs])).toEqual([['Heartbeat', 'answered', 20], ['Reset', 'error', 20], ['not JSON', 'alone', null]]);
});

it('finds what is wrong with a set-up before it is tried', () => {
  const good = { ...EMPTY_FORM, editions: ['ocpp2.0.1'], identity: 'KS-0427', csmsUrl: 'wss://csms.example/ocpp' };
  expect(problemsOf(good, false)).toEqual({});
  expect(Object.keys(problemsOf({ ...good, identity: 'a b', csmsUrl: 'http://x', currency: 'eur', editions: [] }, false)).sort()).toEqual(['csmsUrl', 'currency', 'editions', 'identity']);
  expect(problemsOf({ ...good, securityProfile: 2, csmsUrl: 'ws://x' }, true).csmsUrl).toContain('wss');
  expect(problemsOf({ ...good, securityProfile: 1 }, false).password).toBeDefined();
  expect(problemsOf({ ...good, securityProfile: 1 }, true).password).toBeUndefined();
});
it('never puts a password back into the form, and leaves it unchanged when none is typed', () => {
  const config = configOf({ ...EMPTY_FORM, editions: ['ocpp1.6'], identity: 'a', csmsUrl: 'ws://x', password: 'sixteen-characters' });
  expect(formOf(config).password).toBe('');
  expect('password' in configOf(formOf(config))).toBe(false);
});
