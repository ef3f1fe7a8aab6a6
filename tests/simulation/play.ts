/** Plays a story to its end and says what was wrong. */
import { describeError } from '../../src/base/errors.ts';
import { perform } from './acts.ts';
import { INVARIANTS } from './invariants/all.ts';
import type { EvseLook, Look } from './invariants/invariant.ts';
import { Scene } from './scene.ts';
import type { Story, StoryEvent } from './story.ts';

export interface Outcome {
  readonly problems: readonly string[];
  /** What happened, line by line, each with its second. */
  readonly trace: readonly string[];
  readonly transactions: number;
  readonly kills: number;
  /** Calls of ports, altogether and by the lives of the process. */
  readonly calls: number;
  readonly callsOfLives: readonly number[];
  readonly energyWh: number;
  readonly virtualS: number;
}

export interface PlayOptions {
  /** Every frame goes into the trace as well. */
  readonly frames?: boolean;
}

const LOOK_MS = 1000;
/** After a calm it may take a little more; what is wrong then is wrong. */
const PATIENCE_S = 120;

export async function play(story: Story, options: PlayOptions = {}): Promise<Outcome> {
  const scene = new Scene(story);
  const { world } = scene;
  if (options.frames === true) world.csms.onFrame = (direction, text) => world.note(`${direction === 'in' ? '->' : '<-'} ${text.slice(0, 600)}`);
  const stopListening = catchStrays(scene);
  try {
    watch(scene);
    world.start();
    await world.clock.advance(5000);
    await run(scene, story.events);
    await finish(scene);
  } catch (error) {
    scene.problem(`the station threw ${describeError(error)} ${error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 4).join(' ') : ''}`);
  } finally {
    stopListening();
  }
  return {
    problems: scene.problems, trace: world.trace, transactions: scene.books.transactions.size, kills: world.kills,
    calls: world.lives.reduce((sum, { calls }) => sum + calls, 0), callsOfLives: world.lives.map(({ calls }) => calls),
    energyWh: scene.evses.reduce((sum, evse) => sum + (world.running?.snapshot().evses.find(({ id }) => id === evse)?.meterWh ?? 0) - (scene.startWh.get(evse) ?? 0), 0),
    virtualS: Math.round(world.seconds),
  };
}

/** What is thrown where nobody waits. */
function catchStrays(scene: Scene): () => void {
  const stray = (error: unknown): void => scene.problem(`nobody caught ${describeError(error)} ${error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 4).join(' ') : ''}`);
  process.on('unhandledRejection', stray);
  return () => void process.off('unhandledRejection', stray);
}

async function run(scene: Scene, events: readonly StoryEvent[]): Promise<void> {
  const { clock } = scene.world;
  let busyUntilS = 0;
  for (const event of [...events].sort((a, b) => a.at - b.at)) {
    if (event.at < busyUntilS) continue;
    const waitMs = event.at * 1000 - clock.monotonicMs();
    if (waitMs > 0) await clock.advance(waitMs);
    const { at: _, ...act } = event;
    scene.world.note(`* ${JSON.stringify(act)}`);
    if (event.act !== 'calm') {
      perform(scene, event);
      continue;
    }
    busyUntilS = event.at + event.forS;
    await calm(scene, event.forS);
  }
}

async function calm(scene: Scene, forS: number): Promise<void> {
  mend(scene);
  await scene.world.clock.advance(forS * 1000);
  await settled(scene);
}

function mend(scene: Scene): void {
  const { world } = scene;
  scene.calmSinceMs = world.nowMs();
  scene.mirror.trouble();
  world.csms.cheerUp();
  world.network.refusing = false;
  world.network.mend('dead');
  world.wire.latencyMs = [20, 20];
  world.mendDisk();
  world.box?.adapter(true);
  world.switchOn();
}

