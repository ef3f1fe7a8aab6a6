/**
 * A station of the Node platform at a real TLS server: real sockets, handshakes and certificates; only the waiting is on
 * virtual time.
 */
import { createServer } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { Signal } from '../../src/base/signal.ts';
import { NodeNetwork } from '../../src/platform/node/node-network.ts';
import type { Clock, Network } from '../../src/platform/ports.ts';
import type { ServerConnection } from '../../src/platform/virtual/virtual-connection.ts';
import { WsServer } from '../contract/ws-server.ts';
import { Issued, type IssueOptions } from '../fixtures/pki.ts';
import { World, type WorldOptions } from '../scenarios/world.ts';
import { PASSWORD } from './secure-link.ts';

export const HOST = 'localhost';
const STEP_MS = 100;
/** A handshake that takes longer on the loopback isn't waited for: the station's own timeout runs on. */
const HANDSHAKE_MS = 5000;
/** OpenSSL reckons with the machine's clock, which may be years from the virtual one. */
const LONG_AGO_DAY = -3650;
/** Of a server whose certificate has expired by either clock. */
export const EXPIRED: IssueOptions = { fromDay: LONG_AGO_DAY, toDay: -3000, dnsName: HOST };
export const GOOD: IssueOptions = { fromDay: LONG_AGO_DAY, dnsName: HOST };

/** Those that a station must have (A00.FR.319): name, OpenSSL's name, the server's kind of key. */
export const TLS12_SUITES = [
  ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'P-256'],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'P-256'],
  ['TLS_RSA_WITH_AES_128_GCM_SHA256', 'AES128-GCM-SHA256', 'RSA'],
  ['TLS_RSA_WITH_AES_256_GCM_SHA384', 'AES256-GCM-SHA384', 'RSA'],
] as const;

export interface DoorOptions extends Pick<SecureContextOptions, 'ciphers' | 'minVersion' | 'maxVersion'> {
  /** What the server shows; default: a good one of the gate's root. */
  readonly certificate?: Issued;
  /** Clients must show a certificate of this authority. */
  readonly clients?: Issued;
}

/** What the server saw of a handshake that was completed. */
export interface Channel { readonly version: string | null; readonly cipherSuite: string; readonly client: string | null }

/** The CSMS's TLS server, which can be another one from one connection to the next, at the same address. */
export class TlsGate {
  readonly arrivals = new Signal<ServerConnection>();
  readonly channels: Channel[] = [];
  /** Of handshakes that failed: what the server's TLS says. */
  readonly failures: string[] = [];
  private readonly servers: WsServer[] = [];

  private constructor(readonly root: Issued) {}

  static async opened(): Promise<TlsGate> {
    const gate = new TlsGate(await Issued.root('CSMS Root', { fromDay: LONG_AGO_DAY }));
    await gate.change();
    return gate;
  }

  get url(): string {
    return `wss://${HOST}:${this.servers[0]?.port ?? 0}/ocpp`;
  }

  /** From the next connection on. */
  async change({ certificate, clients, ...options }: DoorOptions = {}): Promise<void> {
    const shown = certificate ?? (await this.root.issue(HOST, GOOD));
    const server = createServer({
      ...options, cert: shown.pem, key: await shown.privateKeyPem(),
      ...(clients === undefined ? {} : { requestCert: true, rejectUnauthorized: true, ca: clients.pem }),
    });
    server.on('tlsClientError', (error) => this.failures.push(error.message));
    server.on('secureConnection', (socket) => {
      const subject = socket.getPeerCertificate().subject as { CN?: string } | undefined;
      this.channels.push({ version: socket.getProtocol(), cipherSuite: socket.getCipher().standardName, client: subject?.CN ?? null });
    });
    const [before] = this.servers;
    const { port = 0 } = before ?? {};
    before?.closeDoor();
    const next = await WsServer.start(server, port);
    next.arrivals.on((connection) => this.arrivals.emit(connection));
    this.servers.unshift(next);
  }

  async close(): Promise<void> {
    for (const server of this.servers.splice(0)) await server.stop();
  }
}

export class TlsWorld extends World {
  private constructor(readonly gate: TlsGate, options: WorldOptions) {
    super({ ...options, link: { csmsUrl: gate.url, securityProfile: 2, password: PASSWORD } });
    gate.arrivals.on((connection) => this.csms.arrive(connection));
  }

  /** Registered with security profile 2; it trusts the gate's root and nobody else. */
  static async connected(options: WorldOptions = {}): Promise<TlsWorld> {
    const world = new TlsWorld(await TlsGate.opened(), options);
    world.network.refusing = true; // until it knows whom to trust
    await world.start(0.2);
    await world.clock.waitFor(world.agent.certificates().install('CSMSRootCertificate', world.gate.root.pem));
    world.network.refusing = false;
    await world.seconds(15);
    return world;
  }

  /** Lets what is on the loopback arrive, and time pass. */
  override async seconds(seconds: number): Promise<void> {
    for (let leftMs = seconds * 1000; leftMs > 0; leftMs -= STEP_MS) {
      await this.handshake();
      await this.clock.advance(Math.min(STEP_MS, leftMs));
      await breath();
    }
  }

  async end(): Promise<void> {
    const stopping = this.agent.stop();
    await this.seconds(1);
    await this.clock.waitFor(stopping);
    await this.gate.close();
  }

  protected override networkFor(clock: Clock): Network {
    const real = new NodeNetwork(clock);
    return { abilities: real.abilities, open: (opening, events) => (this.network.refusing ? this.network : real).open(opening, events) };
  }

  /** A handshake takes real time, of which the station's clock shall see nothing. */
  private async handshake(): Promise<void> {
    const untilMs = performance.now() + HANDSHAKE_MS;
    while (!this.network.refusing && this.agent.snapshot().csms.link === 'connecting' && performance.now() < untilMs) await breath();
  }
}

/** One turn of the machine's own loop: sockets get a chance. */
function breath(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 1));
}
