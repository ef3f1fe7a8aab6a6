/** B05 to B09, B11, B12: reports of the device model, network profiles, reset. */
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { NetworkProfile, ProvisioningApi } from '../api.ts';
import type { CsmsPort } from '../csms-port.ts';
import type { DeviceModel } from '../device-model/device-model.ts';
import { baseReport, filterReport, paginate } from '../device-model/reports.ts';
import type { ReportedVariable } from '../device-model/types.ts';
import type { StationTime } from '../time.ts';
import type { NetworkProfiles } from './network-profiles.ts';
import type { Reset } from './reset.ts';

export interface ProvisioningDeps {
  readonly deviceModel: DeviceModel;
  readonly time: StationTime;
  readonly log: Log;
  /** Also while Pending: what GetBaseReport asks for may be sent then (B02.FR.01). */
  readonly connected: () => CsmsPort | null;
  readonly profiles: NetworkProfiles;
  readonly reset: Reset;
}

export class Provisioning implements ProvisioningApi {
  private reporting = false;

  constructor(private readonly deps: ProvisioningDeps) {}

  reset(...request: Parameters<ProvisioningApi['reset']>): ReturnType<ProvisioningApi['reset']> {
    return this.deps.reset.request(...request);
  }

  baseReport(requestId: number, base: Parameters<ProvisioningApi['baseReport']>[1]): ReturnType<ProvisioningApi['baseReport']> {
    return this.sendReport(requestId, baseReport(this.deps.deviceModel.all(), base));
  }

  report(requestId: number, criteria: readonly string[] | undefined, variables: Parameters<ProvisioningApi['report']>[2]): ReturnType<ProvisioningApi['report']> {
    return this.sendReport(requestId, filterReport(this.deps.deviceModel.all(), criteria, variables));
  }

  setNetworkProfile(slot: number, profile: NetworkProfile): ReturnType<ProvisioningApi['setNetworkProfile']> {
    return this.deps.profiles.set(slot, profile);
  }

  /** B07.FR.08: one report at a time. The parts follow the answer. */
  private sendReport(requestId: number, items: readonly ReportedVariable[]): 'Accepted' | 'Rejected' | 'EmptyResultSet' {
    if (this.reporting) return 'Rejected';
    if (items.length === 0) return 'EmptyResultSet';
    this.reporting = true;
    void this.deliverParts(requestId, items).finally(() => {
      this.reporting = false;
    });
    return 'Accepted';
  }

  private async deliverParts(requestId: number, items: readonly ReportedVariable[]): Promise<void> {
    const perMessage = this.deps.deviceModel.number('DeviceDataCtrlr.ItemsPerMessage[GetReport]', 50);
    const parts = paginate(items, perMessage);
    const generatedAt = this.deps.time.stamp();
    await Promise.resolve();
    for (const [seqNo, part] of parts.entries()) {
      const port = this.deps.connected();
      if (port === null) return; // a report that lost its CSMS is asked for again
      try {
        await port.deliver({ kind: 'deviceModel', requestId, seqNo, tbc: seqNo < parts.length - 1, generatedAt, items: part }, { offline: false });
      } catch (error) {
        this.deps.log('warn', 'provisioning', `report ${requestId} ended early: ${describeError(error)}`);
        return;
      }
    }
  }
}
