/** C07: is the contract that a car presents good, and what does the CSMS need to decide about it? */
import type { EvContract } from '../../hardware/secc.ts';
import type { Settings } from '../device-model/types.ts';
import type { ContractProof, OcspRequestData } from './csms.ts';

/** What can be said of a chain here, without asking anybody. */
export interface ChainFindings {
  /** `noRoot`: sound as far as it goes, but no installed V2G or MO root stands behind it. */
  readonly verdict: 'valid' | 'noRoot' | 'expired' | 'invalid';
  readonly ocsp: readonly OcspRequestData[] | null;
}

export interface ChainVerifier {
  /** Never rejects: what can't be read is `invalid`. */
  verifyContract(chainPem: string): Promise<ChainFindings>;
}

/** Ask the CSMS with this proof; offline the chain is good by itself (`validHere`), or it isn't. */
export interface CheckedContract { readonly proof: ContractProof; readonly validHere: boolean }

export type ContractCheck = CheckedContract | { readonly refused: string };

/** Longer chains don't fit the message (AuthorizeRequest.certificate). */
const MAX_CHAIN_LENGTH = 5500;

export async function checkContract(contract: EvContract, settings: Settings, verifier: ChainVerifier): Promise<ContractCheck> {
  const { verdict, ocsp } = await verifier.verifyContract(contract.certificateChainPem);
  if (verdict === 'invalid') return { refused: 'the contract certificate can\'t be read or its chain is broken' };
  if (verdict === 'expired') return { refused: 'the contract certificate isn\'t valid now' };
  if (verdict === 'valid') return { proof: { ocsp, chainPem: null }, validHere: true };
  // C07.FR.06
  if (!settings.boolean('ISO15118Ctrlr.CentralContractValidationAllowed', false)) return { refused: 'no installed root certificate stands behind the contract' };
  if (contract.certificateChainPem.length > MAX_CHAIN_LENGTH) return { refused: 'the contract\'s chain is too long to be sent' };
  return { proof: { ocsp, chainPem: contract.certificateChainPem }, validHere: false };
}
