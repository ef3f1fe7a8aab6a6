/** OCPP 1.6J: which section answers what. */
import type { Bridge, BridgeContext, Edition, IncomingHandler } from '../../csms/edition.ts';
import {
  errorCodes, validators, type AuthorizeResponse, type BootNotificationRequest, type BootNotificationResponse, type ChangeAvailabilityRequest,
  type ChangeConfigurationRequest, type DataTransferRequest, type DataTransferResponse, type ExtendedTriggerMessageRequest,
  type GetConfigurationRequest, type HeartbeatResponse, type RemoteStartTransactionRequest, type RemoteStopTransactionRequest, type ResetRequest,
  type TriggerMessageRequest, type UnlockConnectorRequest,
} from '../../ocpp/v16/index.ts';
import type { BootInfo, DeliveryAnswer } from '../../station/csms-port.ts';
import type { Report } from '../../station/reports.ts';
import { changeConfiguration, getConfiguration } from './configuration-keys.ts';
import { changeAvailability, remoteStart, remoteStop, reset, trigger, unlock } from './remote-control.ts';
import { statusNotification } from './status.ts';
import { deliverMeterValues, deliverTransactionEvent } from './transactions.ts';
import { fitsIdTag, fromIdTagInfo, type IdTagInfo } from './wire.ts';

const NAME = 'ocpp1.6';

export const edition: Edition = { name: NAME, validators, errorCodes, createBridge };

function createBridge(context: BridgeContext): Bridge {
  const { call } = context;
  return {
    edition: NAME,
    handlers: handlers(context),
    bootNotification: async (boot) => {
      const { status, currentTime, interval } = (await call('BootNotification', bootNotification(boot))) as BootNotificationResponse;
      return { status, currentTimeMs: Date.parse(currentTime), intervalS: interval };
    },
    heartbeat: async () => ({ currentTimeMs: Date.parse(((await call('Heartbeat', {})) as HeartbeatResponse).currentTime) }),
    authorize: async ({ value }) => (!fitsIdTag(value) ? { status: 'Invalid' }
      : fromIdTagInfo(((await call('Authorize', { idTag: value })) as AuthorizeResponse).idTagInfo as IdTagInfo)),
    dataTransfer: async ({ vendorId, messageId, data }) => {
      const answer = (await call('DataTransfer', {
        vendorId, ...(messageId === undefined ? {} : { messageId }), ...(data === undefined ? {} : { data: asText(data) }),
      })) as DataTransferResponse;
      return { status: answer.status, ...(answer.data === undefined ? {} : { data: answer.data }) };
    },
    deliver: (report) => deliver(context, report),
  };
}

/** 1.6's DataTransfer carries text; what isn't text goes as JSON. */
function asText(data: unknown): string {
  return typeof data === 'string' ? data : JSON.stringify(data);
}

function bootNotification(boot: BootInfo): BootNotificationRequest {
  return {
    chargePointVendor: boot.vendorName.slice(0, 20),
    chargePointModel: boot.model.slice(0, 20),
    ...(boot.serialNumber === undefined ? {} : { chargePointSerialNumber: boot.serialNumber.slice(0, 25) }),
    ...(boot.firmwareVersion === undefined ? {} : { firmwareVersion: boot.firmwareVersion.slice(0, 50) }),
    ...(boot.meterType === undefined ? {} : { meterType: boot.meterType.slice(0, 25) }),
    ...(boot.meterSerialNumber === undefined ? {} : { meterSerialNumber: boot.meterSerialNumber.slice(0, 25) }),
  };
}

async function deliver(context: BridgeContext, report: Report): Promise<DeliveryAnswer> {
  switch (report.kind) {
    case 'transactionEvent': return deliverTransactionEvent(context, report);
    case 'meterValues': return deliverMeterValues(context, report);
    case 'status': await context.call('StatusNotification', statusNotification(context.station, report)); return {};
    // 1.6 has none of these in its core; a CSMS without the security extension would refuse the event.
    case 'securityEvent': case 'deviceModel': case 'notifyEvent': return {};
  }
}

function handlers(context: BridgeContext): ReadonlyMap<string, IncomingHandler> {
  const { station } = context;
  const on = <Request>(handle: (request: Request) => object | Promise<object>): IncomingHandler => async (payload) => ({ payload: await handle(payload) });
  return new Map<string, IncomingHandler>([
    ['RemoteStartTransaction', on((request: RemoteStartTransactionRequest) => remoteStart(context, request))],
    ['RemoteStopTransaction', on((request: RemoteStopTransactionRequest) => remoteStop(context, request))],
    ['Reset', on((request: ResetRequest) => reset(context, request))],
    ['ChangeAvailability', on((request: ChangeAvailabilityRequest) => changeAvailability(context, request))],
    ['UnlockConnector', on((request: UnlockConnectorRequest) => unlock(context, request))],
    ['TriggerMessage', (request: TriggerMessageRequest) => trigger(context, request)],
    ['ExtendedTriggerMessage', (request: ExtendedTriggerMessageRequest) => trigger(context, request)],
    ['GetConfiguration', on(({ key }: GetConfigurationRequest) => {
      const { configurationKey, unknownKey } = getConfiguration(key, station.deviceModel);
      return { ...(configurationKey.length === 0 ? {} : { configurationKey }), ...(unknownKey.length === 0 ? {} : { unknownKey }) };
    })],
    ['ChangeConfiguration', on(async ({ key, value }: ChangeConfigurationRequest) => ({ status: await changeConfiguration(key, value, station.deviceModel) }))],
    ['ClearCache', on(async () => ({ status: await station.authorization.clearCache() }))],
    ['DataTransfer', on(async ({ vendorId, messageId, data }: DataTransferRequest) => {
      const answer = await station.dataTransfer.receive({ vendorId, ...(messageId === undefined ? {} : { messageId }), data });
      return { status: answer.status, ...(answer.data === undefined ? {} : { data: asText(answer.data) }) };
    })],
  ]);
}
