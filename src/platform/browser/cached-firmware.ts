/** Versions of the app in Cache Storage, served by the service worker from the next load of the page on. */
import { KerbsideError } from '../../base/errors.ts';
import type { FirmwareInstaller, FirmwareState } from '../ports.ts';
import {
  BUILD_CACHES, dropUnused, readFirmware, stageBundle, stagedBundle, versionCache, writeFirmware,
} from './firmware-cache.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', json: 'application/json',
  webmanifest: 'application/manifest+json', svg: 'image/svg+xml', png: 'image/png', woff2: 'font/woff2', txt: 'text/plain; charset=utf-8',
};
/** These belong to one file or one transfer; the others (the policies) hold for every file of the app. */
const OWN_HEADERS = ['content-type', 'content-length', 'content-encoding', 'etag', 'last-modified', 'date', 'cache-control', 'age', 'expires', 'vary', 'connection', 'keep-alive', 'transfer-encoding'];

export class BrowserFirmware implements FirmwareInstaller {
  /** @param reload makes every tab of the station load its page again */
  constructor(private readonly crypto: Crypto, private readonly reload: () => void) {}

  static available(): boolean {
    return 'caches' in self;
  }

  /** Only where the service worker keeps the app does it decide what is served. */
  async ready(): Promise<boolean> {
    return (await caches.keys()).some((name) => name.startsWith(BUILD_CACHES));
  }

  async state(): Promise<FirmwareState> {
    const { active, trial, rolledBack } = await readFirmware();
    return { version: active, trial: trial !== null && trial.starts > 0, rolledBack };
  }

  stage(bytes: Uint8Array): Promise<void> {
    return stageBundle(bytes);
  }

  async install(): Promise<string> {
    const zip = await stagedBundle();
    if (zip === null) throw new KerbsideError('FirmwareMissing', 'the download isn\'t there any more');
    const { unpackFirmware } = await import('../firmware-bundle.ts');
    const { version, files } = await unpackFirmware(zip, 'browser', 'index.html', this.crypto);
    const firmware = await readFirmware();
    if (firmware.active === version) throw new KerbsideError('FirmwareBroken', `version ${version} runs already`);
    await caches.delete(versionCache(version));
    const cache = await caches.open(versionCache(version));
    const headers = await policies();
    for (const [path, bytes] of files) {
      const type = TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
      await cache.put(`${self.location.origin}/${path}`, new Response(bytes as BodyInit, { headers: [...headers, ['Content-Type', type]] }));
    }
    await writeFirmware({ ...firmware, installed: version });
    return version;
  }

  async activate(): Promise<void> {
    const firmware = await readFirmware();
    if (firmware.installed === null) throw new KerbsideError('FirmwareMissing', 'nothing is installed');
    await writeFirmware({ ...firmware, previous: firmware.active, active: firmware.installed, installed: null, trial: { startedMs: 0, starts: 0 }, rolledBack: null });
  }

  async confirm(): Promise<void> {
    const firmware = await readFirmware();
    await writeFirmware({ ...firmware, trial: null, rolledBack: null });
    await dropUnused(await readFirmware(), 'dropStaged');
  }

  async discard(): Promise<void> {
    const firmware = await readFirmware();
    await writeFirmware({ ...firmware, installed: null });
    await dropUnused(await readFirmware(), 'dropStaged');
  }

  async restart(): Promise<boolean> {
    this.reload();
    return true;
  }
}

/** The headers that the server sends with the app: a worker is governed by the policy of its own script's answer. */
async function policies(): Promise<[string, string][]> {
  const page = await caches.match(`${self.location.origin}/index.html`);
  return [...(page?.headers ?? [])].filter(([name]) => !OWN_HEADERS.includes(name.toLowerCase()));
}
