/** The operator's list of tokens: what the CSMS was told of it must be what the station has. */
import type { Act } from '../story.ts';
import type { SimulatedWorld } from '../world.ts';

interface Entry { readonly status: string; readonly group: string | null }
type Changes = Extract<Act, { act: 'list' }>['changes'];

export class LocalList {
  private readonly entries = new Map<string, Entry>();
  private version = 0;
  private waiting = false;
  /** False: an update was under way when the power or the link went. */
  private known = true;
  private sent = 0;

  constructor(private readonly world: SimulatedWorld) {}

  /** One update, if none is on its way. */
  send(full: boolean, versionStep: number, changes: Changes): void {
    if (this.waiting || (full && changes.some(([, entry]) => entry === null))) return;
    this.waiting = true;
    this.sent += versionStep;
    const version = Math.max(1, this.sent);
    const kills = this.world.kills;
    const answer = this.world.csms.call('SendLocalList', this.world.story.edition === 'ocpp1.6' ? payload16(full, version, changes) : payload201(full, version, changes));
    void answer.then(({ status, error }) => {
      this.waiting = false;
      if (error === 'NoAnswer' || (kills !== this.world.kills && status === undefined)) this.known = false;
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

  /** On the list for certain, and how; null: not, or nobody knows. */
  statusOf(token: string): string | null {
    return this.known && !this.waiting ? (this.entries.get(token)?.status ?? null) : null;
  }

  mayHold(token: string): boolean {
    return !this.known || this.waiting || this.entries.get(token)?.status === 'Accepted';
  }

  async problems(): Promise<string[]> {
    if (!this.known || this.waiting || this.world.running === null) return [];
    const answer = await this.world.csms.call('GetLocalListVersion', {});
    if (answer.error !== undefined) return [`GetLocalListVersion got ${answer.error}`];
    const { versionNumber, listVersion } = answer;
    const entries = this.world.running.variables().find(({ component, variable }) => component === 'LocalAuthListCtrlr' && variable === 'Entries')?.value;
    const expected = this.world.story.edition === 'ocpp1.6' && this.entries.size === 0 ? 0 : this.version;
    const told = `version ${String(versionNumber ?? listVersion)} with ${entries ?? '?'} tokens`;
    return told === `version ${expected} with ${this.entries.size} tokens` ? [] : [`the list has ${told}, it should be version ${expected} with ${this.entries.size}`];
  }
}

function payload201(full: boolean, versionNumber: number, changes: Changes): Record<string, unknown> {
  const localAuthorizationList = changes.map(([idToken, entry]) => ({
    idToken: { idToken, type: 'ISO14443' },
    ...(entry === null ? {} : { idTokenInfo: { status: entry.status, ...(entry.group === null ? {} : { groupIdToken: { idToken: entry.group, type: 'Central' } }) } }),
  }));
  return { versionNumber, updateType: full ? 'Full' : 'Differential', ...(changes.length === 0 ? {} : { localAuthorizationList }) };
}

function payload16(full: boolean, listVersion: number, changes: Changes): Record<string, unknown> {
  const localAuthorizationList = changes.map(([idTag, entry]) => ({
    idTag, ...(entry === null ? {} : { idTagInfo: { status: entry.status, ...(entry.group === null ? {} : { parentIdTag: entry.group }) } }),
  }));
  return { listVersion, updateType: full ? 'Full' : 'Differential', ...(changes.length === 0 ? {} : { localAuthorizationList }) };
}
