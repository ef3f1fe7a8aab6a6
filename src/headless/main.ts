/** The headless station: composition, stdin and stdout. */
import { describeError, KerbsideError } from '../base/errors.ts';
import { parseArguments, type HeadlessArguments } from './arguments.ts';
import { startHeadless } from './headless.ts';
import { checkSettings } from './settings.ts';

const parsed = parseArguments(process.argv.slice(2));
if ('error' in parsed) fail(parsed.error);
else await main(parsed);

async function main(args: HeadlessArguments): Promise<void> {
  try {
    const { settings, unused } = await checkSettings(args.settings, args.evses);
    for (const name of unused) process.stderr.write(`${name} belongs to a part that this station hasn't got; it is ignored\n`);
    await startHeadless({ ...args, settings });
  } catch (error) {
    if (error instanceof KerbsideError && (error.code === 'UnknownVariable' || error.code === 'InvalidValue')) return fail(error.message);
    process.stderr.write(`${error instanceof KerbsideError && error.sentence !== undefined ? error.sentence : describeError(error)}\n`);
    process.exit(1);
  }
}

function fail(line: string): void {
  process.stderr.write(`${line.replace(/\s*\n\s*/g, ' ')}\n`);
  process.exitCode = 2;
}
