/** Small things that the tests of block C say often. */
import { item, type World } from './charging-station.ts';

export interface Token { readonly value: string; readonly type: string }

export function wire({ value, type }: Token): { idToken: string; type: string } {
  return { idToken: value, type };
}

export async function plugged(world: World, evse = 1): Promise<void> {
  world.ev(evse).plugIn();
  await world.seconds(3);
}

export function powerW(world: World, evse = 1): number {
  return world.state.evses[evse - 1]?.powerW ?? 0;
}

/** Tokens in the cache, as the CSMS is told. */
export async function cacheEntries(world: World): Promise<number> {
  const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [item('AuthCacheCtrlr.Entries')] });
  return Number((getVariableResult as { attributeValue?: string }[])[0]?.attributeValue);
}
