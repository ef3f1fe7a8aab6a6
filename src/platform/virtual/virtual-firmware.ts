/** A host whose program a test replaces: what it installs, and whether that starts, is the test's choice. */
import { KerbsideError } from '../../base/errors.ts';
import type { FirmwareInstaller, FirmwareState } from '../ports.ts';

export class VirtualFirmware implements FirmwareInstaller {
  /** What the next installation makes of the staged bytes. */
  version = '2.0.0';
  /** `broken`: its check fails; `full`: it can't be written; `mute`: it never becomes healthy. */
  behaves: 'well' | 'broken' | 'full' | 'mute' = 'well';
  /** How long unpacking takes; a test can let it hang until `release`. */
  installing: Promise<void> = Promise.resolve();
  staged: Uint8Array | null = null;
  readonly history: string[] = [];
  private running: string | null = null;
  private previous: string | null = null;
  private installed: string | null = null;
  private next: string | null = null;
  private trial = false;
  private rolledBack: string | null = null;

  async ready(): Promise<boolean> {
    return true;
  }

  async state(): Promise<FirmwareState> {
    return { version: this.running, trial: this.trial, rolledBack: this.rolledBack };
  }

  async stage(bytes: Uint8Array): Promise<void> {
    this.history.push(`stage ${bytes.length}`);
    this.staged = bytes;
  }

  async install(): Promise<string> {
    this.history.push('install');
    await this.installing;
    if (this.staged === null) throw new KerbsideError('FirmwareMissing', 'nothing was staged');
    if (this.behaves === 'broken') throw new KerbsideError('FirmwareBroken', 'a file isn\'t what the list says');
    if (this.behaves === 'full') throw new KerbsideError('StoreFull', 'no room');
    this.installed = this.version;
    return this.version;
  }

  async activate(): Promise<void> {
    this.history.push('activate');
    this.next = this.installed;
  }

  async confirm(): Promise<void> {
    this.history.push('confirm');
    this.trial = false;
    this.rolledBack = null;
    this.staged = null;
  }

  async discard(): Promise<void> {
    this.history.push('discard');
    this.staged = null;
    this.installed = null;
    this.next = null;
  }

  async restart(): Promise<boolean> {
    this.powerCut();
    return false; // the agent starts its next run
  }

  /** What a start after it finds; one that doesn't become healthy has been left again by then. */
  powerCut(): void {
    if (this.next === null) return;
    this.previous = this.running;
    this.running = this.next;
    this.next = null;
    this.trial = true;
    if (this.behaves !== 'mute') return;
    this.rolledBack = this.running;
    this.running = this.previous;
    this.trial = false;
  }
}
