/** A day of one station on virtual time: the whole agent, its simulated charger, the books and the CSMS on the wire. */
import { World } from '../scenarios/world.ts';
import { serve, timed } from './serve.ts';

export interface DayQuestion { readonly sessions: number }
export interface DayAnswer { readonly wallMs: number; readonly cpuMs: number; readonly calls: number; readonly ended: number }

const DAY_S = 24 * 3600;
const CHARGE_S = 3600;

serve<DayQuestion>(async ({ sessions }): Promise<DayAnswer> => {
  const world = await World.started();
  const cost = await timed(() => day(world, sessions));
  const ended = world.csms.story.filter((event) => event.startsWith('Ended/')).length;
  const calls = world.csms.received.length;
  await stop(world);
  return { ...cost, calls, ended };
});

/** The sessions begin evenly over the day and charge for an hour each. */
async function day(world: World, sessions: number): Promise<void> {
  const startMs = world.clock.monotonicMs();
  const until = (seconds: number): Promise<void> => world.clock.advance(Math.max(0, startMs + seconds * 1000 - world.clock.monotonicMs()));
  for (let session = 0; session < sessions; session++) {
    await until((session * DAY_S) / sessions);
    world.ev().plugIn();
    await world.card();
    await world.seconds(CHARGE_S);
    await world.card();
    await world.seconds(5);
    world.ev().unplug();
  }
  await until(DAY_S);
}

async function stop(world: World): Promise<void> {
  const stopped = world.agent.stop();
  await world.seconds(10);
  await stopped;
}
