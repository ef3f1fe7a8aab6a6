import { expect, test } from 'vitest';
import type { AgentDetail } from '../assembly/agent-detail.ts';
import { HeadlessState } from './state.ts';

const OFF: AgentDetail = { edition: null, csms: 'disconnected', boot: null, queued: 0, parked: 0, evses: [] };
const ON: AgentDetail = {
  ...OFF, csms: 'connected',
  evses: [{ id: 1, connectors: [{ id: 1, status: 'Occupied' }], transaction: null, authorized: null, powerW: 7000, meterWh: 5120, limitW: null }],
};

test('while the station is off its register stays where it was, and no power flows', () => {
  let now = ON;
  const state = new HeadlessState(() => now);
  expect(state.read()).toEqual(ON);
  now = OFF;
  expect(state.read().csms).toBe('disconnected');
  expect(state.read().evses).toEqual([{ ...ON.evses[0], powerW: 0 }]);
});

test('before the books are read there is nothing to tell', () => {
  expect(new HeadlessState(() => OFF).read()).toEqual(OFF);
});
