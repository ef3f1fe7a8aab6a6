/** Makes a story from a seed: drivers come and go, and trouble comes, preferably at the worst moment. */
import type { FaultCode } from '../../src/hardware/charger.ts';
import { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import { CALLS, type Act, type EditionName, type Mood, type Story, type StoryEvent } from './story.ts';
import { CARDS, HOLDERS } from './tokens.ts';

export interface Wish {
  readonly hours: number;
  readonly edition?: EditionName;
  readonly hardware?: Story['hardware'];
}

const BASE: readonly (readonly [string, string])[] = [
  ['OCPPCommCtrlr.RetryBackOffWaitMinimum', '2'], ['OCPPCommCtrlr.RetryBackOffRandomRange', '2'], ['OCPPCommCtrlr.RetryBackOffRepeatTimes', '2'],
  ['OCPPCommCtrlr.MessageTimeout', '10'], ['OCPPCommCtrlr.MessageAttemptInterval', '2'], ['AuthCtrlr.MasterPassGroupId', 'MASTER'], ['Kerbside.StartButton', 'true'],
];
const FAULTS: readonly FaultCode[] = ['GroundFailure', 'HighTemperature', 'OtherError', 'OverCurrentFailure', 'ConnectorLockFailure', 'EVCommunicationError', 'InternalError'];
const MESSAGES = ['*', 'TransactionEvent', 'TransactionEvent', 'TransactionEvent', 'StartTransaction', 'StopTransaction', 'MeterValues', 'Authorize', 'BootNotification', 'Heartbeat', 'StatusNotification'];
const NONSENSE = [
  '[3,"nobody",{}]', '{', '[2,"x","Nonsense",{}]', '[4,"nobody","InternalError","",{}]', '[]', 'null', '[2,"y","Reset",{"type":7}]', '[2,"z"]', '[9,"q",{}]',
  '[2,"p","DataTransfer",{"vendorId":"x","__proto__":{"a":1}}]', '[3,"",null]', '"text"', `[2,"long","DataTransfer",{"vendorId":"${'x'.repeat(300)}"}]`,
];

export function generate(seed: number, wish: Wish): Story {
  return new Generator(seed, wish).story();
}

class Generator {
  private readonly random: SeededRandom;
  private readonly events: StoryEvent[] = [];
  private readonly endS: number;
  private readonly edition: EditionName;
  private readonly hardware: Story['hardware'];
  private readonly evses: number;
  private reservations = 0;

  constructor(private readonly seed: number, wish: Wish) {
    this.random = new SeededRandom(`generate ${seed}`);
    const edition = this.pick<EditionName>(['ocpp2.0.1', 'ocpp1.6']);
    const hardware = this.pick<Story['hardware']>(['simulated', 'simulated', 'heidelberg']);
    this.edition = wish.edition ?? edition;
    this.hardware = wish.hardware ?? hardware;
    this.evses = this.hardware === 'heidelberg' ? 1 : this.pick([1, 1, 2, 3]);
    this.endS = Math.round(wish.hours * 3600);
  }

  story(): Story {
    const settings = this.settings();
    for (let evse = 1; evse <= this.evses; evse++) this.driver(evse);
    this.trouble();
    for (let at = this.random.int(600, 2400); at < this.endS - 300; at += this.random.int(1200, 3600)) this.add(at, { act: 'calm', forS: 240 });
    this.events.sort((a, b) => a.at - b.at);
    return { version: 1, seed: this.seed, edition: this.edition, hardware: this.hardware, evses: this.evses, settings, events: this.events };
  }

  private settings(): [string, string][] {
    const { pick } = this;
    const settings: [string, string][] = [...BASE.map(([name, value]): [string, string] => [name, value]),
      ['OCPPCommCtrlr.MessageAttempts', pick(['50', '50', '3'])], ['SampledDataCtrlr.TxUpdatedInterval', pick(['0', '15', '60'])],
      ['AlignedDataCtrlr.Interval', pick(['0', '0', '60', '300'])], ['AuthCtrlr.OfflineTxForUnknownIdEnabled', pick(['true', 'false'])],
      ['AuthCtrlr.LocalPreAuthorize', pick(['true', 'false'])], ['AuthCtrlr.LocalAuthorizeOffline', pick(['true', 'false'])],
      ['AuthCacheCtrlr.Policy', pick(['LRU', 'LFU', 'FIFO', 'CUSTOM'])], ['TxCtrlr.MaxEnergyOnInvalidId', pick(['0', '0', '0', '300'])],
      ['TxCtrlr.StopTxOnInvalidId', pick(['true', 'true', 'false'])], ['TxCtrlr.StopTxOnEVSideDisconnect', pick(['true', 'true', 'false'])],
      ['OCPPCommCtrlr.QueueAllMessages', pick(['false', 'true'])],
    ];
    if (this.edition === 'ocpp2.0.1' && this.random.chance(0.5)) {
      settings.push(['TxCtrlr.TxStartPoint', pick(['PowerPathClosed', 'EVConnected', 'Authorized', 'ParkingBayOccupancy', 'EVConnected,Authorized'])],
        ['TxCtrlr.TxStopPoint', pick(['PowerPathClosed', 'EVConnected', 'Authorized', 'EVConnected,Authorized'])]);
    }
    return settings;
  }

  /** One driver after the other at an EVSE. */
  private driver(evse: number): void {
    const { random } = this;
    for (let at = random.int(10, 400); at < this.endS; ) {
      const token = this.pick(CARDS);
      const first = this.pick(['card', 'card', 'plug', 'plug', 'remote', 'button']);
      const shown = this.evses === 1 || random.chance(0.7) ? { evse } : {};
      if (first === 'plug') this.moment(at, { act: 'plugIn', evse });
      else if (first === 'card') this.moment(at, { act: 'card', token, ...shown });
      else if (first === 'remote') this.moment(at, { act: 'call', what: 'remoteStart', evse, n: random.int(0, 9) });
      else this.moment(at, { act: 'button', evse });
      if (first === 'card' && random.chance(0.15)) {
        at += random.int(160, 400); // he has thought better of it
        continue;
      }
      at += random.int(1, 45);
      if (first === 'plug') this.moment(at, { act: 'card', token, ...shown });
      else this.moment(at, { act: 'plugIn', evse });
      at = this.session(at, evse);
      const end = this.pick(['card', 'unplug', 'remote', 'card']);
      if (end === 'card') this.moment(at, { act: 'card', token, ...shown });
      if (end === 'remote') this.moment(at, { act: 'call', what: 'remoteStop', evse, n: 0 });
      at += end === 'unplug' ? 0 : random.int(2, 120);
      this.moment(at, { act: 'unplug', evse });
      at += random.chance(0.15) ? random.int(600, 2400) : random.int(5, 200);
    }
  }

  private session(from: number, evse: number): number {
    const { random } = this;
    let at = from;
    for (let part = random.int(1, 4); part > 0; part--) {
      at += random.chance(0.3) ? random.int(2, 30) : random.int(40, 500);
      const what = random.int(0, 7);
      if (what === 0) this.add(at, { act: 'suspend', evse }, { act: 'resume', evse, later: random.int(5, 300) });
      else if (what === 1) this.add(at, { act: 'demand', evse, watts: random.chance(0.2) ? 0 : random.int(1500, 22_000) });
      else if (what === 2) this.add(at, { act: 'soc', evse, percent: random.chance(0.3) ? 99.9 : random.int(10, 80) });
      else if (what === 3) this.moment(at, { act: 'unplug', evse }, { act: 'plugIn', evse, later: random.int(1, 40) });
      else if (what === 4) this.moment(at, this.profile(evse));
    }
    return at;
  }

  private trouble(): void {
    const { random } = this;
    // Some stories are mostly quiet, some are hell.
    const perMinute = this.pick([0.05, 0.2, 0.6, 1.5]);
    for (let at = 5; at < this.endS; at += -Math.log(1 - random.next()) * (60 / perMinute)) {
      const evse = random.int(1, this.evses);
      const kind = random.int(0, 99);
      if (kind < 22) this.network(at);
      else if (kind < 40) this.operator(at, evse);
      else if (kind < 56) this.moods(at);
      else if (kind < 66) this.disk(at);
      else if (kind < 76) this.add(at, this.death());
      else if (kind < 84) this.controller(at, evse);
      else if (kind < 90) this.technician(at, evse);
      else if (kind < 95) this.add(at, { act: 'clock', stepMs: Math.round((random.next() - 0.5) * 7_200_000) });
      else this.add(at, { act: 'bay', evse, occupied: random.chance(0.5) });
    }
  }

  private network(at: number): void {
    const { random } = this;
    const frozen = this.pick<'resume' | 'dead'>(['resume', 'dead']);
    switch (random.int(0, 4)) {
      case 0: return this.add(at, { act: 'cut' }, { act: 'mend', frozen, later: random.int(1, 60) });
      case 1: return this.add(at, { act: 'cut' }, { act: 'mend', frozen, later: random.int(60, 3600) });
      case 2: return this.add(at, { act: 'breakLink' });
      case 3: return this.add(at, { act: 'refuse', on: true }, { act: 'refuse', on: false, later: random.int(10, 900) });
      default: {
        const maxMs = this.pick([200, 1500, 6000]);
        return this.add(at, { act: 'latency', minMs: 20, maxMs }, { act: 'latency', minMs: 20, maxMs: 40, later: random.int(30, 600) });
      }
    }
  }

  private operator(at: number, evse: number): void {
    const { random } = this;
    switch (random.int(0, 11)) {
      case 0: return this.add(at, { act: 'raw', text: this.pick(NONSENSE) });
      case 1: return this.add(at, { act: 'flood', what: this.pick(CALLS), evse, count: random.int(2, 40) });
      case 2: {
        const where = random.int(0, this.evses);
        return this.add(at, { act: 'availability', evse: where, operative: false }, { act: 'availability', evse: where, operative: true, later: random.int(10, 900) });
      }
      case 3: {
        const id = ++this.reservations;
        const token = this.pick(CARDS);
        this.add(at, { act: 'reserve', evse, id, token, forS: random.int(60, 1800) });
        return random.chance(0.3) ? this.add(at + random.int(5, 300), { act: 'unreserve', id }) : undefined;
      }
      case 4: return this.add(at, this.profile(evse));
      case 5: return this.add(at, { act: 'clearProfiles' });
      case 6: return this.add(at, this.list());
      case 7: return this.add(at, { act: 'call', what: this.pick(['resetNow', 'resetIdle']), evse, n: random.int(0, 9) });
      default: return this.add(at, { act: 'call', what: this.pick(CALLS), evse, n: random.int(0, 999) });
    }
  }

  private moods(at: number): void {
    const { random } = this;
    const later = random.int(20, 900);
    switch (random.int(0, 5)) {
      case 5: return this.add(at, { act: 'csmsClock', offMs: random.int(-12_000, 12_000) });
      case 0: {
        const status = this.pick<'Pending' | 'Rejected'>(['Pending', 'Rejected']);
        return this.add(at, { act: 'boot', status, intervalS: random.int(0, 20) }, { act: 'boot', status: 'Accepted', intervalS: 300, later });
      }
      case 1: return this.add(at, { act: 'frontLag', maxMs: this.pick([500, 4000, 15_000]) }, { act: 'frontLag', maxMs: 0, later });
      default: {
        const on = this.pick(MESSAGES);
        return this.add(at, { act: 'mood', on, mood: this.mood() }, { act: 'mood', on, mood: {}, later });
      }
    }
  }

  private mood(): Mood {
    const share = this.pick([0.2, 0.5, 0.9]);
    return { [this.pick(['silent', 'error', 'error', 'late', 'wrong', 'wrongId', 'twice', 'deaf', 'refuse'] as const)]: share, ...(this.random.chance(0.3) ? { silent: 0.1, late: 0.1 } : {}) };
  }

  private disk(at: number): void {
    const { random } = this;
    switch (random.int(0, 2)) {
      case 0: return this.add(at, { act: 'diskFails', count: random.int(1, 8), code: this.pick(['StoreFull', 'StoreBroken']) });
      case 1: return this.add(at, { act: 'diskSlow', ms: this.pick([50, 400, 5000]) }, { act: 'diskSlow', ms: 3, later: random.int(10, 300) });
      default: return this.add(at, { act: 'diskFull', on: true }, { act: 'diskFull', on: false, later: random.int(10, 300) });
    }
  }

  private controller(at: number, evse: number): void {
    const { random } = this;
    if (this.hardware === 'simulated' || random.chance(0.3)) {
      if (random.chance(0.2)) return this.add(at, { act: 'jam', evse, jammed: true });
      return this.add(at, { act: 'fault', evse, code: this.pick(FAULTS) }, { act: 'clearFault', evse, later: random.int(2, 600) });
    }
    switch (random.int(0, 3)) {
      case 0: return this.add(at, { act: 'adapterOut' }, { act: 'adapterIn', later: random.int(1, 300) });
      case 1: return this.add(at, { act: 'boxReboot' });
      case 2: for (let burst = 0; burst < 10; burst++) this.add(at + burst * 0.7, { act: 'noise', bytes: random.int(1, 40) }); return;
      default: return this.add(at, { act: 'boxSilent', seconds: random.int(1, 30) });
    }
  }

  private technician(at: number, evse: number): void {
    const { random } = this;
    switch (random.int(0, 7)) {
      case 0: return this.add(at, { act: 'reboot', graceful: random.chance(0.5), offS: random.int(0, 20) });
      case 1: return this.add(at, { act: 'resetStation' });
      case 2: return this.add(at, { act: 'reconnect' });
      case 3: return this.add(at, { act: 'siteLimit', limitA: random.int(4, 40) }, { act: 'siteLimit', limitA: null, later: random.int(30, 1200) });
      case 4: return this.add(at, { act: 'set', name: 'SampledDataCtrlr.TxUpdatedInterval', value: this.pick(['0', '10', '30']) });
      case 5: return this.add(at, { act: this.pick(['cancel', 'extend', 'dismiss']), evse });
      case 6: return this.add(at, { act: 'retryParked' });
      default: return this.add(at, { act: 'gap', lateMs: random.int(1000, 60_000) });
    }
  }

  private death(): Act {
    const { random } = this;
    const underway = this.pick(['lost', 'kept', 'random'] as const);
    const offS = this.pick([0.1, 3, 30, 600]);
    return random.chance(0.5) ? { act: 'kill', underway, offS } : { act: 'killAt', calls: random.int(1, 60), underway, offS };
  }

  private profile(evse: number): Act {
    const { random } = this;
    const purpose = this.pick(['max', 'default', 'tx', 'tx'] as const);
    return {
      act: 'profile', purpose, evse: purpose === 'max' ? 0 : evse, level: random.int(0, 1), limitA: this.pick([0, 4, 6, 8, 10, 13, 16, 20, 32]),
      ...(random.chance(0.4) ? { validS: random.int(60, 1800) } : {}),
    };
  }

  private list(): Act {
    const { random } = this;
    const full = random.chance(0.4);
    const changes = CARDS.filter(() => random.chance(0.5)).map((token) => [
      token, !full && random.chance(0.3) ? null : { status: token === 'STOLEN01' ? 'Blocked' : this.pick(['Accepted', 'Accepted', 'Blocked']), group: HOLDERS[token]?.group ?? null },
    ] as const);
    return { act: 'list', full, versionStep: random.chance(0.8) ? 1 : 0, changes };
  }

  /** Something that matters: trouble likes to come with it. */
  private moment(at: number, act: Act, then?: Act & { readonly later: number }): void {
    const { random } = this;
    this.add(at, act, then);
    const near = (): number => Math.max(0, at + (random.next() - 0.3) * 3);
    const trouble = random.int(0, 99);
    const evse = random.int(1, this.evses);
    if (trouble < 5) this.add(near(), this.death());
    else if (trouble < 8) this.add(near(), { act: 'cut' }, { act: 'mend', frozen: this.pick(['resume', 'dead']), later: random.int(1, 120) });
    else if (trouble < 11) this.add(near(), { act: 'breakLink' });
    else if (trouble < 15) this.operator(near(), evse);
    else if (trouble < 17) this.add(near(), { act: 'diskFails', count: random.int(1, 4), code: this.pick(['StoreFull', 'StoreBroken']) });
    else if (trouble < 19) this.add(near(), { act: 'flood', what: this.pick(CALLS), evse, count: random.int(2, 10) });
    else if (trouble < 21) this.controller(near(), evse);
  }

  private add(at: number, act: Act, then?: Act & { readonly later: number }): void {
    this.events.push({ ...act, at: Math.round(at * 100) / 100 } as StoryEvent);
    if (then === undefined) return;
    const { later, ...second } = then;
    this.events.push({ ...second, at: Math.round((at + later) * 100) / 100 } as StoryEvent);
  }

  private readonly pick = <T>(items: readonly T[]): T => items[Math.floor(this.random.next() * items.length)] as T;
}
