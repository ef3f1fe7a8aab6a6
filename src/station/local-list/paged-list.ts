/**
 * The tokens of a list in pages of some hundred: 50,000 are read in a few hundred records, and a small change rewrites
 * a few. Immutable: a change gives the list after it and the pages to write, so that a failing disk changes nothing.
 */
import type { IdToken, IdTokenInfo } from '../types.ts';

export interface ListedToken { readonly idToken: IdToken; readonly info: IdTokenInfo }

interface Page {
  readonly tokens: ReadonlyMap<string, ListedToken>;
  readonly bytes: number;
}

/** Null: the page is empty now. */
export type PageWrites = ReadonlyMap<string, readonly ListedToken[] | null>;

export const TOKENS_PER_PAGE = 250;
const PAGE_KEY = /^page-\d{6}$/;

export class PagedList {
  private constructor(
    private readonly pages: ReadonlyMap<string, Page>, private readonly pageOf: ReadonlyMap<string, string>,
    /** Of all pages together, as JSON. */
    readonly bytes: number,
  ) {}

  static readonly empty = new PagedList(new Map(), new Map(), 0);

  /** What isn't legible is left out. */
  static read(records: readonly (readonly [key: string, value: unknown])[]): PagedList {
    const pages = new Map<string, Page>();
    const pageOf = new Map<string, string>();
    for (const [key, value] of records) {
      if (!PAGE_KEY.test(key) || !Array.isArray(value)) continue;
      const tokens = new Map((value as unknown[]).filter(isListed).map((listed) => [tokenKey(listed.idToken), listed] as const));
      pages.set(key, page(tokens));
      for (const token of tokens.keys()) pageOf.set(token, key);
    }
    return new PagedList(pages, pageOf, sumBytes(pages));
  }

  get size(): number {
    return this.pageOf.size;
  }

  all(): ListedToken[] {
    return [...this.pages.values()].flatMap(({ tokens }) => [...tokens.values()]);
  }

  get(token: IdToken): IdTokenInfo | undefined {
    const key = tokenKey(token);
    return this.pages.get(this.pageOf.get(key) ?? '')?.tokens.get(key)?.info;
  }

  /** Instead of all that was: these, each once. */
  replaced(list: readonly ListedToken[]): { list: PagedList; writes: PageWrites } {
    const { list: next, writes } = PagedList.empty.changed(list, []);
    const gone = [...this.pages.keys()].filter((key) => !next.pages.has(key)).map((key) => [key, null] as const);
    return { list: next, writes: new Map([...writes, ...gone]) };
  }

  /** These added or brought up to date, those taken off. */
  changed(put: readonly ListedToken[], remove: readonly IdToken[]): { list: PagedList; writes: PageWrites } {
    const touched = new Map<string, Map<string, ListedToken>>();
    const pageOf = new Map(this.pageOf);
    const open = (key: string): Map<string, ListedToken> => {
      const own = touched.get(key) ?? new Map(this.pages.get(key)?.tokens ?? []);
      touched.set(key, own);
      return own;
    };
    for (const token of remove.map(tokenKey)) {
      const key = pageOf.get(token);
      if (key === undefined) continue;
      open(key).delete(token);
      pageOf.delete(token);
    }
    const roomy = this.roomyPage(touched);
    for (const listed of put) {
      const token = tokenKey(listed.idToken);
      const key = pageOf.get(token) ?? roomy();
      open(key).set(token, listed);
      pageOf.set(token, key);
    }
    return this.after(touched, pageOf);
  }

  private after(touched: ReadonlyMap<string, ReadonlyMap<string, ListedToken>>, pageOf: ReadonlyMap<string, string>): { list: PagedList; writes: PageWrites } {
    const pages = new Map(this.pages);
    const writes = new Map<string, readonly ListedToken[] | null>();
    for (const [key, tokens] of touched) {
      if (tokens.size === 0) pages.delete(key);
      else pages.set(key, page(tokens));
      writes.set(key, tokens.size === 0 ? null : [...tokens.values()]);
    }
    return { list: new PagedList(pages, pageOf, sumBytes(pages)), writes };
  }

  /** Names a page that has room: one that is there, or else a new one. */
  private roomyPage(touched: ReadonlyMap<string, ReadonlyMap<string, ListedToken>>): () => string {
    const sizeOf = (key: string): number => (touched.get(key) ?? this.pages.get(key)?.tokens)?.size ?? 0;
    const candidates = [...this.pages.keys()].filter((key) => sizeOf(key) < TOKENS_PER_PAGE);
    let number = 0;
    return () => {
      while (candidates.length > 0) {
        const [first = ''] = candidates;
        if (sizeOf(first) < TOKENS_PER_PAGE) return first;
        candidates.shift();
      }
      for (;;) {
        const key = `page-${String(number).padStart(6, '0')}`;
        if (sizeOf(key) < TOKENS_PER_PAGE) return key;
        number += 1;
      }
    };
  }
}

/** C01.FR.25: the value in any case, and the type. */
export function tokenKey({ type, value }: IdToken): string {
  return `${type}:${value.toLowerCase()}`;
}

function page(tokens: ReadonlyMap<string, ListedToken>): Page {
  return { tokens, bytes: JSON.stringify([...tokens.values()]).length };
}

function sumBytes(pages: ReadonlyMap<string, Page>): number {
  let bytes = 0;
  for (const own of pages.values()) bytes += own.bytes;
  return bytes;
}

function isListed(value: unknown): value is ListedToken {
  const { idToken, info } = (value ?? {}) as Partial<ListedToken>;
  return typeof idToken?.value === 'string' && typeof idToken.type === 'string' && typeof info?.status === 'string';
}
