/** Many stations in one process, each with its own books and its own virtual time: what one more of them costs. */
import { World } from '../scenarios/world.ts';
import { serve } from './serve.ts';

export interface FleetQuestion { readonly stations: number }
export interface FleetAnswer { readonly heapBytesPerStation: number }

const LIFE_S = 3600;
const worlds: World[] = [];

serve<FleetQuestion>(async ({ stations }): Promise<FleetAnswer> => {
  if (worlds.length === 0) await grow(10); // code compiled, shared tables filled
  const before = heapBytes();
  await grow(stations);
  return { heapBytesPerStation: (heapBytes() - before) / stations };
});

async function grow(stations: number): Promise<void> {
  for (let index = 0; index < stations; index++) {
    const world = await World.started({ evses: 2, seed: worlds.length + 1 });
    await world.seconds(LIFE_S);
    // What the test's CSMS remembers isn't the station's.
    world.csms.received.length = 0;
    world.csms.texts.length = 0;
    world.logs.length = 0;
    worlds.push(world);
  }
}

function heapBytes(): number {
  for (let pass = 0; pass < 3; pass++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
