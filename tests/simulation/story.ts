/**
 * A story is data: what a station is, and what happens to it at which second. What isn't written down (delays on the wire,
 * ids, what a moody CSMS does with one message) is drawn from the seed, so the same story always goes the same way.
 */
import type { FaultCode } from '../../src/hardware/charger.ts';
import { KerbsideError } from '../../src/base/errors.ts';

export type EditionName = 'ocpp2.0.1' | 'ocpp1.6';

export interface Story {
  readonly version: 1;
  /** What was wrong when the story was saved. */
  readonly about?: string;
  readonly seed: number;
  readonly edition: EditionName;
  /** `heidelberg`: one wall box on a serial line, with a meter, a car and a watchdog of its own. */
  readonly hardware: 'simulated' | 'heidelberg';
  readonly evses: number;
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly events: readonly StoryEvent[];
}

/** How the CSMS deals with one kind of message: shares out of 1; what is left is answered properly. */
export interface Mood {
  /** Booked, never answered. */
  readonly silent?: number;
  /** Not booked: CALLERROR. */
  readonly error?: number;
  /** Booked, answered after up to 25 s. */
  readonly late?: number;
  /** Booked, but the answer breaks the schema. */
  readonly wrong?: number;
  /** Booked, answered under an id that nobody asked with. */
  readonly wrongId?: number;
  /** Booked, answered twice. */
  readonly twice?: number;
  /** Neither booked nor answered. */
  readonly deaf?: number;
  /** The token is refused. */
  readonly refuse?: number;
}

export type Underway = 'lost' | 'kept' | 'random';

export type Act =
  // drivers and cars
  | { readonly act: 'plugIn' | 'unplug' | 'suspend' | 'resume' | 'clearFault'; readonly evse: number }
  | { readonly act: 'button' | 'cancel' | 'extend' | 'dismiss'; readonly evse: number }
  | { readonly act: 'card'; readonly token: string; readonly evse?: number }
  | { readonly act: 'demand'; readonly evse: number; readonly watts: number }
  | { readonly act: 'soc'; readonly evse: number; readonly percent: number }
  | { readonly act: 'bay'; readonly evse: number; readonly occupied: boolean }
  | { readonly act: 'jam'; readonly evse: number; readonly jammed: boolean }
  // the controller
  | { readonly act: 'fault'; readonly evse: number; readonly code: FaultCode }
  | { readonly act: 'adapterOut' | 'adapterIn' | 'boxReboot' }
  | { readonly act: 'noise'; readonly bytes: number }
  | { readonly act: 'boxSilent'; readonly seconds: number }
  // the network
  | { readonly act: 'cut' | 'breakLink' }
  | { readonly act: 'mend'; readonly frozen: 'resume' | 'dead' }
  | { readonly act: 'refuse'; readonly on: boolean }
  | { readonly act: 'latency'; readonly minMs: number; readonly maxMs: number }
  | { readonly act: 'frontLag'; readonly maxMs: number }
  // the CSMS
  | { readonly act: 'mood'; readonly on: string; readonly mood: Mood }
  /** Its clock is off by so much; at a calm it is right again. */
  | { readonly act: 'csmsClock'; readonly offMs: number }
  | { readonly act: 'boot'; readonly status: 'Accepted' | 'Pending' | 'Rejected'; readonly intervalS: number }
  | { readonly act: 'call'; readonly what: CallName; readonly evse: number; readonly n: number }
  | { readonly act: 'flood'; readonly what: CallName; readonly evse: number; readonly count: number }
  | { readonly act: 'raw'; readonly text: string }
  | { readonly act: 'profile'; readonly purpose: 'max' | 'default' | 'tx'; readonly evse: number; readonly level: number; readonly limitA: number; readonly validS?: number }
  | { readonly act: 'clearProfiles' }
  | { readonly act: 'reserve'; readonly evse: number; readonly id: number; readonly token: string; readonly forS: number }
  | { readonly act: 'unreserve'; readonly id: number }
  | { readonly act: 'availability'; readonly evse: number; readonly operative: boolean }
  | { readonly act: 'list'; readonly full: boolean; readonly versionStep: number; readonly changes: readonly (readonly [token: string, entry: { readonly status: string; readonly group: string | null } | null])[] }
  // the host
  | { readonly act: 'diskFails'; readonly count: number; readonly code: 'StoreFull' | 'StoreBroken' }
  | { readonly act: 'diskSlow'; readonly ms: number }
  | { readonly act: 'diskFull'; readonly on: boolean }
  | { readonly act: 'clock'; readonly stepMs: number }
  | { readonly act: 'gap'; readonly lateMs: number }
  | { readonly act: 'kill'; readonly underway: Underway; readonly offS: number }
  /** At the so-manieth call of a port from now on. */
  | { readonly act: 'killAt'; readonly calls: number; readonly underway: Underway; readonly offS: number }
  // the technician
  | { readonly act: 'reboot'; readonly graceful: boolean; readonly offS: number }
  | { readonly act: 'set'; readonly name: string; readonly value: string }
  | { readonly act: 'resetStation' | 'reconnect' | 'retryParked' }
  | { readonly act: 'siteLimit'; readonly limitA: number | null }
  /** All is mended; cars and faults stay. At the end of it, everything must agree and nothing may wait. */
  | { readonly act: 'calm'; readonly forS: number };

/** Seconds since the station was first switched on. */
export type StoryEvent = Act & { readonly at: number };

/** What the CSMS can ask for; each means the same in both editions. */
export const CALLS = [
  'remoteStart', 'remoteStop', 'resetNow', 'resetIdle', 'unlock', 'trigger', 'getVariables', 'setVariables', 'clearCache', 'composite',
  'message', 'clearMessage', 'status', 'report', 'customer', 'monitor', 'log', 'data', 'listVersion', 'updateFirmware',
] as const;
export type CallName = (typeof CALLS)[number];

/** @throws KerbsideError `BadStory` */
export function readStory(text: string): Story {
  const story = JSON.parse(text) as Partial<Story>;
  if (story.version !== 1 || !Array.isArray(story.events) || !Array.isArray(story.settings) || typeof story.seed !== 'number') {
    throw new KerbsideError('BadStory', 'this file isn\'t a story of the simulation');
  }
  return story as Story;
}

/** One event a line, so that a saved story can be read and compared. */
export function writeStory(story: Story): string {
  const { events, settings, ...head } = story;
  const lines = (items: readonly unknown[]): string => `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
  const fields = Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{\n${[...fields, `  "settings": ${lines(settings)}`, `  "events": ${lines(events)}`].join(',\n')}\n}\n`;
}
