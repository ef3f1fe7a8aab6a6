/** The technician's test button for a port: is a controller there, and is it fit to serve? Changes nothing on it. */
import { describeError, KerbsideError } from '../base/errors.ts';
import type { Clock, SerialPorts } from '../platform/ports.ts';
import { OPENEVSE_LINE } from './drivers/openevse/openevse-charger.ts';
import { RapiLink } from './drivers/openevse/rapi-link.ts';
import { checksOff, stateName } from './drivers/openevse/rapi-meaning.ts';

/** A board that restarts when its port is opened takes up to 4 s. */
const PATIENCE_MS = 5000;

export interface ChargerTest {
  readonly ok: boolean;
  readonly sentence: string;
  readonly facts: { readonly label: string; readonly value: string }[];
}

export async function testCharger(deps: { readonly serial: SerialPorts; readonly clock: Clock }, portId: string): Promise<ChargerTest> {
  let link: RapiLink | null = null;
  try {
    const line = await deps.serial.open(portId, OPENEVSE_LINE);
    link = new RapiLink(line, deps.clock, { onEvent: () => undefined, onLine: () => undefined });
    const version = await link.hello(PATIENCE_MS);
    const state = await link.command('GS');
    const settings = await link.command('GE');
    const limits = await link.command('GC');
    const off = checksOff(Number.parseInt(settings.tokens[1] ?? '0', 16));
    const facts = [
      { label: 'Firmware', value: version.tokens[0] ?? 'unknown' },
      { label: 'RAPI', value: version.tokens[1] ?? 'unknown' },
      { label: 'State', value: stateName(Number.parseInt(state.tokens[0] ?? '0', 16)) },
      { label: 'Current', value: `${limits.tokens[0] ?? '?'} to ${limits.tokens[3] ?? '?'} A` },
    ];
    if (!version.ok || !state.ok) return { ok: false, sentence: 'Something answers, but not like an OpenEVSE.', facts };
    return off.length === 0 ? { ok: true, sentence: 'An OpenEVSE answers.', facts }
      : { ok: false, sentence: `An OpenEVSE answers, but its ${off.join(', ')} ${off.length === 1 ? 'is' : 'are'} switched off. It must not serve like that.`, facts };
  } catch (error) {
    const sentence = error instanceof KerbsideError && error.code === 'NoReply'
      ? 'The port opens, but nothing answers. Is it the right one, and is the charger on?'
      : error instanceof KerbsideError ? (error.sentence ?? describeError(error)) : describeError(error);
    return { ok: false, sentence, facts: [] };
  } finally {
    await link?.close();
  }
}
