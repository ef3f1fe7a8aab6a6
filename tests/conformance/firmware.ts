/** What the firmware test cases take for granted: a manufacturer's root, a signed file on a server, and how the CSMS sees an update. */
import { expect } from 'vitest';
import { Issued } from '../fixtures/pki.ts';
import type { World, WorldOptions } from '../scenarios/world.ts';
import { station } from './charging-station.ts';

export const LOCATION = 'https://files.example/kerbside-2.0.0.zip';
export const FILE = new TextEncoder().encode('the bytes of version 2');

export interface Signer {
  readonly root: Issued;
  readonly certificate: Issued;
  /** Of FILE, base64. */
  readonly signature: string;
}

export async function signer(key: 'P-256' | 'RSA' = 'P-256'): Promise<Signer> {
  const root = await Issued.root('Manufacturer Root');
  const certificate = await root.issue('Firmware Signing', { keyUsage: 1, key });
  return { root, certificate, signature: base64(await certificate.signData(FILE)) };
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** The root is installed by the CSMS, the file lies on the server. */
export async function prepare(world: World, { root }: Signer): Promise<void> {
  world.http.answer = () => ({ status: 200, body: FILE, delayMs: 2000 });
  const request = { certificateType: 'ManufacturerRootCertificate', certificate: root.pem };
  expect(await world.ask('InstallCertificate', request)).toMatchObject({ status: 'Accepted' });
}

/** Moment of the world, moved by this many seconds. */
export function moment(world: World, offsetS: number): string {
  return new Date(Date.UTC(2026, 5, 1, 12) + world.clock.monotonicMs() + offsetS * 1000).toISOString();
}

export interface FirmwareStatus { readonly status: string; readonly requestId?: number }

export function told(world: World, action = 'FirmwareStatusNotification'): FirmwareStatus[] {
  return world.csms.of(action) as unknown as FirmwareStatus[];
}

/** Actions with what matters of them here, in the order of their arrival. */
export function story(world: World, from = 0): string[] {
  return world.csms.received.slice(from).flatMap(({ action, payload }) => {
    switch (action) {
      case 'FirmwareStatusNotification': case 'SignedFirmwareStatusNotification': return [String(payload.status)];
      case 'SecurityEventNotification': return [`event ${String(payload.type)}`];
      case 'BootNotification': return [`boot ${String(payload.reason ?? payload.firmwareVersion)}`];
      default: return [];
    }
  });
}

export interface Wish {
  readonly retrieveS?: number;
  readonly installS?: number;
  readonly signingCertificate?: string;
  readonly signature?: string;
  readonly location?: string;
  readonly retries?: number;
  readonly retryInterval?: number;
}

/** The manufacturer's update, unless a wish says otherwise. */
export function request(world: World, requestId: number, { retrieveS = -7200, installS = -7200, ...wish }: Wish = {}): Record<string, unknown> {
  const { location = LOCATION, signingCertificate = manufacturer.certificate.pem, signature = manufacturer.signature, ...rest } = wish;
  return { requestId, firmware: {
    location, retrieveDateTime: moment(world, retrieveS), installDateTime: moment(world, installS), signingCertificate, signature,
  }, ...rest };
}

/** Whose root the station of `ready` has. */
export const manufacturer = await signer();

/** A 2.0.1 station that trusts the manufacturer, and the file on its server. */
export async function ready(settings: Record<string, string> = {}, options: WorldOptions = {}): Promise<World> {
  const world = await station(settings, options);
  await prepare(world, manufacturer);
  return world;
}

const SUCCESS = ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'boot FirmwareUpdate', 'Installed', 'event FirmwareUpdated'];

/** The way to the end, whatever order the last three come in. */
export function expectStory(world: World, from: number, before: readonly string[] = []): void {
  const heard = story(world, from).filter((line) => line !== 'event ResetOrReboot');
  const rest = heard.slice(before.length);
  expect(heard.slice(0, before.length)).toEqual(before);
  expect(rest.slice(0, 5)).toEqual(SUCCESS.slice(0, 5));
  expect(rest.slice(5).sort()).toEqual(SUCCESS.slice(5).sort());
}
