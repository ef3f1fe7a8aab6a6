/** Block E: TransactionEvent, GetTransactionStatus. */
import type {
  GetTransactionStatusRequest, GetTransactionStatusResponse, TransactionEventRequest, TransactionEventResponse,
} from '../../ocpp/v201/index.ts';
import type { TransactionsApi } from '../../station/api.ts';
import type { DeliveryAnswer } from '../../station/csms-port.ts';
import type { TransactionEventReport } from '../../station/reports.ts';
import { plainText } from '../../base/safe-text.ts';
import { jsonObject } from '../../station/tariff-cost/cost-messages.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { fromIdTokenInfo, fromMessage, wireIdToken, wireMeterValues, wireTime } from './wire.ts';

/** E01..E15. The same report always gives the same message, so that a copy can be told from a new event. */
export function transactionEvent(report: TransactionEventReport): TransactionEventRequest {
  const meterValue = wireMeterValues(report.meterValues ?? []);
  return {
    eventType: report.eventType,
    timestamp: wireTime(report.timestamp),
    triggerReason: report.triggerReason,
    seqNo: report.seqNo,
    ...(report.offline ? { offline: true } : {}),
    ...(report.numberOfPhasesUsed === undefined ? {} : { numberOfPhasesUsed: report.numberOfPhasesUsed }),
    ...(report.cableMaxCurrentA === undefined ? {} : { cableMaxCurrent: Math.round(report.cableMaxCurrentA) }),
    ...(report.reservationId === undefined ? {} : { reservationId: report.reservationId }),
    transactionInfo: {
      transactionId: report.transactionId,
      ...(report.chargingState === undefined ? {} : { chargingState: report.chargingState }),
      ...(report.timeSpentChargingS === undefined ? {} : { timeSpentCharging: report.timeSpentChargingS }),
      ...(report.stoppedReason === undefined ? {} : { stoppedReason: report.stoppedReason }),
      ...(report.remoteStartId === undefined ? {} : { remoteStartId: report.remoteStartId }),
    },
    ...(report.idToken === undefined ? {} : { idToken: wireIdToken(report.idToken) }),
    // E01.FR.16: once, when the EV has connected.
    ...(report.firstWithEvse ? { evse: { id: report.evseId, ...(report.connectorId === null ? {} : { connectorId: report.connectorId }) } } : {}),
    ...(meterValue.length === 0 ? {} : { meterValue: meterValue as NonNullable<TransactionEventRequest['meterValue']> }),
  };
}

export function transactionAnswer(response: TransactionEventResponse): DeliveryAnswer {
  const message = response.updatedPersonalMessage;
  return {
    ...(response.idTokenInfo === undefined ? {} : { idTokenInfo: fromIdTokenInfo(response.idTokenInfo) }),
    ...(response.totalCost === undefined ? {} : { totalCost: response.totalCost }),
    ...(response.chargingPriority === undefined ? {} : { chargingPriority: response.chargingPriority }),
    ...(message === undefined ? {} : { updatedPersonalMessage: fromMessage(message, response.customData) }),
    ...qrText(response.customData),
  };
}

/** California pricing 4.1. */
function qrText(customData: unknown): { qrText?: string } {
  const text = jsonObject(customData)?.qrCodeText;
  return typeof text === 'string' ? { qrText: plainText(text) } : {};
}

export const transactionHandlers: BlockHandlers = ({ station }) => [
  ['GetTransactionStatus', on((request: GetTransactionStatusRequest) => getTransactionStatus(station.transactions, request))],
];

/** E14. */
function getTransactionStatus(station: TransactionsApi, { transactionId }: GetTransactionStatusRequest): GetTransactionStatusResponse {
  const { ongoing, messagesInQueue } = station.status(transactionId);
  return { messagesInQueue, ...(ongoing === undefined ? {} : { ongoingIndicator: ongoing }) };
}
