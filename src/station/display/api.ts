import type { ComponentRef, Reason } from '../types.ts';

export type MessagePriority = 'AlwaysFront' | 'InFront' | 'NormalCycle';
export type MessageState = 'Charging' | 'Faulted' | 'Idle' | 'Unavailable';

/** MessageInfoType, edition-free (O01). Times are wall ms. */
export interface DisplayMessage {
  readonly id: number;
  readonly priority: MessagePriority;
  /** Absent: in any state. */
  readonly state?: MessageState;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly transactionId?: string;
  /** Absent: the main display. */
  readonly display?: ComponentRef;
  readonly message: { readonly format: string; readonly language?: string; readonly content: string };
}

export type SetMessageStatus =
  | 'Accepted' | 'NotSupportedMessageFormat' | 'NotSupportedPriority' | 'NotSupportedState' | 'Rejected' | 'UnknownTransaction';

export interface MessageFilter {
  readonly ids?: readonly number[];
  readonly priority?: string;
  readonly state?: string;
}

export interface DisplayApi {
  /** O01, O02, O06. Resolves when the message is on the disk. */
  set(message: DisplayMessage): Promise<{ readonly status: SetMessageStatus; readonly reason?: Reason }>;
  /** O03, O04. `send` runs once the answer is out: the messages follow as `displayMessages` reports. */
  get(requestId: number, filter: MessageFilter): { readonly status: 'Accepted' | 'Unknown'; readonly send?: () => void };
  /** O05. Resolves when the message is gone from the disk. */
  clear(id: number): Promise<'Accepted' | 'Unknown'>;
}
