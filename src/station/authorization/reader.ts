/**
 * A token at the reader, a PIN at the keypad, the start button: does it start a session, stop one, or free a held cable?
 * (C01, C02, C04, C06, C09, C16, E07; 1.6 sections 4.1, 5.11.)
 */
import { maskToken, type Log } from '../../base/log.ts';
import type { Clock } from '../../platform/ports.ts';
import type { Settings } from '../device-model/types.ts';
import type { Evse } from '../evse.ts';
import type { CheckedContract } from '../iso15118/contract.ts';
import type { Journal } from '../journal.ts';
import type { ReservationGuard } from '../reservation/api.ts';
import type { AuthorizationStatus, IdToken } from '../types.ts';
import type { Authorizer, Decision } from './authorizer.ts';
import { driverFacts } from './driver-facts.ts';
import type { MasterPass } from './master-pass.ts';
import type { PinGuard } from './pin-guard.ts';
import { belongsToOther, canTakeOver, holderOf, isBusy, sameGroup } from './sessions.ts';

export interface ReaderDeps {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly journal: Journal;
  readonly authorizer: Authorizer;
  readonly masterPass: MasterPass;
  readonly pinGuard: PinGuard;
  readonly log: Log;
  readonly evses: readonly Evse[];
  /** A transaction may begin there, as far as the whole station is concerned. */
  readonly inService: (evse: Evse) => boolean;
  readonly reservations: ReservationGuard;
  /** C01.FR.25; 1.6 has no token types, so there only the value counts. */
  readonly same: (a: IdToken, b: IdToken) => boolean;
  /** A receipt that privacy has hidden comes back to its own token; null: none waits for it. */
  readonly reopen: (token: IdToken, evseIds: readonly number[]) => number | null;
  readonly onView: (view: ReaderView | null) => void;
}

/** What the display shows of the token being decided. */
export interface ReaderView {
  readonly state: 'checking' | 'accepted' | 'refused' | 'noAnswer';
  readonly token: IdToken;
  readonly status: Verdict | null;
  readonly evseId: number | null;
}

/** `Reserved`: the token may be good, but the outlet is kept for another. */
export type Verdict = AuthorizationStatus | 'Reserved' | Unread;

/** A card that is no identity: its number changes each time, or couldn't be read. */
export type Unread = 'RandomUid' | 'Unreadable';

export interface PresentResult {
  readonly status: Verdict;
  readonly by: Decision['by'];
}

const MAX_EXTENSIONS = 10;
/** How long a decision stays on the display. */
const SHOW_MS = 8000;

export class Reader {
  private hide: () => void = () => {};
  private readonly checking = new Map<string, Promise<PresentResult>>();

  constructor(private readonly deps: ReaderDeps) {}

  /**
   * @param evseId the outlet that it was shown to or that the driver chose; absent: one reader for all
   * @param contract what a car has shown with its eMAID (C07)
   */
  present(token: IdToken, evseId?: number, contract?: CheckedContract): Promise<PresentResult> {
    // A card that bounces on the reader is one card, asked for once.
    const key = `${evseId ?? ''} ${token.type} ${token.value}`;
    const same = this.checking.get(key);
    if (same !== undefined) return same;
    const result = this.handle(token, evseId, contract).finally(() => this.checking.delete(key));
    this.checking.set(key, result);
    return result;
  }

  /** A card lay there that names nobody: its driver is told why. */
  unread(why: Unread, evseId?: number): PresentResult {
    return this.refuse({ value: '', type: 'ISO14443' }, why, 'none', evseId ?? null);
  }

  /** The driver or the technician ends it at the display, without a token. */
  cancel(evse: Evse): void {
    if (evse.record.transaction === null) evse.dispatch({ type: 'authorizationDropped' });
    else evse.dispatch({ type: 'stop', trigger: 'StopAuthorized', reason: 'Local', idToken: null });
  }

  /** C02: may somebody begin by pressing a button? */
  get startsWithButton(): boolean {
    const { settings } = this.deps;
    return !settings.boolean('AuthCtrlr.Enabled', true) || settings.boolean('Kerbside.StartButton', false);
  }

  /** C02, AuthCtrlr.Enabled=false: whoever plugs in charges. */
  serveWithoutToken(): void {
    for (const evse of this.deps.evses) {
      const { pluggedConnectorId, finished, transaction } = evse.record;
      if (pluggedConnectorId === null || finished || transaction?.stopReason != null || !this.canServe(evse, NO_TOKEN)) continue;
      if (!this.deps.reservations.claim(evse.id, NO_TOKEN, null).allowed) continue;
      this.authorize(evse, NO_TOKEN, { info: { status: 'Accepted' }, by: 'none' }, false);
    }
  }

