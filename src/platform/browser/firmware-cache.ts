/**
 * Which version of the app a tab gets: shared by the service worker, which serves it, and the station's worker, which
 * installs it. It lies in Cache Storage, the one place that both reach.
 */
import { NO_FIRMWARE, type InstalledFirmware } from '../firmware-state.ts';

/** Builds that the server brought; see workers/service-worker.ts. */
export const BUILD_CACHES = 'kerbside-app-';
/** Versions that the CSMS brought: one cache each. */
const VERSION_CACHES = 'kerbside-version-';
const BOOK = 'kerbside-firmware';

export function versionCache(version: string): string {
  return VERSION_CACHES + version;
}

export async function readFirmware(): Promise<InstalledFirmware> {
  const stored = await (await caches.open(BOOK)).match(address('state'));
  return stored === undefined ? NO_FIRMWARE : { ...NO_FIRMWARE, ...((await stored.json()) as Partial<InstalledFirmware>) };
}

export async function writeFirmware(firmware: InstalledFirmware): Promise<void> {
  await (await caches.open(BOOK)).put(address('state'), Response.json(firmware));
}

export async function stageBundle(bytes: Uint8Array): Promise<void> {
  await (await caches.open(BOOK)).put(address('staged'), new Response(bytes as BodyInit));
}

export async function stagedBundle(): Promise<Uint8Array | null> {
  const stored = await (await caches.open(BOOK)).match(address('staged'));
  return stored === undefined ? null : new Uint8Array(await stored.arrayBuffer());
}

/** Frees what neither runs nor is the way back. */
export async function dropUnused({ active, previous, installed }: InstalledFirmware, staged: 'keepStaged' | 'dropStaged'): Promise<void> {
  const kept = new Set([active, previous, installed].filter((version) => version !== null).map(versionCache));
  const unused = (await caches.keys()).filter((name) => name.startsWith(VERSION_CACHES) && !kept.has(name));
  await Promise.all(unused.map((name) => caches.delete(name)));
  if (staged === 'dropStaged') await (await caches.open(BOOK)).delete(address('staged'));
}

function address(name: 'state' | 'staged'): string {
  return `${self.location.origin}/${BOOK}/${name}`;
}
