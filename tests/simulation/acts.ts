/** Makes each event of a story happen. What can't happen now (no cable, no process) just doesn't. */
import { KerbsideError } from '../../src/base/errors.ts';
import type { SimulationControls } from '../../src/hardware/charger.ts';
import { parseName } from '../../src/station/device-model/names.ts';
import { request } from './calls.ts';
import type { Scene } from './scene.ts';
import type { Act, CallName } from './story.ts';

/** The station is down, between two runs, or the world says no. */
const HARMLESS: ReadonlySet<string> = new Set(['NotRunning', 'UnknownConnector', 'ExternalControlOff', 'NoSuchLimit', 'NotParked']);

export function perform(scene: Scene, act: Act): void {
  try {
    act1(scene, act);
  } catch (error) {
    if (!(error instanceof KerbsideError) || !HARMLESS.has(error.code)) scene.problem(`${act.act} threw ${String(error)}`);
  }
}

function act1(scene: Scene, act: Act): void {
  const { world } = scene;
  const { csms, network, box } = world;
  const agent = world.running;
  const ev = 'evse' in act && act.evse !== undefined ? (agent?.simulation(act.evse) ?? null) : null;
  switch (act.act) {
    case 'plugIn': case 'unplug': case 'suspend': case 'resume': case 'demand': case 'soc': case 'bay': case 'jam': case 'fault': case 'clearFault':
      return box === null ? (ev === null ? undefined : simulated(ev, act)) : boxed(scene, act);
    case 'card': return present(scene, act.token, 'ISO14443', act.evse);
    case 'button': return present(scene, '', 'NoAuthorization', act.evse);
    case 'cancel': return agent?.cancelAuthorization(act.evse);
    case 'extend': scene.extended = true; return agent?.extendConnectTimeout(act.evse);
    case 'dismiss': return agent?.dismissSummary(act.evse);
    case 'adapterOut': return box?.adapter(false);
    case 'adapterIn': return box?.adapter(true);
    case 'boxReboot':
      // Until it is told again it does what its maker wants, with whoever is plugged in.
      world.boxAlone ||= box?.emulator.plugged === true;
      return box?.reboot();
    case 'noise': return box?.noise(act.bytes);
    case 'boxSilent': return box?.silent(act.seconds);
    case 'cut': return network.cut();
    case 'mend': return network.mend(act.frozen);
    case 'breakLink': return network.reset();
    case 'refuse': network.refusing = act.on; return;
    case 'latency':
      world.wire.latencyMs = [act.minMs, act.maxMs];
      world.worstLatencyMs = Math.max(world.worstLatencyMs, act.maxMs);
      return;
    case 'frontLag': csms.frontLagMs = act.maxMs; return;
    case 'csmsClock':
      csms.clockOffMs = act.offMs;
      world.worstClockMs = Math.max(world.worstClockMs, Math.abs(act.offMs));
      return;
    case 'mood': csms.moods.set(act.on, act.mood); return;
    case 'boot': csms.boot = { status: act.status, intervalS: act.intervalS }; return;
    case 'call': return call(scene, act.what, act.evse, act.n);
    case 'flood': for (let n = 0; n < act.count; n++) call(scene, act.what, act.evse, n); return;
    case 'raw': return csms.raw(act.text);
    case 'profile': return profile(scene, act);
    case 'clearProfiles': return scene.limits.clear();
    case 'reserve': return scene.reservations.ask(act.id, act.evse, act.token, act.forS);
    case 'unreserve': return scene.reservations.cancel(act.id);
    case 'availability': return scene.availability.ask(act.evse, act.operative);
    case 'list': return scene.list.send(act.full, act.versionStep, act.changes);
    case 'diskFails': scene.mirror.trouble(); return world.disk.failNextCommits(act.count, act.code);
    case 'diskSlow': scene.mirror.trouble(); world.medium.commitLatencyMs = act.ms; return;
    case 'diskFull': return diskFull(scene, act.on);
    case 'clock':
      scene.clockSet = true;
      scene.limits.clockSet = true;
      scene.reservations.clockSet = true;
      return world.clock.stepWall(act.stepMs);
    case 'gap': return agent?.clockGap({ lateMs: act.lateMs, wallJumpMs: 0 });
    case 'kill': return world.kill(act.underway, act.offS);
    case 'killAt': return world.killAt(act.calls, act.underway, act.offS);
    case 'reboot': return void agent?.reboot({ graceful: act.graceful, offMs: act.offS * 1000 }).catch(failed(scene, 'reboot'));
    case 'set': return set(scene, act.name, act.value);
    case 'resetStation': return agent?.resetStation();
    case 'reconnect': return agent?.reconnect();
    case 'retryParked': return retryParked(scene);
    case 'siteLimit': return siteLimit(scene, act.limitA);
    case 'calm': return; // the player's business
  }
}

type CarAct = Extract<Act, { act: 'plugIn' | 'unplug' | 'suspend' | 'resume' | 'demand' | 'soc' | 'bay' | 'jam' | 'fault' | 'clearFault' }>;

