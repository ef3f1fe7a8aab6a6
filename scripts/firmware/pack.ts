/** Makes the bundle that a station installs as its next version (src/platform/firmware-bundle.ts says what it must hold). */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { zipSync } from 'fflate';
import { MANIFEST, type FirmwareManifest, type FirmwareTarget } from '../../src/platform/firmware-bundle.ts';

/** The browser fetches the service worker's own script from the server, never from a version. */
const LEFT_OUT = new Set(['service-worker.js']);

export function packFirmware(files: ReadonlyMap<string, Uint8Array>, version: string, target: FirmwareTarget): Uint8Array {
  const manifest: FirmwareManifest = {
    product: 'kerbside', format: 1, version, target,
    files: Object.fromEntries([...files].map(([path, bytes]) => [path, createHash('sha256').update(bytes).digest('hex')])),
  };
  return zipSync({ [MANIFEST]: new TextEncoder().encode(JSON.stringify(manifest, null, 1)), ...Object.fromEntries(files) }, { mtime: new Date(Date.UTC(2020, 0, 1)) });
}

/** Everything in a folder, by its path in the bundle. */
export function filesIn(folder: string): Map<string, Uint8Array> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = found.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [relative(folder, path).split(sep).join('/'), new Uint8Array(readFileSync(path))] as const)
    .filter(([path]) => !LEFT_OUT.has(path)));
}