  private async handle(token: IdToken, evseId: number | undefined, contract?: CheckedContract): Promise<PresentResult> {
    const candidates = this.deps.evses.filter((evse) => evseId === undefined || evse.id === evseId);
    const own = candidates.find((evse) => this.owns(evse, token));
    if (own !== undefined) return this.end(own, token, 'none'); // C01.FR.03, C09.FR.07
    const reopened = this.reopened(token, candidates);
    if (reopened !== null) return reopened;
    const prospect = this.prospect(candidates, token);
    const shownAt = typeof prospect === 'string' ? (candidates.find(isBusy)?.id ?? null) : prospect.id;
    const atOnce = this.refusedUnasked(token) ?? (typeof prospect === 'string' && shownAt === null ? prospect : null);
    if (atOnce !== null) return this.refuse(token, atOnce, 'none', shownAt ?? (candidates.length === 1 ? (candidates[0]?.id ?? null) : null));
    const decision = this.knownOfGroup(token, candidates, contract) ?? (await this.ask(token, shownAt, contract));
    if (token.type === 'KeyCode' && decision.by !== 'none') this.deps.pinGuard.decided(decision.info.status === 'Accepted');
    if (decision.info.status !== 'Accepted') return this.refuse(token, decision.info.status, decision.by, shownAt);
    if (this.deps.masterPass.is(decision.info)) return this.useMasterPass(token, decision, shownAt);
    return this.serve(token, decision, candidates);
  }

  /** An accepted token that isn't a running session's own: it stops one of its group's, or starts one. */
  private serve(token: IdToken, decision: Decision, candidates: readonly Evse[]): PresentResult {
    // Much can happen while the CSMS thinks: the outlet may be broken, switched off or taken by now.
    const evse = this.chooseEvse(candidates, token, decision);
    const mates = this.sessionOfGroup(decision, candidates);
    // At a reader for all outlets a car that waits for its card goes before a session of the group's.
    const carWaits = evse !== null && evse.record.pluggedConnectorId !== null && !evse.record.finished;
    if (mates !== null && !carWaits) return this.end(mates, token, decision.by);
    if (evse === null) return this.refuse(token, this.whyNot(token, candidates, decision), decision.by, candidates[0]?.id ?? null);
    this.show({ state: 'accepted', token, status: 'Accepted', evseId: evse.id });
    const floating = candidates.length > 1 && evse.record.pluggedConnectorId === null && evse.record.transaction === null;
    this.authorize(evse, token, decision, floating);
    return { status: 'Accepted', by: decision.by };
  }

  /** Whose session has just ended here and whose cable is still in wants to see what it cost; a car that waits for its card goes before. */
  private reopened(token: IdToken, candidates: readonly Evse[]): PresentResult | null {
    if (token.type === 'NoAuthorization' || candidates.some((evse) => evse.record.pluggedConnectorId !== null && !evse.record.finished && !isBusy(evse))) return null;
    const evseId = this.deps.reopen(token, candidates.filter((evse) => !isBusy(evse)).map(({ id }) => id));
    if (evseId === null) return null;
    this.show({ state: 'accepted', token, status: 'Accepted', evseId });
    return { status: 'Accepted', by: 'none' };
  }

  private useMasterPass(token: IdToken, decision: Decision, evseId: number | null): PresentResult {
    if (!this.deps.masterPass.shown(token)) return this.refuse(token, 'Invalid', decision.by, evseId); // C16.FR.03
    this.show({ state: 'accepted', token, status: 'Accepted', evseId: null });
    return { status: 'Accepted', by: decision.by };
  }

  private whyNot(token: IdToken, candidates: readonly Evse[], decision: Decision): Verdict {
    const serving = candidates.filter((evse) => this.canServe(evse, token));
    if (serving.some((evse) => isAllowedAt(decision, evse))) return 'Reserved';
    if (serving.length > 0) return 'NotAtThisLocation'; // C01.FR.21
    if (candidates.some((evse) => canTakeOver(evse) && belongsToOther(evse, token, this.deps.same))) return 'NotAtThisTime'; // C01.FR.23
    return candidates.every(isBusy) ? 'ConcurrentTx' : 'NotAtThisTime';
  }

  private refusedUnasked(token: IdToken): AuthorizationStatus | null {
    const { journal, log, pinGuard } = this.deps;
    if (token.type === 'Central') return 'Invalid'; // made by a CSMS, shown by nobody
    if (token.type === 'NoAuthorization' && !this.startsWithButton) return 'Invalid';
    if (token.type === 'KeyCode' && pinGuard.remainingMs > 0) {
      log('warn', 'authorization', `too many wrong PINs: none is looked at for ${Math.ceil(pinGuard.remainingMs / 1000)} s`);
      return 'NotAtThisTime';
    }
    if (journal.failure === null) return null;
    log('error', 'authorization', 'no new session while the books can\'t be written');
    return 'NotAtThisTime';
  }

  /** C01.FR.03 (b), C09.FR.07: who is known here as valid and of the group of a running session needs no Authorize. */
  private knownOfGroup(token: IdToken, candidates: readonly Evse[], contract: CheckedContract | undefined): Decision | null {
    const known = contract === undefined ? this.deps.authorizer.known(token) : null;
    return known?.info.status === 'Accepted' && this.sessionOfGroup(known, candidates) !== null ? known : null;
  }

