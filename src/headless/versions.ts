/**
 * Runs the version that the books name, as a process of its own, and watches over one on trial. The build that was
 * started by hand is the watcher: it never goes, so a version that doesn't work is always left again.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onStart, rollBack, TRIAL_MS } from '../platform/firmware-state.ts';
import { ENTRY, type FirmwareFolder } from '../platform/node/node-firmware.ts';

/** A version ends with this code to have the active one started in its place. */
export const START_AGAIN = 75;
/** Set in a process that has a watcher. */
const WATCHED = 'KERBSIDE_WATCHED';

export function isWatched(): boolean {
  return process.env[WATCHED] === '1';
}

/** Whether another version than this build is due; a version that was never written is none. */
export function otherVersionIsDue(folder: FirmwareFolder): boolean {
  const firmware = onStart(folder.read(), Date.now());
  if (firmware.active === null) return false;
  if (existsSync(join(folder.folderOf(firmware.active), ENTRY))) return true;
  folder.write(rollBack(firmware));
  return false;
}

/** Never resolves: this process ends with the code of the last version. */
export async function runVersions(folder: FirmwareFolder): Promise<never> {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGPWR'] as const) process.removeAllListeners(signal);
  for (;;) {
    const code = await runActive(folder);
    if (code !== START_AGAIN) process.exit(code);
  }
}

async function runActive(folder: FirmwareFolder): Promise<number> {
  const firmware = onStart(folder.read(), Date.now());
  folder.write(firmware);
  const entry = firmware.active === null ? (process.argv[1] ?? '') : join(folder.folderOf(firmware.active), ENTRY);
  const child = spawn(process.execPath, [...process.execArgv, entry, ...process.argv.slice(2)], { stdio: 'inherit', env: { ...process.env, [WATCHED]: '1' } });
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
  let asked = false;
  const pass = (signal: NodeJS.Signals): void => {
    asked = true;
    child.kill(signal);
  };
  const powerFails = (): void => void child.kill('SIGPWR'); // it doesn't end by that
  process.on('SIGTERM', pass).on('SIGINT', pass).on('SIGPWR', powerFails);
  const onTrial = (): boolean => folder.read().active === firmware.active && folder.read().trial !== null;
  const timer = setTimeout(() => {
    if (onTrial()) child.kill('SIGKILL');
  }, TRIAL_MS);
  const code = await exited;
  clearTimeout(timer);
  process.off('SIGTERM', pass).off('SIGINT', pass).off('SIGPWR', powerFails);
  if (asked || code === START_AGAIN || !onTrial()) return code;
  folder.write(rollBack(folder.read())); // it ended, or was ended, before it was healthy
  return START_AGAIN;
}
