/** Block C, put together: who may charge, and what the driver at reader, keypad and button is answered. */
import type { Log } from '../../base/log.ts';
import type { Clock, Random, Store } from '../../platform/ports.ts';
import type { AuthorizationApi } from '../api.ts';
import type { CsmsPort } from '../csms-port.ts';
import type { Settings } from '../device-model/types.ts';
import type { Evse } from '../evse.ts';
import type { Journal } from '../journal.ts';
import type { ReservationGuard } from '../reservation/api.ts';
import { sameToken, type IdToken, type IdTokenInfo } from '../types.ts';
import { Authorizer } from './authorizer.ts';
import { AuthorizationCache } from './cache.ts';
import { MasterPass } from './master-pass.ts';
import { PinGuard } from './pin-guard.ts';
import { Reader, type ReaderView } from './reader.ts';
import { takeFloatingCard } from './floating-card.ts';

export interface AuthorizationDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Settings;
  readonly journal: Journal;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly evses: readonly Evse[];
  readonly localList: { lookUp(token: IdToken): IdTokenInfo | null };
  readonly csms: () => CsmsPort | null;
  readonly edition: () => string;
  readonly inService: (evse: Evse) => boolean;
  readonly reservations: ReservationGuard;
  readonly mayServeUnaccepted: () => boolean;
  /** C16.FR.01: the host has a display on which a master pass can choose. */
  readonly masterPassChoice: boolean;
  /** A token whose ended session is hidden from others: its EVSE, where it is shown again; null: none. */
  readonly reopenReceipt: (token: IdToken, evseIds: readonly number[]) => number | null;
  readonly onListConflict: () => void;
  readonly sessionMoves: (from: Evse, to: Evse) => void;
  /** Screens may show something else now. */
  readonly onChange: () => void;
}

const RECHECK_MS = 5000;

export class Authorization implements AuthorizationApi {
  readonly cache: AuthorizationCache;
  readonly authorizer: Authorizer;
  readonly reader: Reader;
  readonly masterPass: MasterPass;
  readonly pinGuard: PinGuard;
  view: ReaderView | null = null;
  /** Sooner or later the books can be written again, and nobody else says so. */
  private recheck: () => void = () => {};

  constructor(private readonly deps: AuthorizationDeps) {
    const { clock, random, settings, journal, log, evses, edition } = deps;
    const is16 = (): boolean => edition() === 'ocpp1.6';
    this.cache = new AuthorizationCache({ settings, journal, random, nowMs: deps.nowMs, invalidFirst: is16 });
    this.authorizer = new Authorizer({ ...deps, cache: this.cache });
    this.masterPass = new MasterPass({ clock, settings, log, evses, hasChoice: deps.masterPassChoice, onChange: deps.onChange });
    this.pinGuard = new PinGuard(clock, journal);
    this.reader = new Reader({
      clock, settings, journal, log, evses, inService: deps.inService, reservations: deps.reservations, authorizer: this.authorizer, masterPass: this.masterPass, pinGuard: this.pinGuard,
      same: (a, b) => this.same(a, b), reopen: deps.reopenReceipt,
      onView: (view) => {
        this.view = view;
        deps.onChange();
      },
    });
    settings.onChange('AuthCtrlr.Enabled', () => this.check());
  }

  /** C01.FR.25; 1.6 has no token types, so there only the value counts. */
  same(a: IdToken, b: IdToken): boolean {
    return this.deps.edition() === 'ocpp1.6' ? a.value.toLowerCase() === b.value.toLowerCase() : sameToken(a, b);
  }

  async load(store: Store): Promise<void> {
    await Promise.all([this.cache.load(store), this.pinGuard.load(store)]);
  }

  /** C11. */
  async clearCache(): ReturnType<AuthorizationApi['clearCache']> {
    if (!this.cache.enabled) return { status: 'Rejected', reason: { reasonCode: 'NotEnabled' } }; // C11.FR.04
    if (await this.cache.clear()) return { status: 'Accepted' };
    return { status: 'Rejected', reason: { reasonCode: 'OutOfStorage', additionalInfo: 'the books can\'t be written' } }; // C11.FR.05
  }

  /** The CSMS has said this of a token, in the answer to a transaction's event (C10.FR.05, C15). */
  answered(token: IdToken | null, info: IdTokenInfo, evse: Evse | undefined): void {
    if (token !== null) this.authorizer.learned(token, info);
    if (evse === undefined) return;
    const elsewhere = info.evseIds !== undefined && info.evseIds.length > 0 && !info.evseIds.includes(evse.id) && evse.record.authorization?.floating !== true;
    if (info.status !== 'Accepted' || elsewhere) return evse.dispatch({ type: 'deauthorized' });
    if (info.groupIdToken !== undefined) evse.dispatch({ type: 'group', groupIdToken: info.groupIdToken });
  }

  /** A cable is about to be seen at this outlet: a driver who didn't choose one has chosen now. */
  beforePlugged(evse: Evse): void {
    takeFloatingCard(evse, this.deps);
  }

  /** An EVSE has changed, or a setting. */
  check(): void {
    if (!this.deps.mayServeUnaccepted() || this.deps.settings.boolean('AuthCtrlr.Enabled', true)) return;
    this.recheck();
    if (this.deps.journal.failure === null) this.reader.serveWithoutToken();
    else this.recheck = this.deps.clock.after(RECHECK_MS, () => this.check());
  }
}
