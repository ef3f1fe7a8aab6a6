/** The cards this CSMS knows. */
export type TokenStatus = 'Accepted' | 'Blocked' | 'Expired';

export interface KnownToken {
  readonly idToken: string;
  status: TokenStatus;
  readonly groupId: string | null;
}

/** The group whose members may end anybody's transaction (MasterPassGroupId). */
export const MASTER_GROUP = 'MASTER-GROUP';

export class TokenList {
  private readonly known = new Map<string, KnownToken>();

  constructor() {
    this.add('DEMO-0001', 'Accepted', 'DEMO-FAMILY');
    this.add('DEMO-0002', 'Accepted', 'DEMO-FAMILY');
    this.add('DEMO-0003', 'Accepted', null);
    this.add('DEMO-0004', 'Accepted', null);
    this.add('DEMO-BLOCKED', 'Blocked', null);
    this.add('DEMO-EXPIRED', 'Expired', null);
    this.add('MASTER', 'Accepted', MASTER_GROUP);
  }

  add(idToken: string, status: TokenStatus, groupId: string | null): void {
    this.known.set(idToken.toUpperCase(), { idToken, status, groupId });
  }

  /** Identifiers compare without regard to case (CiString). */
  find(idToken: string): KnownToken | undefined {
    return this.known.get(idToken.toUpperCase());
  }

  /** Accepts or blocks a card, known so far or not. */
  setStatus(idToken: string, status: TokenStatus): void {
    this.add(idToken, status, this.find(idToken)?.groupId ?? null);
  }

  list(): readonly KnownToken[] {
    return [...this.known.values()];
  }
}
