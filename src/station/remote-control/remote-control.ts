/** F01 to F03, F05, F06; 1.6 sections 5.11, 5.12, 5.17, 5.18: what the CSMS starts, stops, unlocks and asks for. */
import type { Clock } from '../../platform/ports.ts';
import type { RemoteControlApi, RemoteStartAnswer, RemoteStartRequest } from '../api.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import { driverFacts } from '../authorization/driver-facts.ts';
import { ADDITIONAL_INFO_ITEMS } from '../authorization/capacity.ts';
import { canTakeOver } from '../authorization/sessions.ts';
import type { Boot } from '../provisioning/boot.ts';
import type { StatusReporter } from '../availability/status.ts';
import type { Trigger } from '../block.ts';
import type { Settings } from '../device-model/types.ts';
import type { Evse } from '../evse.ts';
import type { ReservationGuard } from '../reservation/api.ts';
import type { SmartCharging } from '../smart-charging/smart-charging.ts';
import type { IdToken, IdTokenInfo } from '../types.ts';

export interface RemoteControlDeps {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly authorizer: Authorizer;
  readonly masterPass: { is(info: IdTokenInfo): boolean };
  readonly boot: Boot;
  readonly status: StatusReporter;
  readonly evses: readonly Evse[];
  readonly inService: (evse: Evse) => boolean;
  readonly reservations: ReservationGuard;
  readonly sendMeterValues: (evseId: number | undefined) => void;
  readonly hasMeterValues: () => boolean;
  /** What the other blocks can be triggered to send. */
  readonly triggers: ReadonlyMap<string, Trigger>;
  readonly smartCharging: Pick<SmartCharging, 'refuseRemoteStart' | 'startWith'>;
}

const MAX_EXTENSIONS = 10;

/** What can be sent on its own, without the queues. */
const OF_AN_EVSE = new Set(['StatusNotification', 'MeterValues', 'TransactionEvent']);

/** B02.FR.02: while Pending what was triggered may be sent, but the queues stay shut. */
const NOT_ACCEPTED = { status: 'Rejected', reason: { reasonCode: 'CSNotAccepted' } } as const;
const WHILE_PENDING = new Set(['BootNotification', 'Heartbeat', 'StatusNotification', 'MeterValues']);

export class RemoteControl implements RemoteControlApi {
  constructor(private readonly deps: RemoteControlDeps) {}

  requestStart(request: RemoteStartRequest): RemoteStartAnswer {
    if ((request.idToken.additionalInfo?.length ?? 0) > ADDITIONAL_INFO_ITEMS) return { status: 'Rejected', reason: { reasonCode: 'TooManyElements' } };
    const evse = this.evseFor(request);
    if (evse === null) return { status: 'Rejected', reason: { reasonCode: request.evseId === undefined ? 'NotFound' : 'UnknownEvse' } };
    const refusal = this.refusal(evse, request) ?? this.reserved(evse, request, request.groupIdToken ?? null);
    if (refusal !== null) return { status: 'Rejected', reason: refusal === 'Unspecified' ? { reasonCode: refusal, additionalInfo: 'reserved for another token' } : { reasonCode: refusal } };
    const bad = request.chargingProfile === undefined ? null : this.deps.smartCharging.refuseRemoteStart(evse.id, request.chargingProfile);
    if (bad !== null) return { status: 'Rejected', reason: bad }; // K05.FR.05
    const running = evse.record.transaction;
    const mustAuthorize = this.deps.settings.boolean('AuthCtrlr.AuthorizeRemoteStart', false)
      && request.idToken.type !== 'Central' && request.idToken.type !== 'NoAuthorization'; // F01.FR.01
    if (mustAuthorize) void this.authorizeThenStart(evse, request);
    // The answer goes before what it causes.
    else this.deps.clock.after(0, () => this.start(evse, request, { status: 'Accepted' }));
    return { status: 'Accepted', ...(running === null ? {} : { transactionId: running.id }) }; // F01.FR.13
  }

