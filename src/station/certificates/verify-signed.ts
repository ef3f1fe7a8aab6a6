/** A02.FR.06: is this the certificate that was asked for, of the right hierarchy, and valid now? */
import type { Keys, SigningSubject } from '../../platform/ports.ts';
import type { RootUse, SigningUse } from './api.ts';
import type { Certificates } from './certificates.ts';
import type { Chain } from './chain.ts';

/** Whose hierarchy it must be of. */
const HIERARCHY: Readonly<Record<SigningUse, readonly RootUse[]>> = {
  ChargingStationCertificate: ['CSMSRootCertificate'],
  V2GCertificate: ['V2GRootCertificate'],
  Combined: ['V2GRootCertificate', 'CSMSRootCertificate'],
};

export interface SignedDeps {
  readonly crypto: Crypto;
  readonly keys: Keys;
  readonly certificates: Pick<Certificates, 'check' | 'hasValidRoot'>;
  readonly subject: SigningSubject;
}

export async function verifySigned({ crypto, keys, certificates, subject }: SignedDeps, use: SigningUse, keyName: string, chainPem: string): Promise<
  { readonly ok: true; readonly chain: Chain } | { readonly ok: false; readonly detail: string }> {
  const wrong = (detail: string): { readonly ok: false; readonly detail: string } => ({ ok: false, detail });
  if (!HIERARCHY[use].some((root) => certificates.hasValidRoot(root))) return wrong(`no valid ${HIERARCHY[use].join(' or ')} is installed`);
  const verdict = await certificates.check(chainPem, HIERARCHY[use]);
  if (!verdict.ok) return wrong(verdict.detail);
  const [leaf] = verdict.chain;
  const pair = await keys.get(keyName);
  if (leaf === undefined || pair === null) return wrong('its private key isn\'t here');
  const own = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey));
  if (own.length !== leaf.publicKey.length || own.some((byte, index) => byte !== leaf.publicKey[index])) return wrong('it is for another key');
  if (leaf.isCa) return wrong('it is an authority\'s certificate');
  if (leaf.commonName !== subject.commonName) return wrong(`its common name is ${leaf.commonName ?? 'missing'}, not ${subject.commonName}`);
  if (subject.organization !== undefined && leaf.organization !== subject.organization) return wrong(`its organization is ${leaf.organization ?? 'missing'}, not ${subject.organization}`);
  return verdict;
}
