import { expect, it } from 'vitest';
import { ASK_AFTER_MS, STALE_AFTER_MS, StationClient } from './client.ts';
import type { ChannelMessage, StationCommands } from './commands.ts';
import { SNAPSHOT_VERSION } from './snapshot.ts';
import type { StationSnapshot } from './snapshot.ts';

function world() {
  let nowMs = 0;
  let tick = (): void => undefined;
  let hear = (_message: ChannelMessage): void => undefined;
  const posted: string[] = [];
  const client = new StationClient({
    commands: {} as StationCommands,
    monotonicMs: () => nowMs,
    every: (_, callback) => ((tick = callback), () => undefined),
    channel: { post: (message) => posted.push(message.type), onMessage: (listener) => ((hear = listener), () => undefined) },
  });
  return {
    client, posted,
    pass: (ms: number) => { for (let passed = 0; passed < ms; passed += 1_000) { nowMs += 1_000; tick(); } },
    hear: (version: number = SNAPSHOT_VERSION) => hear({ type: 'snapshot', snapshot: { version, revision: 1 } as unknown as StationSnapshot }),
  };
}

it('asks who is there at once, and again when it is quiet', () => {
  const { posted, pass } = world();
  expect(posted).toEqual(['who']);
  pass(ASK_AFTER_MS);
  expect(posted).toEqual(['who', 'who']);
});
it('gives up on a silent station, and takes it back', () => {
  const { client, pass, hear } = world();
  hear();
  pass(STALE_AFTER_MS - 1_000);
  expect(client.state.stale).toBe(false);
  pass(1_000);
  expect(client.state.stale).toBe(true);
  hear();
  expect(client.state.stale).toBe(false);
});
it('shows nothing of a station that speaks another version', () => {
  const { client, hear } = world();
  hear(SNAPSHOT_VERSION + 1);
  expect(client.state).toMatchObject({ outdated: true, snapshot: null });
});
it('tells subscribers until they leave', () => {
  const { client, hear } = world();
  let told = 0;
  const leave = client.subscribe(() => told++);
  hear();
  leave();
  hear();
  expect(told).toBe(2);
});
