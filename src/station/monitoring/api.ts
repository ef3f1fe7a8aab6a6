import type { ComponentRef, Reason, VariableRef } from '../types.ts';
import type { MonitorType } from './monitor.ts';

export type MonitoringBase = 'All' | 'FactoryDefault' | 'HardWiredOnly';
export type MonitoringCriterion = 'ThresholdMonitoring' | 'DeltaMonitoring' | 'PeriodicMonitoring';

export interface MonitorRequest {
  /** Of the monitor that this one replaces; absent: a new one. */
  readonly id?: number;
  readonly component: ComponentRef;
  readonly variable: VariableRef;
  readonly type: MonitorType;
  readonly value: number;
  readonly severity: number;
  readonly transaction: boolean;
}

export interface SetMonitorResult {
  readonly status: 'Accepted' | 'UnknownComponent' | 'UnknownVariable' | 'UnsupportedMonitorType' | 'Rejected' | 'Duplicate';
  /** Of the monitor, if accepted. */
  readonly id?: number;
  readonly reason?: Reason;
}

export interface MonitoringApi {
  /** N03. Resolves when it is on the disk. */
  setBase(base: MonitoringBase): Promise<{ readonly status: 'Accepted' | 'Rejected'; readonly reason?: Reason }>;
  /** N05. */
  setLevel(severity: number): Promise<{ readonly status: 'Accepted' | 'Rejected'; readonly reason?: Reason }>;
  /** N04: one result per request, in their order. What they cause at once comes by `afterwards`, behind the answer. */
  set(requests: readonly MonitorRequest[]): Promise<{ readonly results: readonly SetMonitorResult[]; readonly afterwards: () => void }>;
  /** N06: one result per id, in their order. */
  clear(ids: readonly number[]): Promise<readonly { readonly status: 'Accepted' | 'Rejected' | 'NotFound'; readonly reason?: Reason }[]>;
  /** N02. `send` sends the parts, behind the answer. */
  report(requestId: number, criteria: readonly MonitoringCriterion[] | undefined,
    variables: readonly { readonly component: ComponentRef; readonly variable?: VariableRef }[] | undefined):
    { readonly status: 'Accepted' | 'Rejected' | 'EmptyResultSet'; readonly reason?: Reason; readonly send?: () => void };
}
