/** What every functional block is given, and what the station asks of each. */
import type { Log } from '../base/log.ts';
import type { Signal } from '../base/signal.ts';
import type { Clock, FirmwareInstaller, Http, Keys, Random, Store, X509 } from '../platform/ports.ts';
import type { PresentResult } from './authorization/reader.ts';
import type { CheckedContract } from './iso15118/contract.ts';
import type { IdToken, Reason } from './types.ts';
import type { BootReason, CsmsPort } from './csms-port.ts';
import type { DeviceModel } from './device-model/device-model.ts';
import type { EndedTransaction } from './transactions/draft.ts';
import type { Evse } from './evse.ts';
import type { Journal } from './journal.ts';
import type { LogBook } from './logs/log-book.ts';
import type { Link } from './link.ts';
import type { NetworkProfiles } from './provisioning/network-profiles.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { SecurityEvents } from './security/security-events.ts';
import type { StationTime } from './time.ts';

export interface BlockDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly time: StationTime;
  readonly settings: DeviceModel;
  readonly log: Log;
  /** What `log` was told, over restarts. */
  readonly logBook: LogBook;
  readonly http: Http;
  readonly crypto: Crypto;
  /** Null: this host can't install anything. */
  readonly firmware: FirmwareInstaller | null;
  /** Out of service for new sessions, beside what the CSMS has set; not kept over a restart. */
  readonly withhold: (withheld: boolean) => void;
  /** Ends this run at once; the host starts the next, which tells the CSMS this reason. */
  readonly reboot: (reason: BootReason) => void;
  readonly x509: X509;
  readonly keys: Keys;
  /** What must reach the CSMS: durable and `volatile` reports. */
  readonly outbox: Outbox;
  readonly securityEvents: SecurityEvents;
  readonly link: Link;
  readonly profiles: NetworkProfiles;
  readonly evses: readonly Evse[];
  /** False while the station as a whole, or a pending reset, keeps an EVSE from serving anyone new. */
  readonly inService: (evse: Evse) => boolean;
  /** The CSMS while it is connected and has accepted us; else null. */
  readonly csms: () => CsmsPort | null;
  /** False: the CSMS took the whole station out of use (G03). */
  readonly stationOperative: () => boolean;
  /** `ocpp1.6`, `ocpp2.0.1`: in force now, or last. */
  readonly edition: () => string;
  /** As if the token were at this EVSE's reader; with a contract, decided by the rules of C07. */
  readonly present: (token: IdToken, evseId: number, contract?: CheckedContract) => Promise<PresentResult>;
  /** Something that screens, status or limits may follow from has changed. */
  readonly changed: () => void;
  readonly onStarted: Signal<{ readonly evseId: number; readonly transactionId: string }>;
  readonly onEnded: Signal<{ readonly evseId: number; readonly ended: EndedTransaction }>;
  /** F06: what a block sends when the CSMS triggers it; registered by the message's name (2.x spelling). */
  readonly triggers: Map<string, Trigger>;
}

export interface Trigger {
  (target: { readonly evseId?: number; readonly connectorId?: number }): {
    readonly status: 'Accepted' | 'Rejected' | 'NotImplemented'; readonly reason?: Reason; readonly send?: () => void };
}

/** All optional: a block says what it wants to hear. */
export interface Block {
  /** Reads its books, before anything starts. */
  load?(store: Store): Promise<void>;
  /** The chargers run; the CSMS may or may not be there. */
  started?(): void;
  /** The CSMS is there and has accepted us. `fresh`: the first time in this run. */
  ready?(port: CsmsPort, fresh: boolean): void;
  /** The link is gone. */
  lost?(): void;
  /** An EVSE's record, hardware or transaction may have changed. Must be cheap. */
  changed?(): void;
  stop?(): void;
}
