/** Versions of the headless station in folders beside its books. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KerbsideError } from '../../base/errors.ts';
import { unpackFirmware } from '../firmware-bundle.ts';
import { NO_FIRMWARE, type InstalledFirmware } from '../firmware-state.ts';
import type { FirmwareInstaller, FirmwareState } from '../ports.ts';

/** What a version of the station begins with. */
export const ENTRY = 'main.mjs';

/** The small book of versions in the folder. */
export class FirmwareFolder {
  constructor(readonly path: string) {}

  read(): InstalledFirmware {
    try {
      return { ...NO_FIRMWARE, ...(JSON.parse(readFileSync(join(this.path, 'state.json'), 'utf8')) as Partial<InstalledFirmware>) };
    } catch {
      return NO_FIRMWARE; // none yet
    }
  }

  /** All or nothing: a power cut leaves the book before or the book after. */
  write(firmware: InstalledFirmware): void {
    mkdirSync(this.path, { recursive: true });
    writeFileSync(join(this.path, 'state.new'), JSON.stringify(firmware), { flush: true });
    renameSync(join(this.path, 'state.new'), join(this.path, 'state.json'));
  }

  folderOf(version: string): string {
    return join(this.path, 'versions', version);
  }

  get staged(): string {
    return join(this.path, 'staged.zip');
  }

  dropUnused({ active, previous, installed }: InstalledFirmware): void {
    rmSync(this.staged, { force: true });
    const versions = join(this.path, 'versions');
    for (const name of existsSync(versions) ? readdirSync(versions) : []) {
      if (![active, previous, installed].includes(name)) rmSync(join(versions, name), { recursive: true, force: true });
    }
  }
}

export class NodeFirmware implements FirmwareInstaller {
  /** @param handOver ends this process in favour of one that runs the active version */
  constructor(private readonly folder: FirmwareFolder, private readonly crypto: Crypto, private readonly handOver: () => Promise<void>) {}

  async ready(): Promise<boolean> {
    return true;
  }

  async state(): Promise<FirmwareState> {
    const { active, trial, rolledBack } = this.folder.read();
    return { version: active, trial: trial !== null && trial.starts > 0, rolledBack };
  }

  async stage(bytes: Uint8Array): Promise<void> {
    mkdirSync(this.folder.path, { recursive: true });
    await writeFile(this.folder.staged, bytes, { flush: true });
  }

  async install(): Promise<string> {
    const zip = await readFile(this.folder.staged).catch(() => {
      throw new KerbsideError('FirmwareMissing', 'the download isn\'t there any more');
    });
    const { version, files } = await unpackFirmware(new Uint8Array(zip), 'node', ENTRY, this.crypto);
    const firmware = this.folder.read();
    if (firmware.active === version) throw new KerbsideError('FirmwareBroken', `version ${version} runs already`);
    const target = this.folder.folderOf(version);
    rmSync(target, { recursive: true, force: true });
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(target, path)), { recursive: true });
      await writeFile(join(target, path), bytes, { flush: true });
    }
    this.lendPackages();
    this.folder.write({ ...firmware, installed: version });
    return version;
  }

  async activate(): Promise<void> {
    const firmware = this.folder.read();
    if (firmware.installed === null) throw new KerbsideError('FirmwareMissing', 'nothing is installed');
    this.folder.write({ ...firmware, previous: firmware.active, active: firmware.installed, installed: null, trial: { startedMs: 0, starts: 0 }, rolledBack: null });
  }

  async confirm(): Promise<void> {
    this.folder.write({ ...this.folder.read(), trial: null, rolledBack: null });
    this.folder.dropUnused(this.folder.read());
  }

  async discard(): Promise<void> {
    this.folder.write({ ...this.folder.read(), installed: null });
    this.folder.dropUnused(this.folder.read());
  }

  async restart(): Promise<boolean> {
    await this.handOver();
    return true;
  }

  /** A version brings its own code, and uses the packages (some of them native) that are installed here. */
  private lendPackages(): void {
    const link = join(this.folder.path, 'node_modules');
    if (existsSync(link)) return;
    let at = dirname(process.argv[1] ?? '.');
    while (!existsSync(join(at, 'node_modules')) && at !== dirname(at)) at = dirname(at);
    symlinkSync(join(at, 'node_modules'), link, 'dir');
  }
}
