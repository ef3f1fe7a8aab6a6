import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { validators as v16 } from '../v16/index.ts';
import { validators as v201 } from '../v201/index.ts';
import { validators as v21 } from '../v21/index.ts';
import { makeValidators, type GeneratedValidators } from './make-validators.ts';
import type { Validators } from './validation.ts';

/** The actions that the vendored schemas name. */
function schemaActions(...folders: string[]): string[] {
  const files = folders.flatMap((folder) => readdirSync(new URL(`../schemas/${folder}`, import.meta.url)));
  return [...new Set(files.filter((file) => file.endsWith('Response.json')).map((file) => file.slice(0, -'Response.json'.length)))].sort();
}

const editions: readonly (readonly [string, Validators, string[], number])[] = [
  ['1.6', v16, schemaActions('1.6', '1.6-security'), 39],
  ['2.0.1', v201, schemaActions('2.0.1'), 64],
  ['2.1', v21, schemaActions('2.1'), 90],
];

beforeAll(async () => {
  for (const [, validators] of editions) await validators.load();
});

describe.each(editions)('%s', (_, validators, actions, count) => {
  it('has every action of its schemas', () => {
    expect(actions).toHaveLength(count);
    expect(actions.filter((action) => !validators.actions.has(action))).toEqual([]);
  });

  it('has a validator for request and response of each, and each says no to what is no object', () => {
    for (const action of validators.actions) {
      expect([action, validators.request(action, 7)?.keyword]).toEqual([action, 'type']);
      expect([action, validators.response(action, 7)?.keyword]).toEqual([action, 'type']);
    }
  });

  it.each(['MakeCoffee', '__proto__', 'constructor', 'toString'])('%s isn\'t one', (action) => {
    expect(validators.actions.has(action)).toBe(false);
    expect(validators.request(action, {})).toMatchObject({ keyword: 'action' });
  });

  it('takes a time with an offset, and with fractions; not one without a zone', () => {
    const heartbeat = (currentTime: string): string | undefined => validators.response('Heartbeat', { currentTime })?.keyword;
    expect(heartbeat('2026-06-01T14:00:00+02:00')).toBeUndefined();
    expect(heartbeat('2026-06-01T12:00:00.123Z')).toBeUndefined();
    expect(heartbeat('2026-06-01')).toBe('format');
    expect(heartbeat('yesterday')).toBe('format');
  });
});

describe('1.6', () => {
  const sample = (unit: string): object => ({ connectorId: 1, meterValue: [{ timestamp: '2026-06-01T12:00:00Z', sampledValue: [{ value: '21', unit }] }] });

  it.each(['Celcius', 'Celsius'])('%s: both spellings are in the field', (unit) => {
    expect(v16.request('MeterValues', sample(unit))).toBeNull();
  });

  it('but not just any unit', () => {
    expect(v16.request('MeterValues', sample('Celsus'))).toMatchObject({ keyword: 'enum', path: expect.stringContaining('/unit') });
  });

  const limit = (value: number): string | undefined => v16.request('SetChargingProfile', {
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: 1, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute',
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: value }] },
    },
  })?.keyword;

  it('a limit may have any one decimal, however binary fractions round it', () => {
    const refused: number[] = [];
    for (let tenths = 0; tenths <= 640; tenths++) if (limit(tenths / 10) !== undefined) refused.push(tenths / 10);
    expect(refused).toEqual([]);
  });

  it('but not two', () => {
    expect([6.25, 16.05, 31.99].map(limit)).toEqual(['multipleOf', 'multipleOf', 'multipleOf']);
  });
});

describe('2.0.1', () => {
  it('errata: an exiResponse may have 7500 characters, not one more', () => {
    const answer = (length: number): object => ({ status: 'Accepted', exiResponse: 'x'.repeat(length) });
    expect(v201.response('Get15118EVCertificate', answer(7500))).toBeNull();
    expect(v201.response('Get15118EVCertificate', answer(7501))).toMatchObject({ keyword: 'maxLength', path: '/exiResponse' });
  });
});

describe('the words of a violation', () => {
  const generated = (error: { keyword: string; instancePath: string; params: Record<string, unknown> } | null): GeneratedValidators => ({
    PingRequest: Object.assign(() => false, { errors: error === null ? null : [error] }),
  });
  const words = (keyword: string, params: Record<string, unknown>, instancePath = '/a'): string | undefined =>
    makeValidators(generated({ keyword, instancePath, params })).request('Ping', {})?.message;

  it.each([
    ['required', { missingProperty: 'b' }, '/a lacks b'], ['additionalProperties', { additionalProperty: 'z'.repeat(99) }, `/a has an unknown field ${'z'.repeat(50)}`],
    ['type', { type: 'integer' }, '/a must be integer'], ['enum', {}, '/a isn\'t one of the allowed values'], ['format', { format: 'date-time' }, '/a isn\'t a date-time'],
    ['maxLength', { limit: 20 }, '/a breaks maxLength 20'], ['multipleOf', { multipleOf: 0.1 }, '/a breaks multipleOf 0.1'],
  ])('%s', (keyword, params, text) => {
    expect(words(keyword, params)).toBe(text);
  });

  it('the payload itself has no path; a validator without errors still says no', () => {
    expect(words('required', { missingProperty: 'b' }, '')).toBe('the payload lacks b');
    expect(makeValidators(generated(null)).request('Ping', {})).toMatchObject({ keyword: 'unknown' });
  });
});
