/**
 * Packs a built app as a version that stations install by UpdateFirmware, and signs it:
 * `tsx scripts/firmware-bundle.ts dist 1.2.0 kerbside-1.2.0.zip [signing-key.pem]` prints the signature for the request.
 */
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { filesIn, packFirmware } from './firmware/pack.ts';

const [folder, version, target, keyFile] = process.argv.slice(2);
if (folder === undefined || version === undefined || target === undefined) {
  process.stderr.write('usage: firmware-bundle <folder of the built app> <version> <zip to write> [private key, PEM]\n');
  process.exitCode = 2;
} else {
  const bundle = packFirmware(filesIn(folder), version, 'browser');
  writeFileSync(target, bundle);
  process.stdout.write(`${target}: ${bundle.length} bytes\n`);
  if (keyFile !== undefined) process.stdout.write(`signature: ${sign('sha256', bundle, createPrivateKey(readFileSync(keyFile))).toString('base64')}\n`);
}
