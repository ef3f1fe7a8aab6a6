import { describe, expect, test } from 'vitest';
import { parseArguments } from './arguments.ts';

const NEEDED = ['--csms', 'ws://127.0.0.1:9000/ocpp', '--id', 'CP1'];
const errorOf = (...argv: string[]): string => {
  const parsed = parseArguments(argv);
  return 'error' in parsed ? parsed.error : '';
};

describe('the command line', () => {
  test('needs an address and an identity; the rest has defaults', () => {
    expect(parseArguments(NEEDED)).toEqual({
      csmsUrl: 'ws://127.0.0.1:9000/ocpp', identity: 'CP1', evses: 2, editions: ['ocpp2.0.1', 'ocpp1.6'], settings: [],
    });
    expect(errorOf('--id', 'CP1')).toMatch(/--csms/);
    expect(errorOf('--csms', 'ws://a/b')).toMatch(/--id/);
  });

  test('--signs has no value: the simulated meters sign, or they don\'t', () => {
    expect(parseArguments([...NEEDED, '--signs', '--evses', '1'])).toMatchObject({ signs: true, evses: 1 });
    expect(parseArguments(NEEDED)).not.toHaveProperty('signs');
    expect(errorOf(...NEEDED, '--signs=yes')).toMatch(/--signs/);
    expect(errorOf(...NEEDED, '--signs', '--signs')).toMatch(/twice/);
  });

  test('takes every setting in order, values with an equals sign too', () => {
    const parsed = parseArguments([...NEEDED, '--set', 'A.B=1', '--set=C.D[x]=a=b', '--set', 'HeartbeatInterval=0']);
    expect(parsed).toMatchObject({ settings: [['A.B', '1'], ['C.D[x]', 'a=b'], ['HeartbeatInterval', '0']] });
  });

  test.each([
    ['an unknown flag', ['--frob', '1'], /--frob/],
    ['a flag without its value', ['--data'], /--data/],
    ['a flag given twice', ['--id', 'CP2'], /twice/],
    ['an address of another kind', ['--evses', '0'], /--evses/],
    ['half an EVSE', ['--evses', '1.5'], /--evses/],
    ['an edition nobody speaks', ['--editions', 'ocpp9'], /ocpp9/],
    ['the same edition twice', ['--editions', 'ocpp1.6,ocpp1.6'], /twice/],
    ['a setting without a value', ['--set', 'HeartbeatInterval'], /HeartbeatInterval/],
  ])('refuses %s', (_what, more, message) => {
    expect(errorOf(...NEEDED, ...more)).toMatch(message);
  });

  test('refuses credentials in the address, and never repeats them', () => {
    const error = errorOf('--csms', 'ws://CP1:geheim@host/ocpp', '--id', 'CP1');
    expect(error).toMatch(/--password/);
    expect(error).not.toContain('geheim');
  });

  test.each(['http://host/ocpp', 'host:9000', ''])('refuses %j as an address', (url) => {
    expect(errorOf('--csms', url, '--id', 'CP1')).toMatch(/--csms/);
  });
});
