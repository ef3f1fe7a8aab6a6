import { describe, expect, test } from 'vitest';
import { checksOff, explainLine, faultOf, flagNames, pilotOf, stateName } from './rapi-meaning.ts';

describe('meaning', () => {
  test.each([[0x0001, []], [0x0000, []], [0x0003, ['diode check']], [0x061f, ['diode check', 'ventilation check', 'ground check', 'stuck-relay check', 'GFCI self-test', 'temperature check']]])(
    'settings %i: checks off', (flags, names) => {
      expect(checksOff(flags)).toEqual(names);
    });

  test('settings in words, the dangerous ones first', () => {
    expect(flagNames(0x0049)).toEqual(['ground check OFF', 'level 2', 'auto-start off']);
  });

  test('states with service aren’t faults; 04 to 0E are', () => {
    for (const state of [0x00, 0x01, 0x02, 0x03, 0xfe, 0xff]) expect(faultOf(state)).toBeNull();
    for (const state of [0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0e]) expect(faultOf(state)).toMatchObject({ info: stateName(state) });
  });

  test('the pilot is the car’s also while the controller sleeps; F while it is disabled; what was known while a fault hides it', () => {
    expect(pilotOf(0xfe, 0x03, 'A')).toBe('C');
    expect(pilotOf(0xff, 0x03, 'C')).toBe('F');
    expect(pilotOf(0x06, 0x00, 'C')).toBe('C');
    expect(pilotOf(0x00, 0x00, 'F')).toBe('A');
    expect(pilotOf(0x04, 0x04, 'A')).toBe('D');
  });

  test.each([
    ['$AT fe 03 32 0540^31', 'state: sleeping, pilot 32 A'], ['$AB 00 8.2.3^1E', 'controller started: self-test passed, firmware 8.2.3'],
    ['$SC 16 V^65', 'set current'], ['$GS :0A^5B', 'read state'], ['$NK 10 6 2^04', 'refused'], ['$OK^20', 'done'], ['$OK 6 80 24 24^1E', 'done: 6 80 24 24'],
    ['relayCloseMs: 100', 'stray text'], ['$XX^24', 'unknown or damaged frame'], ['$AT fe 03 32 0540^32', 'unknown or damaged frame'],
  ])('%s: %s', (line, words) => {
    expect(explainLine(line)).toBe(words);
  });
});
