/** The operator's list of tokens in a story: what the CSMS was told of it must be what the station has. */
import type { World } from '../scenarios/world.ts';

interface Entry { readonly status: string; readonly group: string | null }

export class ListStory {
  private readonly entries = new Map<string, Entry>();
  private version = 0;
  private waiting = false;
  /** False: an update was under way when the power went. */
  private known = true;

  constructor(private readonly world: World, private readonly edition: 'ocpp2.0.1' | 'ocpp1.6') {}

  /** One update, if none is on its way. */
  send(full: boolean, version: number, changes: readonly (readonly [tag: string, entry: Entry | null])[]): void {
    if (this.waiting || (full && changes.some(([, entry]) => entry === null))) return;
    this.waiting = true;
    const payload = this.edition === 'ocpp2.0.1' ? this.payload201(full, version, changes) : this.payload16(full, version, changes);
    void this.world.csms.call('SendLocalList', payload).then(({ status }) => {
      this.waiting = false;
      if (status !== 'Accepted') return;
      if (full) {
        this.entries.clear();
        this.known = true;
      }
      for (const [tag, entry] of changes) {
        if (entry === null) this.entries.delete(tag);
        else this.entries.set(tag, entry);
      }
      this.version = version;
    });
  }

  /** What was on its way may have been written, or not. */
  killed(): void {
    if (this.waiting) this.known = false;
    this.waiting = false;
  }

  async problems(): Promise<string[]> {
    if (!this.known || this.waiting) return [];
    const { versionNumber, listVersion } = await this.world.ask('GetLocalListVersion', {});
    const entries = this.world.agent.variables().find(({ component, variable }) => component === 'LocalAuthListCtrlr' && variable === 'Entries')?.value;
    const expected = this.edition === 'ocpp1.6' && this.entries.size === 0 ? 0 : this.version;
    const told = `version ${String(versionNumber ?? listVersion)} with ${entries ?? '?'} tokens`;
    return told === `version ${expected} with ${this.entries.size} tokens` ? [] : [`the list has ${told}, it should be version ${expected} with ${this.entries.size}`];
  }

  private payload201(full: boolean, versionNumber: number, changes: readonly (readonly [string, Entry | null])[]): Record<string, unknown> {
    const localAuthorizationList = changes.map(([idToken, entry]) => ({
      idToken: { idToken, type: 'ISO14443' },
      ...(entry === null ? {} : { idTokenInfo: { status: entry.status, ...(entry.group === null ? {} : { groupIdToken: { idToken: entry.group, type: 'Central' } }) } }),
    }));
    return { versionNumber, updateType: full ? 'Full' : 'Differential', ...(changes.length === 0 ? {} : { localAuthorizationList }) };
  }

  private payload16(full: boolean, listVersion: number, changes: readonly (readonly [string, Entry | null])[]): Record<string, unknown> {
    const localAuthorizationList = changes.map(([idTag, entry]) => ({
      idTag, ...(entry === null ? {} : { idTagInfo: { status: entry.status, ...(entry.group === null ? {} : { parentIdTag: entry.group }) } }),
    }));
    return { listVersion, updateType: full ? 'Full' : 'Differential', ...(changes.length === 0 ? {} : { localAuthorizationList }) };
  }
}
