/**
 * What a version of the app travels in: a zip with a list of its files, each with its SHA-256. The list protects against
 * damage; against strangers the signature over the whole zip does (L01.FR.04).
 */
import { KerbsideError } from '../base/errors.ts';

/** Name of the list in the zip. */
export const MANIFEST = 'firmware.json';
export type FirmwareTarget = 'browser' | 'node';

export interface FirmwareManifest {
  readonly product: 'kerbside';
  readonly format: 1;
  readonly version: string;
  readonly target: FirmwareTarget;
  /** Path in the zip, without a slash in front, to SHA-256 in hex. */
  readonly files: Readonly<Record<string, string>>;
}

export interface UnpackedFirmware {
  readonly version: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Some thirty times the app's size: a zip can hold far more than it seems. */
const MAX_UNPACKED_BYTES = 200 * 1024 * 1024;
/** It names folders and caches. */
const VERSION = /^[\w.+-]{1,50}$/;
const PATH = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.@+-]+(?:\/[\w.@+-]+)*$/;

/** @throws KerbsideError `FirmwareBroken` */
export async function unpackFirmware(zip: Uint8Array, target: FirmwareTarget, entry: string, crypto: Crypto): Promise<UnpackedFirmware> {
  const files = await unzip(zip);
  const manifest = readManifest(files.get(MANIFEST));
  files.delete(MANIFEST);
  if (manifest.target !== target) throw broken(`it is for ${manifest.target}, this is ${target}`);
  const listed = Object.keys(manifest.files);
  const unlisted = [...files.keys()].find((path) => !Object.hasOwn(manifest.files, path));
  if (unlisted !== undefined) throw broken(`${unlisted} isn't on its list`);
  if (!listed.includes(entry)) throw broken(`it has no ${entry}`);
  for (const path of listed) {
    const bytes = files.get(path);
    if (bytes === undefined || !PATH.test(path)) throw broken(`${path} is missing`);
    if (hex(await crypto.subtle.digest('SHA-256', bytes as BufferSource)) !== manifest.files[path]) throw broken(`${path} isn't what the list says`);
  }
  return { version: manifest.version, files };
}

async function unzip(zip: Uint8Array): Promise<Map<string, Uint8Array>> {
  const { unzipSync } = await import('fflate');
  let total = 0;
  try {
    const found = unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        total += originalSize;
        if (total > MAX_UNPACKED_BYTES) throw broken('it is too large');
        return !name.endsWith('/');
      },
    });
    return new Map(Object.entries(found));
  } catch (error) {
    throw error instanceof KerbsideError ? error : broken('it is no zip');
  }
}

function readManifest(bytes: Uint8Array | undefined): FirmwareManifest {
  if (bytes === undefined) throw broken(`it has no ${MANIFEST}`);
  let value: Partial<FirmwareManifest> | null;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<FirmwareManifest> | null;
  } catch {
    throw broken(`its ${MANIFEST} can't be read`);
  }
  const { product, format, version, target, files } = value ?? {};
  if (product !== 'kerbside' || format !== 1 || typeof version !== 'string' || !VERSION.test(version) || (target !== 'browser' && target !== 'node')
    || typeof files !== 'object' || files === null) throw broken(`its ${MANIFEST} isn't one of this product`);
  return { product, format, version, target, files };
}

function hex(digest: ArrayBuffer): string {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function broken(why: string): KerbsideError {
  return new KerbsideError('FirmwareBroken', `not a version of this app: ${why}`);
}
