/** What the sandbox's operator can turn while it runs. */
export interface SandboxSettings {
  /** Price of one kWh in `currency`, tax included; also what a price display would be told. */
  pricePerKwh: number;
  currency: string;
  /** Answer to BootNotification. */
  bootStatus: 'Accepted' | 'Pending' | 'Rejected';
  /** Heartbeat interval when accepted, else the wait before the next BootNotification, seconds. */
  intervalS: number;
  /** HTTP Basic password every station must give; null: any is welcome, none too. */
  password: string | null;
  /** Sub-protocols this CSMS speaks. */
  editions: readonly SandboxEdition[];
  /** How long a station may take to answer a CALL, ms. */
  callTimeoutMs: number;
}

export type SandboxEdition = 'ocpp2.0.1' | 'ocpp1.6';

export const DEFAULT_SETTINGS: SandboxSettings = {
  pricePerKwh: 0.49,
  currency: 'EUR',
  bootStatus: 'Accepted',
  intervalS: 60,
  password: null,
  editions: ['ocpp2.0.1', 'ocpp1.6'],
  callTimeoutMs: 30_000,
};
