import type { IdToken, IdTokenInfo, Reason } from '../types.ts';

/** `info` absent in a differential update: the token leaves the list. */
export interface AuthorizationData { readonly idToken: IdToken; readonly info?: IdTokenInfo }

export interface LocalListApi {
  /** D02. */
  version(): number;
  /** D01. Resolves when the list is on the disk. */
  send(version: number, update: 'Full' | 'Differential', list: readonly AuthorizationData[]): Promise<{
    readonly status: 'Accepted' | 'Failed' | 'VersionMismatch'; readonly reason?: Reason }>;
}
