/**
 * Every story of the driver's display, in the built app, in every language: nothing is cut off, written over or too small at
 * any size, and axe finds nothing. Leaves the pictures of docs/screens behind when KERBSIDE_PICTURES is set.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORIES } from '../../src/ui/gallery/stories.ts';
import { LANGUAGES } from '../../src/ui/i18n/languages.ts';
import { RunningApp } from '../fixtures/running-app.ts';
import { auditLayout } from './in-page/layout-audit.ts';

interface Look { readonly lang?: string; readonly theme?: 'day' | 'night'; readonly text?: 'big'; readonly reach?: 'low' }
type Axe = { run: (context: string, options: object) => Promise<{ passes: { id: string }[]; violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> };

/** A panel of 10.1 inches has 5.88 px per mm; a phone is held, and has 12 mm targets. */
const PANEL = { targetPx: 20 * 5.88, textPx: 14 };
const PHONE = { targetPx: 72, textPx: 10 };
const SIZES = [[800, 1280], [1280, 800], [1920, 1080], [390, 844]] as const;
/** The longest words, the tallest letters, and the other way round. */
const HARDEST = ['de', 'fr', 'gu', 'ar'];

let app: RunningApp;
let page: Page;

beforeAll(async () => {
  app = await RunningApp.start();
  page = await app.openTab();
  await page.emulateMedia({ reducedMotion: 'reduce' });
});
afterAll(async () => {
  await app.close();
});

async function show(story: string, look: Look = {}): Promise<void> {
  const hash = `#/gallery?${new URLSearchParams({ s: story, ...look }).toString()}`;
  await page.evaluate(async (wanted) => {
    location.hash = wanted;
    const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()));
    while (document.documentElement.dataset.story !== wanted || document.querySelector('main.screen') === null) await frame();
    await document.fonts.ready;
    // Codes and panels come with chunks of their own.
    const isDrawn = (): boolean => [...document.querySelectorAll('[data-testid="qr"]')].every((code) => code.querySelector('path') !== null)
      && (document.querySelector('[data-panel]') === null || document.querySelector('[data-testid="panel-close"], [data-testid="end-none"]') !== null);
    while (!isDrawn()) await frame();
    for (let count = 0; count < 3; count++) await frame();
    await document.fonts.ready;
  }, hash);
}

/** @param from shown before, so that the language changes under the driver's eyes */
async function troubles(looks: readonly Look[], limits: typeof PANEL, from?: Look): Promise<string[]> {
  const found: string[] = [];
  for (const look of looks) {
    for (const { name } of STORIES) {
      if (from !== undefined) await show(name, from);
      await show(name, look);
      found.push(...(await page.evaluate(auditLayout, limits)).map((problem) => `${name} ${Object.values(look).join(' ')}: ${problem}`));
    }
  }
  return found;
}

describe.each(SIZES)('at %i x %i', (width, height) => {
  const limits = width === 390 ? PHONE : PANEL;
  beforeAll(async () => {
    await page.setViewportSize({ width, height });
  });
  it.each(HARDEST)('nothing is cut off, written over or too small in %s', { timeout: 120_000 }, async (lang) => {
    expect(await troubles([{ lang }], limits)).toEqual([]);
  });
  it('nor in big letters, nor with everything within low reach', { timeout: 180_000 }, async () => {
    // A phone is held where it suits: it has no low reach.
    const low: Look = width === 390 ? {} : { reach: 'low' };
    expect(await troubles([{ lang: 'de', text: 'big' }, { lang: 'de', ...low }, { lang: 'ar', text: 'big', ...low }], limits)).toEqual([]);
  });
});

it('nor in what the simulation drawer leaves of a small screen, nor on 7 inches', { timeout: 120_000 }, async () => {
  await page.setViewportSize({ width: 960, height: 800 });
  expect(await troubles([{ lang: 'de' }], PANEL, { lang: 'en' })).toEqual([]);
  await page.setViewportSize({ width: 1024, height: 600 });
  const mm = Math.hypot(1024, 600) / (7 * 25.4);
  const remote = app.remote(page);
  await remote.do('setVariable', 'Kerbside', 'ScreenDiagonal', '7');
  await page.waitForFunction((px) => Math.abs(parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--mm')) - px) < 0.01, mm);
  expect(await troubles([{ lang: 'de' }], { targetPx: 20 * mm, textPx: 11 })).toEqual([]);
  await remote.do('setVariable', 'Kerbside', 'ScreenDiagonal', '0');
  await page.waitForFunction(() => getComputedStyle(document.documentElement).getPropertyValue('--mm').trim() === '5.88px');
});

describe('axe', () => {
  beforeAll(async () => {
    await page.setViewportSize({ width: 800, height: 1280 });
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  });
  it.each(LANGUAGES.map(({ tag }) => tag))('finds nothing on any story in %s, contrast of 7:1 included', { timeout: 180_000 }, async (lang) => {
    const found: string[] = [];
    const passed = new Set<string>();
    for (const { name } of STORIES) {
      await show(name, { lang, theme: lang === 'gu' ? 'night' : 'day' });
      const { violations, passes } = await page.evaluate(() => (globalThis as unknown as { axe: Axe }).axe.run('html', { rules: { 'color-contrast-enhanced': { enabled: true } } }));
      for (const { id } of passes) passed.add(id);
      found.push(...violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map((node) => `${node.html.slice(0, 120)} ${node.failureSummary ?? ''}`).join(' | ').slice(0, 400)}`));
    }
    expect(found).toEqual([]);
    expect([...passed]).toEqual(expect.arrayContaining(['color-contrast-enhanced', 'button-name', 'html-has-lang', 'svg-img-alt']));
  });
});

const PICTURES: readonly (readonly [file: string, story: string, width: number, height: number, look: Look])[] = [
  ['idle', 'idle', 800, 1280, {}], ['charging', 'charging', 800, 1280, {}], ['receipt', 'finished-signed', 800, 1280, {}],
  ['charging-night-ar', 'charging', 800, 1280, { lang: 'ar', theme: 'night' }],
];
it.runIf(process.env.KERBSIDE_PICTURES !== undefined)('pictures for the README', async () => {
  const folder = fileURLToPath(new URL('../../docs/screens', import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const [file, story, width, height, look] of PICTURES) {
    await page.setViewportSize({ width, height });
    await show(story, look);
    await page.screenshot({ path: join(folder, `${file}.png`) });
  }
});
