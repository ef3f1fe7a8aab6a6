/**
 * A token at the reader: does it start a session, stop one, or free a held cable? (C01, C09, C16, E07; 1.6 sections
 * 4.1, 5.11.)
 */
import type { Log } from '../../base/log.ts';
import { mask } from '../../base/log.ts';
import type { Clock } from '../../platform/ports.ts';
import type { Settings } from '../device-model/types.ts';
import type { Evse } from '../evse.ts';
import type { CheckedContract } from '../iso15118/contract.ts';
import type { Journal } from '../journal.ts';
import type { ReservationGuard } from '../reservation/api.ts';
import { awaitsAuthorization } from '../transactions/state.ts';
import type { AuthorizationStatus, IdToken } from '../types.ts';
import type { Authorizer, Decision } from './authorizer.ts';
import { driverFacts } from './driver-facts.ts';

export interface ReaderDeps {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly journal: Journal;
  readonly authorizer: Authorizer;
  readonly log: Log;
  readonly evses: readonly Evse[];
  readonly inService: (evse: Evse) => boolean;
  readonly reservations: ReservationGuard;
  /** C01.FR.25; 1.6 has no token types, so there only the value counts. */
  readonly same: (a: IdToken, b: IdToken) => boolean;
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
export type Verdict = AuthorizationStatus | 'Reserved';

export interface PresentResult {
  readonly status: Verdict;
  readonly by: Decision['by'];
}

const MAX_EXTENSIONS = 10;
/** How long a decision stays on the display. */
const SHOW_MS = 8000;

export class Reader {
  private hide: () => void = () => {};

  constructor(private readonly deps: ReaderDeps) {}

  /** @param contract what a car has shown with its eMAID (C07) */
  async present(token: IdToken, evseId?: number, contract?: CheckedContract): Promise<PresentResult> {
    const running = this.sessionFor(token, evseId);
    if (running !== null) return this.presentToSession(token, running, contract);
    const evse = this.chooseEvse(token, evseId);
    if (typeof evse === 'string') {
      this.show({ state: 'refused', token, status: evse, evseId: evseId ?? (this.deps.evses.length === 1 ? this.deps.evses[0]?.id ?? null : null) });
      return { status: evse, by: 'none' };
    }
    const decision = await this.decide(token, evse.id, contract);
    const allowed = this.statusFor(token, decision, evse.id);
    // Much can happen while the CSMS thinks: the outlet may be broken, switched off or taken by now.
    const status = allowed === 'Accepted' && !this.canServe(evse) ? 'NotAtThisTime' : allowed;
    if (status !== 'Accepted') {
      this.show({ state: 'refused', token, status, evseId: evse.id });
      return { status, by: decision.by };
    }
    this.show({ state: 'accepted', token, status, evseId: evse.id });
    this.authorize(evse, token, decision, evseId === undefined);
    return { status, by: decision.by };
  }

  /** The display's own sentence: the card is read but nobody is asked yet. */
  cancel(evse: Evse): void {
    if (evse.record.transaction === null) evse.dispatch({ type: 'authorizationDropped' });
    else evse.dispatch({ type: 'stop', trigger: 'StopAuthorized', reason: 'Local', idToken: null });
  }

  /** The session that this token is about: one it runs, one of its group's, or the one at the outlet it was shown to. */
  private sessionFor(token: IdToken, evseId: number | undefined): Evse | null {
    const candidates = this.deps.evses.filter((evse) => evseId === undefined || evse.id === evseId);
    const own = candidates.find((evse) => this.owns(evse, token));
    if (own !== undefined) return own;
    const busy = candidates.filter((evse) => isBusy(evse));
    // Another card, and every outlet it can mean is taken: it may be of the same group, or a master pass.
    return busy.length === candidates.length ? (busy[0] ?? null) : null;
  }

  private owns(evse: Evse, token: IdToken): boolean {
    const { transaction, authorization, heldFor } = evse.record;
    const holder = authorization?.idToken ?? (transaction?.ending === null && transaction.stopReason === null ? transaction.idToken : null) ?? heldFor?.idToken;
    return holder != null && this.deps.same(holder, token);
  }

  private async presentToSession(token: IdToken, evse: Evse, contract?: CheckedContract): Promise<PresentResult> {
    if (this.owns(evse, token)) {
      this.show({ state: 'accepted', token, status: 'Accepted', evseId: evse.id });
      this.end(evse, token);
      return { status: 'Accepted', by: 'none' };
    }
    const decision = await this.decide(token, evse.id, contract);
    const group = decision.info.groupIdToken;
    const master = this.deps.settings.string('AuthCtrlr.MasterPassGroupId', '');
    if (decision.info.status === 'Accepted' && group !== undefined) {
      const { authorization, transaction, heldFor } = evse.record;
      const own = authorization?.groupIdToken ?? transaction?.groupIdToken ?? heldFor?.groupIdToken ?? null;
      if (master !== '' && group.value.toLowerCase() === master.toLowerCase()) {
        // C16: without a choice on the display a master pass stops what it is shown to.
        evse.dispatch({ type: 'stop', trigger: 'StopAuthorized', reason: 'MasterPass', idToken: token });
        return { status: 'Accepted', by: decision.by };
      }
      if (own !== null && own.value.toLowerCase() === group.value.toLowerCase()) {
        this.show({ state: 'accepted', token, status: 'Accepted', evseId: evse.id });
        this.end(evse, token);
        return { status: 'Accepted', by: decision.by };
      }
    }
    if (canTakeOver(evse) && this.statusFor(token, decision, evse.id) === 'Accepted') {
      // The cable is in, but its transaction has nobody's authorization yet (TxStartPoint EVConnected).
      this.authorize(evse, token, decision, false);
      return { status: 'Accepted', by: decision.by };
    }
    const verdict = canTakeOver(evse) ? this.statusFor(token, decision, evse.id) : decision.info.status;
    const status = verdict === 'Accepted' ? 'ConcurrentTx' : verdict;
    this.show({ state: 'refused', token, status, evseId: evse.id });
    return { status, by: decision.by };
  }

