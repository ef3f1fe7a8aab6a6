/** OCPPCommCtrlr. */
import { PROFILE_SLOTS } from '../../provisioning/slots.ts';
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';

const seconds = { unit: 's', minLimit: 0 };

export const communication: readonly Definition[] = [
  ...rows('OCPPCommCtrlr', [
    ['ActiveNetworkProfile', 'integer', '1', READ_ONLY],
    // A network profile brings its own; what 1.6's key or the factory set holds where none is in use.
    ['MessageTimeout', 'integer', '30', { ...READ_ONLY, unit: 's', minLimit: 0, maxLimit: 600, instance: 'Default', mainInstance: true, keyWritable: true }],
    ['FileTransferProtocols', 'MemberList', 'HTTP,HTTPS', { ...CONSTANT, valuesList: ['FTP', 'FTPS', 'HTTP', 'HTTPS', 'SFTP'] }],
    ['HeartbeatInterval', 'integer', '300', seconds],
    ['NetworkConfigurationPriority', 'SequenceList', '1', { valuesList: PROFILE_SLOTS, nonEmpty: true }],
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
];
