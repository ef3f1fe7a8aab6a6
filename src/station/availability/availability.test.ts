import { expect, it } from 'vitest';
import { settle } from '../../platform/virtual/settle.ts';
import type { Evse } from '../evse.ts';
import type { Journal } from '../journal.ts';
import { Availability } from './availability.ts';

it.each([{}, { evseId: 1 }])('a change of %j is answered when the disk has it: what was Accepted outlives a power cut', async (target) => {
  const written: (() => void)[] = [];
  const journal = { put: () => undefined, durable: () => new Promise<void>((resolve) => void written.push(resolve)) } as unknown as Journal;
  const evse = { id: 1, dispatch: () => undefined, record: { transaction: null }, charger: { facts: { connectors: [{ id: 1 }] } } } as unknown as Evse;
  const availability = new Availability([evse], journal, () => undefined);
  let answer: string | null = null;
  void availability.change(false, target).then(({ status }) => {
    answer = status;
  });
  await settle();
  expect(answer).toBeNull();
  for (const resolve of written) resolve();
  await settle();
  expect(answer).toBe('Accepted');
});
