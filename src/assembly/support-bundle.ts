/** What helps somebody far away to see what is wrong: one ZIP of texts, with secrets and tokens masked. */
import { mask } from '../base/log.ts';
import type { StationSnapshot } from '../link/snapshot.ts';
import type { FrameLogLine, QueueEntry, SerialLogLine, StationLogLine, VariableEntry } from '../link/commands.ts';
import type { LimitsView, ListsView, SessionLine } from '../link/technician.ts';

export interface BundleParts {
  readonly atMs: number;
  readonly snapshot: StationSnapshot;
  readonly log: readonly StationLogLine[];
  readonly frames: readonly FrameLogLine[];
  readonly serial: readonly SerialLogLine[];
  readonly queue: readonly QueueEntry[];
  readonly variables: readonly VariableEntry[];
  readonly sessions: readonly SessionLine[];
  readonly lists: ListsView | null;
  readonly limits: readonly LimitsView[];
  /** '' where the station isn't set up. */
  readonly configuration: string;
}

/** The technician may see whose card it was; who gets the bundle needn't. */
function withoutTokens(frame: string): string {
  return frame.replace(/("(?:idToken|idTag|parentIdTag)":")([^"\\]+)"/g, (_, name: string, token: string) => `${name}${mask(token)}"`);
}

export async function supportBundle(parts: BundleParts): Promise<Uint8Array<ArrayBuffer>> {
  const { strToU8, zipSync } = await import('fflate');
  const time = (atMs: number): string => new Date(atMs).toISOString();
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const files: Record<string, string> = {
    'README.txt': `Kerbside station ${parts.snapshot.station.identity}, firmware ${parts.snapshot.station.firmware}, ${time(parts.atMs)}\n`
      + 'Passwords, keys and PINs are left out. Tokens are masked, but a card reader\'s own bytes in serial.txt aren\'t.\n',
    'state.json': json(parts.snapshot),
    'log.txt': parts.log.map((line) => `${time(line.atMs)} ${line.level.padEnd(5)} ${line.source}: ${line.text}\n`).join(''),
    'frames.txt': parts.frames.map((line) => `${time(line.atMs)} ${line.direction === 'in' ? '<-' : '->'} ${withoutTokens(line.text)}\n`).join(''),
    'serial.txt': parts.serial.map((line) => `${time(line.atMs)} EVSE ${line.evseId} ${line.direction === 'in' ? '<-' : '->'} ${line.hex}  ${line.decoded}\n`).join(''),
    'queue.json': json(parts.queue),
    'variables.json': json(parts.variables),
    'sessions.json': json(parts.sessions),
    'limits.json': json(parts.limits),
    'lists.json': json(parts.lists),
    'configuration.json': parts.configuration,
  };
  // Earlier dates than 1980 a ZIP can't tell: a station that never had the time says so by that year.
  const mtime = new Date(Math.max(parts.atMs, Date.UTC(1980, 0, 2)));
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, [strToU8(text), { mtime }]])));
}
