/**
 * Packs a version that stations install by UpdateFirmware, and signs it (docs/firmware.md):
 * `tsx scripts/firmware-bundle.ts dist 1.2.0 kerbside-1.2.0.zip [signing-key.pem]`; `headless` in place of `dist`: the
 * station in Node. Prints the signature for the request.
 */
import { createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesIn, packFirmware } from './firmware/pack.ts';
import { buildHeadless } from './headless-bundle.mjs';

const [what, version, target, keyFile] = process.argv.slice(2);
if (what === undefined || version === undefined || target === undefined) {
  process.stderr.write('usage: firmware-bundle <folder of the built app, or headless> <version> <zip to write> [private key, PEM]\n');
  process.exitCode = 2;
} else {
  const bundle = what === 'headless' ? packFirmware(await headless(), version, 'node') : packFirmware(filesIn(what), version, 'browser');
  writeFileSync(target, bundle);
  process.stdout.write(`${target}: ${bundle.length} bytes\n`);
  if (keyFile !== undefined) process.stdout.write(`signature: ${sign('sha256', bundle, createPrivateKey(readFileSync(keyFile))).toString('base64')}\n`);
}

async function headless(): Promise<Map<string, Uint8Array>> {
  const folder = mkdtempSync(join(tmpdir(), 'kerbside-headless-'));
  try {
    await buildHeadless(folder);
    return filesIn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
