/**
 * A01: which password to connect with. The one that worked last is kept, also over restarts, until the CSMS has accepted
 * a newer one: whoever sets a wrong password must not lose the station.
 */
import type { Store } from '../../platform/ports.ts';
import type { Journal } from '../journal.ts';
import { passwordOf, type Password } from './authorization-key.ts';

/** Of `meta`. */
export const WORKING_PASSWORD = 'workingPassword';

export class Passwords {
  private working: string | null = null;
  private tried: string | null = null;
  /** Which of the candidates is next. */
  private turn = 0;

  /**
   * @param current BasicAuthPassword as it is set now; undefined: never set
   * @param fromSetup what the technician entered
   */
  constructor(private readonly journal: Journal, private readonly current: () => string | undefined, private readonly fromSetup: string | undefined) {}

  async load(store: Store): Promise<void> {
    const working = await store.get('meta', WORKING_PASSWORD);
    this.working = typeof working === 'string' ? working : null;
  }

  /** Is there one at all? */
  get known(): boolean {
    return this.candidates().length > 0;
  }

  next(): Password | undefined {
    const candidates = this.candidates();
    this.tried = candidates[this.turn % Math.max(1, candidates.length)] ?? null;
    return this.tried === null ? undefined : passwordOf(this.tried);
  }

  worked(): void {
    // An older one that works shows nothing about the newest, which stays first: the CSMS may take both for a while.
    this.turn = 0;
    if (this.tried === null || this.tried === this.working) return;
    this.working = this.tried;
    this.journal.put('meta', WORKING_PASSWORD, this.working);
  }

  /** @param perhapsRefused it may have been the password: a tab can't tell */
  failed(perhapsRefused: boolean): void {
    if (perhapsRefused) this.turn += 1;
  }

  /** The newest comes first again. */
  changed(): void {
    this.turn = 0;
  }

  private candidates(): string[] {
    const current = this.current();
    // Without one of the CSMS's, set-up's is the newest.
    const byAge = current === undefined ? [this.fromSetup, this.working] : [current, this.working, this.fromSetup];
    const known = byAge.filter((value): value is string => value !== undefined && value !== null && value !== '');
    return [...new Set(known)];
  }
}
