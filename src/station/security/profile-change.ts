/** A05: which security profiles may follow the present one, and what must be there for them. */
import type { BlockDeps } from '../block.ts';
import type { Certificates } from '../certificates/certificates.ts';
import type { Reason } from '../types.ts';

export type SecurityProfile = 0 | 1 | 2 | 3;

export class ProfileRules {
  constructor(private readonly deps: Pick<BlockDeps, 'settings' | 'link' | 'time'>, private readonly certificates: Pick<Certificates, 'hasValidRoot' | 'own'>) {}

  get current(): SecurityProfile {
    return this.deps.settings.number('SecurityCtrlr.SecurityProfile', 0) as SecurityProfile;
  }

  /** A05.FR.08 to FR.10, B09.FR.04, B09.FR.31: lower only from 3 to 2, and only where that is allowed. Null: it may be. */
  downgrade(profile: SecurityProfile): Reason | null {
    if (profile >= this.current) return null;
    const allowed = this.deps.settings.boolean('SecurityCtrlr.AllowSecurityProfileDowngrade', false) && this.current === 3 && profile === 2;
    return allowed ? null : { reasonCode: 'NoSecurityDowngrade', additionalInfo: `security profile ${this.current} is in force` };
  }

  /** Can this host do it at all? Null: yes. */
  impossible(profile: SecurityProfile): Reason | null {
    if (profile < 3 || this.deps.link.abilities.clientCertificates) return null;
    return { reasonCode: 'InvalidNetworkConf', additionalInfo: 'security profile 3: a browser chooses client certificates itself; run the station headless' };
  }

  /** A05.FR.02, A05.FR.03: what a higher profile needs. Null: all is there. */
  missing(profile: SecurityProfile): Reason | null {
    if (profile < 2 || profile <= this.current) return null;
    if (!this.certificates.hasValidRoot('CSMSRootCertificate')) {
      return { reasonCode: 'InvalidNetworkConf', additionalInfo: 'no valid CSMSRootCertificate is installed' };
    }
    if (profile === 3 && this.certificates.own.newestValid('ChargingStationCertificate', this.deps.time.nowMs()) === null) {
      return { reasonCode: 'InvalidNetworkConf', additionalInfo: 'no valid ChargingStationCertificate is installed' };
    }
    return null;
  }
}
