import { describe, expect, it } from 'vitest';
import { KerbsideError } from '../base/errors.ts';
import { Signal } from '../base/signal.ts';
import type { ChannelMessage } from '../link/commands.ts';
import type { StationSnapshot } from '../link/snapshot.ts';
import { SeededRandom } from '../platform/virtual/seeded-random.ts';
import { settle } from '../platform/virtual/settle.ts';
import { VirtualClock } from '../platform/virtual/virtual-clock.ts';
import { VirtualLock } from '../platform/virtual/virtual-lock.ts';
import { TabStation, type TabService } from './tab-station.ts';

type Answer = { value: unknown } | { code: string };

/** Tabs of one origin: what one posts the others hear, as long as they live. */
class Origin {
  readonly clock = new VirtualClock();
  private readonly random = new SeededRandom(1);
  private readonly lock = new VirtualLock();
  readonly tabs: Tab[] = [];

  open(options: { readonly starts?: Promise<void> } = {}): Tab {
    const tab = new Tab(this, options.starts ?? Promise.resolve());
    this.tabs.push(tab);
    tab.station = new TabStation({
      lock: this.lock, clock: this.clock, random: this.random, channel: tab,
      createService: () => Promise.resolve(tab.service), onFailure: () => undefined,
    });
    void tab.station.run().catch(() => undefined);
    return tab;
  }

  /** The tab that is the station dies: nobody is told, and it tells nothing any more. */
  kill(tab: Tab): void {
    tab.alive = false;
    this.lock.abandon('kerbside-station');
  }
}

class Tab {
  station!: TabStation;
  alive = true;
  /** Tokens that its station was shown. */
  readonly presented: string[] = [];
  /** Every decision waits for it. */
  decision: Promise<void> = Promise.resolve();
  private readonly listeners: ((message: ChannelMessage) => void)[] = [];
  readonly service: TabService;

  constructor(private readonly origin: Origin, starts: Promise<void>) {
    this.service = {
      onSnapshot: new Signal<StationSnapshot>(), start: () => starts, stop: () => Promise.resolve(), chooseMasterPass: () => Promise.resolve(),
      readSetup: () => Promise.resolve(null),
      presentToken: async ({ value }: { value: string }) => {
        this.presented.push(value);
        await this.decision;
        return { status: 'Accepted', by: 'csms' };
      },
    } as unknown as TabService;
  }

  post(message: ChannelMessage): void {
    if (!this.alive) return;
    for (const other of this.origin.tabs) if (other !== this) queueMicrotask(() => other.hear(structuredClone(message)));
  }

  hear(message: ChannelMessage): void {
    if (this.alive) for (const listener of this.listeners) listener(message);
  }

  onMessage(listener: (message: ChannelMessage) => void): void {
    this.listeners.push(listener);
  }

  /** The driver's card at this tab's screen; what comes of it. */
  card(value: string): { answer?: Answer } {
    const outcome: { answer?: Answer } = {};
    void this.station.call('presentToken', [{ value, type: 'ISO14443' }]).then(
      (result) => void (outcome.answer = { value: result }),
      (error: unknown) => void (outcome.answer = { code: error instanceof KerbsideError ? error.code : 'other' }),
    );
    return outcome;
  }
}

const ACCEPTED = { value: { status: 'Accepted', by: 'csms' } };
const never = new Promise<void>(() => undefined);
const allPresented = (origin: Origin): string[] => origin.tabs.flatMap(({ presented }) => presented);

async function opened(count: number): Promise<{ origin: Origin; tabs: Tab[] }> {
  const origin = new Origin();
  const tabs = Array.from({ length: count }, () => origin.open());
  await settle();
  return { origin, tabs };
}

