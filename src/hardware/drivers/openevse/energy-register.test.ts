import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRegisterMemory, nextRegister, type RegisterMemory } from './energy-register.ts';

/** The controller's own counting. */
class Counters {
  trueWh = 0;
  lifetimeWh = 1000;
  sessionWs = 0;
  connected = false;

  plug(): void {
    if (this.connected) return;
    this.connected = true;
    this.sessionWs = 0;
  }
  flow(ws: number): void {
    if (!this.connected) return;
    this.sessionWs += ws;
    this.trueWh += ws / 3600;
  }
  unplug(): void {
    if (!this.connected) return;
    this.connected = false;
    this.lifetimeWh += Math.floor(this.sessionWs / 3600);
  }
  reboot(): void {
    this.sessionWs = 0;
  }
}

type Step = { do: 'plug' | 'unplug' | 'reboot' | 'read' } | { do: 'flow'; ws: number };

const step = fc.oneof(
  fc.constantFrom<Step>({ do: 'plug' }, { do: 'unplug' }, { do: 'reboot' }, { do: 'read' }),
  fc.integer({ min: 0, max: 40_000 }).map((ws): Step => ({ do: 'flow', ws })),
);

function play(steps: readonly Step[], readAlways: boolean): { counters: Counters; registers: number[] } {
  const counters = new Counters();
  let memory: RegisterMemory | null = null;
  const registers: number[] = [];
  const read = (): void => {
    memory = nextRegister(memory, counters.lifetimeWh, counters.sessionWs, counters.connected);
    expect(isRegisterMemory(JSON.parse(JSON.stringify(memory)))).toBe(true);
    registers.push(memory.registerWh);
  };
  read();
  for (const each of steps) {
    if (each.do === 'flow') counters.flow(each.ws);
    else if (each.do !== 'read') counters[each.do]();
    if (readAlways || each.do === 'read') read();
  }
  read();
  return { counters, registers };
}

function neverFalls(registers: readonly number[]): void {
  registers.forEach((register, index) => expect(register).toBeGreaterThanOrEqual((registers[index - 1] ?? 0) - 1e-9));
}

describe('register', () => {
  test('watched all the time it equals the true energy, over sessions and restarts', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { counters, registers } = play(steps, true);
      neverFalls(registers);
      expect((registers.at(-1) ?? 0) - 1000).toBeCloseTo(counters.trueWh, 6);
    }), { numRuns: 500 });
  });

  test('not looking for whole sessions costs less than 1 Wh a session', () => {
    const sessions = fc.array(fc.record({ parts: fc.array(fc.integer({ min: 3600, max: 40_000 }), { minLength: 1, maxLength: 4 }), seen: fc.boolean() }), { maxLength: 12 });
    fc.assert(fc.property(sessions, (list) => {
      const steps = list.flatMap(({ parts, seen }): Step[] => [{ do: 'plug' }, ...parts.flatMap((ws): Step[] => [{ do: 'flow', ws }, ...(seen ? [{ do: 'read' } as const] : [])]), { do: 'unplug' }]);
      const { counters, registers } = play(steps, false);
      neverFalls(registers);
      const registerWh = (registers.at(-1) ?? 0) - 1000;
      expect(registerWh).toBeLessThanOrEqual(counters.trueWh + 1e-6);
      expect(registerWh).toBeGreaterThan(counters.trueWh - list.length - 1e-6);
    }), { numRuns: 500 });
  });

  test('whatever is missed: never falls, never counts more than has flowed', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { counters, registers } = play(steps, false);
      neverFalls(registers);
      expect((registers.at(-1) ?? 0) - 1000).toBeLessThanOrEqual(counters.trueWh + 1e-6);
    }), { numRuns: 1000 });
  });

  test('a captured session: 78275 Ws, of which the lifetime took in 21 Wh', () => {
    const open = nextRegister(nextRegister(null, 0, 0, false), 0, 49_273, true);
    const ended = nextRegister(nextRegister(open, 0, 78_275, true), 21, 78_275, false);
    expect(ended.registerWh).toBeCloseTo(78_275 / 3600, 9);
    const next = nextRegister(nextRegister(ended, 21, 0, true), 21, 3309, true);
    expect(nextRegister(next, 21, 3309, false).registerWh).toBeCloseTo((78_275 + 3309) / 3600, 9);
  });

  test('the lifetime is added to a moment after the car has left: still once', () => {
    const open = nextRegister(nextRegister(null, 10, 0, false), 10, 7200, true);
    const left = nextRegister(open, 10, 7200, false);
    expect(nextRegister(left, 12, 7200, false).registerWh).toBeCloseTo(12, 9);
  });

  test('met for the first time in mid-session, and after it', () => {
    expect(nextRegister(null, 10, 7200, true).registerWh).toBe(12);
    expect(nextRegister(null, 12, 7200, false).registerWh).toBe(12);
  });

  test('another controller in its place: counts on', () => {
    const before = nextRegister(null, 5000, 0, false);
    const swapped = nextRegister(before, 3, 7200, false);
    expect(swapped.registerWh).toBe(5000);
    expect(nextRegister(nextRegister(swapped, 3, 0, true), 3, 3600, true).registerWh).toBe(5001);
  });

  test.each([null, undefined, 5, {}, { registerWh: 1, lifetimeWh: 1, sessionWs: 1 }, { registerWh: Number.NaN, lifetimeWh: 1, sessionWs: 1, sessionOpen: true }])('%j is no memory', (value) => {
    expect(isRegisterMemory(value)).toBe(false);
  });
});
