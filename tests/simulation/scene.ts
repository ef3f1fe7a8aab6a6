/** A world with everything that watches it. */
import { Books } from './books.ts';
import { DiskMirror } from './disk-mirror.ts';
import { Availability, Reservations } from './oracles/holds.ts';
import { Limits } from './oracles/limits.ts';
import { LocalList } from './oracles/local-list.ts';
import type { Story } from './story.ts';
import { SimulatedWorld } from './world.ts';

export class Scene {
  readonly world: SimulatedWorld;
  readonly books: Books;
  readonly mirror: DiskMirror;
  readonly availability: Availability;
  readonly reservations: Reservations;
  readonly limits: Limits;
  readonly list: LocalList;
  /** Register of each EVSE at its very beginning, Wh. */
  readonly startWh = new Map<number, number>();
  /** Cards that were shown, and when: EVSE ids by token. */
  readonly shown = new Map<string, number>();
  /** Something was given up for the technician: it comes when he sends it again. */
  everParked = false;
  /** A driver asked for more time to plug in. */
  extended = false;
  /** When all was mended last, ms since 1970. */
  calmSinceMs = 0;
  /** The machine's clock has been set. */
  clockSet = false;
  readonly problems: string[] = [];
  private readonly told = new Set<string>();

  constructor(readonly story: Story) {
    this.world = new SimulatedWorld(story);
    this.books = new Books(story.edition);
    this.mirror = new DiskMirror(this.world);
    this.availability = new Availability(this.world);
    this.reservations = new Reservations(this.world);
    this.limits = new Limits(this.world);
    this.list = new LocalList(this.world);
    this.world.csms.onBooked = (booked) => this.books.take(booked);
  }

  get evses(): readonly number[] {
    return Array.from({ length: this.story.evses }, (_, index) => index + 1);
  }

  /** Told once, with the time of its first occurrence. */
  problem(what: string, key = what): void {
    if (this.told.has(key)) return;
    this.told.add(key);
    this.world.note(`PROBLEM ${what}`);
    this.problems.push(`at ${this.world.seconds.toFixed(1)} s: ${what}`);
  }
}
