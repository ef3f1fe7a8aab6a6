/** Which messages are due on the screen now. Pure. */
import { displayText } from '../../base/safe-text.ts';
import type { DisplayMessage, MessagePriority, MessageState } from './api.ts';

export interface Outlet {
  readonly id: number;
  /** Null: in use without energy flowing; no state of 2.0.1 says that. */
  readonly state: MessageState | null;
  readonly transactionId: string | null;
}

export interface DueMessage {
  readonly id: number;
  readonly priority: MessagePriority;
  /** The outlet that it is about; null: everybody. */
  readonly evseId: number | null;
  readonly kind: 'text' | 'link';
  readonly text: string;
  readonly language: string | null;
  /** Messages that differ in nothing but content and language are one message in several languages. */
  readonly group: string;
}

export function dueMessages(messages: readonly DisplayMessage[], outlets: readonly Outlet[], nowMs: number): DueMessage[] {
  return messages.flatMap((message) => {
    if ((message.startMs ?? -Infinity) > nowMs || (message.endMs ?? Infinity) <= nowMs) return [];
    const evseId = placeOf(message, outlets);
    if (evseId === undefined) return [];
    const about = evseId === null ? outlets : outlets.filter((outlet) => outlet.id === evseId);
    if (message.state !== undefined && !inState(about, message.state)) return [];
    const { format, content, language } = message.message;
    return [{
      id: message.id, priority: message.priority, evseId, kind: format === 'URI' ? 'link' as const : 'text' as const,
      text: displayText(format, content), language: language ?? null, group: groupOf(message),
    }];
  });
}

/** Undefined: its transaction isn't here. */
function placeOf({ transactionId, display }: DisplayMessage, outlets: readonly Outlet[]): number | null | undefined {
  if (transactionId === undefined) return display?.evse ?? null;
  return outlets.find((outlet) => outlet.transactionId === transactionId)?.id;
}

/** The station as a whole charges, or is broken, when an outlet is; it rests, or is out of use, when every one is. */
function inState(outlets: readonly Outlet[], state: MessageState): boolean {
  const has = (outlet: Outlet): boolean => outlet.state === state;
  return state === 'Charging' || state === 'Faulted' ? outlets.some(has) : outlets.length > 0 && outlets.every(has);
}

function groupOf({ priority, state, startMs, endMs, transactionId, display }: DisplayMessage): string {
  return JSON.stringify([priority, state ?? '', startMs ?? 0, endMs ?? 0, transactionId ?? '', display?.evse ?? 0]);
}
