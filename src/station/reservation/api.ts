import type { IdToken, Reason } from '../types.ts';

export interface ReservationRequest {
  readonly id: number;
  /** Wall ms. */
  readonly expiryMs: number;
  readonly idToken: IdToken;
  readonly groupIdToken?: IdToken;
  /** Absent: whichever EVSE is free (ReservationCtrlr.NonEvseSpecific). */
  readonly evseId?: number;
  /** Of that EVSE; 1.6 reserves connectors. */
  readonly connectorId?: number;
  /** ConnectorEnumType. */
  readonly connectorType?: string;
}

export interface ReservationApi {
  /** H01. Resolves when the reservation is on the disk. */
  reserve(request: ReservationRequest): Promise<{
    readonly status: 'Accepted' | 'Faulted' | 'Occupied' | 'Rejected' | 'Unavailable'; readonly reason?: Reason }>;
  /** H02. Resolves when the reservation is gone from the disk. */
  cancel(id: number): Promise<{ readonly status: 'Accepted' | 'Rejected'; readonly reason?: Reason }>;
}

/** What the reader and the remote start ask before they let a token charge (H03, F01.FR.21, F01.FR.22). */
export interface ReservationGuard {
  /** May this token use this EVSE, and which reservation does it use up? `group` null: it has none, or it isn't known. */
  claim(evseId: number, idToken: IdToken, group: IdToken | null): { readonly allowed: boolean; readonly reservationId: number | null };
  /** What can be said before the token's group is known. `perhaps`: only as one of the reservation's group. */
  prospect(evseId: number, idToken: IdToken): 'own' | 'open' | 'perhaps' | 'closed';
  /** A waiting driver plugs in elsewhere: does every reservation still get its EVSE? */
  mayMove(fromEvseId: number, toEvseId: number): boolean;
}
