/**
 * Which version of the app a tab gets: shared by the service worker, which serves it, and the station's worker, which
 * installs it. It lies in Cache Storage, the one place that both reach.
 */

/** Builds that the server brought; see workers/service-worker.ts. */
export const BUILD_CACHES = 'kerbside-app-';
/** Versions that the CSMS brought: one cache each. */
const VERSION_CACHES = 'kerbside-version-';
const BOOK = 'kerbside-firmware';

export interface CachedFirmware {
  /** Cache of the build that the versions were installed over; a newer build from the server leaves them behind. Null: not known yet. */
  readonly base: string | null;
  /** Null: the build itself. */
  readonly active: string | null;
  readonly previous: string | null;
  /** Unpacked, not active. */
  readonly installed: string | null;
  /** The active version hasn't been confirmed: when it was last started (wall ms; 0: not yet), and how often. */
  readonly trial: { readonly startedMs: number; readonly starts: number } | null;
  readonly rolledBack: string | null;
}

export const NO_FIRMWARE: CachedFirmware = { base: null, active: null, previous: null, installed: null, trial: null, rolledBack: null };

/** A version that isn't confirmed this long after its start is left again. */
export const TRIAL_MS = 30_000;
/** A start that was cut short, e.g. by a power cut, gets another chance. */
const MAX_STARTS = 2;

export function versionCache(version: string): string {
  return VERSION_CACHES + version;
}

export async function readFirmware(): Promise<CachedFirmware> {
  const stored = await (await caches.open(BOOK)).match(address('state'));
  return stored === undefined ? NO_FIRMWARE : { ...NO_FIRMWARE, ...((await stored.json()) as Partial<CachedFirmware>) };
}

export async function writeFirmware(firmware: CachedFirmware): Promise<void> {
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
export async function dropUnused({ active, previous, installed }: CachedFirmware, staged: 'keepStaged' | 'dropStaged'): Promise<void> {
  const kept = new Set([active, previous, installed].filter((version) => version !== null).map(versionCache));
  const unused = (await caches.keys()).filter((name) => name.startsWith(VERSION_CACHES) && !kept.has(name));
  await Promise.all(unused.map((name) => caches.delete(name)));
  if (staged === 'dropStaged') await (await caches.open(BOOK)).delete(address('staged'));
}

/** A page is about to be loaded: a version on trial whose time was up, twice, goes. Pure. */
export function onNavigation(firmware: CachedFirmware, nowMs: number): CachedFirmware {
  const { trial } = firmware;
  if (trial === null) return firmware;
  // Several tabs that reload together are one start.
  if (trial.startedMs > 0 && nowMs >= trial.startedMs && nowMs - trial.startedMs < TRIAL_MS) return firmware;
  return trial.starts >= MAX_STARTS ? rollBack(firmware) : { ...firmware, trial: { startedMs: nowMs, starts: trial.starts + 1 } };
}

/** Pure. */
export function rollBack(firmware: CachedFirmware): CachedFirmware {
  return { ...firmware, active: firmware.previous, previous: null, trial: null, rolledBack: firmware.active };
}

function address(name: 'state' | 'staged'): string {
  return `${self.location.origin}/${BOOK}/${name}`;
}
