import type { Collection, Stored, StoreWrite } from './ports.ts';

/** The records that a schema step may look at. */
export interface BooksBefore {
  entries(collection: Collection): readonly (readonly [key: string, value: Stored])[];
}

/** How the books get from the version before to `version`. One table for every Store. */
export interface SchemaStep {
  /** 1, 2, 3 … without a gap. */
  readonly version: number;
  /** Collections that are new in this version. */
  readonly adds: readonly Collection[];
  /** Collections that `rewrite` looks at. */
  readonly reads?: readonly Collection[];
  /** Changes records of the version before. Pure: it may run again after a crash in the middle of an upgrade. */
  readonly rewrite?: (before: BooksBefore) => readonly StoreWrite[];
}

/**
 * A step, once released, never changes: books of any age are in the field. A new collection or a new shape of a record
 * is a new step at the end.
 */
export const SCHEMA: readonly SchemaStep[] = [
  {
    version: 1,
    adds: [
      'meta', 'evses', 'outbox', 'parked', 'variables', 'authCache', 'localList', 'networkProfiles', 'reservations', 'chargingProfiles',
      'displayMessages', 'history', 'logs', 'drivers', 'setup',
    ],
  },
  { version: 2, adds: ['certificates', 'keys', 'securityLog'] },
  { version: 3, adds: ['monitors'] },
];

export function schemaVersion(schema: readonly SchemaStep[]): number {
  return schema.at(-1)?.version ?? 0;
}

export function collectionsOf(schema: readonly SchemaStep[]): Collection[] {
  return schema.flatMap((step) => step.adds);
}
