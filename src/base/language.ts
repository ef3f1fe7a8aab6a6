/** Which of several languages a person gets (RFC 4647 look-up on RFC 5646 tags). */

/** `en`, `en-US`, `zh-Hant`: well formed, whether or not anybody speaks it. */
export function isLanguageTag(tag: string): boolean {
  return /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(tag);
}

/** The first wish that is available: as it is, without its region, or in another region. Null: none of them. */
export function chooseLanguage(available: readonly string[], wishes: readonly string[]): string | null {
  for (const wish of wishes) {
    const wanted = wish.toLowerCase();
    for (let range = wanted; range !== ''; range = range.includes('-') ? range.slice(0, range.lastIndexOf('-')) : '') {
      const exact = available.find((tag) => tag.toLowerCase() === range);
      if (exact !== undefined) return exact;
    }
    const primary = wanted.split('-')[0] ?? wanted;
    const relative = available.find((tag) => tag.toLowerCase().startsWith(`${primary}-`));
    if (relative !== undefined) return relative;
  }
  return null;
}

/** A sentence in one or more languages; the first is the default, whose language may not be known. */
export type Wording = readonly { readonly language: string | null; readonly text: string }[];

/** The sentence for somebody with these wishes: theirs, else the default. '' for an empty wording. */
export function inLanguage(wording: Wording, wishes: readonly string[]): string {
  const chosen = chooseLanguage(wording.flatMap(({ language }) => (language === null ? [] : [language])), wishes);
  return (wording.find(({ language }) => chosen !== null && language === chosen) ?? wording[0])?.text ?? '';
}
