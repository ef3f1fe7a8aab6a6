/** The lock of Mennekes-lock builds. By itself it goes with the charge; by hand (`M`) until the controller restarts. */
import type { RapiLink } from './rapi-link.ts';

/** @throws KerbsideError as the link does */
export async function isLocked(link: RapiLink): Promise<boolean> {
  const { ok, tokens } = await link.command('G5');
  return ok && tokens[0] === '1';
}

/** Held by hand until it is let go; then it goes by itself again. Whether the plug is held now. @throws KerbsideError as the link does */
export async function moveLock(link: RapiLink, locked: boolean): Promise<boolean> {
  await link.command('S5 M');
  await link.command(`S5 ${locked ? 1 : 0}`);
  const isNow = await isLocked(link);
  if (!locked) await link.command('S5 A');
  return isNow;
}