  private end(evse: Evse, token: IdToken): void {
    if (evse.record.heldFor !== null && evse.record.transaction === null) evse.dispatch({ type: 'owner' });
    else evse.dispatch({ type: 'stop', trigger: 'StopAuthorized', reason: 'Local', idToken: token });
  }

  private async decide(token: IdToken, evseId: number, contract?: CheckedContract): Promise<Decision> {
    if (this.deps.journal.failure !== null) {
      this.deps.log('error', 'authorization', 'no new session while the books can\'t be written');
      return { info: { status: 'NotAtThisTime' }, by: 'none' };
    }
    this.show({ state: 'checking', token, status: null, evseId });
    return this.deps.authorizer.decide(token, contract);
  }

  private statusFor(token: IdToken, decision: Decision, evseId: number): Verdict {
    const { info } = decision;
    if (info.status !== 'Accepted') return info.status;
    if (info.evseIds !== undefined && info.evseIds.length > 0 && !info.evseIds.includes(evseId)) return 'NotAtThisLocation'; // C01.FR.20
    const master = this.deps.settings.string('AuthCtrlr.MasterPassGroupId', '');
    // C16.FR.01: a master pass stops transactions, it can't start one.
    if (master !== '' && info.groupIdToken?.value.toLowerCase() === master.toLowerCase()) return 'Invalid';
    return this.deps.reservations.claim(evseId, token, info.groupIdToken ?? null).allowed ? 'Accepted' : 'Reserved';
  }

  private authorize(evse: Evse, token: IdToken, decision: Decision, floating: boolean): void {
    this.deps.log('info', `evse ${evse.id}`, `token ${mask(token.value)} accepted by ${decision.by}`);
    evse.dispatch({
      type: 'authorized',
      trigger: 'Authorized',
      authorization: {
        idToken: token,
        groupIdToken: decision.info.groupIdToken ?? null,
        by: decision.by,
        remoteStartId: null,
        reservationId: this.deps.reservations.claim(evse.id, token, decision.info.groupIdToken ?? null).reservationId,
        floating,
        ...driverFacts(decision.info),
        connectDeadlineMs: this.deps.clock.monotonicMs() + this.deps.settings.number('TxCtrlr.EVConnectionTimeOut', 60) * 1000,
        extensionsLeft: MAX_EXTENSIONS,
        ...(decision.info.chargingPriority === undefined ? {} : { chargingPriority: decision.info.chargingPriority }),
      },
    });
  }

  /**
   * The outlet that was named; or the one reserved for this card, the one whose car waits for a card, the first that is
   * free. Else why none.
   */
  private chooseEvse(token: IdToken, evseId: number | undefined): Evse | 'NotAtThisTime' | 'Reserved' {
    const serving = this.deps.evses.filter((evse) => this.canServe(evse) && (evseId === undefined || evse.id === evseId));
    const prospects = new Map(serving.map((evse) => [evse, this.deps.reservations.prospect(evse.id, token)]));
    const best = (['own', 'open', 'perhaps'] as const).find((prospect) => [...prospects.values()].includes(prospect));
    if (best === undefined) return serving.length === 0 ? 'NotAtThisTime' : 'Reserved';
    const usable = serving.filter((evse) => prospects.get(evse) === best);
    return usable.find((evse) => evse.record.pluggedConnectorId !== null && !evse.record.finished)
      ?? usable.find((evse) => evse.record.pluggedConnectorId === null)
      ?? usable[0] ?? 'NotAtThisTime';
  }

  private canServe(evse: Evse): boolean {
    const { record } = evse;
    return !evse.faulted && this.deps.inService(evse) && record.operative && (!isBusy(evse) || canTakeOver(evse))
      && evse.charger.facts.connectors.some((connector) => !record.inoperativeConnectors.includes(connector.id));
  }

  private show(view: ReaderView): void {
    this.hide();
    this.hide = () => {};
    this.deps.onView(view);
    if (view.state !== 'checking') this.hide = this.deps.clock.after(SHOW_MS, () => this.deps.onView(null));
  }
}

function isBusy(evse: Evse): boolean {
  const { transaction, authorization, heldFor } = evse.record;
  return transaction !== null || authorization !== null || heldFor !== null;
}

export function canTakeOver(evse: Evse): boolean {
  return awaitsAuthorization(evse.record);
}