function simulated(ev: SimulationControls, act: CarAct): void {
  switch (act.act) {
    case 'plugIn': return ev.plugIn();
    case 'unplug': return ev.unplug();
    case 'suspend': return ev.evSuspend();
    case 'resume': return ev.evResume();
    case 'demand': return ev.setEv({ demandW: act.watts });
    case 'soc': return ev.setEv({ socPercent: act.percent });
    case 'bay': return ev.parkingBay(act.occupied);
    case 'jam': return ev.jamLock(act.jammed);
    case 'fault': return ev.fault(act.code);
    case 'clearFault': return ev.clearFault();
  }
}

function boxed({ world }: Scene, act: CarAct): void {
  const emulator = world.box?.emulator;
  if (emulator === undefined) return;
  switch (act.act) {
    // While nobody is there to see it, one car can't be told from the next: drivers wait for the screen.
    case 'plugIn': if (world.running !== null) emulator.plugIn(); return;
    case 'unplug': emulator.unplug(); return;
    case 'suspend': emulator.wants = false; return;
    case 'resume': emulator.wants = true; return;
    case 'demand': emulator.demandA = act.watts / 690; return;
    case 'fault': emulator.broken = true; return;
    case 'clearFault': emulator.broken = false; return;
    case 'soc': case 'bay': case 'jam': return;
  }
}

function failed(scene: Scene, what: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof KerbsideError) || !HARMLESS.has(error.code)) scene.problem(`${what} failed: ${String(error)}`);
  };
}

function present(scene: Scene, value: string, type: string, evse?: number): void {
  const { world, list } = scene;
  if (world.running === null) return;
  scene.shown.set(value, world.nowMs());
  const kills = world.kills;
  void world.running.presentToken({ value, type }, evse).then(({ status, by }) => {
    world.note(`token ${value} ${status} by ${by}`);
    if (status !== 'Accepted' || by !== 'cache' || kills !== world.kills) return;
    const words = world.csms.tokens.words.filter(({ token }) => token === value);
    if (words.length === 0) return scene.problem(`${value} was accepted from the cache, which the CSMS never filled`);
    // Every yes has lapsed. A clock that was set may say otherwise until the CSMS is heard again.
    const latestMs = Math.max(...words.map(({ untilMs, accepted }) => (accepted ? (untilMs ?? Infinity) : 0)));
    if (!scene.clockSet && world.nowMs() > latestMs + 30_000 && !list.mayHold(value)) scene.problem(`${value} was accepted from the cache though its last yes has expired`);
  }, failed(scene, 'presentToken'));
}

function call(scene: Scene, what: CallName, evse: number, n: number): void {
  const { world, books, story } = scene;
  const running = books.running(evse)?.id ?? null;
  const asked = request(what, { edition: story.edition, evse, n, running: story.edition === 'ocpp1.6' && running !== null ? Number(running) : running, nowMs: world.nowMs() });
  if (asked === null) return;
  if (what === 'remoteStart') scene.shown.set(String(asked[1].idTag ?? 'APP'), world.nowMs());
  void world.csms.call(...asked);
}

function profile({ limits, books, story }: Scene, { purpose, evse, level, limitA, validS }: Extract<Act, { act: 'profile' }>): void {
  const running = purpose === 'tx' ? books.running(evse)?.id : undefined;
  if (purpose === 'tx' && running === undefined) return;
  const name = running === undefined ? null : story.edition === 'ocpp1.6' ? Number(running) : running;
  limits.set(purpose, purpose === 'max' ? 0 : evse, level, limitA, validS, name);
}

/** No byte more than what is there already. */
function diskFull({ world, mirror }: Scene, on: boolean): void {
  mirror.trouble();
  if (!on) {
    delete world.medium.quotaBytes;
    return;
  }
  void world.disk.usage().then(({ usedBytes }) => {
    world.medium.quotaBytes = usedBytes;
  });
}

function set(scene: Scene, name: string, value: string): void {
  const parsed = parseName(name);
  if (parsed === null || scene.world.running === null) return;
  void scene.world.running.deviceModel.set(parsed, value).catch((error: unknown) => {
    if (!(error instanceof KerbsideError) || !error.code.startsWith('Store')) scene.problem(`set ${name} failed: ${String(error)}`);
  });
}

function retryParked(scene: Scene): void {
  const agent = scene.world.running;
  if (agent === null) return;
  for (const { sequence } of agent.queue().filter(({ parked }) => parked)) void agent.retryParked(sequence).catch(failed(scene, 'retryParked'));
}

function siteLimit(scene: Scene, limitA: number | null): void {
  const agent = scene.world.running;
  if (agent === null) return;
  const kills = scene.world.kills;
  if (limitA === null) {
    scene.limits.site(Infinity);
    void agent.clearExternalLimit('EMS').catch(failed(scene, 'clearExternalLimit'));
    return;
  }
  scene.limits.site(Infinity);
  void agent.setExternalLimit({ source: 'EMS', unit: 'A', periods: [{ startS: 0, limit: limitA }] }).then(() => {
    if (kills === scene.world.kills) scene.limits.site(limitA);
  }, failed(scene, 'setExternalLimit'));
}
