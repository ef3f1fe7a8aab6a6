/**
 * The ports: everything the station wants from the world outside. Interfaces only, no code, so that any layer may
 * import the types. Implementations: `browser/`, `node/`, `virtual/`; one contract suite each in tests/contract.
 */
import type { Stop } from '../base/signal.ts';

// ---------------------------------------------------------------- time

export interface Clock {
  /** Milliseconds since some fixed moment of this run. Never steps, never falls. */
  monotonicMs(): number;
  /** The machine's own wall clock, ms since 1970 UTC. May be wrong and may step. */
  wallMs(): number;
  /** Calls `fn` once after `delayMs`. Any delay is legal (longer than 2^31 ms too). */
  after(delayMs: number, fn: () => void): Stop;
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** RFC 9562 version 4. */
  uuid(): string;
}

// ---------------------------------------------------------------- books

/** Values are JSON-like (structured-clonable) data. */
export type Stored = string | number | boolean | null | readonly Stored[] | { readonly [key: string]: Stored | undefined };

/** The collections of the books. Adding one needs a schema version and a migration in every Store. */
export const COLLECTIONS = [
  'meta', // schema version, run counter, clock offset, edition last spoken
  'evses', // one record per EVSE: machine state with its transaction (key: EVSE id)
  'outbox', // messages that the CSMS hasn't answered (key: 16-digit sequence)
  'parked', // messages that the CSMS keeps rejecting (same keys)
  'variables', // device-model values that differ from their default
  'authCache', // idTokens the CSMS has decided on
  'localList',
  'networkProfiles',
  'reservations',
  'chargingProfiles',
  'displayMessages',
  'history', // ended transactions, newest kept
  'logs', // frame, serial and security log, ring
  'drivers', // what a hardware driver must remember (register offsets, simulated car)
  'setup', // first-run choices: hardware, CSMS, identity
  'certificates', // installed roots, own certificates with their chains, OCSP answers
  'keys', // private keys as JWK, in hosts that have no better place for them (see `Keys`)
  'securityLog', // A04: every security event, ring (key: 16-digit number)
  'monitors', // of variables: those the CSMS set, and what it was told of all
] as const;
export type Collection = (typeof COLLECTIONS)[number];

export type StoreWrite =
  | { readonly op: 'put'; readonly collection: Collection; readonly key: string; readonly value: Stored }
  | { readonly op: 'delete'; readonly collection: Collection; readonly key: string };

export interface Store {
  get(collection: Collection, key: string): Promise<Stored | undefined>;
  /** All records of a collection in key order (UTF-16 code unit order). */
  entries(collection: Collection): Promise<[key: string, value: Stored][]>;
  /**
   * All or nothing, and on the disk (not in a cache) when the promise resolves. Writes to one key apply in order.
   * @throws KerbsideError `StoreFull` | `StoreBroken` | `StoreClosed`; then nothing of the batch is written.
   */
  commit(writes: readonly StoreWrite[]): Promise<void>;
  /** Bytes used and available, as far as the platform tells. */
  usage(): Promise<{ usedBytes: number; quotaBytes: number | null; persisted: boolean | null }>;
  close(): Promise<void>;
}

// ---------------------------------------------------------------- network

export interface SocketOpening {
  readonly url: string;
  readonly protocols: readonly string[];
  /** HTTP Basic (security profiles 1 and 2). The password never shows in errors or logs. */
  readonly basicAuth?: BasicAuth;
  /** For wss. What the platform can't do (`Network.abilities`) it leaves to the machine. */
  readonly tls?: TlsMaterial;
  readonly connectTimeoutMs: number;
}

export interface BasicAuth {
  readonly user: string;
  readonly password: string;
  /** Each character of the password is one byte (1.6's AuthorizationKey); else it goes as UTF-8. */
  readonly bytes?: boolean;
}

/** PEM texts. */
export interface TlsMaterial {
  /** Whom to trust; empty: whom the machine trusts. */
  readonly roots: readonly string[];
  /** Who we are (security profile 3): the chain, leaf first, and its PKCS#8 key. */
  readonly client?: { readonly chain: string; readonly key: string };
}

export interface SocketEvents {
  onOpen(protocol: string): void;
  onText(text: string): void;
  /** Binary frames are a protocol violation; the size is for the log. */
  onBinary(byteLength: number): void;
  /** A pong arrived (only where `ping` exists). */
  onPong(): void;
  /** Called exactly once, also when the socket never opened. No other event follows. */
  onClose(why: SocketClose): void;
}

