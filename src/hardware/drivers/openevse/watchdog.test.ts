import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../platform/virtual/virtual-clock.ts';
import type { RapiLink, RapiReply } from './rapi-link.ts';
import { Watchdog } from './watchdog.ts';

class Bench {
  readonly clock = new VirtualClock();
  readonly taken: string[] = [];
  readonly log: string[] = [];
  answers: (RapiReply | Error)[] = [];
  private readonly link = {
    command: async (command: string): Promise<RapiReply> => {
      this.taken.push(command);
      const answer = this.answers.shift() ?? { ok: true, tokens: ['30', '6', '0'] };
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as RapiLink;
  readonly watchdog = new Watchdog(this.link, this.clock, (level) => void this.log.push(level), () => void this.taken.push('restored'));

  /** Feeds every second, as the station does. */
  async live(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await this.clock.advance(1000);
      this.watchdog.feed();
      await this.clock.settle();
    }
  }
}

describe('watchdog', () => {
  test('armed with an interval below the 16 bits of the firmware, pulsed every third of it', async () => {
    const bench = new Bench();
    await bench.watchdog.arm();
    await bench.live(60);
    expect(bench.taken).toEqual(['SY 30 6', ...Array.from({ length: 6 }, () => 'SY')]);
    const intervalS = Number(bench.taken[0]?.split(' ')[1]);
    expect(intervalS * 1000).toBeLessThan(65_536);
  });

  test('a refused pulse is a miss: acknowledged, armed anew, and only then the limit is set again', async () => {
    const bench = new Bench();
    await bench.watchdog.arm();
    bench.answers = [{ ok: false, tokens: ['30', '6', '2'] }];
    await bench.live(10);
    expect(bench.taken).toEqual(['SY 30 6', 'SY', 'SY 165', 'SY 30 6', 'restored']);
    expect(bench.watchdog.missed).toBe(false);
    expect(bench.log).toContain('warn');
  });

  test('a miss that somebody else has acknowledged is cleared; the current has been restored then', async () => {
    const bench = new Bench();
    await bench.watchdog.arm();
    bench.answers = [{ ok: true, tokens: ['30', '6', '1'] }];
    await bench.live(10);
    expect(bench.taken.slice(1)).toEqual(['SY', 'SY 30 6']);
  });

  test('a pulse that fails is tried again at the next feed', async () => {
    const bench = new Bench();
    await bench.watchdog.arm();
    bench.answers = [new RangeError('no answer')];
    await bench.live(11);
    expect(bench.taken).toEqual(['SY 30 6', 'SY', 'SY']);
  });

  test('not fed: starved when the controller has fallen back, not before', async () => {
    const bench = new Bench();
    await bench.watchdog.arm();
    await bench.clock.advance(29_999);
    expect(bench.watchdog.isStarved).toBe(false);
    await bench.clock.advance(1);
    expect(bench.watchdog.isStarved).toBe(true);
    expect(bench.taken).toEqual(['SY 30 6']);
  });

  test('firmware without it: said so, never pulsed', async () => {
    const bench = new Bench();
    bench.answers = [{ ok: false, tokens: [] }];
    await bench.watchdog.arm();
    await bench.live(60);
    expect(bench.taken).toEqual(['SY 30 6']);
    expect(bench.watchdog).toMatchObject({ summary: 'not supported by this firmware', isStarved: false });
  });
});
