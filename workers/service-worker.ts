/**
 * Keeps the whole app on the machine, so that a reload without any network starts the station. One cache per build,
 * named after its content. A new build is fetched in the background and waits: only the page, which knows whether a
 * transaction runs, tells it to take over (`{ type: 'takeOver' }`, see src/platform/browser/offline-app.ts).
 */
import { BUILD_CACHES, dropUnused, readFirmware, versionCache, writeFirmware } from '../src/platform/browser/firmware-cache.ts';
import { NO_FIRMWARE, onStart, rollBack, TRIAL_MS } from '../src/platform/firmware-state.ts';

interface ServiceWorkerEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface FetchEvent extends ServiceWorkerEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface WindowClient {
  readonly url: string;
  navigate(url: string): Promise<unknown>;
}
interface ServiceWorkerScope {
  readonly __WB_MANIFEST: readonly { readonly url: string; readonly revision: string | null }[];
  readonly location: Location;
  readonly clients: { claim(): Promise<void>; matchAll(options: { readonly type: 'window' }): Promise<readonly WindowClient[]> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: ServiceWorkerEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}

declare const self: ServiceWorkerScope;

const files = self.__WB_MANIFEST;
const cacheName = BUILD_CACHES + fingerprint(JSON.stringify(files));

/** FNV-1a: two builds with the same files share a cache; nothing here needs to withstand an attacker. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16);
}

async function install(): Promise<void> {
  const cache = await caches.open(cacheName);
  // `reload`: past the HTTP cache, or an old index.html could be paired with new scripts.
  await cache.addAll(files.map(({ url }) => new Request(new URL(url, self.location.href), { cache: 'reload' })));
}

/**
 * The cache of the build before this one stays: a page of it that still runs may yet need its lazy chunk of an
 * edition. Anything older goes.
 */
async function dropOldCaches(): Promise<void> {
  const older = (await caches.keys()).filter((name) => name.startsWith(BUILD_CACHES) && name !== cacheName);
  await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
}

/** A build that came from the server after them leaves the CSMS's versions behind: the newest wins. */
async function leaveOlderFirmware(): Promise<void> {
  const firmware = await readFirmware();
  if (firmware.base === null || firmware.base === cacheName) return;
  await writeFirmware(NO_FIRMWARE);
  await dropUnused(NO_FIRMWARE, 'dropStaged');
}

/** Decides which version a page gets, and watches over one on trial: its own scripts may never run. */
async function versionToLoad(event: FetchEvent): Promise<string | null> {
  const before = await readFirmware();
  const firmware = onStart(before.active !== null && before.base === null ? { ...before, base: cacheName } : before, Date.now());
  if (firmware !== before) await writeFirmware(firmware);
  if (firmware.trial !== null && firmware.trial.startedMs !== before.trial?.startedMs) event.waitUntil(watch(firmware.active, firmware.trial.startedMs));
  return firmware.active;
}

async function watch(version: string | null, startedMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, TRIAL_MS));
  const firmware = await readFirmware();
  if (firmware.active !== version || firmware.trial?.startedMs !== startedMs) return; // confirmed, or another start by now
  await writeFirmware(rollBack(firmware));
  for (const page of await self.clients.matchAll({ type: 'window' })) await page.navigate(page.url).catch(() => undefined);
}

async function answer(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const navigates = request.mode === 'navigate';
  const version = navigates ? await versionToLoad(event) : (await readFirmware()).active;
  const key = navigates ? new URL('/index.html', self.location.href) : request;
  for (const name of version === null ? [cacheName] : [versionCache(version), cacheName]) {
    const own = await (await caches.open(name)).match(key, { ignoreSearch: navigates, ignoreVary: true });
    if (own !== undefined) return own;
  }
  const before = await caches.match(request, { ignoreVary: true });
  return before ?? fetch(request);
}

/** The gateway's own pages and sockets on the same origin aren't part of the app. */
function isOfTheApp(request: Request): boolean {
  const url = new URL(request.url);
  return request.method === 'GET' && url.origin === self.location.origin && !/^\/(sandbox|ocpp)(\/|$)/.test(url.pathname);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(Promise.all([dropOldCaches(), leaveOlderFirmware()]).then(() => self.clients.claim())));
self.addEventListener('fetch', (event) => {
  if (isOfTheApp(event.request)) event.respondWith(answer(event));
});
self.addEventListener('message', (event) => {
  const data = event.data;
  if (typeof data === 'object' && data !== null && 'type' in data && data.type === 'takeOver') void self.skipWaiting();
});
export {};
