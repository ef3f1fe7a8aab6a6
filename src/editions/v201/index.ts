/** OCPP 2.0.1: its blocks, put together. Which action is whose, each block's file says. */
import type { Bridge, BridgeContext, Edition } from '../../csms/edition.ts';
import {
  errorCodes, validators, type BootNotificationResponse, type HeartbeatResponse, type TransactionEventResponse,
} from '../../ocpp/v201/index.ts';
import type { DeliveryAnswer } from '../../station/csms-port.ts';
import type { Report } from '../../station/reports.ts';
import type { BlockHandlers } from '../handlers.ts';
import { authorizationHandlers, authorize } from './authorization.ts';
import { availabilityHandlers, meterValues, securityEvent, statusNotification } from './availability.ts';
import { certificateHandlers, certificateStatus, signCertificate } from './certificates.ts';
import { customerInformationHandlers, notifyCustomerInformation } from './customer-information.ts';
import { dataTransferHandlers, send } from './data-transfer.ts';
import { iso15118 } from './iso15118.ts';
import { displayHandlers, notifyDisplayMessages } from './display.ts';
import { firmwareHandlers, firmwareStatusNotification } from './firmware.ts';
import { localListHandlers } from './local-list.ts';
import { logsHandlers, logStatusNotification } from './logs.ts';
import { monitoringHandlers, notifyEvent, notifyMonitoringReport } from './monitoring.ts';
import { bootAnswer, bootNotification, notifyReport, provisioningHandlers } from './provisioning.ts';
import { reservationHandlers, reservationStatusUpdate } from './reservation.ts';
import { remoteControlHandlers } from './remote-control.ts';
import { clearedChargingLimit, notifyChargingLimit, reportChargingProfiles, smartChargingHandlers } from './smart-charging.ts';
import { tariffCostHandlers } from './tariff-cost.ts';
import { transactionAnswer, transactionEvent, transactionHandlers } from './transactions.ts';
import { lettingThrough } from './unsupported-values.ts';

const NAME = 'ocpp2.0.1';

const BLOCKS: readonly BlockHandlers[] = [
  provisioningHandlers,
  authorizationHandlers,
  localListHandlers,
  logsHandlers,
  firmwareHandlers,
  transactionHandlers,
  remoteControlHandlers,
  availabilityHandlers,
  reservationHandlers,
  smartChargingHandlers,
  tariffCostHandlers,
  displayHandlers,
  monitoringHandlers,
  customerInformationHandlers,
  dataTransferHandlers,
  certificateHandlers,
];

export const edition: Edition = { name: NAME, validators: lettingThrough(validators), errorCodes, createBridge };

function createBridge(context: BridgeContext): Bridge {
  const { call } = context;
  return {
    edition: NAME,
    handlers: new Map(BLOCKS.flatMap((block) => block(context))),
    bootNotification: async (boot) => bootAnswer((await call('BootNotification', bootNotification(boot))) as BootNotificationResponse),
    heartbeat: async () => ({ currentTimeMs: Date.parse(((await call('Heartbeat', {})) as HeartbeatResponse).currentTime) }),
    authorize: (token, contract) => authorize(call, token, contract),
    iso15118: iso15118(call),
    dataTransfer: (request) => send(call, request),
    signCertificate: (use, csr) => signCertificate(call, use, csr),
    certificateStatus: (certificate) => certificateStatus(call, certificate),
    deliver: (report) => deliver(context, report),
  };
}

async function deliver({ call }: BridgeContext, report: Report): Promise<DeliveryAnswer> {
  switch (report.kind) {
    case 'transactionEvent': return transactionAnswer((await call('TransactionEvent', transactionEvent(report))) as TransactionEventResponse);
    case 'meterValues': return tell('MeterValues', meterValues(report));
    case 'status': return tell('StatusNotification', statusNotification(report));
    case 'securityEvent': return tell('SecurityEventNotification', securityEvent(report));
    case 'deviceModel': return tell('NotifyReport', notifyReport(report));
    case 'firmwareStatus': return tell('FirmwareStatusNotification', firmwareStatusNotification(report));
    case 'logStatus': return tell('LogStatusNotification', logStatusNotification(report));
    case 'connectorUnplugged': return {}; // the transaction itself lasts as long as TxStopPoint says
    case 'displayMessages': return tell('NotifyDisplayMessages', notifyDisplayMessages(report));
    case 'reservationStatus': return tell('ReservationStatusUpdate', reservationStatusUpdate(report));
    case 'notifyEvent': return tell('NotifyEvent', notifyEvent(report));
    case 'monitoringReport': return tell('NotifyMonitoringReport', notifyMonitoringReport(report));
    case 'customerInformation': return tell('NotifyCustomerInformation', notifyCustomerInformation(report));
    case 'chargingProfiles': return tell('ReportChargingProfiles', reportChargingProfiles(report));
    case 'chargingLimit': return tell('NotifyChargingLimit', notifyChargingLimit(report));
    case 'chargingLimitCleared': return tell('ClearedChargingLimit', clearedChargingLimit(report));
    case 'localListConflict': return {}; // 1.6 alone has words for it
  }

  /** A message whose answer says nothing. Null: this edition has nothing to say of it. */
  async function tell(action: string, payload: object | null): Promise<DeliveryAnswer> {
    if (payload !== null) await call(action, payload);
    return {};
  }
}
