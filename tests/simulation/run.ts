/** One seed's story: a station, its drivers and its CSMS go through hours of trouble; at the end the books are compared. */
import { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import type { Payload, Received } from '../scenarios/fake-csms.ts';
import { T0, World } from '../scenarios/world.ts';
import { checkBooks } from './books.ts';
import { ListStory } from './list-story.ts';

export interface Story {
  readonly seed: number;
  readonly edition: 'ocpp2.0.1' | 'ocpp1.6';
  /** What was done, for a failing seed. */
  readonly events: string[];
  readonly problems: string[];
}

/** Two of one family, one on his own, and one that only stops. */
const GROUPS: Readonly<Record<string, string | null>> = { CARD0001: 'FAMILY', CARD0002: 'FAMILY', STRANGER: null, POLICE01: 'MASTER' };
const CARDS = Object.keys(GROUPS);
const SETTINGS = [
  ['OCPPCommCtrlr.RetryBackOffWaitMinimum', '2'], ['OCPPCommCtrlr.RetryBackOffRandomRange', '2'], ['OCPPCommCtrlr.RetryBackOffRepeatTimes', '2'],
  ['OCPPCommCtrlr.MessageTimeout', '10'], ['OCPPCommCtrlr.MessageAttempts', '50'], ['OCPPCommCtrlr.MessageAttemptInterval', '3'],
  ['SampledDataCtrlr.TxUpdatedInterval', '20'], ['AuthCtrlr.OfflineTxForUnknownIdEnabled', 'true'],
  ['AuthCtrlr.MasterPassGroupId', 'MASTER'], ['Kerbside.StartButton', 'true'],
] as const;

export async function simulate(seed: number, steps = 120): Promise<Story> {
  const random = new SeededRandom(`story ${seed}`);
  const chance = (p: number): boolean => random.next() < p;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)] as T;
  const edition = chance(0.5) ? 'ocpp2.0.1' : 'ocpp1.6';
  const evses = chance(0.5) ? 1 : 2;
  const points: [string, string][] = chance(0.5) ? [] : [
    ['TxCtrlr.TxStartPoint', pick(['PowerPathClosed', 'EVConnected', 'Authorized', 'ParkingBayOccupancy', 'EVConnected,Authorized'])],
    ['TxCtrlr.TxStopPoint', pick(['PowerPathClosed', 'EVConnected', 'Authorized', 'EVConnected,Authorized'])],
    ['TxCtrlr.StopTxOnEVSideDisconnect', pick(['true', 'false'])], ['TxCtrlr.StopTxOnInvalidId', pick(['true', 'false'])],
    ['AlignedDataCtrlr.Interval', pick(['0', '60'])],
  ];
  const rules: [string, string][] = [
    ['AuthCtrlr.LocalPreAuthorize', pick(['true', 'false'])], ['AuthCtrlr.LocalAuthorizeOffline', pick(['true', 'false'])],
    ['AuthCacheCtrlr.Policy', pick(['LRU', 'LFU', 'FIFO', 'CUSTOM'])], ['TxCtrlr.MaxEnergyOnInvalidId', pick(['0', '0', '300'])],
    ...(edition === 'ocpp1.6' ? [['TxCtrlr.StopTxOnInvalidId', pick(['true', 'false'])] as [string, string]] : []),
  ];
  const world = new World({ edition, evses, seed, settings: [...SETTINGS, ...rules, ...(edition === 'ocpp2.0.1' ? points : [])] });
  const story: Story = { seed, edition, events: [], problems: [] };
  const note = (text: string): void => void story.events.push(`${(world.clock.monotonicMs() / 1000).toFixed(1)} ${text}`);
  if (edition === 'ocpp2.0.1') story.events.push(points.map(([name, value]) => `${name}=${value}`).join(' '));
  await world.start();
  const startWh = world.state.evses.map((evse) => evse.meterWh);

  // The CSMS's moods.
  let mood: 'fine' | 'silent' | 'errors' | 'refusing' = 'fine';
  const moody = (usual: (received: Received) => Payload) => (_: Payload, received: Received): Payload | 'silent' | { error: string } => {
    if (mood === 'silent' && chance(0.5)) return 'silent';
    if (mood === 'errors' && chance(0.5)) return { error: 'InternalError' };
    return usual(received);
  };
  for (const action of ['TransactionEvent', 'StartTransaction', 'StopTransaction', 'MeterValues', 'Heartbeat', 'StatusNotification']) {
    world.csms.answers.set(action, moody((received) => {
      const usual = world.csms.usual(received);
      if (mood === 'refusing' && action === 'TransactionEvent' && received.payload.eventType === 'Started') return { idTokenInfo: { status: 'Blocked' } };
      if (mood === 'refusing' && action === 'StartTransaction') return { ...usual, idTagInfo: { status: 'Blocked' } };
      return usual;
    }));
  }
  world.csms.answers.set('Authorize', moody(({ payload }) => {
    const tag = typeof payload.idTag === 'string' ? payload.idTag : (payload.idToken as { idToken: string }).idToken;
    const status = mood === 'refusing' && chance(0.5) ? 'Invalid' : 'Accepted';
    const group = GROUPS[tag] ?? null;
    if (edition === 'ocpp1.6') return { idTagInfo: { status, ...(group === null ? {} : { parentIdTag: group }) } };
    return { idTokenInfo: { status, ...(group === null ? {} : { groupIdToken: { idToken: group, type: 'Central' } }) } };
  }));
  const list = new ListStory(world, edition);
  let listVersion = 0;

  const act: Record<string, () => void | Promise<void>> = {
    plugIn: () => ev()?.plugIn(),
    unplug: () => ev()?.unplug(),
    card: () => void world.agent.presentToken({ value: pick(CARDS), type: 'ISO14443' }, chance(0.7) ? evseId() : undefined).catch(() => undefined),
    button: () => void world.agent.presentToken({ value: '', type: 'NoAuthorization' }, evseId()).catch(() => undefined),
    list: () => {
      const full = chance(0.4);
      const changes = CARDS.filter(() => chance(0.5)).map((tag) => [tag, !full && chance(0.3) ? null : { status: pick(['Accepted', 'Accepted', 'Blocked']), group: GROUPS[tag] ?? null }] as const);
      listVersion += chance(0.8) ? 1 : 0;
      list.send(full, listVersion, changes);
    },
    clearCache: () => void world.csms.call('ClearCache', {}),
    suspend: () => ev()?.evSuspend(),
    resume: () => ev()?.evResume(),
    full: () => ev()?.setEv({ socPercent: chance(0.3) ? 99.9 : 20 }),
    fault: () => ev()?.fault(pick(['GroundFailure', 'HighTemperature', 'OtherError'])),
    clearFault: () => ev()?.clearFault(),
    cut: () => world.network.cut(),
    mend: () => world.network.mend(chance(0.5) ? 'dead' : 'resume'),
    break: () => world.network.reset(),
    outage: async () => {
      world.network.cut();
      await world.seconds(random.next() * 3600);
      world.network.mend(chance(0.5) ? 'dead' : 'resume');
    },
    bay: () => ev()?.parkingBay(chance(0.5)),
    demand: () => ev()?.setEv({ demandW: chance(0.3) ? 0 : Math.round(random.next() * 22_000) }),
    nonsense: () => void world.csms.raw(pick(['[3,"nobody",{}]', '{', '[2,"x","Nonsense",{}]', '[4,"nobody","InternalError","",{}]'])),
    unlock: () => void (edition === 'ocpp2.0.1' ? world.csms.call('UnlockConnector', { evseId: evseId(), connectorId: 1 }) : world.csms.call('UnlockConnector', { connectorId: evseId() })),
    trigger: () => void world.csms.call('TriggerMessage', { requestedMessage: pick(['MeterValues', 'StatusNotification', 'BootNotification', 'Heartbeat']) }),
    refuse: () => void (world.network.refusing = chance(0.5)),
    mood: () => void (mood = pick(['fine', 'fine', 'silent', 'errors', 'refusing'])),
    disk: () => world.store.failNextCommits(Math.floor(random.next() * 5)),
    clock: () => world.clock.stepWall((random.next() - 0.5) * 7_200_000),
    remoteStop: () => {
      const id = world.state.evses.find((evse) => evse.transaction !== null)?.transaction?.id;
      if (id !== undefined && edition === 'ocpp2.0.1') void world.csms.call('RequestStopTransaction', { transactionId: id });
    },
    reset: () => void world.csms.call('Reset', { type: edition === 'ocpp2.0.1' ? pick(['Immediate', 'OnIdle']) : pick(['Soft', 'Hard']) }),
    availability: () => void (edition === 'ocpp2.0.1'
      ? world.csms.call('ChangeAvailability', { operationalStatus: chance(0.4) ? 'Inoperative' : 'Operative' })
      : world.csms.call('ChangeAvailability', { connectorId: 0, type: chance(0.4) ? 'Inoperative' : 'Operative' })),
    kill: async () => {
      world.kill();
      list.killed();
      await world.seconds(random.next() * 5);
      await world.start(random.next() * 3);
    },
    remoteStart: () => void (edition === 'ocpp2.0.1'
      ? world.csms.call('RequestStartTransaction', { remoteStartId: 1, evseId: evseId(), idToken: { idToken: 'APP', type: 'Central' } })
      : world.csms.call('RemoteStartTransaction', { connectorId: evseId(), idTag: 'APP' })),
  };
  const evseId = (): number => 1 + Math.floor(random.next() * evses);
  const ev = () => world.agent.simulation(evseId());
  const weighted = Object.keys(act).flatMap((name) => Array.from({ length: ['plugIn', 'card', 'unplug'].includes(name) ? 5 : ['kill', 'resume', 'mend', 'clearFault'].includes(name) ? 2 : 1 }, () => name));

  for (let step = 0; step < steps; step++) {
    const name = pick(weighted);
    note(name);
    try {
      await act[name]?.();
    } catch (error) {
      // The simulated world may say no (a cable that is in already); the station mustn't break.
      if (!(error instanceof Error) || !/cable|connector|running/.test(error.message)) story.problems.push(`${name}: ${String(error)}`);
    }
    await world.clock.advance(random.next() * (chance(0.3) ? 60_000 : 8000));
    watchEnergy(world, story);
    if (process.env['KERBSIDE_DUMP'] !== undefined) console.log((world.clock.monotonicMs() / 1000).toFixed(1), 'State', name, JSON.stringify(world.state.evses.map((evse) => [evse.meterWh, evse.powerW, evse.transaction?.id.slice(0, 4), evse.authorized])), world.state.csms, world.state.boot, world.state.queued);
  }

  // All is well again; everybody leaves.
  mood = 'fine';
  world.network.mend('dead');
  world.network.refusing = false;
  await world.seconds(30);
  for (let id = 1; id <= evses; id++) {
    world.agent.simulation(id)?.clearFault();
    world.agent.simulation(id)?.unplug();
  }
  await world.seconds(120);
  // Some pairs of start and stop points never end by themselves (section E 1.1): there the operator does it.
  for (const { transaction } of world.state.evses) if (transaction !== null && edition === 'ocpp2.0.1') void world.csms.call('RequestStopTransaction', { transactionId: transaction.id });
  await world.seconds(60);
  for (const evse of world.state.evses.filter((candidate) => candidate.transaction !== null)) {
    story.problems.push(`EVSE ${evse.id} still has a transaction after the car has left: ${JSON.stringify(evse.transaction)}`);
  }
  await world.seconds(600);
  // A clock-aligned reading may be on its way at this very moment.
  if (world.state.queued > 0) await world.seconds(5);
  story.problems.push(...(await list.problems()));
  const { state } = world;
  checkStatuses(world, story);
  if (state.queued !== 0) story.problems.push(`${state.queued} messages are still queued`);
  if (state.parked !== 0) story.problems.push(`${state.parked} messages are parked`);
  const meteredWh = state.evses.map((evse, index) => evse.meterWh - (startWh[index] ?? 0)).reduce((a, b) => a + b, 0);
  if (process.env['KERBSIDE_DUMP'] !== undefined) for (const { atMs, action, payload } of world.csms.received) if (/Transaction/.test(action)) console.log(((atMs - T0) / 1000).toFixed(1), action, JSON.stringify(payload).slice(0, 420));
  story.problems.push(...checkBooks(world.csms.received, edition, meteredWh, evses));
  return story;
}

/** What the CSMS was told last of each connector is what is so: free, since all is mended and everybody has left. */
function checkStatuses(world: World, story: Story): void {
  const told = new Map<number, string>();
  for (const status of world.csms.of('StatusNotification')) {
    const id = story.edition === 'ocpp1.6' ? status.connectorId : status.evseId;
    if (id !== 0) told.set(Number(id), String(status.connectorStatus ?? status.status));
  }
  for (const { id, connectors } of world.state.evses) {
    const now = connectors[0]?.status;
    if (told.get(id) !== now) story.problems.push(`EVSE ${id} is ${String(now)}, the CSMS was told ${String(told.get(id))}`);
  }
}

/** No energy without an authorization in force, after the time that a contactor needs. */
function watchEnergy(world: World, story: Story): void {
  for (const evse of world.state.evses) {
    if (evse.powerW > 20 && evse.authorized === null && evse.transaction === null) story.problems.push(`EVSE ${evse.id} gives ${evse.powerW} W to nobody`);
  }
}
