/** OCPP 2.0.1: its blocks, put together. Which action is whose, each block's file says. */
import type { Bridge, BridgeContext, Edition } from '../../csms/edition.ts';
import type { Validators } from '../../ocpp/rpc/validation.ts';
import {
  errorCodes, seldomActions, validators, type BootNotificationResponse, type HeartbeatResponse, type TransactionEventResponse,
} from '../../ocpp/v201/index.ts';
import type { DeliveryAnswer } from '../../station/csms-port.ts';
import type { Report } from '../../station/reports.ts';
import type { BlockHandlers } from '../handlers.ts';
import { authorizationHandlers, authorize } from './authorization.ts';
import { availabilityHandlers, meterValues, securityEvent, statusNotification } from './availability.ts';
import { iso15118 } from './iso15118.ts';
import { bootAnswer, bootNotification, notifyReport, provisioningHandlers } from './provisioning.ts';
import { remoteControlHandlers } from './remote-control.ts';
import { transactionAnswer, transactionEvent, transactionHandlers } from './transactions.ts';
import { lettingThrough } from './unsupported-values.ts';

const NAME = 'ocpp2.0.1';

/** The others are in seldom.ts. */
const BLOCKS: readonly BlockHandlers[] = [provisioningHandlers, authorizationHandlers, transactionHandlers, remoteControlHandlers, availabilityHandlers];

type Seldom = typeof import('./seldom.ts');
const SELDOM_ACTIONS: ReadonlySet<string> = new Set(seldomActions);
let seldom: Seldom | null = null;
let loading: Promise<Seldom> | null = null;

function loadSeldom(): Promise<Seldom> {
  // Asked again after a failure, it is tried again.
  loading ??= import('./seldom.ts').then((part) => (seldom = part)).finally(() => void (loading = null));
  return loading;
}

/** Whoever waits for what checks an action has what handles it, too. */
function withHandlers(checks: Validators): Validators {
  return {
    ...checks,
    load: (action) => {
      const checking = checks.load(action);
      if (seldom !== null || (action !== undefined && !SELDOM_ACTIONS.has(action))) return checking;
      return Promise.all([checking, loadSeldom()]).then(() => undefined);
    },
  };
}

export const edition: Edition = { name: NAME, validators: withHandlers(lettingThrough(validators)), errorCodes, createBridge };

function createBridge(context: BridgeContext): Bridge {
  const { call } = context;
  const everyday = new Map(BLOCKS.flatMap((block) => block(context)));
  let all: Bridge['handlers'] | null = null;
  return {
    edition: NAME,
    get handlers() {
      if (seldom === null) return everyday;
      return (all ??= new Map([...everyday, ...seldom.SELDOM_BLOCKS.flatMap((block) => block(context))]));
    },
    bootNotification: async (boot) => bootAnswer((await call('BootNotification', bootNotification(boot))) as BootNotificationResponse),
    heartbeat: async () => ({ currentTimeMs: Date.parse(((await call('Heartbeat', {})) as HeartbeatResponse).currentTime) }),
    authorize: (token, contract) => authorize(call, token, contract),
    iso15118: iso15118(call),
    dataTransfer: async (request) => (await here()).send(call, request),
    signCertificate: async (use, csr) => (await here()).signCertificate(call, use, csr),
    certificateStatus: async (certificate) => (await here()).certificateStatus(call, certificate),
    deliver: (report) => deliver(context, report),
  };
}

async function here(): Promise<Seldom> {
  return seldom ?? loadSeldom();
}

async function deliver({ call }: BridgeContext, report: Report): Promise<DeliveryAnswer> {
  switch (report.kind) {
    case 'transactionEvent': return transactionAnswer((await call('TransactionEvent', transactionEvent(report))) as TransactionEventResponse);
    case 'meterValues': return tell('MeterValues', meterValues(report));
    case 'status': return tell('StatusNotification', statusNotification(report));
    case 'securityEvent': return tell('SecurityEventNotification', securityEvent(report));
    case 'deviceModel': return tell('NotifyReport', notifyReport(report));
    case 'firmwareStatus': return tell('FirmwareStatusNotification', (await here()).firmwareStatusNotification(report));
    case 'logStatus': return tell('LogStatusNotification', (await here()).logStatusNotification(report));
    case 'connectorUnplugged': return {}; // the transaction itself lasts as long as TxStopPoint says
    case 'displayMessages': return tell('NotifyDisplayMessages', (await here()).notifyDisplayMessages(report));
    case 'reservationStatus': return tell('ReservationStatusUpdate', (await here()).reservationStatusUpdate(report));
    case 'notifyEvent': return tell('NotifyEvent', (await here()).notifyEvent(report));
    case 'monitoringReport': return tell('NotifyMonitoringReport', (await here()).notifyMonitoringReport(report));
    case 'customerInformation': return tell('NotifyCustomerInformation', (await here()).notifyCustomerInformation(report));
    case 'chargingProfiles': return tell('ReportChargingProfiles', (await here()).reportChargingProfiles(report));
    case 'chargingLimit': return tell('NotifyChargingLimit', (await here()).notifyChargingLimit(report));
    case 'chargingLimitCleared': return tell('ClearedChargingLimit', (await here()).clearedChargingLimit(report));
    case 'localListConflict': return {}; // 1.6 alone has words for it
  }

  /** A message whose answer says nothing. Null: this edition has nothing to say of it. */
  async function tell(action: string, payload: object | null): Promise<DeliveryAnswer> {
    if (payload !== null) await call(action, payload);
    return {};
  }
}
