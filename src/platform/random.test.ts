import { describe, expect, test } from 'vitest';
import { browserRandom } from './browser/browser-random.ts';
import { nodeRandom } from './node/node-random.ts';

describe.each([
  ['browserRandom', browserRandom],
  ['nodeRandom', nodeRandom],
])('%s', (_, random) => {
  test('is uniform in [0, 1), never the same', () => {
    const values = Array.from({ length: 10_000 }, () => random.next());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 1);
    expect(new Set(values).size).toBe(values.length);
  });

  test('uuid is RFC 9562 version 4', () => {
    const ids = Array.from({ length: 200 }, () => random.uuid());
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(200);
  });
});
