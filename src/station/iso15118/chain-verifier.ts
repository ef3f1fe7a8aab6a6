/** Contract chains against the installed MO and V2G roots (C07.FR.06, FR.08). */
import { describeError } from '../../base/errors.ts';
import type { X509, X509Certificate } from '../../platform/ports.ts';
import type { OcspData } from '../certificates/api.ts';
import type { Certificates } from '../certificates/certificates.ts';
import type { ChainFindings, ChainVerifier } from './contract.ts';

const UNREADABLE: ChainFindings = { verdict: 'invalid', ocsp: null };

export function chainVerifier(certificates: Certificates, x509: X509, warn: (text: string) => void): ChainVerifier {
  return {
    verifyContract: async (chainPem) => {
      try {
        const check = await certificates.check(chainPem, ['MORootCertificate', 'V2GRootCertificate']);
        if (check.ok) return { verdict: 'valid', ocsp: useful(await certificates.ocspData(check.chain)) };
        if (check.why === 'Expired' || check.why === 'NotYetValid') return { verdict: 'expired', ocsp: null };
        if (check.why !== 'UnknownIssuer') return UNREADABLE;
        return { verdict: 'noRoot', ocsp: useful(await certificates.ocspData(await ordered(x509, chainPem))) };
      } catch (error) {
        warn(`a contract's chain couldn't be looked at: ${describeError(error)}`);
        return UNREADABLE;
      }
    },
  };
}

/** As far as each one's issuer came along: what can be said of them without a root. */
async function ordered(x509: X509, chainPem: string): Promise<readonly X509Certificate[]> {
  const all = await x509.parse(chainPem);
  const chain = all.slice(0, 1);
  for (;;) {
    const issuer = all.find((candidate) => candidate.subject === chain.at(-1)?.issuer && !chain.includes(candidate));
    if (issuer === undefined) return chain;
    chain.push(issuer);
  }
}

/** Nobody can be asked about a certificate that names no responder. */
function useful(data: readonly OcspData[]): readonly OcspData[] | null {
  const asked = data.filter(({ responderUrl }) => responderUrl !== '');
  return asked.length === 0 ? null : asked;
}
