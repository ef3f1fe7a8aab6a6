// Starts the headless station from one bundle, which takes half the time of loading a few hundred TypeScript files. There
// is a bundle for every state of the sources, so that nobody ever runs yesterday's station, and two started at once
// don't disturb each other.
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundles = `${root}.kerbside/headless`;
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Names the present state of the sources: how many files, and when the newest was written. */
function sourceState() {
  const files = readdirSync(`${root}src`, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.(ts|js|json)$/.test(entry.name));
  const times = files.map((entry) => statSync(`${entry.parentPath ?? entry.path}/${entry.name}`).mtimeMs);
  return `${files.length}-${Math.trunc(Math.max(...times, statSync(`${root}package.json`).mtimeMs))}`;
}

async function bundle(folder) {
  const { buildHeadless } = await import('./headless-bundle.mjs');
  mkdirSync(bundles, { recursive: true });
  const draft = mkdtempSync(`${bundles}/draft-`);
  await buildHeadless(draft);
  try {
    renameSync(draft, folder);
  } catch {
    rmSync(draft, { recursive: true, force: true }); // another process was quicker
  }
  // A station started long ago may still load its edition from an older one; nobody starts a new one from there.
  for (const name of readdirSync(bundles)) {
    const old = `${bundles}/${name}`;
    // Another process may have taken its own away meanwhile.
    const mtimeMs = statSync(old, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (old !== folder && Date.now() - mtimeMs > KEPT_MS) rmSync(old, { recursive: true, force: true });
  }
}

const folder = `${bundles}/${sourceState()}`;
if (!existsSync(folder)) await bundle(folder);
module.enableCompileCache?.(`${root}.kerbside/compile-cache`);
await import(pathToFileURL(`${folder}/main.mjs`).href);
