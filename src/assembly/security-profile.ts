/** Which security profile a run begins with: set-up's, unless the CSMS has changed it since (A05.FR.06). */
import type { Stored } from '../platform/ports.ts';
import type { DeviceModel } from '../station/device-model/device-model.ts';
import type { Journal } from '../station/journal.ts';
import type { AgentOptions } from './agent.ts';

export const SECURITY_PROFILE = 'SecurityCtrlr.SecurityProfile';
/** Of `meta`: what set-up said when it was last taken. */
export const SETUP_PROFILE_KEY = 'setupSecurityProfile';

export function isSecurityProfile(name: string): boolean {
  return name.toLowerCase() === SECURITY_PROFILE.toLowerCase();
}

/** Answers what set-up chose; the variable may hold more. */
export async function takeSecurityProfile(deviceModel: DeviceModel, options: AgentOptions, taken: Stored | undefined, journal: Journal): Promise<AgentOptions['securityProfile']> {
  const factory = options.factorySettings.findLast(([name]) => isSecurityProfile(name))?.[1];
  const ofSetup = factory ?? String(options.securityProfile);
  if (taken !== ofSetup) {
    await deviceModel.factorySet(SECURITY_PROFILE, ofSetup);
    journal.put('meta', SETUP_PROFILE_KEY, ofSetup);
  }
  return Number(ofSetup) as AgentOptions['securityProfile'];
}
