/** A04: the security events of the appendix, spelt as 2.x spells them; 1.6 has other names for some (security whitepaper). */

/** Whether the CSMS must be told; the others are only logged. */
export const SECURITY_EVENTS = {
  FirmwareUpdated: 'critical',
  FailedToAuthenticateAtCsms: 'logged',
  CsmsFailedToAuthenticate: 'logged',
  SettingSystemTime: 'critical',
  StartupOfTheDevice: 'critical',
  ResetOrReboot: 'critical',
  SecurityLogWasCleared: 'critical',
  ReconfigurationOfSecurityParameters: 'logged',
  MemoryExhaustion: 'critical',
  InvalidMessages: 'logged',
  /** Never raised: a replay can't be told from a CSMS that sends again or counts its message ids anew; TLS keeps others out. */
  AttemptedReplayAttacks: 'logged',
  /** Never raised yet: no controller that is driven here reports a tamper switch. */
  TamperDetectionActivated: 'critical',
  InvalidFirmwareSignature: 'critical',
  InvalidFirmwareSigningCertificate: 'critical',
  InvalidCsmsCertificate: 'critical',
  InvalidChargingStationCertificate: 'critical',
  InvalidTLSVersion: 'critical',
  InvalidTLSCipherSuite: 'critical',
  MaintenanceLoginAccepted: 'critical',
  MaintenanceLoginFailed: 'critical',
  /** Not in 2.0.1's appendix, but A02.FR.29 names it. */
  DiscardedRenewedClientCertificate: 'critical',
} as const satisfies Readonly<Record<string, 'critical' | 'logged'>>;

export type SecurityEventType = keyof typeof SECURITY_EVENTS;
