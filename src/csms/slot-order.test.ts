import { expect, test } from 'vitest';
import { SlotOrder, type NetworkSlot } from './slot-order.ts';

const slot = (number: number): NetworkSlot => ({ slot: number, csmsUrl: `ws://csms-${number}`, securityProfile: 0, messageTimeoutS: 30 });
const tried = (order: SlotOrder, times: number): (number | undefined)[] => Array.from({ length: times }, () => order.next()?.slot);

test('B10.FR.03, B10.FR.04: begins with the first of the priority list, so many attempts each, then starts over (B10.FR.08)', () => {
  const order = new SlotOrder(() => [slot(1), slot(2)], () => ['2', '1'], () => 2);
  expect(tried(order, 6)).toEqual([2, 2, 1, 1, 2, 2]);
});

test('0 attempts count as one', () => {
  expect(tried(new SlotOrder(() => [slot(1), slot(2)], () => ['1', '2'], () => 0), 3)).toEqual([1, 2, 1]);
});

test('after a success the attempts begin anew with the slot that worked', () => {
  const order = new SlotOrder(() => [slot(1), slot(2)], () => ['1', '2'], () => 2);
  tried(order, 3);
  order.succeeded();
  expect(tried(order, 3)).toEqual([2, 2, 1]);
});

test('slots that aren\'t filled are passed over, and a list without one leaves the station its first', () => {
  expect(tried(new SlotOrder(() => [slot(1), slot(3)], () => ['2', '3'], () => 1), 2)).toEqual([3, 3]);
  expect(tried(new SlotOrder(() => [slot(1)], () => ['7'], () => 1), 1)).toEqual([1]);
});
