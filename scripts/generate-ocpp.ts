/**
 * Makes types and validators from the vendored schemas: `src/ocpp/<edition>/generated/{types.ts,everyday.js,seldom.js,seldom-actions.ts}`.
 * The validators are compiled here, so that nothing is evaluated at run time (CSP `script-src 'self'`).
 */
import { Ajv } from 'ajv';
import standaloneImport from 'ajv/dist/standalone/index.js';
import { build, transform } from 'esbuild';
import { compile } from 'json-schema-to-typescript';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEdition, type EditionSchemas, type Schema } from './ocpp-schemas.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const SCHEMAS = join(ROOT, 'src/ocpp/schemas');

/** What passes on any day. The validators of the other actions are two thirds of the whole, and are loaded when one is met. */
const EVERYDAY: ReadonlySet<string> = new Set([
  'Authorize', 'BootNotification', 'Heartbeat', 'StatusNotification', 'TransactionEvent', 'StartTransaction', 'StopTransaction', 'MeterValues',
  'SecurityEventNotification', 'RequestStartTransaction', 'RequestStopTransaction', 'RemoteStartTransaction', 'RemoteStopTransaction',
  'GetVariables', 'SetVariables', 'GetConfiguration', 'ChangeConfiguration', 'TriggerMessage', 'Reset',
]);
const PARTS = { everyday: (action: string) => EVERYDAY.has(action), seldom: (action: string) => !EVERYDAY.has(action) } as const;

const EDITIONS: readonly { readonly out: string; readonly folders: readonly string[] }[] = [
  { out: 'v16', folders: ['1.6', '1.6-security'] },
  { out: 'v201', folders: ['2.0.1'] },
  { out: 'v21', folders: ['2.1'] },
];

/** RFC 3339, and what real systems send: any offset, any fraction, lower-case letters, no zone. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?$/i;
const URI = /^[a-z][a-z0-9+.-]*:\S*$/i;

const DECLARATION = `/** One function per message; \`errors\` belongs to the last call. */
interface Validate { (data: unknown): boolean; errors?: readonly ViolatedKeyword[] | null }
export interface ViolatedKeyword { readonly keyword: string; readonly instancePath: string; readonly params: Record<string, unknown> }
declare const validators: Record<string, Validate | undefined>;
export default validators;
`;

const standalone = (standaloneImport as unknown as { default: typeof standaloneImport }).default ?? standaloneImport;

for (const { out, folders } of EDITIONS) {
  const sources = folders.map((folder) => join(SCHEMAS, folder));
  const target = join(ROOT, 'src/ocpp', out, 'generated');
  if (upToDate(target, sources)) continue;
  mkdirSync(target, { recursive: true });
  const edition = readEdition(sources);
  writeFileSync(join(target, 'types.ts'), await types(edition));
  for (const [part, takes] of Object.entries(PARTS)) {
    writeFileSync(join(target, `${part}.js`), await validators(edition, takes));
    writeFileSync(join(target, `${part}.d.ts`), DECLARATION);
  }
  const seldom = [...edition.messages.keys()].filter((name) => name.endsWith('Request')).map(actionOf).filter(PARTS.seldom);
  writeFileSync(join(target, 'seldom-actions.ts'), `export const seldomActions: readonly string[] = ${JSON.stringify(seldom)};\n`);
}

function actionOf(message: string): string {
  return message.replace(/(?:Request|Response)$/, '');
}

function upToDate(target: string, sources: readonly string[]): boolean {
  const outputs = ['types.ts', 'seldom-actions.ts', ...Object.keys(PARTS).flatMap((part) => [`${part}.js`, `${part}.d.ts`])].map((name) => join(target, name));
  if (!outputs.every((path) => existsSync(path))) return false;
  const made = Math.min(...outputs.map((path) => statSync(path).mtimeMs));
  const inputs = [...sources.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name))), fileURLToPath(import.meta.url), join(ROOT, 'scripts/ocpp-schemas.ts')];
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

async function validators({ definitions, messages }: EditionSchemas, takes: (action: string) => boolean): Promise<string> {
  const ajv = new Ajv({
    strict: false, allErrors: false, messages: false, inlineRefs: false, multipleOfPrecision: 6,
    code: { source: true, esm: true, lines: false, optimize: 2 },
    formats: { 'date-time': DATE_TIME, uri: URI },
  });
  ajv.addSchema({ $id: 'ocpp', definitions: Object.fromEntries(definitions) });
  const ids: Record<string, string> = {};
  const wanted = [...messages].filter(([name]) => takes(actionOf(name)));
  for (const [name, schema] of wanted) {
    ajv.addSchema({ ...(pointToShared(schema) as Schema), $id: name });
    ids[name] = name;
  }
  // A record of all validators is what the RPC layer looks messages up in.
  const code = `${standalone(ajv, ids)}\nexport default {${Object.keys(ids).join(',')}};`;
  const bundled = await build({
    stdin: { contents: code, resolveDir: ROOT, loader: 'js' }, bundle: true, format: 'esm', platform: 'neutral', write: false, mainFields: ['main'],
  });
  const text = bundled.outputFiles[0]?.text ?? '';
  return (await transform(text, { minify: true, format: 'esm' })).code;
}

/** Messages refer to the one document of shared definitions, so that each is compiled once. */
function pointToShared(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(pointToShared);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [
    key, key === '$ref' && typeof value === 'string' ? value.replace('#/', 'ocpp#/') : pointToShared(value),
  ]));
}
