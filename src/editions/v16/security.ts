/** Security whitepaper: security events. A CSMS of before it doesn't know the message. */
import type { Call } from '../../csms/edition.ts';
import type { SecurityEventNotificationRequest } from '../../ocpp/v16/index.ts';
import { CsmsError } from '../../station/csms-port.ts';
import type { SecurityEventReport } from '../../station/reports.ts';
import { wireTime } from './wire.ts';

/** What the whitepaper calls otherwise. */
const NAMES: Readonly<Record<string, string>> = {
  FailedToAuthenticateAtCsms: 'FailedToAuthenticateAtCentralSystem',
  CsmsFailedToAuthenticate: 'CentralSystemFailedToAuthenticate',
  InvalidCsmsCertificate: 'InvalidCentralSystemCertificate',
  InvalidChargingStationCertificate: 'InvalidChargePointCertificate',
};
/** The CALLERROR codes that say "I have no such message". */
const UNKNOWN_MESSAGE = new Set(['NotImplemented', 'NotSupported']);

/**
 * Delivers security events over one connection. Once the CSMS has said that it doesn't know them, this connection is
 * spared the rest: they stand in the security log. The next connection asks again, since a CSMS may have learnt.
 */
export function securityEvents(call: Call): (report: SecurityEventReport) => Promise<void> {
  let unknown = false;
  return async (report) => {
    if (unknown) return;
    try {
      await call('SecurityEventNotification', securityEvent(report));
    } catch (error) {
      if (!(error instanceof CsmsError) || error.errorCode === undefined || !UNKNOWN_MESSAGE.has(error.errorCode)) throw error;
      unknown = true;
    }
  };
}

function securityEvent({ type, timestamp, techInfo }: SecurityEventReport): SecurityEventNotificationRequest {
  return { type: NAMES[type] ?? type, timestamp: wireTime(timestamp), ...(techInfo === undefined ? {} : { techInfo }) };
}