export interface SocketClose {
  readonly code: number;
  readonly reason: string;
  /** What is known of the cause: a browser tells only 1006. */
  readonly kind:
    | 'closed' // an open socket was closed by either side
    | 'timeout' // own connect timeout
    | 'refused' // TCP refused, DNS, unreachable (where it can be told)
    | 'unauthorized' // 401/403 (where it can be told)
    | 'notFound' // 404: the CSMS doesn't know this identity (where it can be told)
    | 'tls'
    | 'protocol' // the server picked no sub-protocol or one that wasn't offered (where it can be told)
    | 'failed'; // failed before opening, cause unknown
  readonly detail?: string;
  /** With `tls`, where it can be told: what of it didn't please us, or that the server didn't like our certificate. */
  readonly tlsFault?: 'certificate' | 'version' | 'cipherSuite' | 'clientCertificate';
}

export interface Socket {
  /** Does nothing unless the socket is open; never throws. Whether a text arrived only an answer can tell. */
  send(text: string): void;
  /** WebSocket ping, where the platform has one (Node); absent in a browser. */
  ping?(): void;
  /** Bytes accepted by `send` and not yet handed to the network. */
  bufferedBytes(): number;
  /** Stops reading for good, where the platform can: not even the peer's pings are answered. For simulated outages. */
  pause?(): void;
  close(code?: number, reason?: string): void;
  /** Drop at once without a closing handshake. `onClose` follows. */
  terminate(): void;
}

/** What a host can do for the security of a connection. A tab leaves TLS to its browser. */
export interface NetworkAbilities {
  /** Presents the certificate that it is given (security profile 3). */
  readonly clientCertificates: boolean;
  /** Checks the server against the roots that it is given. */
  readonly ownRoots: boolean;
  /** Sends passwords of any bytes; else only printable ASCII. */
  readonly anyPassword: boolean;
}

export interface Network {
  readonly abilities: NetworkAbilities;
  /** Never throws: what goes wrong comes by `onClose`. */
  open(opening: SocketOpening, events: SocketEvents): Socket;
}

// ---------------------------------------------------------------- serial