  requestStop(transactionId: string): ReturnType<RemoteControlApi['requestStop']> {
    const evse = this.deps.evses.find((candidate) => candidate.record.transaction?.id === transactionId);
    if (evse === undefined) return { status: 'Rejected', reason: { reasonCode: 'TxNotFound' } }; // F03.FR.08
    this.deps.clock.after(0, () => evse.dispatch({ type: 'stop', trigger: 'RemoteStop', reason: 'Remote', idToken: null }));
    return { status: 'Accepted' };
  }

  async unlock(evseId: number, connectorId: number, options: { readonly stopRunning: boolean }): ReturnType<RemoteControlApi['unlock']> {
    const evse = this.deps.evses.find((candidate) => candidate.id === evseId);
    const connector = evse?.charger.facts.connectors.find((candidate) => candidate.id === connectorId);
    if (evse === undefined || connector === undefined) return 'UnknownConnector';
    if (!connector.canLock) return 'NotSupported'; // F05.FR.07; a session isn't ended for nothing
    const { transaction, authorization } = evse.record;
    if (transaction !== null && authorization !== null && transaction.connectorId === connectorId) {
      if (!options.stopRunning) return 'OngoingAuthorizedTransaction'; // F05.FR.02
      // 1.6 section 5.18: the transaction is finished first.
      await this.stopAndWait(evse);
    }
    evse.dispatch({ type: 'owner' });
    return evse.charger.unlock(connectorId);
  }

  trigger(what: string, target: { readonly evseId?: number; readonly connectorId?: number } = {}): ReturnType<RemoteControlApi['trigger']> {
    const { boot, status, evses } = this.deps;
    const chosen = evses.filter((evse) => target.evseId === undefined || target.evseId === 0 || evse.id === target.evseId);
    // F06.FR.03: where the message has nothing to do with an EVSE, none is looked at.
    if (!OF_AN_EVSE.has(what)) return this.triggerOfStation(what, target);
    if (chosen.length === 0) return { status: 'Rejected', reason: { reasonCode: 'UnknownEvse' } };
    const connectorKnown = target.connectorId === undefined || target.connectorId === 0
      || chosen.some((evse) => evse.charger.facts.connectors.some((connector) => connector.id === target.connectorId));
    if (!connectorKnown) return { status: 'Rejected', reason: { reasonCode: 'UnknownConnectorId' } };
    if (boot.status !== 'Accepted' && !WHILE_PENDING.has(what)) return NOT_ACCEPTED;
    switch (what) {
      case 'StatusNotification': return { status: 'Accepted', send: () => status.trigger(boot.connectedPort, target.evseId, target.connectorId) };
      case 'MeterValues': {
        // F06.FR.10: what is accepted is sent, so with nothing to measure it isn't.
        if (!this.deps.hasMeterValues()) return { status: 'Rejected', reason: { reasonCode: 'NotEnabled', additionalInfo: 'no measurands are configured' } };
        return { status: 'Accepted', send: () => this.deps.sendMeterValues(target.evseId) };
      }
      default: {
        const running = chosen.filter((evse) => evse.record.transaction !== null);
        if (running.length === 0) return { status: 'Rejected', reason: { reasonCode: 'TxNotFound' } };
        return { status: 'Accepted', send: () => {
          for (const evse of running) evse.dispatch({ type: 'sample', kind: 'trigger' });
        } };
      }
    }
  }

  private triggerOfStation(what: string, target: { readonly evseId?: number; readonly connectorId?: number }): ReturnType<RemoteControlApi['trigger']> {
    const { boot } = this.deps;
    if (boot.status !== 'Accepted' && !WHILE_PENDING.has(what)) return NOT_ACCEPTED;
    switch (what) {
      case 'BootNotification':
        return boot.status === 'Accepted' ? { status: 'Rejected', reason: { reasonCode: 'NotEnabled' } } // F06.FR.17
          : { status: 'Accepted', send: () => boot.triggerBoot() };
      case 'Heartbeat': return { status: 'Accepted', send: () => boot.triggerHeartbeat() };
      default: return this.deps.triggers.get(what)?.(target) ?? { status: 'NotImplemented' };
    }
  }

