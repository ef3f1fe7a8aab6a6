/** OCPP 2.0.1: which block answers what. */
import type { Bridge, BridgeContext, Edition, IncomingHandler } from '../../csms/edition.ts';
import {
  errorCodes, validators, type AuthorizeResponse, type BootNotificationResponse, type ChangeAvailabilityRequest, type CostUpdatedRequest,
  type DataTransferRequest, type DataTransferResponse, type GetBaseReportRequest, type GetReportRequest, type GetTransactionStatusRequest,
  type GetVariablesRequest, type HeartbeatResponse, type RequestStartTransactionRequest, type RequestStopTransactionRequest, type ResetRequest,
  type SetNetworkProfileRequest, type SetVariablesRequest, type TransactionEventResponse, type TriggerMessageRequest, type UnlockConnectorRequest,
} from '../../ocpp/v201/index.ts';
import type { DeliveryAnswer } from '../../station/csms-port.ts';
import type { Report } from '../../station/reports.ts';
import { changeAvailability, meterValues, notifyEvent, securityEvent, statusNotification } from './availability.ts';
import { bootAnswer, bootNotification, getBaseReport, getReport, getVariables, notifyReport, reset, setNetworkProfile, setVariables } from './provisioning.ts';
import { requestStart, requestStop, trigger, unlock } from './remote-control.ts';
import { getTransactionStatus, transactionAnswer, transactionEvent } from './transactions.ts';
import { fromIdTokenInfo, wireIdToken } from './wire.ts';

const NAME = 'ocpp2.0.1';

export const edition: Edition = { name: NAME, validators, errorCodes, createBridge };

function createBridge(context: BridgeContext): Bridge {
  const { call } = context;
  return {
    edition: NAME,
    handlers: handlers(context),
    bootNotification: async (boot) => bootAnswer((await call('BootNotification', bootNotification(boot))) as BootNotificationResponse),
    heartbeat: async () => ({ currentTimeMs: Date.parse(((await call('Heartbeat', {})) as HeartbeatResponse).currentTime) }),
    authorize: async (token) => fromIdTokenInfo(((await call('Authorize', { idToken: wireIdToken(token) })) as AuthorizeResponse).idTokenInfo),
    dataTransfer: async (request) => {
      const { status, data } = (await call('DataTransfer', request)) as DataTransferResponse;
      return { status, ...(data === undefined ? {} : { data }) };
    },
    deliver: (report) => deliver(context, report),
  };
}

async function deliver({ call, nowMs }: BridgeContext, report: Report): Promise<DeliveryAnswer> {
  switch (report.kind) {
    case 'transactionEvent': return transactionAnswer((await call('TransactionEvent', transactionEvent(report))) as TransactionEventResponse);
    case 'meterValues': {
      const payload = meterValues(report);
      if (payload !== null) await call('MeterValues', payload);
      return {};
    }
    case 'status': {
      const payload = statusNotification(report);
      if (payload !== null) await call('StatusNotification', payload);
      return {};
    }
    case 'securityEvent': await call('SecurityEventNotification', securityEvent(report)); return {};
    case 'deviceModel': await call('NotifyReport', notifyReport(report)); return {};
    case 'notifyEvent': await call('NotifyEvent', notifyEvent(report, new Date(nowMs()).toISOString())); return {};
  }
}

function handlers({ station }: BridgeContext): ReadonlyMap<string, IncomingHandler> {
  const on = <Request>(handle: (request: Request) => object | Promise<object>): IncomingHandler => async (payload) => ({ payload: await handle(payload) });
  return new Map<string, IncomingHandler>([
    ['RequestStartTransaction', on((request: RequestStartTransactionRequest) => requestStart(station, request))],
    ['RequestStopTransaction', on((request: RequestStopTransactionRequest) => requestStop(station, request))],
    ['UnlockConnector', on((request: UnlockConnectorRequest) => unlock(station, request))],
    ['TriggerMessage', (request: TriggerMessageRequest) => trigger(station, request)],
    ['ChangeAvailability', on((request: ChangeAvailabilityRequest) => changeAvailability(station, request))],
    ['Reset', on((request: ResetRequest) => reset(station, request))],
    ['GetVariables', on((request: GetVariablesRequest) => getVariables(station, request))],
    ['SetVariables', on((request: SetVariablesRequest) => setVariables(station, request))],
    ['GetBaseReport', on((request: GetBaseReportRequest) => getBaseReport(station, request))],
    ['GetReport', on((request: GetReportRequest) => getReport(station, request))],
    ['SetNetworkProfile', on((request: SetNetworkProfileRequest) => setNetworkProfile(station, request))],
    ['ClearCache', on(async () => ({ status: await station.authorization.clearCache() }))],
    ['GetTransactionStatus', on((request: GetTransactionStatusRequest) => getTransactionStatus(station.transactions, request))],
    ['CostUpdated', on(({ transactionId, totalCost }: CostUpdatedRequest) => {
      station.tariffCost.costUpdated(transactionId, totalCost);
      return {};
    })],
    ['DataTransfer', on(async (request: DataTransferRequest) => {
      const { status, data } = await station.dataTransfer.receive({
        vendorId: request.vendorId, ...(request.messageId === undefined ? {} : { messageId: request.messageId }), data: request.data,
      });
      return { status, ...(data === undefined ? {} : { data }) };
    })],
  ]);
}
