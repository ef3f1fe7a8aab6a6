/** Who limits an EVSE, from what the station shows of it. Pure. */
import type { EvseView } from '../../link/snapshot.ts';

export interface Holder { readonly who: string; readonly limit: string; readonly holds: boolean }

const INSTALLED: Readonly<Record<string, string>> = { Breaker: 'Breaker', Cable: 'Cable', 'Controller allows': 'Controller' };
const REASONS: Readonly<Record<NonNullable<EvseView['limitReason']>, string>> = {
  profile: 'Charging profile or operator', site: 'Supply of the station', cable: 'Cable, as it is coded', vehicle: 'Car', heat: 'Heat',
};

/** The fact is shown as a limit. */
export function isLimit(label: string): boolean {
  return INSTALLED[label] !== undefined;
}

/** The one that holds is the smallest of what is known; a limit of the station's own comes on top of what is installed. */
export function holders(evse: EvseView): Holder[] {
  const installed = evse.controller.facts.flatMap(({ label, value }) => {
    const who = INSTALLED[label];
    const amperes = Number(/([\d.]+) A$/.exec(value)?.[1]);
    return who === undefined || !Number.isFinite(amperes) ? [] : [{ who, amperes }];
  });
  const least = Math.min(...installed.map(({ amperes }) => amperes));
  const own = evse.limitW !== null;
  return [
    ...installed.map(({ who, amperes }) => ({ who, limit: `${amperes} A`, holds: !own && amperes === least })),
    ...(evse.limitW === null ? [] : [{ who: evse.limitReason === null ? 'Operator' : REASONS[evse.limitReason], limit: `${(evse.limitW / 1000).toFixed(2)} kW`, holds: true }]),
    ...(installed.length === 0 && !own ? [{ who: 'Controller', limit: `${(evse.maxPowerW / 1000).toFixed(2)} kW`, holds: true }] : []),
  ];
}