/** Asks the invariants until all are content, or patience ends. */
async function settled(scene: Scene): Promise<void> {
  let problems: string[] = [];
  for (let waitedS = 0; waitedS <= PATIENCE_S; waitedS += 5) {
    const now = look(scene);
    problems = INVARIANTS.flatMap((invariant) => invariant.calm?.(scene, now) ?? []);
    if (problems.length === 0) return;
    await scene.world.clock.advance(5000);
  }
  for (const problem of problems) scene.problem(`all was quiet, but ${problem}`, problem);
}

/** All is well again, everybody leaves, and the operator ends what doesn't end by itself. */
async function finish(scene: Scene): Promise<void> {
  const { world, story, books } = scene;
  await calm(scene, 60);
  for (const evse of scene.evses) {
    perform(scene, { act: 'clearFault', evse });
    perform(scene, { act: 'bay', evse, occupied: false });
    perform(scene, { act: 'unplug', evse });
  }
  perform(scene, { act: 'retryParked' });
  perform(scene, { act: 'siteLimit', limitA: null });
  scene.availability.ask(0, true);
  for (const evse of scene.evses) scene.availability.ask(evse, true);
  await world.clock.advance(200_000);
  // Some pairs of start and stop points never end by themselves (section E 1.1), nor where a car that leaves ends nothing.
  for (const { id } of books.open) {
    void (story.edition === 'ocpp2.0.1' ? world.csms.call('RequestStopTransaction', { transactionId: id }) : world.csms.call('RemoteStopTransaction', { transactionId: Number(id) }));
  }
  await world.clock.advance(60_000);
  for (const { id, transaction } of look(scene)?.evses ?? []) if (transaction !== null) scene.problem(`EVSE ${id} still has transaction ${transaction} after the car has left`);
  perform(scene, { act: 'retryParked' });
  await calm(scene, 120);
  // A clock-aligned reading may be on its way at this very moment.
  if ((look(scene)?.queued ?? 0) > 0) await world.clock.advance(5000);
  let listProblems: string[] | null = null;
  void scene.list.problems().then((problems) => {
    listProblems = problems;
  });
  await world.clock.advance(65_000);
  for (const problem of [...(listProblems ?? ['the local list couldn\'t be asked for']), ...INVARIANTS.flatMap((invariant) => invariant.end?.(scene) ?? [])]) scene.problem(problem);
}

function watch(scene: Scene): void {
  const { clock } = scene.world;
  const again = (): void => {
    const now = look(scene);
    if (now !== null) for (const invariant of INVARIANTS) invariant.observe?.(scene, now);
    if (scene.mirror.parked.size > 0) scene.everParked = true;
    clock.after(LOOK_MS, again);
  };
  clock.after(LOOK_MS / 2, again);
}

/** null: nothing to see, the process is down or only just starting. */
function look(scene: Scene): Look | null {
  const agent = scene.world.running;
  if (agent === null) return null;
  const snapshot = agent.snapshot();
  const detail = agent.detail();
  const box = scene.world.box?.emulator;
  const evses = snapshot.evses.map((view): EvseLook => ({
    id: view.id, meterWh: view.meterWh,
    // A box tells itself what it does; of the station's word for it there may be only an old one.
    ...(box === undefined ? { contactorClosed: view.controller.contactorClosed, powerW: view.powerW, busiestPhaseA: Math.max(0, ...view.currentA) }
      : { contactorClosed: box.closed, powerW: box.powerW, busiestPhaseA: box.currentA }),
    token: detail.evses.find(({ id }) => id === view.id)?.authorized?.idToken ?? null, transaction: view.transaction?.id ?? null,
    faulted: view.fault !== null, linkUp: view.controller.link === 'up', plugged: view.connectors.some(({ plugged }) => plugged),
    state: view.state, status: view.connectors[0]?.status ?? 'none',
  }));
  return { atMs: scene.world.nowMs(), accepted: snapshot.csms.link === 'connected' && snapshot.csms.boot === 'Accepted', queued: snapshot.books.queued, evses };
}
