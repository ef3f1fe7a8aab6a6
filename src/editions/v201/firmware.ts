/** Block L: firmware. */
import type {
  FirmwareStatusNotificationRequest, PublishFirmwareResponse, UnpublishFirmwareResponse, UpdateFirmwareRequest, UpdateFirmwareResponse,
} from '../../ocpp/v201/index.ts';
import type { IncomingAnswer } from '../../csms/edition.ts';
import type { StationApi } from '../../station/api.ts';
import type { FirmwareStatusReport } from '../../station/reports.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { wireStatusInfo } from './wire.ts';

export const firmwareHandlers: BlockHandlers = ({ station }) => [
  ['UpdateFirmware', (request: UpdateFirmwareRequest) => updateFirmware(station, request)],
  // L03, L04 are a local controller's: a charging station serves no files to others.
  ['PublishFirmware', on((): PublishFirmwareResponse => ({
    status: 'Rejected', ...wireStatusInfo({ reasonCode: 'UnsupportedRequest', additionalInfo: 'this station is no local controller' }),
  }))],
  ['UnpublishFirmware', on((): UnpublishFirmwareResponse => ({ status: 'NoFirmware' }))], // L04.FR.03
];

/** L01, L02. The answer goes first, then the update starts. */
async function updateFirmware(station: StationApi, { firmware, requestId, retries, retryInterval }: UpdateFirmwareRequest): Promise<IncomingAnswer> {
  const { status, reason, begin } = await station.firmware.update({
    requestId, location: firmware.location, retrieveMs: Date.parse(firmware.retrieveDateTime),
    ...(firmware.installDateTime === undefined ? {} : { installMs: Date.parse(firmware.installDateTime) }),
    ...(firmware.signingCertificate === undefined ? {} : { signingCertificate: firmware.signingCertificate }),
    ...(firmware.signature === undefined ? {} : { signature: firmware.signature }),
    ...(retries === undefined ? {} : { retries }),
    ...(retryInterval === undefined ? {} : { retryIntervalS: retryInterval }),
  });
  const payload: UpdateFirmwareResponse = { status, ...wireStatusInfo(reason) };
  return { payload, ...(begin === undefined ? {} : { afterwards: begin }) };
}

/** L01.FR.10, L01.FR.20: with the id of the request, unless Idle. */
export function firmwareStatusNotification({ status, requestId }: FirmwareStatusReport): FirmwareStatusNotificationRequest {
  return { status, ...(requestId === null ? {} : { requestId }) };
}
