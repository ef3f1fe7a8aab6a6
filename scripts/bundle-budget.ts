/**
 * What a kiosk must fetch before the driver's display works with a 2.0.1 station: the page's scripts and styles, the
 * station's worker, the 2.0.1 edition and a charger's driver, with everything that these import statically. Fails when it grows over budget.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = 'dist';
const BUDGET_KB = 190;
const GOAL_KB = 125;

const assets = readdirSync(join(DIST, 'assets'));

function assetNamed(pattern: RegExp): string {
  const found = assets.filter((name) => pattern.test(name));
  const [only] = found;
  if (only === undefined || found.length > 1) {
    console.error(`Expected one file like ${pattern} in ${DIST}/assets, found ${found.length}.`);
    process.exit(1);
  }
  return `assets/${only}`;
}

/** Static imports of a built module, as paths below `dist`. */
function importsOf(path: string): string[] {
  if (!path.endsWith('.js')) return [];
  const text = readFileSync(join(DIST, path), 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)].map((match) => `assets/${match[1] ?? ''}`);
}

const page = readFileSync(join(DIST, 'index.html'), 'utf8');
const linked = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1] ?? '');
const first = new Map<string, string>();
function take(path: string, why: string): void {
  if (first.has(path)) return;
  first.set(path, why);
  for (const imported of importsOf(path)) take(imported, why);
}
for (const path of linked) take(path, 'page');
take(assetNamed(/^station\.worker-.*\.js$/), 'station');
take(assetNamed(/^edition-v201-.*\.js$/), '2.0.1');
// One driver, with the serial line it is at: that of a charge controller with a protocol of its own. Modbus takes about as much.
for (const part of [/^openevse-charger-.*\.js$/, /^all-ports-.*\.js$/, /^named-ports-.*\.js$/, /^buses-.*\.js$/]) take(assetNamed(part), 'driver');

let totalB = 0;
console.log('gzip kB  part     file');
for (const [path, why] of first) {
  const bytes = gzipSync(readFileSync(join(DIST, path)), { level: 9 }).length;
  totalB += bytes;
  console.log(`${(bytes / 1000).toFixed(1).padStart(7)}  ${why.padEnd(8)} ${path}`);
}
const totalKb = totalB / 1000;
console.log(`${totalKb.toFixed(1).padStart(7)}  total    budget ${BUDGET_KB}, goal ${GOAL_KB}`);
if (totalKb > BUDGET_KB) {
  console.error(`Over budget by ${(totalKb - BUDGET_KB).toFixed(1)} kB.`);
  process.exit(1);
}
