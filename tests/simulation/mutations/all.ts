import { BOOKS } from './books.ts';
import { DELIVERY } from './delivery.ts';
import { ENERGY } from './energy.ts';
import type { Mutation } from './mutation.ts';

export const MUTATIONS: readonly Mutation[] = [...DELIVERY, ...BOOKS, ...ENERGY];