  private evseFor(request: RemoteStartRequest): Evse | null {
    const { evses } = this.deps;
    if (request.evseId !== undefined) return evses.find((evse) => evse.id === request.evseId) ?? null;
    // F01.FR.07 lets a station reject this; one with a free outlet has no reason to.
    const free = evses.filter((evse) => this.refusal(evse, request) === null && this.reserved(evse, request, request.groupIdToken ?? null) === null);
    return free.find((evse) => this.deps.reservations.prospect(evse.id, request.idToken) === 'own')
      ?? free.find((evse) => evse.record.pluggedConnectorId !== null) ?? free[0] ?? null;
  }

  /** F01.FR.21, F01.FR.22. */
  private reserved(evse: Evse, { idToken }: RemoteStartRequest, group: IdToken | null): string | null {
    return this.deps.reservations.claim(evse.id, idToken, group).allowed ? null : 'Unspecified';
  }

  private refusal(evse: Evse, { connectorId }: RemoteStartRequest): string | null {
    const { record } = evse;
    if (evse.faulted) return 'InternalError'; // F01.FR.23
    if (!this.deps.inService(evse) || !record.operative) return 'NotEnabled';
    if (connectorId !== undefined && !evse.charger.facts.connectors.some((connector) => connector.id === connectorId)) return 'UnknownConnectorId';
    if (connectorId !== undefined && record.inoperativeConnectors.includes(connectorId)) return 'NotEnabled';
    if (connectorId !== undefined && evse.isBroken(connectorId)) return 'InternalError';
    if (record.heldFor !== null) return 'TxInProgress';
    if (record.authorization !== null || (record.transaction !== null && !canTakeOver(evse))) return 'TxInProgress'; // F01.FR.24
    return null;
  }

  private async authorizeThenStart(evse: Evse, request: RemoteStartRequest): Promise<void> {
    const { info } = await this.deps.authorizer.decide(request.idToken);
    if (info.status !== 'Accepted' || this.deps.masterPass.is(info)) return; // C16.FR.03
    const { evseIds } = info;
    const allowed = (at: Evse): boolean => evseIds === undefined || evseIds.length === 0 || evseIds.includes(at.id); // C01.FR.21
    const place = allowed(evse) ? evse : this.deps.evses.find((other) => request.evseId === undefined && allowed(other) && this.refusal(other, request) === null);
    if (place !== undefined) this.start(place, request, info);
  }

  private start(evse: Evse, request: RemoteStartRequest, info: IdTokenInfo): void {
    const groupIdToken: IdToken | null = request.groupIdToken ?? info.groupIdToken ?? null;
    if (this.refusal(evse, request) !== null || this.reserved(evse, request, groupIdToken) !== null) return; // something came between
    evse.dispatch({
      type: 'authorized',
      trigger: 'RemoteStart',
      authorization: {
        idToken: request.idToken,
        groupIdToken,
        by: 'remote',
        remoteStartId: request.remoteStartId ?? null,
        reservationId: this.deps.reservations.claim(evse.id, request.idToken, groupIdToken).reservationId,
        floating: request.evseId === undefined, // F01.FR.20: it may be plugged in elsewhere
        ...driverFacts(info),
        connectDeadlineMs: this.deps.clock.monotonicMs() + this.deps.settings.number('TxCtrlr.EVConnectionTimeOut', 60) * 1000,
        extensionsLeft: MAX_EXTENSIONS,
        ...(info.chargingPriority === undefined ? {} : { chargingPriority: info.chargingPriority }),
        ...(info.evseIds === undefined || info.evseIds.length === 0 ? {} : { evseIds: info.evseIds }),
      },
    });
    if (request.chargingProfile !== undefined) this.deps.smartCharging.startWith(evse, request.chargingProfile);
  }

  private async stopAndWait(evse: Evse): Promise<void> {
    evse.dispatch({ type: 'stop', trigger: 'UnlockCommand', reason: 'Other', idToken: null });
    if (evse.record.transaction === null) return;
    await new Promise<void>((resolve) => {
      const stop = evse.onChange.on(() => {
        if (evse.record.transaction !== null) return;
        stop();
        resolve();
      });
    });
  }
}
