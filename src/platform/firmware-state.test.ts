import { describe, expect, it } from 'vitest';
import { NO_FIRMWARE, onStart, rollBack, TRIAL_MS, type InstalledFirmware } from './firmware-state.ts';

const trial: InstalledFirmware = { ...NO_FIRMWARE, base: 'b', active: '2', previous: '1', trial: { startedMs: 0, starts: 0 } };

describe('a version on trial', () => {
  it('is started once by tabs that load together', () => {
    const first = onStart(trial, 1000);
    expect(first.trial).toEqual({ startedMs: 1000, starts: 1 });
    expect(onStart(first, 1000 + TRIAL_MS - 1)).toBe(first);
  });

  it('gets a second chance after a power cut, no third', () => {
    const second = onStart(onStart(trial, 1000), 1000 + TRIAL_MS);
    expect(second.trial).toEqual({ startedMs: 1000 + TRIAL_MS, starts: 2 });
    expect(onStart(second, 1000 + 2 * TRIAL_MS)).toEqual({ ...NO_FIRMWARE, base: 'b', active: '1', rolledBack: '2' });
  });

  it('isn\'t kept for ever by a clock that was set back', () => {
    expect(onStart(onStart(trial, 1_000_000), 5).trial?.starts).toBe(2);
  });

  it('that is confirmed stays', () => {
    const confirmed = { ...trial, trial: null };
    expect(onStart(confirmed, 1_000_000)).toBe(confirmed);
    expect(rollBack({ ...trial, previous: null }).active).toBeNull();
  });
});
