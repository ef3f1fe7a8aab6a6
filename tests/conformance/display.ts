/** What a CSMS does with messages, and what the driver then sees of them. */
import { expect } from 'vitest';
import type { MessageView } from '../../src/link/snapshot.ts';
import { MESSAGE_TURN_MS, messageArea } from '../../src/ui/view/messages.ts';
import type { World } from '../scenarios/world.ts';

export interface MessageInfo {
  readonly id: number;
  readonly priority: string;
  readonly state?: string;
  readonly startDateTime?: string;
  readonly endDateTime?: string;
  readonly transactionId?: string;
  readonly display?: object;
  readonly message: { readonly format: string; readonly language?: string; readonly content: string };
}

let request = 100;

export function info(id: number, over: Partial<MessageInfo> = {}): MessageInfo {
  return { id, priority: 'NormalCycle', message: { format: 'UTF8', language: 'en', content: `message ${id}` }, ...over };
}

export async function setMessage(world: World, message: MessageInfo): Promise<string> {
  const { status, error } = await world.ask('SetDisplayMessage', { message });
  return String(error ?? status);
}

/** GetDisplayMessages, and what then comes for its requestId. */
export async function getMessages(world: World, filter: { id?: number[]; priority?: string; state?: string } = {}): Promise<{
  status: string; messages: MessageInfo[]; parts: { requestId: number; tbc?: boolean; messageInfo: MessageInfo[] }[]; requestId: number }> {
  const requestId = ++request;
  const { status } = await world.ask('GetDisplayMessages', { requestId, ...filter });
  await world.seconds(2);
  const parts = world.csms.of('NotifyDisplayMessages').filter((part) => part.requestId === requestId) as { requestId: number; tbc?: boolean; messageInfo: MessageInfo[] }[];
  if (status === 'Accepted') {
    expect(parts.length).toBeGreaterThan(0);
    expect(parts.map(({ tbc }) => tbc === true)).toEqual(parts.map((_, index) => index < parts.length - 1));
  } else {
    expect(parts).toEqual([]);
  }
  return { status: String(status), messages: parts.flatMap(({ messageInfo }) => messageInfo), parts, requestId };
}

export function inFuture(world: World, seconds: number): string {
  return new Date((world.agent.snapshot().nowMs ?? 0) + seconds * 1000).toISOString();
}

function wishes(world: World): (evseId: number | null) => readonly string[] {
  const { evses } = world.agent.snapshot();
  return (evseId) => evses.filter(({ id }) => evseId === null || id === evseId).flatMap(({ languages }) => languages);
}

/** Ids in the order in which the message area shows them over one round; 0: the station's own hints. */
export function shown(world: World): number[] {
  const { messages } = world.agent.snapshot();
  const turns = Array.from({ length: messages.length + 1 }, (_, index) => messageArea(messages, wishes(world), index * MESSAGE_TURN_MS).message?.id ?? 0);
  return [...new Set(turns)];
}

export function onScreen(world: World): readonly MessageView[] {
  return world.agent.snapshot().messages;
}
