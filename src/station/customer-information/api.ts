import type { IdToken, Reason } from '../types.ts';

/** Who is meant, in the words of one of the request's three fields. */
export type CustomerRef =
  | { readonly by: 'idToken'; readonly idToken: IdToken }
  /** The operator's own name for the customer. */
  | { readonly by: 'identifier'; readonly identifier: string }
  /** Of a contract certificate. */
  | { readonly by: 'certificate'; readonly serialNumber: string; readonly issuerNameHash: string; readonly issuerKeyHash: string };

export interface CustomerInformationRequest {
  readonly requestId: number;
  readonly report: boolean;
  readonly clear: boolean;
  /** As many as the request names: exactly one is legal (N09.FR.09). */
  readonly customers: readonly CustomerRef[];
}

export interface CustomerInformationApi {
  /** N09, N10. Resolves when what had to go is gone from the disk; `send` sends the parts, behind the answer. */
  request(request: CustomerInformationRequest): Promise<{
    readonly status: 'Accepted' | 'Rejected' | 'Invalid'; readonly reason?: Reason; readonly send?: () => void }>;
}
