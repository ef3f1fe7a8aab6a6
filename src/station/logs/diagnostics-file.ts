/** The text that is uploaded: what the station is, what is set, and its log lines. */
import type { BlockDeps } from '../block.ts';
import { nameOf } from '../device-model/names.ts';
import type { BookLine } from './log-book.ts';
import { redact } from './redact.ts';

export function logText(lines: readonly BookLine[]): string {
  return lines.map(({ atMs, level, source, text }) => `${new Date(atMs).toISOString()} ${level} ${source}: ${text}\n`).join('');
}

/** WriteOnly values have no value here, so no secret can slip in; addresses lose their passwords. */
export function diagnosticsText(deps: Pick<BlockDeps, 'settings' | 'time' | 'edition' | 'evses' | 'outbox'>, lines: readonly BookLine[]): string {
  const { settings, time, edition, evses, outbox } = deps;
  const variables = settings.all().map(({ component, variable, attributes }) =>
    `${nameOf(component, variable)}=${redact(attributes[0]?.value ?? '')}`);
  const outlets = evses.map(({ id, hardware, record }) => [
    `evse ${id}`, `link ${hardware?.link ?? 'not started'}`, `transaction ${record.transaction?.id ?? 'none'}`,
    `faults ${hardware?.faults.map(({ code }) => code).join(' ') || 'none'}`,
  ].join(', '));
  return [
    `# written ${new Date(time.nowMs()).toISOString()}, ${edition()}, clock offset ${time.offsetMs ?? 'unknown'} ms`,
    `# queue: ${outbox.queued} transaction messages waiting, ${outbox.parked.size} given up`,
    ...outlets.map((line) => `# ${line}`), ...variables.map((line) => `# ${line}`), '', logText(lines),
  ].join('\n');
}
