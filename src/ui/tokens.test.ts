import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Rules of tokens.css as they cascade: what `:root` says, then the theme, then the plate. */
const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').split('@media')[0] ?? '';
const rules = [...css.matchAll(/([^{}@;]+)\{([^{}]*)\}/g)].map(([, selectors = '', body = '']) => ({
  selectors: selectors.split(',').map((selector) => selector.trim()),
  values: new Map([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value.trim()])),
}));
const PLATES = [...new Set(rules.flatMap(({ selectors }) => selectors.flatMap((selector) => /^\[data-plate='(\w+)'\]$/.exec(selector)?.[1] ?? [])))];

function tokens(theme: 'day' | 'night', plate: string): (name: string) => string {
  const order = [
    ':root', '[data-plate]', `[data-plate='${plate}']`,
    ...(theme === 'night' ? [`[data-theme='night']`, `[data-theme='night'] [data-plate]`, `[data-theme='night'] [data-plate='${plate}']`] : []),
  ];
  const values = new Map(order.flatMap((wanted) => rules.filter(({ selectors }) => selectors.includes(wanted)).flatMap(({ values: own }) => [...own])));
  const resolve = (name: string): string => {
    const value = values.get(name);
    expect(value, name).toBeDefined();
    const other = /^var\(--([\w-]+)\)$/.exec(value ?? '')?.[1];
    return other === undefined ? (value ?? '') : resolve(other);
  };
  return resolve;
}

/** WCAG 2 contrast ratio. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [a, b].map(luminance).sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}
function luminance(colour: string): number {
  expect(colour).toMatch(/^#[0-9a-f]{6}$/);
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

it('knows every plate', () => expect(PLATES.sort()).toEqual(['charging', 'done', 'fault', 'free', 'off', 'paper', 'paused', 'refused', 'reserved']));

describe.each(['day', 'night'] as const)('by %s', (theme) => {
  it.each(PLATES)('text on the %s plate has 7:1, its shape 4.5:1', (plate) => {
    const token = tokens(theme, plate);
    for (const text of ['on-plate', 'on-plate-quiet', 'shape']) expect(contrast(token(text), token('plate')), text).toBeGreaterThanOrEqual(7);
    expect(contrast(token('shape'), token('plate'))).toBeGreaterThanOrEqual(4.5);
    // A lit stone against the bed, and against one that isn't.
    expect(contrast(token('signal'), token('bed'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(token('signal'), token('stone-rest'))).toBeGreaterThanOrEqual(3);
  });
  it('so have the keys, the paving and the small sign on the kerb', () => {
    const token = tokens(theme, 'free');
    for (const [text, under] of [['on-ground', 'ground'], ['on-ground-quiet', 'ground'], ['on-ground', 'slab'], ['on-key', 'key'], ['on-post', 'post'], ['good', 'good-bed'], ['warn', 'warn-bed'], ['bad', 'bad-bed'], ['info', 'info-bed']] as const) {
      expect(contrast(token(text), token(under)), `${text} on ${under}`).toBeGreaterThanOrEqual(7);
    }
    expect(contrast(token('focus'), token('ground'))).toBeGreaterThanOrEqual(4.5);
  });
});
