/**
 * Checks payloads against the OCA's schemas, which travel as data: an eighth of the size of one compiled function per
 * message, and nothing is made of text (`script-src 'self'`). It knows the keywords that the schemas use and no other;
 * `scripts/generate-ocpp.ts` fails when a schema has one more. What is found first, and how it is called, is as ajv has it.
 */
import type { GeneratedValidators } from './make-validators.ts';

export interface Schema {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly format?: 'date-time' | 'uri';
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
}

/** Shared types by name, which a `$ref` names, and messages by name. */
export interface EditionSchemas {
  readonly definitions: Readonly<Record<string, Schema>>;
  readonly messages: Readonly<Record<string, Schema>>;
}

/** What `Schema` has; for the generator. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  '$ref', 'type', 'properties', 'required', 'additionalProperties', 'items', 'minItems', 'maxItems', 'maxLength', 'format', 'enum', 'minimum', 'maximum',
  'multipleOf',
]);

interface Violation { readonly keyword: string; readonly instancePath: string; readonly params: Record<string, unknown> }
type Check = (data: unknown) => Violation | null;

const FORMATS = {
  /** RFC 3339, and what real systems send: any offset, any fraction, lower-case letters, no zone. */
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?$/i,
  uri: /^[a-z][a-z0-9+.-]*:\S*$/i,
} as const;
/** A multiple is one within this: 0.1 has no exact binary fraction. */
const MULTIPLE_WITHIN = 1e-6;

/** One function per message, as `makeValidators` takes them; each is built when it is first needed. */
export function checksOf({ definitions, messages }: EditionSchemas): GeneratedValidators {
  const shared = new Map<string, Check>();
  const build = (schema: Schema): Check => (schema.$ref === undefined ? checkOf(schema, build) : referTo(schema.$ref));
  const referTo = (name: string): Check => (data) => {
    let check = shared.get(name);
    if (check === undefined) shared.set(name, (check = build(definitions[name] ?? {})));
    return check(data);
  };
  return Object.fromEntries(Object.entries(messages).map(([name, schema]) => {
    let check: Check | null = null;
    const validate = (data: unknown): boolean => {
      const violation = (check ??= build(schema))(data);
      validate.errors = violation === null ? null : [violation];
      return violation === null;
    };
    validate.errors = null as readonly Violation[] | null;
    return [name, validate];
  }));
}

function checkOf(schema: Schema, build: (schema: Schema) => Check): Check {
  const { enum: values } = schema;
  const ofType = typeCheck(schema, build);
  if (values === undefined) return ofType;
  const allowed = new Set(values);
  return (data) => ofType(data) ?? (allowed.has(data) ? null : broken('enum', { allowedValues: values }));
}

function typeCheck(schema: Schema, build: (schema: Schema) => Check): Check {
  switch (schema.type) {
    case 'object': return objectCheck(schema, build);
    case 'array': return arrayCheck(schema, build);
    case 'string': return stringCheck(schema);
    case 'integer': case 'number': return numberCheck(schema, schema.type);
    case 'boolean': return (data) => (typeof data === 'boolean' ? null : wrongType('boolean'));
    default: return () => null; // anything: the data of a data transfer, say
  }
}

function objectCheck({ properties = {}, required = [], additionalProperties }: Schema, build: (schema: Schema) => Check): Check {
  const checks = Object.entries(properties).map(([name, schema]) => [name, build(schema)] as const);
  const known = new Set(Object.keys(properties));
  return (data) => {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) return wrongType('object');
    const fields = data as Readonly<Record<string, unknown>>;
    for (const name of required) if (fields[name] === undefined) return broken('required', { missingProperty: name });
    if (additionalProperties === false) {
      for (const name in fields) if (!known.has(name)) return broken('additionalProperties', { additionalProperty: name });
    }
    for (const [name, check] of checks) {
      const value = fields[name];
      const violation = value === undefined ? null : check(value);
      if (violation !== null) return within(name, violation);
    }
    return null;
  };
}

function arrayCheck({ items, minItems = 0, maxItems = Infinity }: Schema, build: (schema: Schema) => Check): Check {
  const check = build(items ?? {});
  return (data) => {
    if (!Array.isArray(data)) return wrongType('array');
    if (data.length > maxItems) return broken('maxItems', { limit: maxItems });
    if (data.length < minItems) return broken('minItems', { limit: minItems });
    for (const [index, item] of data.entries()) {
      const violation = check(item);
      if (violation !== null) return within(String(index), violation);
    }
    return null;
  };
}

function stringCheck({ maxLength = Infinity, format }: Schema): Check {
  return (data) => {
    if (typeof data !== 'string') return wrongType('string');
    if (data.length > maxLength && characters(data) > maxLength) return broken('maxLength', { limit: maxLength });
    if (format !== undefined && !FORMATS[format].test(data)) return broken('format', { format });
    return null;
  };
}

function numberCheck({ minimum = -Infinity, maximum = Infinity, multipleOf }: Schema, type: 'integer' | 'number'): Check {
  return (data) => {
    if (typeof data !== 'number' || !Number.isFinite(data) || (type === 'integer' && !Number.isInteger(data))) return wrongType(type);
    if (data > maximum) return broken('maximum', { limit: maximum });
    if (data < minimum) return broken('minimum', { limit: minimum });
    if (multipleOf !== undefined && Math.abs(Math.round(data / multipleOf) - data / multipleOf) > MULTIPLE_WITHIN) return broken('multipleOf', { multipleOf });
    return null;
  };
}

/** A length counts characters, also those that take two units of a JavaScript string. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function broken(keyword: string, params: Record<string, unknown>): Violation {
  return { keyword, instancePath: '', params };
}

function wrongType(type: string): Violation {
  return broken('type', { type });
}

function within(name: string, violation: Violation): Violation {
  return { ...violation, instancePath: `/${name}${violation.instancePath}` };
}
