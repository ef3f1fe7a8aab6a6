/** A CSMS on the wire, in the test's hand: it keeps what it was told and answers as the test wants. */
import type { VirtualNetwork } from '../../src/platform/virtual/virtual-network.ts';
import type { ServerConnection } from '../../src/platform/virtual/virtual-connection.ts';

export type Payload = Record<string, unknown>;
export interface Received {
  readonly action: string;
  readonly payload: Payload;
  readonly id: string;
  readonly atMs: number;
}
/** `silent`: never answers. `error`: CALLERROR. */
export type Answer = Payload | 'silent' | { readonly error: string };

export class FakeCsms {
  /** Every CALL of the station, in order of arrival. */
  readonly received: Received[] = [];
  readonly texts: string[] = [];
  connection: ServerConnection | null = null;
  connections = 0;
  /** Every handshake, also those that were refused. */
  readonly handshakes: ServerConnection[] = [];
  /** Why a handshake is refused; null: it isn't. */
  gatekeeper: (connection: ServerConnection) => Parameters<ServerConnection['reject']> | null = () => null;
  /** Addresses that hold this text aren't answered. */
  unreachable: string | null = null;
  /** Overrides, by action. */
  readonly answers = new Map<string, (payload: Payload, received: Received) => Answer>();
  private readonly waiting = new Map<string, (answer: readonly unknown[]) => void>();
  private nextId = 1;
  private nextTransactionId = 1001;

  constructor(network: VirtualNetwork, private readonly now: () => number, readonly edition: 'ocpp2.0.1' | 'ocpp1.6') {
    network.onConnection((connection) => this.arrive(connection));
  }

  /** A handshake, from whatever network. */
  arrive(connection: ServerConnection): void {
    this.handshakes.push(connection);
    const refusal = this.gatekeeper(connection);
    if (refusal !== null) return connection.reject(...refusal);
    if (this.unreachable !== null && connection.url.includes(this.unreachable)) return connection.reject('refused');
    if (!connection.protocols.includes(this.edition)) return connection.reject('failed');
    this.connection = connection;
    this.connections += 1;
    connection.onText((text) => this.take(connection, text));
    connection.accept(this.edition);
  }

  /** Asks the station; resolves with the CALLRESULT payload or `{ error }`. */
  call(action: string, payload: Payload): Promise<Payload & { error?: string }> {
    const id = `csms-${this.nextId++}`;
    return new Promise((resolve) => {
      this.waiting.set(id, (frame) => resolve(frame[0] === 3 ? (frame[2] as Payload) : { error: String(frame[2]) }));
      this.connection?.send(JSON.stringify([2, id, action, payload]));
    });
  }

  raw(text: string): void {
    this.connection?.send(text);
  }

  of(action: string): Payload[] {
    return this.received.filter((received) => received.action === action).map((received) => received.payload);
  }

  /** `Started/Authorized`, … of 2.x transaction events. */
  get story(): string[] {
    return this.of('TransactionEvent').map((event) => `${String(event.eventType)}/${String(event.triggerReason)}`);
  }

  private take(connection: ServerConnection, text: string): void {
    this.texts.push(text);
    const frame = JSON.parse(text) as readonly unknown[];
    if (frame[0] === 3 || frame[0] === 4) {
      const id = String(frame[1]);
      this.waiting.get(id)?.(frame);
      this.waiting.delete(id);
      return;
    }
    const received: Received = { action: String(frame[2]), payload: frame[3] as Payload, id: String(frame[1]), atMs: this.now() };
    this.received.push(received);
    const override = this.answers.get(received.action);
    const answer = override === undefined ? this.usual(received) : override(received.payload, received);
    if (answer === 'silent') return;
    if (typeof answer.error === 'string') connection.send(JSON.stringify([4, received.id, answer.error, '', {}]));
    else connection.send(JSON.stringify([3, received.id, answer]));
  }

  usual({ action }: Received): Payload {
    const currentTime = new Date(this.now()).toISOString();
    switch (action) {
      case 'BootNotification': return { status: 'Accepted', currentTime, interval: 300 };
      case 'Heartbeat': return { currentTime };
      case 'Authorize': return this.edition === 'ocpp1.6' ? { idTagInfo: { status: 'Accepted' } } : { idTokenInfo: { status: 'Accepted' } };
      case 'StartTransaction': return { transactionId: this.nextTransactionId++, idTagInfo: { status: 'Accepted' } };
      case 'DataTransfer': return { status: 'Accepted' };
      default: return {};
    }
  }
}
