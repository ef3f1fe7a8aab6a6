/** Reads the vendored schemas of an edition and merges them into one document: shared definitions plus messages. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Schema = Record<string, unknown>;

export interface EditionSchemas {
  /** Shared types by name; a name that means two things in two messages carries the message's name in front. */
  readonly definitions: ReadonlyMap<string, Schema>;
  /** `BootNotificationRequest`, `BootNotificationResponse`, … */
  readonly messages: ReadonlyMap<string, Schema>;
}

/** Keywords that say nothing about validity, or that ajv doesn't know. */
const NOISE = new Set(['$schema', '$id', 'id', 'comment', 'javaType', 'title', 'description', 'additionalItems']);

export function readEdition(folders: readonly string[]): EditionSchemas {
  const definitions = new Map<string, Schema>();
  const messages = new Map<string, Schema>();
  for (const folder of folders) {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json')).sort()) {
      const name = messageName(file);
      const schema = JSON.parse(readFileSync(join(folder, file), 'utf8').replace(/^\uFEFF/, '')) as Schema;
      const own = (schema['definitions'] ?? {}) as Record<string, Schema>;
      const renamed = new Map<string, string>();
      for (const [type, definition] of Object.entries(own)) {
        const known = definitions.get(type);
        if (known !== undefined && JSON.stringify(known) !== JSON.stringify(normalise(definition, renamed))) renamed.set(type, `${name}${type}`);
      }
      for (const [type, definition] of Object.entries(own)) {
        definitions.set(renamed.get(type) ?? type, normalise(definition, renamed) as Schema);
      }
      const { definitions: _, ...message } = schema;
      messages.set(name, correct(name, normalise(message, renamed) as Schema));
    }
  }
  return { definitions, messages };
}

/** 1.6 names its requests without `Request`. */
function messageName(file: string): string {
  const name = file.replace(/\.json$/, '');
  return name.endsWith('Response') || name.endsWith('Request') || name === 'NotifyPeriodicEventStream' ? name : `${name}Request`;
}

function normalise(node: unknown, renamed: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(node)) return node.map((item) => normalise(item, renamed));
  if (typeof node !== 'object' || node === null) return node;
  const result: Schema = {};
  for (const [key, value] of Object.entries(node)) {
    // `properties` may well be called `id` or `title`: only schema keywords are noise.
    if (key === 'properties' || key === 'definitions') {
      result[key] = Object.fromEntries(Object.entries(value as Schema).map(([name, schema]) => [name, normalise(schema, renamed)]));
    } else if (key === '$ref') {
      const type = String(value).replace(/^#\/?definitions\//, '');
      result[key] = `#/definitions/${renamed.get(type) ?? type}`;
    } else if (key === 'additionalProperties' && (node as Schema)['type'] !== 'object') {
      continue;
    } else if (!NOISE.has(key)) {
      result[key] = key === 'enum' && Array.isArray(value) ? bothSpellings(value) : normalise(value, renamed);
    }
  }
  return result;
}

/** The schemas spelt the unit of temperature wrong once, and both spellings are in the field. */
function bothSpellings(values: readonly unknown[]): readonly unknown[] {
  if (!values.includes('Celcius') && !values.includes('Celsius')) return values;
  return [...values.filter((value) => value !== 'Celcius' && value !== 'Celsius'), 'Celcius', 'Celsius'];
}

/** 2.0.1 errata: an exiResponse may have 7500 characters. */
function correct(name: string, schema: Schema): Schema {
  if (name !== 'Get15118EVCertificateResponse') return schema;
  const properties = schema['properties'] as Record<string, Schema>;
  const exiResponse = properties['exiResponse'];
  if (exiResponse?.['maxLength'] !== 5600) return schema;
  return { ...schema, properties: { ...properties, exiResponse: { ...exiResponse, maxLength: 7500 } } };
}
