/** The page's side of the worker: starts it and passes commands by comlink, each with a time-out. */
import { wrap, type Remote } from 'comlink';
import { KerbsideError } from '../../base/errors.ts';
import type { StationCommands } from '../../link/commands.ts';
import type { StationEndpoint } from '../../../workers/station.worker.ts';
import { requestPersistence } from './persistence.ts';

const CALL_TIMEOUT_MS = 25_000;

export interface StartedStation {
  readonly commands: StationCommands;
  /** The worker can't be the station, and says why. */
  readonly onFailure: (listener: (why: string) => void) => void;
}

export function startStation(): StartedStation {
  const worker = new Worker(new URL('../../../workers/station.worker.ts', import.meta.url), { type: 'module', name: 'station' });
  // Held by `commands` for the life of the page: a proxy that is garbage-collected drops its calls without a word.
  const endpoint = wrap<StationEndpoint>(worker);
  const commands = new Proxy({} as StationCommands, {
    get: (_, name) => (name === 'then' ? undefined : (...args: unknown[]) => call(endpoint, String(name) as keyof StationCommands, args)),
  });
  return {
    commands,
    onFailure: (listener) => {
      worker.addEventListener('message', (event: MessageEvent<{ stationFailure?: string }>) => {
        if (typeof event.data?.stationFailure === 'string') listener(event.data.stationFailure);
      });
      worker.addEventListener('error', (event) => listener(event.message || 'the station\'s worker could not be loaded'));
    },
  };
}

async function call(endpoint: Remote<StationEndpoint>, command: keyof StationCommands, args: readonly unknown[]): Promise<unknown> {
  if (command === 'requestPersistence') return (await requestPersistence()) === true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new KerbsideError('CommandTimeout', `${command} took too long`, 'The station doesn\'t answer. Reload the page.')), CALL_TIMEOUT_MS);
  });
  try {
    const result = await Promise.race([endpoint.call(command, args), timeout]);
    if (result.ok) return result.value;
    throw new KerbsideError(result.failure.code, result.failure.message, result.failure.sentence ?? undefined);
  } finally {
    clearTimeout(timer);
  }
}

