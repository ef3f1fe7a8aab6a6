import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte({ configFile: false })],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: ['tests/browser/**', 'tests/e2e/**', 'tests/serial-rig/**', 'tests/bench/**'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          // Real Chromium on the built app: one browser at a time, or two cores aren't enough for honest timeouts.
          name: 'browser',
          environment: 'node',
          include: ['tests/browser/**/*.test.ts', 'tests/e2e/**/*.test.ts', 'tests/serial-rig/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
