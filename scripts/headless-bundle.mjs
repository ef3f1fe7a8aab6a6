// The headless station in a folder of its own: main.mjs and its chunks. What comes from node_modules stays there.
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} folder */
export async function buildHeadless(folder) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: ['src/headless/main.ts'],
    outdir: folder,
    bundle: true,
    splitting: true, // an edition that isn't spoken isn't loaded
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    outExtension: { '.js': '.mjs' },
    logLevel: 'error',
  });
}
