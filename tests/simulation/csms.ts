/**
 * The CSMS of a story: books what it has processed, answers as its moods want, and asks what the story tells it to ask. It
 * is honest about time and about who may charge; everything else can go wrong.
 */
import type { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import type { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import type { ServerConnection } from '../../src/platform/virtual/virtual-connection.ts';
import type { VirtualNetwork } from '../../src/platform/virtual/virtual-network.ts';
import type { EditionName, Mood } from './story.ts';
import { Tokens } from './tokens.ts';

export type Payload = Record<string, unknown>;

export interface Booked {
  readonly action: string;
  readonly payload: Payload;
  readonly atMs: number;
  /** What it was answered, or would have been. */
  readonly answer: Payload;
  readonly connection: number;
}

export interface Asked {
  readonly action: string;
  readonly payload: Payload;
  readonly atMs: number;
  readonly connection: number;
  /** null: not yet. */
  answer: Payload | { readonly error: string } | null;
}

/** How long the CSMS waits for an answer of the station. */
const CALL_TIMEOUT_MS = 60_000;
const LATE_MS = 25_000;

export interface CsmsDeps {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly random: SeededRandom;
  readonly edition: EditionName;
  readonly heartbeatS: number;
  readonly nowMs: () => number;
}

export class SimulatedCsms {
  readonly booked: Booked[] = [];
  readonly asked: Asked[] = [];
  readonly tokens: Tokens;
  /** By action; `*` for those without one of their own. */
  readonly moods = new Map<string, Mood>();
  boot: { status: 'Accepted' | 'Pending' | 'Rejected'; intervalS: number };
  /** Its front takes up to so long to hand on a frame, also when the connection has gone meanwhile. */
  frontLagMs = 0;
  /** Malformed answers to StartTransaction: what became of their transactions can't be told from the wire. */
  spoiltStarts = 0;
  /** Its clock is off by so much. */
  clockOffMs = 0;
  connection: ServerConnection | null = null;
  connections = 0;
  /** Told of each frame, either way, for traces. */
  onFrame: (direction: 'in' | 'out', text: string) => void = () => undefined;
  /** A message has been booked. */
  onBooked: (booked: Booked) => void = () => undefined;
  private readonly waiting = new Map<string, (answer: Payload | { error: string }) => void>();
  private nextId = 1;
  private nextTransactionId = 1001;
  /** 1.6: copies of one StartTransaction get the number of the first. */
  private readonly numbers = new Map<string, number>();
  private frontFreeMs = 0;

  constructor(private readonly deps: CsmsDeps) {
    this.tokens = new Tokens(deps.edition, deps.nowMs);
    this.boot = this.usualBoot();
    deps.network.onConnection((connection) => {
      if (!connection.protocols.includes(deps.edition)) return connection.reject('failed');
      this.connection = connection;
      const number = ++this.connections;
      this.frontFreeMs = 0; // another process of the front
      connection.onText((text) => this.arrived(connection, number, text));
      connection.accept(deps.edition);
    });
  }

  of(action: string): Payload[] {
    return this.booked.filter((booked) => booked.action === action).map(({ payload }) => payload);
  }

  /** Resolves with the answer, `{ error }` of a CALLERROR, or `{ error: 'NoAnswer' }` after a minute. */
  call(action: string, payload: Payload): Promise<Payload & { error?: string }> {
    const id = `csms-${this.nextId++}`;
    const asked: Asked = { action, payload, atMs: this.deps.nowMs(), connection: this.connections, answer: null };
    this.asked.push(asked);
    return new Promise((resolve) => {
      const stop = this.deps.clock.after(CALL_TIMEOUT_MS, () => {
        this.waiting.delete(id);
        resolve({ error: 'NoAnswer' });
      });
      this.waiting.set(id, (answer) => {
        stop();
        asked.answer = answer;
        resolve(answer as Payload & { error?: string });
      });
      this.send(this.connection, [2, id, action, payload]);
    });
  }

  raw(text: string): void {
    this.onFrame('out', text);
    this.connection?.send(text);
  }

  /** All is well again: nothing is late, wrong or refused that needn't be. */
  cheerUp(): void {
    this.moods.clear();
    this.frontLagMs = 0;
    this.clockOffMs = 0;
    this.boot = this.usualBoot();
  }

  private usualBoot(): SimulatedCsms['boot'] {
    return { status: 'Accepted', intervalS: this.deps.heartbeatS };
  }

  private arrived(connection: ServerConnection, number: number, text: string): void {
    const { clock, random } = this.deps;
    const nowMs = clock.monotonicMs();
    // One after the other on one connection; a connection that follows can be faster than the rest of the last.
    const dueMs = Math.max(this.frontFreeMs, nowMs + random.next() * this.frontLagMs);
    this.frontFreeMs = dueMs;
    if (dueMs <= nowMs) this.take(connection, number, text);
    else clock.after(dueMs - nowMs, () => this.take(connection, number, text));
  }

  private take(connection: ServerConnection, number: number, text: string): void {
    this.onFrame('in', text);
    const frame = JSON.parse(text) as readonly unknown[];
    const id = String(frame[1]);
    if (frame[0] === 3 || frame[0] === 4) {
      this.waiting.get(id)?.(frame[0] === 3 ? (frame[2] as Payload) : { error: String(frame[2]) });
      this.waiting.delete(id);
      return;
    }
    this.process(connection, number, id, String(frame[2]), frame[3] as Payload);
  }

  private process(connection: ServerConnection, number: number, id: string, action: string, payload: Payload): void {
    const { random, clock } = this.deps;
    const mood = this.moods.get(action) ?? this.moods.get('*') ?? {};
    let share = random.next();
    const falls = (part: number | undefined): boolean => {
      share -= part ?? 0;
      return share < 0;
    };
    const reply = (answer: Payload): void => this.send(connection, [3, id, answer]);
    const refused = falls(mood.refuse);
    if (!refused) {
      if (falls(mood.deaf)) return;
      if (falls(mood.error)) return this.send(connection, [4, id, random.chance(0.5) ? 'InternalError' : 'GenericError', 'not today', {}]);
    }
    // BootNotification, Heartbeat: what the clock says when the answer leaves.
    const answer = this.usual(action, payload, refused);
    const booked: Booked = { action, payload, atMs: this.deps.nowMs(), answer, connection: number };
    this.booked.push(booked);
    this.onBooked(booked);
    if (refused) return reply(answer);
    if (falls(mood.silent)) return;
    if (falls(mood.late)) return void clock.after(random.next() * LATE_MS, () => reply({ ...answer, ...('currentTime' in answer ? { currentTime: this.now() } : {}) }));
    if (falls(mood.wrong)) {
      if (action === 'StartTransaction') this.spoiltStarts += 1;
      return reply(wrong(action));
    }
    if (falls(mood.wrongId)) return this.send(connection, [3, `${id}x`, answer]);
    reply(answer);
    if (falls(mood.twice)) reply(answer);
  }

  private send(connection: ServerConnection | null, frame: readonly unknown[]): void {
    const text = JSON.stringify(frame);
    this.onFrame('out', text);
    connection?.send(text);
  }

  private now(): string {
    return new Date(this.deps.nowMs() + this.clockOffMs).toISOString();
  }

  private usual(action: string, payload: Payload, refused: boolean): Payload {
    const is16 = this.deps.edition === 'ocpp1.6';
    switch (action) {
      case 'BootNotification': return { status: this.boot.status, currentTime: this.now(), interval: this.boot.intervalS };
      case 'Heartbeat': return { currentTime: this.now() };
      case 'Authorize': return this.tokens.answer(is16 ? String(payload.idTag) : tokenOf(payload.idToken), refused);
      case 'StartTransaction': return { transactionId: this.number(payload), ...this.tokens.answer(String(payload.idTag), refused) };
      case 'StopTransaction': return typeof payload.idTag === 'string' ? this.tokens.answer(payload.idTag, refused) : {};
      case 'TransactionEvent': return payload.idToken === undefined ? {} : this.tokens.answer(tokenOf(payload.idToken), refused);
      case 'DataTransfer': return { status: 'Accepted' };
      case 'SignCertificate': case 'Get15118EVCertificate': return { status: 'Accepted' };
      default: return {};
    }
  }

  private number(payload: Payload): number {
    const key = JSON.stringify(payload);
    const number = this.numbers.get(key) ?? this.nextTransactionId++;
    this.numbers.set(key, number);
    return number;
  }
}

function tokenOf(idToken: unknown): string {
  return (idToken as { idToken?: string } | undefined)?.idToken ?? '';
}

/** Breaks the schema in every edition. */
function wrong(action: string): Payload {
  switch (action) {
    case 'BootNotification': return { status: 'Perhaps', currentTime: 'noon', interval: 'often' };
    case 'Heartbeat': return { currentTime: 12 };
    case 'StartTransaction': return { transactionId: 'one', idTagInfo: { status: 'Accepted' } };
    case 'Authorize': return { idTagInfo: 7, idTokenInfo: 7 };
    case 'TransactionEvent': return { totalCost: 'much' };
    default: return { status: [], idTagInfo: 'no', nonsense: true };
  }
}
