/** One connection to the CSMS: socket, sub-protocol, edition bridge and RPC peer, from opening to close. */
import type { Log } from '../base/log.ts';
import { describeError } from '../base/errors.ts';
import type { Stop } from '../base/signal.ts';
import { CallFault } from '../ocpp/rpc/call-fault.ts';
import { maskFrame } from '../ocpp/rpc/mask.ts';
import { RpcPeer } from '../ocpp/rpc/peer.ts';
import { RpcError } from '../ocpp/rpc/rpc-error.ts';
import { negotiated } from '../ocpp/rpc/subprotocol.ts';
import type { Clock, Network, Random, Socket, SocketClose } from '../platform/ports.ts';
import type { StationApi } from '../station/api.ts';
import { CsmsError } from '../station/csms-port.ts';
import type { Settings } from '../station/device-model/types.ts';
import type { Bridge, BridgeMemory, Edition, EditionName } from './edition.ts';
import type { LoadEdition } from './editions.ts';
import type { Credentials } from './credentials.ts';
import { explainClose, type Explanation } from './explain.ts';
import { Liveness } from './liveness.ts';
import type { NetworkSlot } from './slot-order.ts';

export interface FrameSeen { readonly direction: 'in' | 'out'; readonly edition: EditionName; readonly text: string }

export interface ConnectionDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly settings: Settings;
  readonly station: StationApi;
  readonly memory: BridgeMemory;
  readonly log: Log;
  readonly loadEdition: LoadEdition;
  readonly editions: readonly EditionName[];
  readonly nowMs: () => number;
  readonly onUp: (bridge: Bridge) => void;
  /** Called once. */
  readonly onDown: (explanation: Explanation, close: SocketClose) => void;
  readonly onFrame: (frame: FrameSeen) => void;
  readonly onInvalid: (why: string) => void;
}

const CONNECT_TIMEOUT_MS = 20_000;
/** What is seldom needed is fetched when the first exchanges are over. */
const LOAD_REST_AFTER_MS = 10_000;

export class Connection {
  private readonly socket: Socket;
  private peer: RpcPeer | null = null;
  private liveness: Liveness | null = null;
  private stopLoading: Stop = () => undefined;
  private readonly early: string[] = [];
  private opened = false;
  /** As they stand in a frame, quotes and all. */
  private readonly secrets = new Set<string>();
  private ended = false;
  private override: Explanation | null = null;

  constructor(private readonly deps: ConnectionDeps, slot: NetworkSlot, identity: string, { password, tls }: Credentials) {
    const withPassword = (slot.securityProfile === 1 || slot.securityProfile === 2) && password !== undefined;
    this.socket = deps.network.open({
      url: `${slot.csmsUrl.replace(/\/+$/, '')}/${encodeURIComponent(identity)}`,
      protocols: deps.editions,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      ...(withPassword ? { basicAuth: { user: identity, password: password.text, ...(password.bytes ? { bytes: true } : {}) } } : {}),
      ...(tls === undefined ? {} : { tls }),
    }, {
      onOpen: (protocol) => void this.open(protocol),
      onText: (text) => this.receive(text),
      onBinary: (length) => deps.log('warn', 'csms', `a binary frame of ${length} bytes is ignored: OCPP-J is text`),
      onPong: () => this.liveness?.pong(),
      onClose: (why) => this.closed(why),
    });
  }

  close(): void {
    this.end('closed by the station');
    this.socket.close(1000);
  }

  /** Drops a socket that isn't worth a closing handshake. */
  terminate(why: string): void {
    this.deps.log('warn', 'csms', `the connection is given up: ${why}`);
    this.socket.terminate();
  }

  private async open(protocol: string): Promise<void> {
    const pick = negotiated(this.deps.editions, protocol);
    if (!pick.ok) {
      this.override = { code: pick.code, sentence: pick.sentence, advice: 'Enable one of these OCPP versions at the CSMS, or change the list in set-up.' };
      this.socket.close(1002, 'no common sub-protocol');
      return;
    }
    this.opened = true;
    try {
      this.talk(await this.deps.loadEdition(pick.edition));
    } catch (error) {
      this.override = { code: 'EditionMissing', sentence: `The part for ${pick.edition} could not be loaded.`, advice: 'Reload the page while its server can be reached.' };
      this.deps.log('error', 'csms', describeError(error));
      this.socket.close(1000);
    }
  }

