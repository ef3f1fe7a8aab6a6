/** The headless station: composition, stdin and stdout. */
import { join } from 'node:path';
import { describeError, KerbsideError } from '../base/errors.ts';
import { FirmwareFolder } from '../platform/node/node-firmware.ts';
import { parseArguments, simulatedHardware, type HeadlessArguments } from './arguments.ts';
import { checkSettings } from './settings.ts';
import { isWatched, otherVersionIsDue, runVersions } from './versions.ts';

const parsed = parseArguments(process.argv.slice(2));
if ('error' in parsed) fail(parsed.error);
else await main(parsed);

async function main(args: HeadlessArguments): Promise<void> {
  try {
    const { settings, unused } = await checkSettings(args.settings, simulatedHardware(args));
    for (const name of unused) process.stderr.write(`${name} belongs to a part that this station hasn't got; it is ignored\n`);
    const versions = args.dataDir === undefined ? null : new FirmwareFolder(join(args.dataDir, 'firmware'));
    if (versions !== null && !isWatched() && otherVersionIsDue(versions)) await runVersions(versions);
    const { startHeadless } = await import('./headless.ts');
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