export interface SerialSettings {
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

export interface SerialPortInfo {
  /** Stable as far as the platform can tell; what a hardware profile stores. */
  readonly id: string;
  readonly label: string;
  readonly usbVendorId?: number;
  readonly usbProductId?: number;
  /** Of the adapter, where the platform tells it. */
  readonly serialNumber?: string;
}

/** An open line. Bytes come in arbitrary pieces. */
export interface SerialLine {
  readonly onBytes: (listener: (bytes: Uint8Array) => void) => Stop;
  /** Called once when the line is gone (unplugged, hang-up, read failure) or closed by us. */
  readonly onLost: (listener: (why: 'unplugged' | 'failed' | 'closed', detail: string) => void) => Stop;
  /** Resolves when the platform has taken the bytes. @throws KerbsideError `PortLost` */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface SerialPorts {
  /** Ports this origin may use. */
  list(): Promise<SerialPortInfo[]>;
  /** @throws KerbsideError `PortBusy` | `PortGone` | `PortRefused`. DTR and RTS stay low where the platform allows. */
  open(portId: string, settings: SerialSettings): Promise<SerialLine>;
  /** A port came or went. */
  readonly onChange: (listener: () => void) => Stop;
}

// ---------------------------------------------------------------- files over HTTP

export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Given up after this long without an end. */
  readonly timeoutMs: number;
  /** More bytes than this in the answer are refused (`TooLarge`). */
  readonly maxBytes?: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly header: (name: string) => string | null;
  readonly body: Uint8Array;
}

export interface Http {
  /**
   * Any status is an answer. `signal` gives it up. @throws KerbsideError `HttpUnreachable` (network, TLS, CORS: a tab
   * can't tell), `HttpTimeout`, `HttpAborted`, `HttpTooLarge`, `HttpBadUrl` (neither http nor https)
   */
  fetch(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse>;
}

// ---------------------------------------------------------------- certificates

export type HashAlgorithm = 'SHA256' | 'SHA384' | 'SHA512';

/** How OCPP and OCSP name a certificate (CertificateHashDataType; RFC 6960, 4.1.1). Hashes and number in lower-case hex. */
export interface CertificateHash {
  readonly hashAlgorithm: HashAlgorithm;
  /** Of the issuer's distinguished name, DER. */
  readonly issuerNameHash: string;
  /** Of the issuer's public key: the bits alone, without tag, length and padding count. */
  readonly issuerKeyHash: string;
  /** Without leading zeros. */
  readonly serialNumber: string;
}

/** What a certificate says, as plain data. */
export interface X509Certificate {
  /** One PEM block, line breaks as usual. */
  readonly pem: string;
  readonly der: Uint8Array;
  /** RFC 4514, e.g. `CN=Root, O=Example`. */
  readonly subject: string;
  readonly issuer: string;
  readonly commonName: string | null;
  readonly organization: string | null;
  /** Hex, lower case, without leading zeros. */
  readonly serialNumber: string;
  /** ms since 1970. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Basic constraints: a certificate authority, and how many below it may be. */
  readonly isCa: boolean;
  readonly pathLength: number | null;
  /** `digitalSignature`, `keyCertSign` …; null: the extension is absent, nothing is forbidden. */
  readonly keyUsage: readonly string[] | null;
  /** Where its status can be asked (authority information access). */
  readonly ocspUrl: string | null;
  readonly key: { readonly type: 'EC' | 'RSA' | 'other'; readonly bits: number };
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
}

/** The subject of a certificate that is asked for. */
export interface SigningSubject {
  readonly commonName: string;
  readonly organization?: string;
  readonly country?: string;
  /** DC, e.g. `CPO` in a SECC certificate (ISO 15118-2, annex B). */
  readonly domainComponent?: string;
}

/** X.509, fetched when first used. Chains, roots and trust are the station's business (`station/certificates`). */
export interface X509 {
  /** Every certificate of a PEM text, in its order. @throws KerbsideError `BadCertificate` (none, or unreadable) */
  parse(pem: string): Promise<readonly X509Certificate[]>;
  /** Whether the issuer's key made the signature, and the issuer's name is the one that the certificate names. */
  isSignedBy(certificate: X509Certificate, issuer: X509Certificate): Promise<boolean>;
  hash(certificate: X509Certificate, issuer: X509Certificate, algorithm: HashAlgorithm): Promise<CertificateHash>;
  /** A PKCS#10 request, PEM, signed with SHA-256. */
  signingRequest(subject: SigningSubject, keys: CryptoKeyPair): Promise<string>;
  /**
   * Whether the certificate's key signed these bytes: ECDSA (DER or r|s) with SHA-256 or the curve's hash, RSA as PSS or
   * PKCS#1 1.5 with SHA-256. False also for what can't be checked.
   */
  verifySignature(certificate: X509Certificate, data: Uint8Array, signature: Uint8Array): Promise<boolean>;
  /**
   * What an OCSPResponse (DER) says of the certificate at this moment (RFC 6960, 3.2): signed by its issuer or by whom
   * that one allows to, about this certificate, and not out of date. Null: nothing that counts.
   */
  ocspStatus(response: Uint8Array, certificate: X509Certificate, issuer: X509Certificate, nowMs: number): Promise<'Good' | 'Revoked' | null>;
}

/**
 * Private keys: EC P-256, by name. In a browser they are CryptoKeys that nobody can read out, not even this app; Node
 * has no such place, there they lie as JWK in the books (and TLS needs them readable).
 */
export interface Keys {
  /** Makes a pair and keeps it; resolves when it is on the disk. Replaces one of the same name. */
  create(name: string): Promise<CryptoKeyPair>;
  get(name: string): Promise<CryptoKeyPair | null>;
  /** The private key as PKCS#8 PEM, for TLS; null: there is none, or it can't be read out. */
  pem(name: string): Promise<string | null>;
  delete(name: string): Promise<void>;
}

// ---------------------------------------------------------------- the program itself

export interface FirmwareState {
  /** The installed version that runs; null: the build that this host came with. */
  readonly version: string | null;
  /** It runs for the first time: unless `confirm` is called soon, the host goes back to the version before. */
  readonly trial: boolean;
  /** The version that didn't become healthy, until `confirm`. */
  readonly rolledBack: string | null;
}

/** How a host replaces the program that it runs. What may be installed, and when, is the station's business. */
export interface FirmwareInstaller {
  /** Whether an installed version would be started here. */
  ready(): Promise<boolean>;
  state(): Promise<FirmwareState>;
  /** Keeps a download aside, over a restart; replaces an earlier one. @throws KerbsideError when there is no room */
  stage(bytes: Uint8Array): Promise<void>;
  /**
   * Unpacks what was staged beside the running version, checks every file, and resolves with its version.
   * @throws KerbsideError `FirmwareBroken`: it isn't what it says it is, or not for this host; any other: it couldn't be written
   */
  install(): Promise<string>;
  /** From the host's next start on the installed version runs, on trial. */
  activate(): Promise<void>;
  /** What runs is healthy: it stays. Also acknowledges `rolledBack`. */
  confirm(): Promise<void>;
  /** Forgets what was staged or installed and isn't active. */
  discard(): Promise<void>;
  /** Restarts the host itself, where that is needed to run another version; true: nothing more is to be done here. */
  restart(): Promise<boolean>;
}

// ---------------------------------------------------------------- one station

export interface Lock {
  /**
   * Waits until this process is the only holder of `name` and resolves with the means to give it back.
   * `onLost` is called if the platform takes it away: the holder must stop serving at once.
   */
  acquire(name: string, onLost: () => void): Promise<Stop>;
  /** Takes it only if it is free now. */
  tryAcquire(name: string, onLost: () => void): Promise<Stop | null>;
}

/** What the station's assembly is given. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly network: Network;
  readonly serial: SerialPorts | null;
  readonly http: Http;
  /** WebCrypto: the same interface in every host. */
  readonly crypto: Crypto;
  /** Null: this host can't install anything. */
  readonly firmware: FirmwareInstaller | null;
  readonly x509: X509;
  readonly keys: Keys;
}