  private talk(edition: Edition): void {
    if (this.ended) return;
    const { clock, random, settings, station, log, memory, nowMs } = this.deps;
    let bridge: Bridge | null = null;
    const peer = new RpcPeer({
      validators: edition.validators,
      errorCodes: edition.errorCodes,
      answersUnreadable: edition.name !== 'ocpp1.6',
      send: (text) => this.socket.send(text),
      messageTimeoutMs: () => Math.max(1, settings.number('OCPPCommCtrlr.MessageTimeout[Default]', 30)) * 1000,
      newMessageId: () => random.uuid(),
      monotonicMs: () => clock.monotonicMs(),
      after: (delayMs, fn) => clock.after(delayMs, fn),
      log,
      handlerFor: (action) => bridge?.handlers.get(action) as ReturnType<ConstructorParameters<typeof RpcPeer>[0]['handlerFor']>,
      gate: () => gate(station.bootStatus, edition),
      onFrame: (direction, text) => this.deps.onFrame({ direction, edition: edition.name, text: this.maskSecrets(maskFrame(text)) }),
      onInvalid: (why) => this.deps.onInvalid(why),
      onTimeout: (deaf) => this.liveness?.callTimedOut(deaf),
    });
    this.peer = peer;
    bridge = edition.createBridge({
      station, memory, nowMs,
      hide: (secret) => this.secrets.add(JSON.stringify(secret)),
      call: async (action, payload) => {
        try {
          // Drivers wait for Authorize; queues don't mind.
          return await peer.call(action, payload, { urgent: action === 'Authorize' || action === 'BootNotification' });
        } catch (error) {
          throw error instanceof RpcError ? toCsmsError(error) : error;
        }
      },
    });
    // Soon after, so that it is there also when the page's files have been replaced by then.
    this.stopLoading = clock.after(LOAD_REST_AFTER_MS, () => {
      edition.validators.load()?.catch((error: unknown) => log('warn', 'csms', `not all messages can be checked: ${describeError(error)}`));
    });
    this.liveness = new Liveness({
      clock, socket: this.socket,
      pingIntervalMs: () => settings.number('OCPPCommCtrlr.WebSocketPingInterval', 30) * 1000,
      lastInboundMs: () => peer.lastInboundMs,
      busy: () => peer.busy,
      probe: () => {
        if (station.bootStatus !== 'Accepted') return false; // B01.FR.08: nothing but BootNotification before that
        peer.call('Heartbeat', {}, { urgent: true }).catch(() => undefined);
        return true;
      },
      onDead: (why) => this.terminate(why),
    });
    for (const text of this.early.splice(0)) peer.receive(text);
    this.deps.onUp(bridge);
  }

  private maskSecrets(text: string): string {
    return [...this.secrets].reduce((masked, secret) => masked.replaceAll(secret, '"••••"'), text);
  }

  private receive(text: string): void {
    if (this.peer === null) this.early.push(text);
    else this.peer.receive(text);
  }

  private closed(why: SocketClose): void {
    if (this.ended) return;
    this.end(why.reason || why.kind);
    this.deps.onDown(this.override ?? explainClose(why, this.opened), why);
  }

  private end(why: string): void {
    this.ended = true;
    this.liveness?.stop();
    this.stopLoading();
    this.peer?.close(why);
  }
}

/** B03.FR.08: before the CSMS has accepted us its CALLs get SecurityError; 1.6 doesn't answer (section 4.2). */
function gate(bootStatus: StationApi['bootStatus'], edition: Edition): CallFault | 'ignore' | null {
  if (bootStatus === 'Accepted' || bootStatus === 'Pending') return null;
  return edition.name === 'ocpp1.6' ? 'ignore' : new CallFault(edition.errorCodes.security, 'the station isn\'t accepted yet');
}

function toCsmsError(error: RpcError): CsmsError {
  return new CsmsError(error.kind === 'invalidRequest' ? 'notSupported' : error.kind, error.message, error.errorCode);
}
