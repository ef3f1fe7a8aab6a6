import { describe, expect, test } from 'vitest';
import type { Socket } from '../platform/ports.ts';
import { VirtualClock } from '../platform/virtual/virtual-clock.ts';
import { Liveness } from './liveness.ts';

function world(options: { readonly ping: boolean; readonly intervalS: number }) {
  const clock = new VirtualClock();
  const seen = { pings: 0, probes: 0, dead: 0, lastInboundMs: 0, busy: false };
  const socket: Socket = {
    send: () => undefined, bufferedBytes: () => 0, close: () => undefined, terminate: () => undefined,
    ...(options.ping ? { ping: () => void (seen.pings += 1) } : {}),
  };
  const liveness = new Liveness({
    clock, socket, pingIntervalMs: () => options.intervalS * 1000, lastInboundMs: () => seen.lastInboundMs, busy: () => seen.busy,
    probe: () => (seen.probes += 1) > 0, onDead: () => void (seen.dead += 1),
  });
  return { clock, liveness, seen };
}

describe('with WebSocket ping', () => {
  test('a missed pong ends the connection', async () => {
    const { clock, seen } = world({ ping: true, intervalS: 30 });
    await clock.advance(30_000);
    expect(seen).toMatchObject({ pings: 1, dead: 0 });
    await clock.advance(10_000);
    expect(seen.dead).toBe(1);
  });

  test('a pong, or anything else that comes, keeps it', async () => {
    const { clock, liveness, seen } = world({ ping: true, intervalS: 30 });
    await clock.advance(31_000);
    liveness.pong();
    await clock.advance(30_000);
    seen.lastInboundMs = clock.monotonicMs();
    await clock.advance(11_000);
    expect(seen).toMatchObject({ pings: 2, dead: 0 });
  });

  test('WebSocketPingInterval 0 sends none, but a CALL that timed out in silence does', async () => {
    const { clock, liveness, seen } = world({ ping: true, intervalS: 0 });
    await clock.advance(600_000);
    expect(seen.pings).toBe(0);
    liveness.callTimedOut(false);
    expect(seen.pings).toBe(0);
    liveness.callTimedOut(true);
    await clock.advance(10_000);
    expect(seen).toMatchObject({ pings: 1, dead: 1 });
  });
});

describe('without ping, as in a browser', () => {
  test('silence brings a probe; silence after that ends the connection', async () => {
    const { clock, seen } = world({ ping: false, intervalS: 30 });
    await clock.advance(30_000);
    expect(seen).toMatchObject({ probes: 1, dead: 0 });
    await clock.advance(10_000);
    expect(seen.dead).toBe(1);
  });

  test('so does a CALL that timed out in silence; an answer to the probe keeps the connection', async () => {
    const { clock, liveness, seen } = world({ ping: false, intervalS: 0 });
    await clock.advance(5_000);
    liveness.callTimedOut(true);
    await clock.advance(1_000);
    seen.lastInboundMs = clock.monotonicMs();
    await clock.advance(20_000);
    expect(seen).toMatchObject({ probes: 1, dead: 0 });
    liveness.callTimedOut(true);
    await clock.advance(10_000);
    expect(seen).toMatchObject({ probes: 2, dead: 1 });
  });

  test('a CSMS that takes its time over one CALL isn\'t probed meanwhile', async () => {
    const { clock, seen } = world({ ping: false, intervalS: 30 });
    seen.busy = true;
    await clock.advance(120_000);
    expect(seen).toMatchObject({ probes: 0, dead: 0 });
  });

  test('a mere time-out on a link that talks is nothing', async () => {
    const { liveness, seen } = world({ ping: false, intervalS: 30 });
    for (let times = 0; times < 3; times += 1) liveness.callTimedOut(false);
    expect(seen).toMatchObject({ probes: 0, dead: 0 });
  });
});
