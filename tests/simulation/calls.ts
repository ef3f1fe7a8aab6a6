/** What the operator can ask for, in the words of either edition. */
import type { Payload } from './csms.ts';
import type { CallName, EditionName } from './story.ts';

export interface CallContext {
  readonly edition: EditionName;
  readonly evse: number;
  /** Varies the request. */
  readonly n: number;
  /** The CSMS's name of a transaction that it believes to run there. */
  readonly running: string | number | null;
  readonly nowMs: number;
}

/** null: this edition can't ask it, or there is nothing to ask about. */
export function request(name: CallName, { edition, evse, n, running, nowMs }: CallContext): readonly [action: string, payload: Payload] | null {
  const is16 = edition === 'ocpp1.6';
  const pick = <T>(items: readonly T[]): T => items[n % items.length] as T;
  switch (name) {
    case 'remoteStart': return is16 ? ['RemoteStartTransaction', { connectorId: evse, idTag: pick(['APP', 'CARD0001']) }]
      : ['RequestStartTransaction', { remoteStartId: n + 1, evseId: evse, idToken: { idToken: 'APP', type: 'Central' } }];
    case 'remoteStop':
      if (running === null) return null;
      return is16 ? ['RemoteStopTransaction', { transactionId: running }] : ['RequestStopTransaction', { transactionId: running }];
    case 'resetNow': return ['Reset', { type: is16 ? 'Hard' : 'Immediate', ...(is16 || n % 3 > 0 ? {} : { evseId: evse }) }];
    case 'resetIdle': return ['Reset', { type: is16 ? 'Soft' : 'OnIdle', ...(is16 || n % 3 > 0 ? {} : { evseId: evse }) }];
    case 'unlock': return ['UnlockConnector', is16 ? { connectorId: evse } : { evseId: evse, connectorId: 1 }];
    case 'trigger': return ['TriggerMessage', trigger(is16, evse, pick(['MeterValues', 'StatusNotification', 'BootNotification', 'Heartbeat', 'TransactionEvent', 'FirmwareStatusNotification']))];
    case 'getVariables': return is16 ? ['GetConfiguration', n % 2 === 0 ? {} : { key: ['HeartbeatInterval'] }]
      : ['GetVariables', { getVariableData: [{ component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } }, { component: { name: 'Nobody' }, variable: { name: 'Nothing' } }] }];
    case 'setVariables': {
      const [component, variable, key, value] = pick([
        ['SampledDataCtrlr', 'TxUpdatedInterval', 'MeterValueSampleInterval', pick(['0', '10', '60'])], ['OCPPCommCtrlr', 'HeartbeatInterval', 'HeartbeatInterval', pick(['30', '600'])],
        ['AlignedDataCtrlr', 'Interval', 'ClockAlignedDataInterval', pick(['0', '60', '900'])], ['TxCtrlr', 'EVConnectionTimeOut', 'ConnectionTimeOut', pick(['20', '120'])],
      ] as const);
      return is16 ? ['ChangeConfiguration', { key, value }]
        : ['SetVariables', { setVariableData: [{ component: { name: component }, variable: { name: variable }, attributeValue: value }] }];
    }
    case 'clearCache': return ['ClearCache', {}];
    case 'composite': return ['GetCompositeSchedule', is16 ? { connectorId: pick([0, evse]), duration: 3600 } : { evseId: pick([0, evse]), duration: 3600 }];
    case 'message': return is16 ? null : ['SetDisplayMessage', { message: { id: n, priority: pick(['AlwaysFront', 'InFront', 'NormalCycle']), message: { format: 'UTF8', content: `Message ${n}` }, ...(n % 2 === 0 ? {} : { endDateTime: new Date(nowMs + 600_000).toISOString() }) } }];
    case 'clearMessage': return is16 ? null : ['ClearDisplayMessage', { id: n }];
    case 'status': return is16 ? ['TriggerMessage', { requestedMessage: 'StatusNotification' }] : ['GetTransactionStatus', typeof running === 'string' ? { transactionId: running } : {}];
    case 'report': return is16 ? ['GetConfiguration', {}] : ['GetBaseReport', { requestId: n, reportBase: pick(['SummaryInventory', 'ConfigurationInventory']) }];
    case 'customer': return is16 ? null : ['CustomerInformation', { requestId: n, report: true, clear: n % 4 === 0, idToken: { idToken: 'STRANGER', type: 'ISO14443' } }];
    case 'monitor': return is16 ? null : ['SetVariableMonitoring', { setMonitoringData: [{ value: 1, type: 'Delta', severity: 5, component: { name: 'Connector', evse: { id: evse, connectorId: 1 } }, variable: { name: 'AvailabilityState' } }] }];
    case 'log': return is16 ? ['GetDiagnostics', { location: 'http://files.example/up' }] : ['GetLog', { requestId: n, logType: pick(['DiagnosticsLog', 'SecurityLog']), log: { remoteLocation: 'http://files.example/up' } }];
    case 'data': return ['DataTransfer', { vendorId: 'org.example', messageId: 'x', data: 'y'.repeat(n % 200) }];
    case 'listVersion': return ['GetLocalListVersion', {}];
    case 'updateFirmware': return is16 ? ['UpdateFirmware', { location: 'http://files.example/fw', retrieveDate: new Date(nowMs).toISOString() }]
      : ['UpdateFirmware', { requestId: n, firmware: { location: 'http://files.example/fw', retrieveDateTime: new Date(nowMs).toISOString() } }];
  }
}

function trigger(is16: boolean, evse: number, wanted: string): Payload {
  const requestedMessage = is16 && wanted === 'TransactionEvent' ? 'MeterValues' : wanted;
  if (is16) return { requestedMessage, ...(requestedMessage === 'StatusNotification' ? { connectorId: evse } : {}) };
  return { requestedMessage, ...(requestedMessage === 'StatusNotification' ? { evse: { id: evse, connectorId: 1 } } : {}) };
}
