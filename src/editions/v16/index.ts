/** OCPP 1.6J: its sections, put together. Which action is whose, each section's file says. */
import type { Bridge, BridgeContext, Edition } from '../../csms/edition.ts';
import { errorCodes, validators, type HeartbeatResponse } from '../../ocpp/v16/index.ts';
import type { DeliveryAnswer } from '../../station/csms-port.ts';
import type { Report } from '../../station/reports.ts';
import type { BlockHandlers } from '../handlers.ts';
import { authorizationHandlers, authorize } from './authorization.ts';
import { sendBoot } from './boot.ts';
import { certificateHandlers, signCertificate } from './certificates.ts';
import { configurationHandlers } from './configuration-keys.ts';
import { dataTransferHandlers, send } from './data-transfer.ts';
import { deliverFirmwareStatus, firmwareHandlers } from './firmware.ts';
import { localListHandlers } from './local-list.ts';
import { certificateStatus, evCertificate } from './plug-and-charge.ts';
import { deliverLogStatus, logsHandlers } from './logs.ts';
import { remoteControlHandlers } from './remote-control.ts';
import { reservationHandlers } from './reservation.ts';
import { securityEvents } from './security.ts';
import { smartChargingHandlers } from './smart-charging.ts';
import { localListConflict, statusTeller } from './status.ts';
import { deliverMeterValues, deliverTransactionEvent, tellUnplugged } from './transactions.ts';

const NAME = 'ocpp1.6';

const BLOCKS: readonly BlockHandlers[] = [
  configurationHandlers,
  authorizationHandlers,
  localListHandlers,
  logsHandlers,
  firmwareHandlers,
  remoteControlHandlers,
  reservationHandlers,
  smartChargingHandlers,
  dataTransferHandlers,
  certificateHandlers,
];

export const edition: Edition = { name: NAME, validators, errorCodes, createBridge };

function createBridge(context: BridgeContext): Bridge {
  const { call } = context;
  const tell: Tellers = { securityEvent: securityEvents(call), status: statusTeller(context) };
  return {
    edition: NAME,
    handlers: new Map(BLOCKS.flatMap((block) => block(context))),
    bootNotification: (boot) => sendBoot(call, boot),
    heartbeat: async () => ({ currentTimeMs: Date.parse(((await call('Heartbeat', {})) as HeartbeatResponse).currentTime) }),
    authorize: (token, contract) => authorize(context, token, contract),
    iso15118: { evCertificate: (request) => evCertificate(call, request) },
    certificateStatus: (certificate) => certificateStatus(call, certificate),
    dataTransfer: (request) => send(call, request),
    signCertificate: (use, csr) => signCertificate(call, use, csr),
    deliver: (report) => deliver(context, report, tell),
  };
}

/** Those that remember what this connection was told. */
interface Tellers {
  readonly securityEvent: ReturnType<typeof securityEvents>;
  readonly status: ReturnType<typeof statusTeller>;
}

async function deliver(context: BridgeContext, report: Report, tell: Tellers): Promise<DeliveryAnswer> {
  switch (report.kind) {
    case 'transactionEvent': return deliverTransactionEvent(context, report);
    case 'meterValues': return deliverMeterValues(context, report);
    case 'status': await tell.status(report); return {};
    case 'localListConflict': await context.call('StatusNotification', localListConflict(report)); return {};
    case 'firmwareStatus': return deliverFirmwareStatus(context, report);
    case 'logStatus': return deliverLogStatus(context, report);
    case 'securityEvent': await tell.securityEvent(report); return {};
    // 1.6 has none of these.
    case 'deviceModel': case 'notifyEvent': case 'reservationStatus': return {};
    case 'monitoringReport': case 'customerInformation': return {};
    case 'connectorUnplugged': return tellUnplugged(context, report);
    case 'displayMessages': return {};
    case 'chargingProfiles': case 'chargingLimit': case 'chargingLimitCleared': return {};
  }
}
