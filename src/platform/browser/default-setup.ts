import type { SetupConfig } from '../../link/commands.ts';

/**
 * The set-up that the server of the app offers for a first start (the demonstration with its sandbox CSMS); null where
 * it offers none, or can't be reached: then set-up asks.
 */
export async function fetchDefaultSetup(): Promise<SetupConfig | null> {
  try {
    const response = await fetch('/setup-defaults.json', { cache: 'no-store' });
    if (!response.ok || !(response.headers.get('content-type') ?? '').includes('json')) return null;
    return (await response.json()) as SetupConfig;
  } catch {
    return null;
  }
}
