export interface SecurityApi {
  /** 1.6: the key AuthorizationKey, in either of its forms. */
  setAuthorizationKey(key: string): Promise<'Accepted' | 'Rejected'>;
  /** 1.6: the key SecurityProfile, upward only (security whitepaper, A05). */
  raiseSecurityProfile(profile: number): 'Accepted' | 'Rejected';
}
