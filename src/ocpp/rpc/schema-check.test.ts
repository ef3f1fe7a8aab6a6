import { Ajv, type ValidateFunction } from 'ajv';
import fc from 'fast-check';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readEdition, type EditionSchemas, type Schema } from '../../../scripts/ocpp-schemas.ts';
import { validators as v16 } from '../v16/index.ts';
import { validators as v201 } from '../v201/index.ts';
import { validators as v21 } from '../v21/index.ts';
import { checksOf } from './schema-check.ts';
import type { Validators } from './validation.ts';

const schemasOf = (...folders: string[]): EditionSchemas => readEdition(folders.map((folder) => fileURLToPath(new URL(`../schemas/${folder}`, import.meta.url))));

/** A general validator, made of the same files by other means: it says what is right. */
function oracle({ definitions, messages }: EditionSchemas): ReadonlyMap<string, ValidateFunction> {
  const ajv = new Ajv({
    strict: false, allErrors: false, multipleOfPrecision: 6,
    formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?$/i, uri: /^[a-z][a-z0-9+.-]*:\S*$/i },
  });
  ajv.addSchema({ $id: 'shared', definitions: Object.fromEntries(definitions) });
  return new Map([...messages].map(([name, schema]) => [name, ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('#/definitions/', 'shared#/definitions/')) as object)]));
}

/** Payloads near the schema: most fields right, some wrong, missing or unknown. */
function payloads({ definitions }: EditionSchemas, schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const anyOther: fc.Arbitrary<unknown> = fc.oneof(fc.constantFrom(null, true, '', 'x', '😀'.repeat(30), 'y'.repeat(7000), 0, -1, 1.5, 0.1, 1e300, 2 ** 40, []), fc.constant({}), fc.constant({ id: 1 }));
  const right = (): fc.Arbitrary<unknown> => {
    if (schema['$ref'] !== undefined) return payloads({ definitions } as EditionSchemas, definitions.get(String(schema['$ref']).replace('#/definitions/', '')) ?? {}, depth);
    if (schema['enum'] !== undefined) return fc.oneof({ weight: 40, arbitrary: fc.constantFrom(...(schema['enum'] as unknown[])) }, { weight: 1, arbitrary: fc.constant('Coffee') });
    const limit = schema['maxLength'] as number | undefined;
    switch (schema['type']) {
      case 'object': {
        const required = (schema['required'] ?? []) as string[];
        const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).filter(([name]) => depth > 0 || required.includes(name));
        const fields = Object.fromEntries(properties.map(([name, each]) => [name, payloads({ definitions } as EditionSchemas, each, depth - 1)]));
        const whole = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
        const lacking = fc.record(fields, { requiredKeys: [] });
        return fc.oneof({ weight: 30, arbitrary: whole }, { weight: 1, arbitrary: lacking }, { weight: 1, arbitrary: whole.map((value) => ({ ...value, coffee: true })) });
      }
      case 'array': return fc.array(payloads({ definitions } as EditionSchemas, (schema['items'] ?? {}) as Schema, depth - 1), { maxLength: 3 });
      case 'string':
        if (schema['format'] === 'date-time') return fc.constantFrom('2026-06-01T12:00:00Z', '2026-06-01T12:00:00.5+02:00', '2026-06-01t12:00:00z', '2026-06-01', 'noon');
        if (schema['format'] === 'uri') return fc.constantFrom('https://a.example/x', 'ftp:b', 'no uri', '');
        return limit === undefined ? fc.string({ maxLength: 9 }) : fc.constantFrom('a', 'x'.repeat(limit), '😀'.repeat(limit), 'x'.repeat(limit + 1), '😀'.repeat(limit) + 'x');
      case 'integer': return fc.integer({ min: -1, max: 120 });
      case 'number': return fc.oneof(fc.integer({ min: -10, max: 3200 }).map((tenths) => tenths / 10), fc.double({ noNaN: true, noDefaultInfinity: true }));
      case 'boolean': return fc.boolean();
      default: return anyOther;
    }
  };
  return fc.oneof({ weight: 60, arbitrary: right() }, { weight: 1, arbitrary: anyOther });
}

const editions: readonly (readonly [string, Validators, EditionSchemas])[] = [
  ['1.6', v16, schemasOf('1.6', '1.6-security')], ['2.0.1', v201, schemasOf('2.0.1')], ['2.1', v21, schemasOf('2.1')],
];

describe.each(editions)('%s', (_, validators, schemas) => {
  const judges = oracle(schemas);
  const ask = (name: string, payload: unknown): ReturnType<Validators['request']> =>
    (name.endsWith('Response') ? validators.response(name.slice(0, -'Response'.length), payload) : validators.request(name.slice(0, -'Request'.length), payload));

  it('every message: the same verdict as a general validator, of the same keyword at the same place', () => {
    const verdicts = { valid: 0, broken: new Set<string>() };
    for (const [name, schema] of schemas.messages) {
      const judge = judges.get(name);
      if (judge === undefined || !/(Request|Response)$/.test(name)) continue;
      for (const payload of fc.sample(payloads(schemas, schema, 4), { numRuns: 60, seed: 7 })) {
        const right = judge(payload);
        const mine = ask(name, payload);
        const [error] = judge.errors ?? [];
        expect(mine === null ? null : { keyword: mine.keyword, path: mine.path }, `${name} ${JSON.stringify(payload).slice(0, 2000)}`)
          .toEqual(right ? null : { keyword: error?.keyword, path: error?.instancePath });
        if (right) verdicts.valid += 1;
        else verdicts.broken.add(String(error?.keyword));
      }
    }
    // What was compared had both outcomes, and every kind of fault that these schemas know.
    expect(verdicts.valid).toBeGreaterThan(1000);
    expect([...verdicts.broken].sort()).toEqual(expect.arrayContaining(['additionalProperties', 'enum', 'format', 'maxLength', 'required', 'type']));
  });
});

describe('what the schemas rarely use', () => {
  const check = (schema: object, data: unknown): string | undefined => {
    const validate = checksOf({ definitions: {}, messages: { M: schema } })['M'];
    return validate?.(data) === true ? undefined : validate?.errors?.[0]?.keyword;
  };

  it.each([
    [{ type: 'integer', minimum: 0, maximum: 9 }, [[0, undefined], [9, undefined], [-1, 'minimum'], [10, 'maximum'], [1.5, 'type'], [Number.NaN, 'type'], [JSON.parse('1e999'), 'type'], ['1', 'type']]],
    [{ type: 'number', multipleOf: 0.1 }, [[0.3, undefined], [6.4, undefined], [6.45, 'multipleOf'], [Infinity, 'type']]],
    [{ type: 'array', items: { type: 'boolean' }, minItems: 1, maxItems: 2 }, [[[true], undefined], [[], 'minItems'], [[true, true, true], 'maxItems'], [[1], 'type'], [{}, 'type']]],
    [{ type: 'object', properties: { a: { type: 'string' } } }, [[{ b: 1 }, undefined], [{ a: 1 }, 'type'], [[], 'type'], [null, 'type']]],
    [{}, [[null, undefined], [[], undefined]]],
  ] as [object, [unknown, string | undefined][]][])('%j', (schema, samples) => {
    expect(samples.map(([data]) => check(schema, data))).toEqual(samples.map(([, keyword]) => keyword));
  });
});