describe('one station, several screens', () => {
  it('a screen\'s command is done by the tab that is the station', async () => {
    const { tabs: [first, second] } = await opened(2);
    const outcome = second?.card('A');
    await settle();
    expect(outcome?.answer).toEqual(ACCEPTED);
    expect([first?.presented, second?.presented]).toEqual([['A'], []]);
  });

  it('every command of the contract passes, from another tab too; others are refused', async () => {
    const { tabs: [first, second] } = await opened(2);
    await expect(first?.station.call('chooseMasterPass', [[1]])).resolves.toBeUndefined();
    await expect(second?.station.call('chooseMasterPass', [[1]])).resolves.toBeUndefined();
    for (const name of ['start', 'stop', 'constructor', 'toString']) {
      await expect(second?.station.call(name as 'snapshot', [])).rejects.toMatchObject({ code: 'UnknownCommand' });
    }
  });
});

describe('while the station changes', () => {
  it('a card shown at the next station\'s screen after the old one went is taken by the next one', async () => {
    const { origin, tabs: [first, second] } = await opened(2);
    if (first === undefined || second === undefined) return;
    first.alive = false; // its lock isn't free yet
    const outcome = second.card('A');
    await settle();
    expect(outcome.answer).toBeUndefined();
    origin.kill(first);
    await settle();
    expect(outcome.answer).toEqual(ACCEPTED);
    expect(second.presented).toEqual(['A']);
  });

  it('one shown at a third tab\'s screen is sent again, and presented once', async () => {
    const { origin, tabs: [first, second, third] } = await opened(3);
    if (first === undefined || second === undefined || third === undefined) return;
    first.alive = false;
    const outcome = third.card('A');
    await settle();
    origin.kill(first);
    await settle();
    expect(outcome.answer).toEqual(ACCEPTED);
    expect(second.presented).toEqual(['A']);
    const inTheSameBreath = third.card('B');
    second.post({ type: 'station' }); // said again while the call is on its way
    await settle();
    expect(inTheSameBreath.answer).toEqual(ACCEPTED);
    expect(second.presented).toEqual(['A', 'B']);
  });

  it('one that the old station had begun isn\'t presented twice: its driver is told at once', async () => {
    const { origin, tabs: [first, second, third] } = await opened(3);
    if (first === undefined || second === undefined || third === undefined) return;
    first.decision = never;
    const outcomes = [second.card('A'), third.card('B')];
    await settle();
    expect(first.presented).toEqual(['A', 'B']);
    origin.kill(first);
    await settle();
    expect(outcomes.map(({ answer }) => answer)).toEqual([{ code: 'StationChanged' }, { code: 'StationChanged' }]);
    expect(allPresented(origin)).toEqual(['A', 'B']);
  });

  it('a station that still reads its books takes what needs none at once, and a card when it has', async () => {
    const origin = new Origin();
    let ready = (): void => undefined;
    const first = origin.open({ starts: new Promise<void>((resolve) => (ready = resolve)) });
    const second = origin.open();
    await settle();
    const outcomes = [first.card('A'), second.card('B')];
    await expect(second.station.call('readSetup', [])).resolves.toBeNull();
    expect([first.presented, outcomes.map(({ answer }) => answer)]).toEqual([[], [undefined, undefined]]);
    ready();
    await settle();
    expect(outcomes.map(({ answer }) => answer)).toEqual([ACCEPTED, ACCEPTED]);
    expect(first.presented).toEqual(['A', 'B']);
  });

  it('one that still waited when its station went is done by the next', async () => {
    const origin = new Origin();
    const first = origin.open({ starts: never });
    const second = origin.open();
    await settle();
    const outcome = second.card('A');
    await settle();
    origin.kill(first);
    await settle();
    expect(outcome.answer).toEqual(ACCEPTED);
    expect([first.presented, second.presented]).toEqual([[], ['A']]);
  });

  it('without any station the driver hears it after a while', async () => {
    const { origin, tabs: [first, second] } = await opened(2);
    if (first === undefined || second === undefined) return;
    first.alive = false; // frozen: it keeps the lock
    const outcome = second.card('A');
    await origin.clock.advance(19_000);
    expect(outcome.answer).toBeUndefined();
    await origin.clock.advance(2000);
    expect(outcome.answer).toEqual({ code: 'NoStation' });
  });
});