  private sessionOfGroup({ info }: Decision, candidates: readonly Evse[]): Evse | null {
    return candidates.find((evse) => sameGroup(holderOf(evse)?.groupIdToken, info.groupIdToken)) ?? null;
  }

  private owns(evse: Evse, token: IdToken): boolean {
    const holder = holderOf(evse)?.idToken;
    return holder != null && this.deps.same(holder, token);
  }

  private end(evse: Evse, token: IdToken, by: Decision['by']): PresentResult {
    this.show({ state: 'accepted', token, status: 'Accepted', evseId: evse.id });
    if (evse.record.heldFor !== null && evse.record.transaction === null) evse.dispatch({ type: 'owner' });
    else evse.dispatch({ type: 'stop', trigger: 'StopAuthorized', reason: 'Local', idToken: token });
    return { status: 'Accepted', by };
  }

  private ask(token: IdToken, evseId: number | null, contract?: CheckedContract): Promise<Decision> {
    this.show({ state: 'checking', token, status: null, evseId });
    return this.deps.authorizer.decide(token, contract);
  }

  private refuse(token: IdToken, status: Verdict, by: Decision['by'], evseId: number | null): PresentResult {
    this.show({ state: 'refused', token, status, evseId });
    return { status, by };
  }

  private authorize(evse: Evse, token: IdToken, { info, by }: Decision, floating: boolean): void {
    this.deps.log('info', `evse ${evse.id}`, `token ${maskToken(token)} accepted by ${by}`);
    evse.dispatch({
      type: 'authorized',
      trigger: 'Authorized',
      authorization: {
        idToken: token,
        groupIdToken: info.groupIdToken ?? null,
        by,
        remoteStartId: null,
        reservationId: this.deps.reservations.claim(evse.id, token, info.groupIdToken ?? null).reservationId,
        floating,
        ...driverFacts(info),
        ...(info.chargingPriority === undefined ? {} : { chargingPriority: info.chargingPriority }),
        ...(info.evseIds === undefined || info.evseIds.length === 0 ? {} : { evseIds: info.evseIds }),
        connectDeadlineMs: this.deps.clock.monotonicMs() + this.deps.settings.number('TxCtrlr.EVConnectionTimeOut', 60) * 1000,
        extensionsLeft: MAX_EXTENSIONS,
      },
    });
  }

  /**
   * Before its group is known: the outlet that it is reserved for, or one that nothing speaks against, or one that may be
   * reserved for its group. Else why none.
   */
  private prospect(candidates: readonly Evse[], token: IdToken): Evse | 'NotAtThisTime' | 'Reserved' {
    const serving = candidates.filter((evse) => this.canServe(evse, token));
    const prospects = new Map(serving.map((evse) => [evse, this.deps.reservations.prospect(evse.id, token)]));
    const best = (['own', 'open', 'perhaps'] as const).find((prospect) => [...prospects.values()].includes(prospect));
    if (best === undefined) return serving.length === 0 ? 'NotAtThisTime' : 'Reserved';
    return readiest(serving.filter((evse) => prospects.get(evse) === best)) ?? 'NotAtThisTime';
  }

  /** The accepted token's outlet: one that is reserved for it or its group goes first. */
  private chooseEvse(candidates: readonly Evse[], token: IdToken, decision: Decision): Evse | null {
    const claims = candidates.filter((evse) => this.canServe(evse, token) && isAllowedAt(decision, evse))
      .map((evse) => ({ evse, ...this.deps.reservations.claim(evse.id, token, decision.info.groupIdToken ?? null) }))
      .filter(({ allowed }) => allowed);
    const reserved = claims.filter(({ reservationId }) => reservationId !== null);
    return readiest((reserved.length > 0 ? reserved : claims).map(({ evse }) => evse));
  }

  private canServe(evse: Evse, token: IdToken): boolean {
    const { record } = evse;
    return !evse.faulted && this.deps.inService(evse) && record.operative
      && (!isBusy(evse) || (canTakeOver(evse) && !belongsToOther(evse, token, this.deps.same)))
      && evse.charger.facts.connectors.some(({ id }) => !record.inoperativeConnectors.includes(id) && !evse.isBroken(id));
  }

  private show(view: ReaderView): void {
    this.hide();
    this.hide = () => {};
    this.deps.onView(view);
    if (view.state !== 'checking') this.hide = this.deps.clock.after(SHOW_MS, () => this.deps.onView(null));
  }
}

/** C02.FR.01: what stands for nobody in particular. */
const NO_TOKEN: IdToken = { value: '', type: 'NoAuthorization' };

/** C01.FR.21. */
function isAllowedAt({ info: { evseIds } }: Decision, { id }: Evse): boolean {
  return evseIds === undefined || evseIds.length === 0 || evseIds.includes(id);
}

/** The one whose car waits for a card, the one with a car in its bay, the first that is free. */
function readiest(evses: readonly Evse[]): Evse | null {
  return evses.find(({ record }) => record.pluggedConnectorId !== null && !record.finished)
    ?? evses.find(({ record }) => record.transaction !== null)
    ?? evses.find(({ record }) => record.pluggedConnectorId === null)
    ?? evses[0] ?? null;
}
