/** Unmasked facts of the station, for the headless station's owner and for tests. Never for a screen or a log. */
export interface AgentDetail {
  readonly edition: string | null;
  readonly csms: 'connected' | 'connecting' | 'disconnected';
  readonly boot: 'Accepted' | 'Pending' | 'Rejected' | null;
  /** Transaction messages not yet answered / given up. */
  readonly queued: number;
  readonly parked: number;
  readonly evses: readonly EvseDetail[];
}

export interface EvseDetail {
  readonly id: number;
  readonly connectors: readonly { readonly id: number; readonly status: string }[];
  readonly transaction: {
    readonly id: string;
    readonly seqNo: number;
    readonly chargingState: string;
    readonly idToken: string | null;
    readonly energyWh: number;
  } | null;
  readonly authorized: { readonly idToken: string } | null;
  readonly powerW: number;
  readonly meterWh: number;
  readonly limitW: number | null;
}
