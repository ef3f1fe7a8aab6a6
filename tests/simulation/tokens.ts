/** Who may charge, as the operator has it; and every word about it that ever left, for what the station may believe. */
import type { EditionName } from './story.ts';

interface Holder {
  readonly group: string | null;
  /** `never`: refused whenever asked. `for`: good for so many seconds after each yes. */
  readonly good: 'always' | 'never' | { readonly forS: number };
}

/** Two of one family, one on his own, one that only stops, one whose card is stolen, one whose yes doesn't last. */
export const HOLDERS: Readonly<Record<string, Holder>> = {
  CARD0001: { group: 'FAMILY', good: 'always' },
  CARD0002: { group: 'FAMILY', good: 'always' },
  STRANGER: { group: null, good: 'always' },
  POLICE01: { group: 'MASTER', good: 'always' },
  STOLEN01: { group: null, good: 'never' },
  VISITOR1: { group: null, good: { forS: 600 } },
};
export const CARDS = Object.keys(HOLDERS);

export interface Word {
  readonly token: string;
  readonly atMs: number;
  readonly accepted: boolean;
  /** How long the station may believe it, ms since 1970; null: it wasn't said. */
  readonly untilMs: number | null;
}

export class Tokens {
  readonly words: Word[] = [];

  constructor(private readonly edition: EditionName, private readonly nowMs: () => number) {}

  /** `idTagInfo` or `idTokenInfo`. */
  answer(token: string, refused: boolean): Record<string, unknown> {
    const holder = HOLDERS[token] ?? { group: null, good: 'always' };
    const accepted = !refused && holder.good !== 'never';
    const untilMs = accepted && typeof holder.good === 'object' ? this.nowMs() + holder.good.forS * 1000 : null;
    this.words.push({ token, atMs: this.nowMs(), accepted, untilMs });
    const status = accepted ? 'Accepted' : 'Invalid';
    const until = untilMs === null ? undefined : new Date(untilMs).toISOString();
    if (this.edition === 'ocpp1.6') {
      return { idTagInfo: { status, ...(holder.group === null ? {} : { parentIdTag: holder.group }), ...(until === undefined ? {} : { expiryDate: until }) } };
    }
    return { idTokenInfo: {
      status, ...(holder.group === null ? {} : { groupIdToken: { idToken: holder.group, type: 'Central' } }), ...(until === undefined ? {} : { cacheExpiryDateTime: until }),
    } };
  }
}
