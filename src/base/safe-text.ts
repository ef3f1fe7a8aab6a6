/**
 * Text from afar, made fit for a screen: plain characters and line breaks. Markup is never interpreted; the few tags and
 * entities that mean a line break or a character become that, everything else of it vanishes.
 */
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: '\'', nbsp: ' ', euro: '€', pound: '£', cent: '¢', deg: '°' };
const DROPPED_WITH_CONTENT = /<(script|style|title|template|iframe|noscript|svg)\b[^>]*>[\s\S]*?(<\/\1\s*>|$)/gi;
const LINE_BREAKS = /<\/?(br|p|div|li|tr|h[1-6])\b[^>]*>/gi;
/** Controls, and marks that turn the direction of what follows: neither belongs into a price. */
const UNFIT = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069\ufeff]/gu;

export function plainText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/\t/g, ' ').replace(UNFIT, '').replace(/ *\n */g, '\n').replace(/\n{3,}/g, '\n\n').trim();
}

export function htmlToText(html: string): string {
  const bare = html
    .replace(/<!--[\s\S]*?(-->|$)/g, '')
    .replace(DROPPED_WITH_CONTENT, '')
    .replace(/\s+/g, ' ')
    .replace(LINE_BREAKS, '\n')
    .replace(/<[^>]*(>|$)/g, '');
  return plainText(bare.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,6});/gi, (whole, name: string) => entity(name) ?? whole)).replace(/\n{2,}/g, '\n');
}

/** MessageContentType's content by its format (ASCII, HTML, URI, UTF8). */
export function displayText(format: string, content: string): string {
  return format === 'HTML' ? htmlToText(content) : plainText(content);
}

function entity(name: string): string | undefined {
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()];
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
