/** OCPPCommCtrlr, SecurityCtrlr, ClockCtrlr, DeviceDataCtrlr. */
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';

const seconds = { unit: 's', minLimit: 0 };

export const communication: readonly Definition[] = [
  ...rows('OCPPCommCtrlr', [
    ['ActiveNetworkProfile', 'integer', '1', READ_ONLY],
    ['MessageTimeout', 'integer', '30', { ...seconds, instance: 'Default', mainInstance: true, maxLimit: 600 }],
    ['FileTransferProtocols', 'MemberList', '', { ...CONSTANT, valuesList: ['FTP', 'FTPS', 'HTTP', 'HTTPS', 'SFTP'] }],
    ['HeartbeatInterval', 'integer', '300', seconds],
    ['NetworkConfigurationPriority', 'SequenceList', '1', { valuesList: ['1', '2', '3'], nonEmpty: true }],
    ['NetworkProfileConnectionAttempts', 'integer', '3', { minLimit: 0, maxLimit: 100 }],
    ['OfflineThreshold', 'integer', '60', seconds],
    ['MessageAttempts', 'integer', '3', { instance: 'TransactionEvent', mainInstance: true, minLimit: 0, maxLimit: 100 }],
    ['MessageAttemptInterval', 'integer', '60', { ...seconds, instance: 'TransactionEvent', mainInstance: true, maxLimit: 86_400 }],
    ['QueueAllMessages', 'boolean', 'false'],
    ['UnlockOnEVSideDisconnect', 'boolean', 'true'],
    ['ResetRetries', 'integer', '1', { minLimit: 0, maxLimit: 10 }],
    ['RetryBackOffRepeatTimes', 'integer', '5', { minLimit: 0, maxLimit: 20 }],
    ['RetryBackOffRandomRange', 'integer', '5', { ...seconds, maxLimit: 3600 }],
    ['RetryBackOffWaitMinimum', 'integer', '5', { ...seconds, maxLimit: 3600 }],
    ['WebSocketPingInterval', 'integer', '30', { ...seconds, maxLimit: 86_400 }],
  ]),
  ...rows('SecurityCtrlr', [
    ['BasicAuthPassword', 'string', undefined, { mutability: 'WriteOnly', minLength: 16, maxLength: 64 }],
    ['Identity', 'string', undefined, { ...READ_ONLY, maxLength: 48 }],
    ['OrganizationName', 'string', '', { maxLength: 64 }],
    ['CertificateEntries', 'integer', '0', { ...CONSTANT, maxLimit: 0 }],
    ['SecurityProfile', 'integer', '0', { ...READ_ONLY, minLimit: 0, maxLimit: 3 }],
  ]),
  ...rows('ClockCtrlr', [
    ['DateTime', 'dateTime', undefined, READ_ONLY],
    ['TimeSource', 'SequenceList', 'Heartbeat', { ...CONSTANT, valuesList: ['Heartbeat'] }],
  ]),
  ...rows('DeviceDataCtrlr', [
    ...(['GetReport', 'GetVariables', 'SetVariables'] as const).flatMap((instance) => [
      ['ItemsPerMessage', 'integer', '50', { ...CONSTANT, instance }],
      ['BytesPerMessage', 'integer', '65000', { ...CONSTANT, instance }],
    ] as const),
    ['ConfigurationValueSize', 'integer', '1000', CONSTANT],
    ['ReportingValueSize', 'integer', '2500', CONSTANT],
  ]),
];
