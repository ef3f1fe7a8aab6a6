/**
 * Block A: passwords and security profiles of the connection (A01, A05), and what of them goes into the security log.
 * Certificates are `certificates/`; events any block may record (`security-events.ts`).
 */
import { describeError } from '../../base/errors.ts';
import type { Stop } from '../../base/signal.ts';
import type { Store } from '../../platform/ports.ts';
import type { Block, BlockDeps } from '../block.ts';
import type { Certificates } from '../certificates/certificates.ts';
import type { Illegal } from '../device-model/validate.ts';
import { listItems } from '../device-model/validate.ts';
import type { FilledSlot } from '../provisioning/network-profiles.ts';
import type { SecurityApi } from './api.ts';
import { isPrintable, passwordOfKey } from './authorization-key.ts';
import { ConnectionSecurity } from './connection-security.ts';
import { Passwords } from './passwords.ts';
import { ProfileRules, type SecurityProfile } from './profile-change.ts';

const PASSWORD = 'SecurityCtrlr.BasicAuthPassword';
const PRIORITY = 'OCPPCommCtrlr.NetworkConfigurationPriority';
const PROFILE = 'SecurityCtrlr.SecurityProfile';
/** A CSMS that raises the profile may yet ask for the restart itself (A05.FR.05); then that comes first. */
const UPGRADE_AFTER_MS = 10_000;

export class Security implements Block, SecurityApi {
  readonly connection: ConnectionSecurity;
  readonly rules: ProfileRules;
  private readonly passwords: Passwords;
  private stopUpgrade: Stop = () => {};

  constructor(private readonly deps: BlockDeps, certificates: Certificates) {
    const { clock, settings, journal, link, profiles, securityEvents } = deps;
    this.passwords = new Passwords(journal, () => settings.secret(PASSWORD), link.setupPassword);
    this.connection = new ConnectionSecurity({ clock, link, securityEvents, passwords: this.passwords, certificates, profiles });
    this.rules = new ProfileRules(deps, certificates);
    profiles.judge = (profile) => this.rules.downgrade(profile) ?? this.rules.impossible(profile); // B09.FR.04, B09.FR.31
    settings.registerCheck(PRIORITY, (value) => this.checkPriority(value));
    settings.registerCheck(PASSWORD, (value) => this.checkPassword(value));
    settings.onChange(PASSWORD, () => this.passwordChanged());
    settings.onChange(PRIORITY, () => this.priorityChanged());
    for (const name of ['OrganizationName', 'AllowSecurityProfileDowngrade', 'SecurityProfile']) {
      settings.onChange(`SecurityCtrlr.${name}`, (changed) => {
        securityEvents.record('ReconfigurationOfSecurityParameters', `${changed} is ${settings.string(changed, '')}`);
      });
    }
  }

  async load(store: Store): Promise<void> {
    await this.passwords.load(store);
  }

  stop(): void {
    this.stopUpgrade();
  }

  async setAuthorizationKey(key: string): ReturnType<SecurityApi['setAuthorizationKey']> {
    const { settings } = this.deps;
    const password = passwordOfKey(key, settings.string('Kerbside.AuthorizationKeyFormat', 'Hexadecimal'));
    if (password === null) return 'Rejected';
    const { status } = await settings.set({ component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' } }, password);
    return status === 'Accepted' ? 'Accepted' : 'Rejected';
  }

  raiseSecurityProfile(profile: number): ReturnType<SecurityApi['raiseSecurityProfile']> {
    const { profiles, link, log } = this.deps;
    const slot = profiles.lastWorking;
    if (!isProfile(profile) || profile <= this.rules.current || slot === null) return 'Rejected';
    const withoutPassword = (profile === 1 || profile === 2) && !this.passwords.known;
    const reason = withoutPassword ? { additionalInfo: 'no AuthorizationKey is set' } : (this.rules.impossible(profile) ?? this.rules.missing(profile));
    if (reason !== null) {
      log('warn', 'security', `security profile ${profile} can't be used: ${reason.additionalInfo ?? ''}`);
      return 'Rejected';
    }
    // 1.6 names no new address: the same one, over TLS from profile 2 on.
    profiles.try({ ...slot, securityProfile: profile, csmsUrl: profile >= 2 ? slot.csmsUrl.replace(/^ws:/i, 'wss:') : slot.csmsUrl });
    link.reconnect();
    return 'Accepted';
  }

  /** A connection stands. A05.FR.06: its profile is in force from now on, and nothing below it is used again. */
  connected(slot: FilledSlot): void {
    const { settings, profiles, log } = this.deps;
    const { current } = this.rules;
    if (slot.securityProfile === current) return;
    const take = async (): Promise<void> => {
      await settings.factorySet(PROFILE, String(slot.securityProfile));
      if (slot.securityProfile < current) return;
      const removed = profiles.removeBelow(slot.securityProfile).map(String);
      if (removed.length === 0) return;
      const kept = settings.list(PRIORITY).filter((item) => !removed.includes(item));
      await settings.factorySet(PRIORITY, (kept.length === 0 ? [String(slot.slot)] : kept).join(','));
    };
    take().catch((error: unknown) => log('error', 'security', `security profile ${slot.securityProfile} isn't in the books: ${describeError(error)}`));
  }

  private passwordChanged(): void {
    this.passwords.changed();
    this.deps.securityEvents.record('ReconfigurationOfSecurityParameters', 'BasicAuthPassword changed'); // A01.FR.11, A01.FR.12
    if (this.rules.current === 1 || this.rules.current === 2) this.deps.link.reconnect();
  }

  private priorityChanged(): void {
    this.stopUpgrade();
    const first = this.deps.profiles.get(Number(this.deps.settings.list(PRIORITY)[0]));
    if (first === undefined || first.securityProfile <= this.rules.current) return;
    this.stopUpgrade = this.deps.clock.after(UPGRADE_AFTER_MS, () => this.deps.link.reconnect());
  }

  /** B10.FR.02; A05.FR.02 to FR.04, FR.08 to FR.10. */
  private checkPriority(value: string): Illegal | null {
    for (const item of listItems(value)) {
      const profile = this.deps.profiles.get(Number(item))?.securityProfile;
      if (profile === undefined) return { reasonCode: 'InvalidConfSlot', reason: `slot ${item} is empty` };
      const reason = this.rules.downgrade(profile) ?? this.rules.missing(profile);
      if (reason !== null) return { reasonCode: reason.reasonCode, reason: reason.additionalInfo ?? '' };
    }
    return null;
  }

  private checkPassword(value: string): Illegal | null {
    if (this.deps.link.abilities.anyPassword || isPrintable(value)) return null;
    return { reasonCode: 'InvalidValue', reason: 'a browser can send printable ASCII characters only' };
  }
}

function isProfile(value: number): value is SecurityProfile {
  return value === 0 || value === 1 || value === 2 || value === 3;
}
