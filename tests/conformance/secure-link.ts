/** A CSMS with certificates: a station of a security profile, its server's TLS, and its certificate authority. */
import { expect } from 'vitest';
import type { ServerConnection } from '../../src/platform/virtual/virtual-connection.ts';
import { Issued, type IssueOptions } from '../fixtures/pki.ts';
import { World, type WorldOptions } from '../scenarios/world.ts';

export { Issued } from '../fixtures/pki.ts';
export const PASSWORD = 'first-password-0001';
export const OTHER_PASSWORD = 'second-password-0002';

/** What the CSMS accepts at its door: one password, servers signed by `root`, clients whose certificate it signed. */
export class Door {
  password: string | null = PASSWORD;
  /** Who signed the certificate that the CSMS's server shows. */
  root: Issued | null = null;
  /** Client certificates that are welcome (leaf first), for wss with client certificates. */
  readonly clients = new Set<string>();
  clientNeeded = false;

  readonly keeper = (connection: ServerConnection): Parameters<ServerConnection['reject']> | null => {
    if (/^wss:/.test(connection.url) && this.root !== null) {
      const trusted = connection.tls?.roots ?? [];
      if (trusted.length > 0 && !trusted.includes(this.root.pem)) return ['tls', 'unable to verify the first certificate', 'certificate'];
      if (this.clientNeeded && !this.clients.has(connection.tls?.client?.chain ?? '')) return ['tls', 'alert bad certificate', 'clientCertificate'];
      if (this.clientNeeded) return null;
    }
    return this.password !== null && connection.basicAuth?.password !== this.password ? ['unauthorized'] : null;
  };
}

export interface SecureWorld { readonly world: World; readonly door: Door; readonly root: Issued }

/** A station that is connected with this security profile, the CSMS's root installed where TLS needs it. */
export async function secureStation(profile: 0 | 1 | 2 | 3, options: WorldOptions = {}): Promise<SecureWorld> {
  const root = await Issued.root('CSMS Root');
  const door = new Door();
  const base = profile === 3 ? 2 : profile; // a client certificate must be made first
  if (base === 0) door.password = null;
  door.root = root;
  const world = new World({
    ...options,
    link: { securityProfile: base, ...(base === 0 ? {} : { password: PASSWORD }), csmsUrl: base === 2 ? 'wss://csms.example/ocpp' : 'ws://csms.example/ocpp', ...options.link },
  });
  world.csms.gatekeeper = door.keeper;
  await world.start();
  if (base === 2 || options.edition === 'ocpp1.6') await install(world, 'CSMSRootCertificate', root);
  if (profile === 3) {
    door.clients.add(await renew(world, root));
    door.clientNeeded = true;
    await raise(world, 3);
  }
  return { world, door, root };
}

export async function install(world: World, use: string, { pem }: Pick<Issued, 'pem'>, status = 'Accepted'): Promise<void> {
  const certificateType = world.csms.edition === 'ocpp1.6' && use === 'CSMSRootCertificate' ? 'CentralSystemRootCertificate' : use;
  expect(await world.ask('InstallCertificate', { certificateType, certificate: pem })).toMatchObject({ status });
}

/** Over 2.0.1: a second slot with the profile, first in the list, then a restart; over 1.6 the key. */
export async function raise(world: World, securityProfile: number): Promise<void> {
  if (world.csms.edition === 'ocpp1.6') {
    expect(await world.ask('ChangeConfiguration', { key: 'SecurityProfile', value: String(securityProfile) })).toEqual({ status: 'Accepted' });
  } else {
    expect(await setProfile(world, 2, securityProfile)).toMatchObject({ status: 'Accepted' });
    expect(await priority(world, '2,1')).toBe('Accepted');
    await world.ask('Reset', { type: 'OnIdle' });
  }
  await world.seconds(30);
  expect(world.agent.deviceModel.string('SecurityCtrlr.SecurityProfile')).toBe(String(securityProfile));
}

export function setProfile(world: World, configurationSlot: number, securityProfile: number, host = 'csms.example'): Promise<Record<string, unknown>> {
  return world.ask('SetNetworkProfile', {
    configurationSlot,
    connectionData: {
      ocppVersion: 'OCPP20', ocppTransport: 'JSON', ocppCsmsUrl: `${securityProfile >= 2 ? 'wss' : 'ws'}://${host}/ocpp`, messageTimeout: 30, securityProfile, ocppInterface: 'Wired0',
    },
  });
}

export async function priority(world: World, attributeValue: string): Promise<string> {
  const { setVariableResult } = await world.ask('SetVariables', {
    setVariableData: [{ component: { name: 'OCPPCommCtrlr' }, variable: { name: 'NetworkConfigurationPriority' }, attributeValue }],
  });
  return (setVariableResult as { attributeStatus: string }[])[0]?.attributeStatus ?? '';
}

export async function variable(world: World, component: string, name: string): Promise<string | undefined> {
  const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [{ component: { name: component }, variable: { name } }] });
  return (getVariableResult as { attributeValue?: string }[])[0]?.attributeValue;
}

/** The signing requests that came, as PEM. */
export function requests(world: World): { csr: string; certificateType?: string }[] {
  return world.csms.of('SignCertificate') as never;
}

/** Asks for a signing request, as the CSMS of either edition does; answers it Accepted; resolves with its PEM. */
export async function trigger(world: World, requestedMessage: string): Promise<string> {
  world.csms.answers.set('SignCertificate', () => ({ status: 'Accepted' }));
  const action = world.csms.edition === 'ocpp1.6' ? 'ExtendedTriggerMessage' : 'TriggerMessage';
  expect(await world.ask(action, { requestedMessage })).toMatchObject({ status: 'Accepted' });
  await world.seconds(2);
  return requests(world).at(-1)?.csr ?? '';
}

export function signed(world: World, certificateChain: string, certificateType?: string): Promise<Record<string, unknown>> {
  return world.ask('CertificateSigned', { certificateChain, ...(certificateType === undefined || world.csms.edition === 'ocpp1.6' ? {} : { certificateType }) });
}

/** Memory state "RenewChargingStationCertificate". Answers the certificate. */
export async function renew(world: World, by: Issued, options: IssueOptions = {}): Promise<string> {
  const csr = await trigger(world, world.csms.edition === 'ocpp1.6' ? 'SignChargePointCertificate' : 'SignChargingStationCertificate');
  const pem = await by.sign(csr, options);
  expect(await signed(world, pem, 'ChargingStationCertificate')).toMatchObject({ status: 'Accepted' });
  return pem;
}

export function securityEvents(world: World): string[] {
  return world.csms.of('SecurityEventNotification').map(({ type }) => String(type));
}

export function logged(world: World): string[] {
  return world.securityLog().map(({ type }) => type);
}
