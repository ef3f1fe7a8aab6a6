/** The places where a station keeps something of its customers. */
import type { AuthorizationCache, CacheFinding } from '../authorization/cache.ts';
import type { Evse } from '../evse.ts';
import type { LocalList } from '../local-list/local-list.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { OutboxRecord } from '../reports.ts';
import type { Reservations } from '../reservation/reservations.ts';
import type { History } from '../transactions/history.ts';
import { sameToken, TOKEN_TYPES, type IdToken, type IdTokenInfo } from '../types.ts';
import type { CustomerRef } from './api.ts';

export interface Owner { readonly idToken: IdToken | null; readonly groupIdToken?: IdToken | null }
export interface IsTheirs {
  (owner: Owner): boolean;
  /** Every token that it may be, for books that hold no token in the clear. */
  readonly tokens: readonly IdToken[];
}

export interface CustomerSource {
  /** Heads the lines in the report. */
  readonly title: string;
  /** One line for each thing. */
  find(isTheirs: IsTheirs): string[];
  /** Absent: it isn't the station's to forget. */
  clear?(isTheirs: IsTheirs): void;
}

/**
 * A customer is known here by tokens alone: an identifier of the operator's names them if it is the text of a token or of
 * its group. Contract certificates stay in the car (N09, remark): none is kept, so nobody is known by one.
 */
export function tokenTest(customer: CustomerRef): IsTheirs {
  switch (customer.by) {
    case 'idToken': return Object.assign(({ idToken }: Owner) => idToken !== null && sameToken(idToken, customer.idToken), { tokens: [customer.idToken] });
    case 'identifier': {
      const wanted = customer.identifier.toLowerCase();
      return Object.assign(({ idToken, groupIdToken }: Owner) => idToken?.value.toLowerCase() === wanted || groupIdToken?.value.toLowerCase() === wanted,
        { tokens: [...TOKEN_TYPES].map((type) => ({ value: wanted, type })) });
    }
    case 'certificate': return Object.assign(() => false, { tokens: [] });
  }
}

export interface SourceDeps {
  readonly cache: AuthorizationCache;
  readonly localList: LocalList;
  readonly history: History;
  readonly reservations: Reservations;
  readonly outbox: Outbox;
  readonly evses: readonly Evse[];
}

export function customerSources({ cache, localList, history, reservations, outbox, evses }: SourceDeps): CustomerSource[] {
  // It holds tokens as hashes only (C10.FR.12).
  const cached = (isTheirs: IsTheirs): CacheFinding[] => cache.find(isTheirs.tokens, (info) => isTheirs({ idToken: null, groupIdToken: info.groupIdToken ?? null }));
  return [
    {
      title: 'Authorization cache',
      find: (isTheirs) => cached(isTheirs)
        .map(({ idToken, info, usedMs }) => `${idToken === null ? 'a token' : describe(idToken)}: ${describeInfo(info)}, last used ${date(usedMs)}`),
      clear: (isTheirs) => {
        for (const finding of cached(isTheirs)) cache.remove(finding);
      },
    },
    {
      // N10.FR.02: the operator changes its list by SendLocalList.
      title: 'Local authorization list',
      find: (isTheirs) => localList.all().filter(({ idToken, info }) => isTheirs(owner(idToken, info)))
        .map(({ idToken, info }) => `${describe(idToken)}: ${info === undefined ? 'no details' : describeInfo(info)}`),
    },
    {
      title: 'Reservations',
      find: (isTheirs) => reservations.all().filter(isTheirs)
        .map(({ id, evseId, expiryMs }) => `${id}: ${evseId === undefined ? 'any EVSE' : `EVSE ${evseId}`}, until ${date(expiryMs)}`),
      clear: (isTheirs) => reservations.forget(isTheirs),
    },
    {
      title: 'Running sessions',
      find: (isTheirs) => evses.flatMap(({ id, record: { authorization, transaction } }) => {
        const who = authorization ?? transaction;
        if (who === null || !isTheirs(who)) return [];
        return [`EVSE ${id}: ${transaction === null ? 'authorized' : `transaction ${transaction.id} since ${date(transaction.startedAt.wallMs)}`}`];
      }),
    },
    {
      title: 'Past transactions',
      find: (isTheirs) => history.all().filter((entry) => isTheirs({ idToken: entry.idToken ?? null, groupIdToken: entry.groupIdToken ?? null }))
        .map((entry) => `${entry.transactionId}: EVSE ${entry.evseId}, ${date(entry.startedMs)} to ${date(entry.endedMs)}, ${Math.round(entry.endWh - entry.startWh)} Wh`
          + (entry.cost === null ? '' : `, cost ${entry.cost}`)),
      clear: (isTheirs) => history.remove((entry) => isTheirs({ idToken: entry.idToken ?? null, groupIdToken: entry.groupIdToken ?? null })),
    },
    {
      // Unsent messages are the operator's accounts: they go when the CSMS has them.
      title: 'Messages that wait for the CSMS',
      find: (isTheirs) => {
        const waiting = [...outbox.transactions.records(), ...outbox.parked.values()].filter((record) => isTheirs(ownerOf(record)));
        return waiting.length === 0 ? [] : [`${waiting.length} transaction messages`];
      },
    },
  ];
}

function owner(idToken: IdToken, info: IdTokenInfo | undefined): Owner {
  return { idToken, groupIdToken: info?.groupIdToken ?? null };
}

function ownerOf({ report }: OutboxRecord): Owner {
  return { idToken: report.kind === 'transactionEvent' ? (report.idToken ?? report.activeIdToken) : null };
}

function describe({ type, value }: IdToken): string {
  return `${type} ${value}`;
}

function describeInfo({ status, cacheExpiryMs, groupIdToken, language1 }: IdTokenInfo): string {
  return [
    status,
    ...(groupIdToken === undefined ? [] : [`group ${describe(groupIdToken)}`]),
    ...(cacheExpiryMs === undefined ? [] : [`until ${date(cacheExpiryMs)}`]),
    ...(language1 === undefined ? [] : [`language ${language1}`]),
  ].join(', ');
}

function date(ms: number | null): string {
  return ms === null ? 'an unknown time' : new Date(ms).toISOString();
}
