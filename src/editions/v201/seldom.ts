/** What of OCPP 2.0.1 most days don't need: loaded together with what checks its messages. */
import type { BlockHandlers } from '../handlers.ts';
import { certificateHandlers } from './certificates.ts';
import { customerInformationHandlers } from './customer-information.ts';
import { dataTransferHandlers } from './data-transfer.ts';
import { displayHandlers } from './display.ts';
import { firmwareHandlers } from './firmware.ts';
import { localListHandlers } from './local-list.ts';
import { logsHandlers } from './logs.ts';
import { monitoringHandlers } from './monitoring.ts';
import { reservationHandlers } from './reservation.ts';
import { smartChargingHandlers } from './smart-charging.ts';
import { tariffCostHandlers } from './tariff-cost.ts';

export { certificateStatus, signCertificate } from './certificates.ts';
export { notifyCustomerInformation } from './customer-information.ts';
export { send } from './data-transfer.ts';
export { notifyDisplayMessages } from './display.ts';
export { firmwareStatusNotification } from './firmware.ts';
export { logStatusNotification } from './logs.ts';
export { notifyEvent, notifyMonitoringReport } from './monitoring.ts';
export { reservationStatusUpdate } from './reservation.ts';
export { clearedChargingLimit, notifyChargingLimit, reportChargingProfiles } from './smart-charging.ts';

export const SELDOM_BLOCKS: readonly BlockHandlers[] = [
  localListHandlers, logsHandlers, firmwareHandlers, reservationHandlers, smartChargingHandlers, tariffCostHandlers, displayHandlers,
  monitoringHandlers, customerInformationHandlers, dataTransferHandlers, certificateHandlers,
];
