/** Pairs OCPP frames, request with answer, for the technician's log. Pure. */
import type { FrameLogLine } from '../../link/commands.ts';

export interface FramePair {
  /** Of the request's line, or of a frame that stands alone. */
  readonly id: number;
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly action: string;
  readonly outcome: 'answered' | 'error' | 'waiting' | 'alone';
  readonly tookMs: number | null;
  readonly request: string;
  readonly answer: string | null;
}

/** Oldest first in, oldest first out. What isn't an OCPP frame is shown as it is. */
export function pairFrames(lines: readonly FrameLogLine[]): FramePair[] {
  const pairs: FramePair[] = [];
  const open = new Map<string, number>();
  for (const line of lines) {
    const frame = parse(line.text);
    if (frame !== null && (frame[0] === 3 || frame[0] === 4)) {
      // An answer goes the other way than its request; both ends may use the same message id.
      const key = `${line.direction === 'in' ? 'out' : 'in'} ${String(frame[1])}`;
      const at = open.get(key);
      const asked = at === undefined ? undefined : pairs[at];
      if (at !== undefined && asked !== undefined) {
        open.delete(key);
        pairs[at] = { ...asked, outcome: frame[0] === 3 ? 'answered' : 'error', tookMs: line.atMs - asked.atMs, answer: pretty(line.text) };
        continue;
      }
    }
    const isRequest = frame !== null && frame[0] === 2;
    if (isRequest) open.set(`${line.direction} ${String(frame[1])}`, pairs.length);
    pairs.push({
      id: line.id, atMs: line.atMs, direction: line.direction, tookMs: null, request: pretty(line.text), answer: null,
      action: frame === null ? line.text.slice(0, 60) : isRequest || frame[0] === 6 ? String(frame[2]) : `answer to ${String(frame[1])}`,
      outcome: isRequest ? 'waiting' : 'alone',
    });
  }
  return pairs;
}

function parse(text: string): readonly unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function pretty(text: string): string {
  const frame = parse(text);
  return frame === null ? text : JSON.stringify(frame, null, 2);
}
