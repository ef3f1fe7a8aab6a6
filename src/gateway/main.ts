/** `npm start`: the app and a sandbox CSMS on one loopback port. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeError, KerbsideError } from '../base/errors.ts';
import { demonstrate } from './demonstration.ts';
import { startGateway } from './gateway.ts';
import { SandboxCsms } from './sandbox-csms/sandbox-csms.ts';

const DEFAULT_PORT = 8080;
const USAGE = `Usage: npm start -- [--port N]
  --port N   loopback port, default ${DEFAULT_PORT}; the next free one is taken when it is in use`;

function portFrom(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { port: { type: 'string' } } });
  const port = Number(values.port ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new KerbsideError('BadArgument', `--port ${values.port}: not a port number`);
  return port;
}

async function main(): Promise<number> {
  let port: number;
  try {
    port = portFrom(process.argv.slice(2));
  } catch (thrown) {
    console.error(`${thrown instanceof Error ? thrown.message : String(thrown)}\n${USAGE}`);
    return 2;
  }
  const appFolder = fileURLToPath(new URL('../../dist', import.meta.url));
  if (!existsSync(appFolder)) {
    console.error('The app is not built yet: run `npm run build` first, or simply `npm start`.');
    return 1;
  }
  const csms = new SandboxCsms();
  demonstrate(csms);
  const gateway = await startGateway({ appFolder, csms, port });
  console.log(`
Kerbside         ${gateway.url}
Sandbox CSMS     ${gateway.url}/sandbox   (stations connect to ${gateway.csmsUrl})

Open the first address in Chromium or Chrome, open the drawer marked as simulation, plug in and present card DEMO-0001.
Ctrl+C ends it.`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void gateway.close().then(() => process.exit(0)));
  }
  return 0;
}

main().then(
  (code) => {
    if (code !== 0) process.exitCode = code;
  },
  (thrown: unknown) => {
    console.error(thrown instanceof KerbsideError ? (thrown.sentence ?? thrown.message) : describeError(thrown));
    process.exitCode = 1;
  },
);
