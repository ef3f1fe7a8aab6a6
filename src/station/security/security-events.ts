/** A04; 1.6 security whitepaper: critical security events are queued until the CSMS has them. */
import type { Outbox } from '../outbox/outbox.ts';
import type { StationTime } from '../time.ts';

/** Critical by the appendix list of security events. */
export type CriticalSecurityEvent = 'StartupOfTheDevice' | 'ResetOrReboot' | 'SettingSystemTime';

export class SecurityEvents {
  /** @param enabled whether the edition in force has the message */
  constructor(private readonly outbox: Outbox, private readonly time: StationTime, private readonly enabled: () => boolean) {}

  record(type: CriticalSecurityEvent, techInfo?: string): void {
    if (!this.enabled()) return;
    this.outbox.add({
      kind: 'securityEvent', type, critical: true, timestamp: this.time.stamp(), ...(techInfo === undefined ? {} : { techInfo }),
    });
  }
}
