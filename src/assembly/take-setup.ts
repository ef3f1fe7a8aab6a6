/**
 * The link to the CSMS as set-up chose it, against what the CSMS has made of it since: whoever spoke last counts. Set-up
 * speaks when what it says isn't what it said at the start before: then its address is slot 1 again and comes first, with
 * its security profile and its password; what the CSMS had put into slot 1, and the way back to a CSMS of before, are gone.
 */
import type { Store, StoreWrite, Stored } from '../platform/ports.ts';
import type { DeviceModel } from '../station/device-model/device-model.ts';
import { LAST_WORKING, SETUP_SLOT } from '../station/provisioning/network-profiles.ts';
import { WORKING_PASSWORD } from '../station/security/passwords.ts';
import type { AgentOptions } from './agent.ts';

const SECURITY_PROFILE = 'SecurityCtrlr.SecurityProfile';
const PASSWORD = 'SecurityCtrlr.BasicAuthPassword';
const PRIORITY = 'OCPPCommCtrlr.NetworkConfigurationPriority';
/** Of `meta`: what set-up said when it was last taken. */
const TAKEN_LINK = 'setupLink';
const TAKEN_PASSWORD = 'setupPassword';

export interface SetupLink {
  readonly csmsUrl: string;
  readonly securityProfile: AgentOptions['securityProfile'];
}

export function isSecurityProfile(name: string): boolean {
  return name.toLowerCase() === SECURITY_PROFILE.toLowerCase();
}

export interface TakenSetup {
  readonly link: SetupLink;
  /** What is new, for the security log (A04); null: nothing, or this is the first start. */
  readonly changed: string | null;
}

/** To be called before anything reads the slots. @throws KerbsideError of the store */
export async function takeSetup(store: Store, deviceModel: DeviceModel, options: AgentOptions, meta: ReadonlyMap<string, Stored>): Promise<TakenSetup> {
  const factory = options.factorySettings.findLast(([name]) => isSecurityProfile(name))?.[1];
  const securityProfile = Number(factory ?? options.securityProfile) as AgentOptions['securityProfile'];
  const link: SetupLink = { csmsUrl: options.csmsUrl, securityProfile };
  const password = options.password ?? '';
  const linkTaken = meta.get(TAKEN_LINK);
  const newLink = linkTaken !== JSON.stringify(link);
  const newPassword = (meta.get(TAKEN_PASSWORD) ?? '') !== password;
  if (!newLink && !newPassword) return { link, changed: null };
  const again = linkTaken !== undefined;
  // Books of before this note was kept: the CSMS may have raised the profile since.
  if (newLink && (again || !meta.has('run'))) await deviceModel.factorySet(SECURITY_PROFILE, String(securityProfile));
  if (again) await deviceModel.unset(PASSWORD);
  if (again && newLink) await comeFirst(deviceModel);
  // Last: after a crash before this, all of it is done again.
  await store.commit([
    { op: 'put', collection: 'meta', key: TAKEN_LINK, value: JSON.stringify(link) },
    { op: 'put', collection: 'meta', key: TAKEN_PASSWORD, value: password },
    ...(again && newLink ? FORGET : []),
  ]);
  return { link, changed: again ? `set up anew: ${[newLink ? 'address and security profile' : '', newPassword ? 'password' : ''].filter((part) => part !== '').join(', ')}` : null };
}

/** The CSMS's slot 1, and its password: another CSMS shall not be offered that. */
const FORGET: readonly StoreWrite[] = [
  { op: 'delete', collection: 'networkProfiles', key: String(SETUP_SLOT) },
  { op: 'delete', collection: 'meta', key: LAST_WORKING },
  { op: 'delete', collection: 'meta', key: WORKING_PASSWORD },
];

async function comeFirst(deviceModel: DeviceModel): Promise<void> {
  const first = String(SETUP_SLOT);
  const list = deviceModel.list(PRIORITY);
  if (list[0] !== first) await deviceModel.factorySet(PRIORITY, [first, ...list.filter((slot) => slot !== first)].join(','));
}
