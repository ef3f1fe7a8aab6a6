/**
 * Makes types and validators from the vendored schemas: `src/ocpp/<edition>/generated/{types.ts,validators.js,validators.d.ts}`.
 * The validators are data, and `src/ocpp/rpc/schema-check.ts` reads them: nothing is evaluated at run time (CSP `script-src 'self'`).
 */
import { compile } from 'json-schema-to-typescript';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KerbsideError } from '../src/base/errors.ts';
import { KEYWORDS, type EditionSchemas as CheckedSchemas, type Schema as CheckedSchema } from '../src/ocpp/rpc/schema-check.ts';
import { readEdition, type EditionSchemas, type Schema } from './ocpp-schemas.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const SCHEMAS = join(ROOT, 'src/ocpp/schemas');

const EDITIONS: readonly { readonly out: string; readonly folders: readonly string[] }[] = [
  { out: 'v16', folders: ['1.6', '1.6-security'] },
  { out: 'v201', folders: ['2.0.1'] },
  { out: 'v21', folders: ['2.1'] },
];

const DECLARATION = `/** One function per message; \`errors\` belongs to the last call. */
interface Validate { (data: unknown): boolean; errors?: readonly ViolatedKeyword[] | null }
export interface ViolatedKeyword { readonly keyword: string; readonly instancePath: string; readonly params: Record<string, unknown> }
declare const validators: Record<string, Validate | undefined>;
export default validators;
`;

for (const { out, folders } of EDITIONS) {
  const sources = folders.map((folder) => join(SCHEMAS, folder));
  const target = join(ROOT, 'src/ocpp', out, 'generated');
  if (upToDate(target, sources)) continue;
  mkdirSync(target, { recursive: true });
  const edition = readEdition(sources);
  writeFileSync(join(target, 'types.ts'), await types(edition));
  writeFileSync(join(target, 'validators.js'), validators(edition));
  writeFileSync(join(target, 'validators.d.ts'), DECLARATION);
}

function upToDate(target: string, sources: readonly string[]): boolean {
  const outputs = ['types.ts', 'validators.js', 'validators.d.ts'].map((name) => join(target, name));
  if (!outputs.every((path) => existsSync(path))) return false;
  const made = Math.min(...outputs.map((path) => statSync(path).mtimeMs));
  const inputs = [...sources.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name))), fileURLToPath(import.meta.url), join(ROOT, 'scripts/ocpp-schemas.ts'), join(ROOT, 'src/ocpp/rpc/schema-check.ts')];
  return inputs.every((path) => statSync(path).mtimeMs <= made);
}

async function types({ definitions, messages }: EditionSchemas): Promise<string> {
  const all = Object.fromEntries([...definitions, ...messages].map(([name, schema]) => [name, { ...schema, title: name }]));
  const merged = { title: 'OcppMessages', type: 'object', additionalProperties: false, definitions: all } as Schema;
  return compile(merged, 'OcppMessages', {
    unreachableDefinitions: true, additionalProperties: false, format: false, ignoreMinAndMaxItems: true,
    bannerComment: '/* Generated from the OCA\'s schemas by scripts/generate-ocpp.ts. */',
  });
}

/** The schemas as data, and what checks payloads against them. */
function validators(edition: EditionSchemas): string {
  const data: CheckedSchemas = {
    definitions: Object.fromEntries([...edition.definitions].map(([name, schema]) => [name, forChecking(name, schema)])),
    messages: Object.fromEntries([...edition.messages].map(([name, schema]) => [name, forChecking(name, schema)])),
  };
  return `import { checksOf } from '../../rpc/schema-check.ts';\nexport default checksOf(${JSON.stringify(data)});\n`;
}

/** What `src/ocpp/rpc/schema-check.ts` takes. @throws when a schema says something that it doesn't know */
function forChecking(where: string, schema: Schema): CheckedSchema {
  const entries = Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
    switch (keyword) {
      case 'default': return []; // says nothing about validity
      case '$ref': return [[keyword, String(value).replace('#/definitions/', '')]];
      case 'items': return [[keyword, forChecking(where, value as Schema)]];
      case 'properties': return [[keyword, Object.fromEntries(Object.entries(value as Schema).map(([name, each]) => [name, forChecking(`${where}.${name}`, each as Schema)]))]];
      default:
        if (!KEYWORDS.has(keyword) || (keyword === 'additionalProperties' && value !== false)) throw new KerbsideError('UnknownKeyword', `${where}: ${keyword} isn't known to the checker`);
        return [[keyword, value]];
    }
  });
  return Object.fromEntries(entries);
}
