/** UpdateFirmware (section 5.19), and SignedUpdateFirmware of the security whitepaper (L01). */
import type { FirmwareStatusNotificationRequest, SignedUpdateFirmwareRequest, UpdateFirmwareRequest } from '../../ocpp/v16/index.ts';
import { CallFault } from '../../ocpp/rpc/call-fault.ts';
import type { BridgeContext, IncomingAnswer } from '../../csms/edition.ts';
import type { StationApi } from '../../station/api.ts';
import type { DeliveryAnswer } from '../../station/csms-port.ts';
import type { FirmwareStatusReport } from '../../station/reports.ts';
import type { BlockHandlers } from '../handlers.ts';

export const firmwareHandlers: BlockHandlers = ({ station }) => [
  ['UpdateFirmware', (request: UpdateFirmwareRequest) => updateFirmware(station, request)],
  ['SignedUpdateFirmware', (request: SignedUpdateFirmwareRequest) => signedUpdateFirmware(station, request)],
];

/** Whitepaper L01.FR.20: a station that wants signed updates only knows no other. */
async function updateFirmware(station: StationApi, { location, retrieveDate, retries, retryInterval }: UpdateFirmwareRequest): Promise<IncomingAnswer> {
  if (!station.firmware.allowsUnsigned) throw new CallFault('NotSupported', 'only signed updates are taken: SignedUpdateFirmware');
  const { status, reason, begin } = await station.firmware.update({
    requestId: null, location, retrieveMs: Date.parse(retrieveDate), ...repetition(retries, retryInterval),
  });
  // This answer has no words for a refusal.
  if (status === 'Rejected') throw new CallFault('GenericError', reason?.additionalInfo ?? 'the update isn\'t possible now');
  return { payload: {}, ...(begin === undefined ? {} : { afterwards: begin }) };
}

async function signedUpdateFirmware(station: StationApi, { firmware, requestId, retries, retryInterval }: SignedUpdateFirmwareRequest): Promise<IncomingAnswer> {
  const { location, retrieveDateTime, installDateTime, signingCertificate, signature } = firmware;
  const { status, begin } = await station.firmware.update({
    requestId, location, retrieveMs: Date.parse(retrieveDateTime), signingCertificate, signature,
    ...(installDateTime === undefined ? {} : { installMs: Date.parse(installDateTime) }), ...repetition(retries, retryInterval),
  });
  return { payload: { status }, ...(begin === undefined ? {} : { afterwards: begin }) };
}

/** Section 7.25 knows seven of the fourteen states; the others have no word in the plain message. */
const PLAIN: Partial<Record<FirmwareStatusReport['status'], FirmwareStatusNotificationRequest['status']>> = {
  Idle: 'Idle', Downloading: 'Downloading', Downloaded: 'Downloaded', DownloadFailed: 'DownloadFailed', Installing: 'Installing', Installed: 'Installed',
  InstallationFailed: 'InstallationFailed', InstallVerificationFailed: 'InstallationFailed',
};

export async function deliverFirmwareStatus({ call }: BridgeContext, { status, requestId, form }: FirmwareStatusReport): Promise<DeliveryAnswer> {
  if (form === 'signed') await call('SignedFirmwareStatusNotification', { status, ...(requestId === null ? {} : { requestId }) });
  else if (PLAIN[status] !== undefined) await call('FirmwareStatusNotification', { status: PLAIN[status] });
  return {};
}

function repetition(retries: number | undefined, retryInterval: number | undefined): { retries?: number; retryIntervalS?: number } {
  return { ...(retries === undefined ? {} : { retries }), ...(retryInterval === undefined ? {} : { retryIntervalS: retryInterval }) };
}
