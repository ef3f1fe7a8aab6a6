import type { IdToken, IdTokenInfo, Reason } from '../types.ts';

/** `info` absent in a differential update: the token leaves the list. */
export interface AuthorizationData { readonly idToken: IdToken; readonly info?: IdTokenInfo }

export interface LocalListApi {
  /** LocalAuthListCtrlr.Enabled. */
  readonly enabled: boolean;
  /** Tokens on it, whether it is enabled or not. */
  readonly size: number;
  /** D02: 0 without a list, or while lists are disabled. */
  version(): number;
  /** D01. Resolves when the list is on the disk; not accepted: the list is as it was. */
  send(version: number, update: 'Full' | 'Differential', list: readonly AuthorizationData[]): Promise<{
    readonly status: 'Accepted' | 'Failed' | 'VersionMismatch'; readonly reason?: Reason }>;
}
