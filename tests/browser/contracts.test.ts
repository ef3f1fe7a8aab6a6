import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { launch, newProfile } from '../fixtures/chromium.ts';
import { runInPage, serveSuite } from './in-page/run-in-page.ts';

const gateway = await serveSuite(fileURLToPath(new URL('./in-page/contracts.ts', import.meta.url)));
const context = await launch(newProfile());
const results = await runInPage(gateway, context).finally(async () => {
  await context.close();
  await gateway.close();
});

describe('contracts in a real Chromium', () => {
  it('all ran', () => expect(results.length).toBeGreaterThan(20));
  for (const { name, failure } of results) it(name, () => expect(failure).toBeNull());
});
