/**
 * A small but real CSMS to try a station against: takes any station that speaks 2.0.1 or 1.6, knows a few cards, sets a
 * price, keeps strict books, and can be switched off like one whose data centre burns.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { KerbsideError } from '../../base/errors.ts';
import type { Stop } from '../../base/signal.ts';
import { validators as validatorsV16 } from '../../ocpp/v16/index.ts';
import { validators as validatorsV201 } from '../../ocpp/v201/index.ts';
import { answerV16 } from './answers-v16.ts';
import type { Desk } from './answers-v201.ts';
import { answerV201, costOf } from './answers-v201.ts';
import { mayEnter } from './basic-auth.ts';
import type { TransactionRecord } from './books.ts';
import { Books, findProblems } from './books.ts';
import type { FrameRecord } from './frame-log.ts';
import { FrameLog } from './frame-log.ts';
import type { SandboxEdition, SandboxSettings } from './settings.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { StationConnection } from './station-connection.ts';
import type { StationRecord } from './station-record.ts';
import { TokenList } from './tokens.ts';

/** Overrides an answer in a test: a payload, `silent` to never answer, or undefined for the usual answer. */
export type Intercept = (stationId: string, action: string, payload: object) => object | 'silent' | undefined;

await Promise.all([validatorsV16.load(), validatorsV201.load()]);

const MAX_IDENTITY_LENGTH = 48;
/** 2.x identifiers; a colon would break Basic authentication. */
const IDENTITY = /^[^\s:/]+$/;

export class SandboxCsms {
  readonly settings: SandboxSettings;
  readonly tokens = new TokenList();
  intercept: Intercept = () => undefined;

  private readonly ledger = new Books();
  private readonly log = new FrameLog();
  private readonly stationsById = new Map<string, StationRecord>();
  private readonly sockets: WebSocketServer;
  private up = true;
  private restart: NodeJS.Timeout | null = null;
  private restartAtMs: number | null = null;

  constructor(settings: Partial<SandboxSettings> = {}) {
    this.settings = { ...DEFAULT_SETTINGS, ...settings };
    this.sockets = new WebSocketServer({
      noServer: true,
      maxPayload: 1_000_000,
      handleProtocols: (offered) => [...offered].find((name) => this.speaks(name)) ?? false,
    });
  }

  /** Whether it answers at all. */
  get running(): boolean {
    return this.up;
  }

  /** Wall ms when a stopped CSMS starts again by itself; null: when told. */
  get startsAtMs(): number | null {
    return this.restartAtMs;
  }

  /** Takes a WebSocket upgrade whose last path segment is the station's identity. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, identity: string): void {
    if (!this.up) return void socket.destroy();
    if (!IDENTITY.test(identity) || identity.length > MAX_IDENTITY_LENGTH) return refuse(socket, '404 Not Found');
    if (!mayEnter(request.headers.authorization, identity, this.settings.password)) {
      return refuse(socket, '401 Unauthorized', 'WWW-Authenticate: Basic realm="OCPP"\r\n');
    }
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const edition = webSocket.protocol;
      // OCPP-J section 3.1.2: without a common sub-protocol the handshake ends and the connection closes at once.
      if (!this.speaks(edition)) return webSocket.close(1002, 'no common sub-protocol');
      const station = this.stationNamed(identity);
      station.connection?.close(1000, 'replaced by a newer connection');
      const connection = new StationConnection(webSocket, {
        stationId: identity,
        edition,
        validators: edition === 'ocpp1.6' ? validatorsV16 : validatorsV201,
        log: this.log,
        callTimeoutMs: () => this.settings.callTimeoutMs,
        answer: (action, payload) => this.answer(station, edition, action, payload),
      });
      station.connection = connection;
      station.edition = edition;
      webSocket.on('close', () => {
        if (station.connection === connection) station.connection = null;
      });
    });
  }

  /** Cuts every connection and refuses new ones, until `start`, or for this long. */
  stop(forMs: number | null = null): void {
    this.up = false;
    this.cancelRestart();
    for (const station of this.stationsById.values()) station.connection?.terminate();
    if (forMs === null) return;
    this.restartAtMs = Date.now() + forMs;
    this.restart = setTimeout(() => this.start(), forMs);
  }

  start(): void {
    this.cancelRestart();
    this.up = true;
  }

  /**
   * Sends one CALL to a station and resolves with its answer's payload.
   * @throws KerbsideError `StationOffline` | `CallRefused` | `CallUnanswered` | `InvalidAnswer`
   */
  async call(stationId: string, action: string, payload: object): Promise<unknown> {
    const connection = this.stationsById.get(stationId)?.connection;
    if (connection == null) throw new KerbsideError('StationOffline', `${stationId} isn't connected`, `${stationId} is not connected.`);
    return connection.call(action, payload);
  }

  stations(): readonly StationRecord[] {
    return [...this.stationsById.values()];
  }

  /** All transactions, oldest first, and everything that is wrong with them or with any frame so far. */
  books(): { readonly transactions: readonly TransactionRecord[]; readonly problems: readonly string[] } {
    const transactions = this.ledger.transactions();
    const bad = this.log.after(0).filter((frame) => frame.problem !== null);
    return {
      transactions,
      problems: [...transactions.flatMap(findProblems), ...bad.map((frame) => `${frame.stationId} ${frame.text.slice(0, 120)}: ${frame.problem}`)],
    };
  }

  frames(afterId = 0): readonly FrameRecord[] {
    return this.log.after(afterId);
  }

  onFrame(listener: (frame: FrameRecord) => void): Stop {
    return this.log.added.on(listener);
  }

  cost(record: TransactionRecord): number {
    return costOf(this, record);
  }

  /** Changes the price and tells every 2.0.1 station what its running transactions cost now (I02). */
  setPrice(pricePerKwh: number): void {
    this.settings.pricePerKwh = pricePerKwh;
    for (const record of this.ledger.transactions()) {
      if (record.endedAt !== null || record.edition !== 'ocpp2.0.1') continue;
      const update = { totalCost: this.cost(record), transactionId: record.id };
      this.call(record.stationId, 'CostUpdated', update).catch(() => undefined); // offline: the next event's answer tells it
    }
  }

  private answer(station: StationRecord, edition: SandboxEdition, action: string, payload: object): object | null {
    station.lastSeenMs = Date.now();
    const instead = this.intercept(station.id, action, payload);
    if (instead === 'silent') return null;
    const desk: Desk = { settings: this.settings, tokens: this.tokens, books: this.ledger };
    try {
      const usual = edition === 'ocpp1.6' ? answerV16(desk, station, action, payload) : answerV201(desk, station, action, payload);
      return instead ?? usual; // the usual answer's entry in the books is made either way
    } catch (fault) {
      if (instead === undefined) throw fault;
      return instead;
    }
  }

  private stationNamed(id: string): StationRecord {
    const known = this.stationsById.get(id);
    if (known !== undefined) return known;
    const station: StationRecord = { id, connection: null, edition: null, boot: null, boots: 0, lastSeenMs: Date.now(), connectors: new Map() };
    this.stationsById.set(id, station);
    return station;
  }

  private speaks(name: string): name is SandboxEdition {
    return this.settings.editions.some((edition) => edition === name);
  }

  private cancelRestart(): void {
    if (this.restart !== null) clearTimeout(this.restart);
    this.restart = null;
    this.restartAtMs = null;
  }
}

function refuse(socket: Duplex, status: string, headers = ''): void {
  socket.end(`HTTP/1.1 ${status}\r\n${headers}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}
