import { agreement } from './agreement.ts';
import { bounds } from './bounds.ts';
import { delivery } from './delivery.ts';
import { energy } from './energy.ts';
import type { Invariant } from './invariant.ts';
import { permission } from './permission.ts';
import { transactions } from './transactions.ts';

/** By the numbers of docs/reliability.md. */
export const INVARIANTS: readonly Invariant[] = [transactions, energy, permission, delivery, agreement, bounds];
