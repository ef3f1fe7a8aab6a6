import { describe, expect, it } from 'vitest';
import type { ClientState } from '../../link/client.ts';
import type { StationSnapshot } from '../../link/snapshot.ts';
import { STORIES } from '../gallery/stories.ts';
import { en } from '../i18n/en.ts';
import { formatsFor } from './format.ts';
import { outletSign } from './outlet.ts';
import { isBusy, screenFor, stripText } from './screen.ts';
import { todos } from './todos.ts';

const story = (name: string): StationSnapshot => STORIES.find((candidate) => candidate.name === name)?.snapshot as StationSnapshot;
const state = (change: Partial<ClientState>): ClientState => ({ snapshot: story('idle'), receivedMs: 0, stale: false, outdated: false, ...change });
const strip = (snapshot: StationSnapshot): string | null => stripText({ snapshot, nowMs: 0, text: en, formats: formatsFor('en-GB', 'EUR', en) });

describe('which screen', () => {
  it('starts, serves, and says when nobody is there', () => {
    expect(screenFor(state({ snapshot: null }), null)).toBe('starting');
    expect(screenFor(state({}), null)).toBe('driver');
    expect(screenFor(state({ stale: true }), null)).toBe('noStation');
    expect(screenFor(state({}), 'the lock was lost')).toBe('noStation');
    expect(screenFor(state({ outdated: true }), null)).toBe('outdated');
  });
  it('opens set-up where no hardware is chosen', () => {
    const idle = story('idle');
    expect(screenFor(state({ snapshot: { ...idle, station: { ...idle.station, hardware: 'none' } } }), null)).toBe('setup');
  });
});

describe('an update may be taken', () => {
  it.each(['idle', 'reserved', 'unavailable', 'offline'])('while %s', (name) => expect(isBusy(story(name))).toBe(false));
  it.each(['charging', 'plug-in', 'refused', 'finished', 'paused-car', 'fault', 'two'])('not while %s', (name) => expect(isBusy(story(name))).toBe(true));
});

describe('strip', () => {
  it('says since when there is no network, and that cost follows only to who charges', () => {
    expect(strip(story('offline'))).toBe(`${en.offlineSince('14:05')} ${en.offlineKnown}`);
    expect(strip(story('charging-offline'))).toContain(en.offlineReceipt);
    expect(strip(story('idle'))).toBeNull();
  });
  it('tells of an update, and the outlet why it is out of use', () => {
    expect(strip(story('updating'))).toBe(en.updating);
    const snapshot = story('updating');
    const [evse] = snapshot.evses;
    const view = evse === undefined ? null : outletSign(evse, { snapshot, nowMs: 0, text: en, formats: formatsFor('en-GB', 'EUR', en) });
    expect(view?.sentences[0]).toBe(en.updatingHow);
  });
  it('tells of sign-on and refusal by the operator', () => {
    const idle = story('idle');
    expect(strip({ ...idle, csms: { ...idle.csms, boot: 'Pending' } })).toBe(en.booting);
    expect(strip({ ...idle, csms: { ...idle.csms, boot: 'Rejected' } })).toBe(en.bootRejected);
  });
});

it('puts what refuses service before what merely nags', () => {
  const idle = story('idle');
  const list = todos({ ...idle, station: { ...idle.station, refusal: 'Ground check is off.' }, books: { ...idle.books, parked: 2, persisted: false } });
  expect(list.map((todo) => todo.title)).toEqual(['Service is refused', '2 message(s) were given up', 'The browser may clear the books']);
  expect(todos(idle)).toEqual([]);
});
