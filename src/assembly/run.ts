/**
 * One run of the station: from its start out of the books to its stop. A reset or power cycle ends it, and the agent
 * starts the next one on the same books.
 */
import type { Log } from '../base/log.ts';
import { CsmsClient } from '../csms/client.ts';
import type { BridgeMemory, EditionName } from '../csms/edition.ts';
import type { Charger } from '../hardware/charger.ts';
import type { Buses } from '../hardware/serial/buses.ts';
import { profileOf } from '../link/hardware-profile.ts';
import type { Ports, Stored } from '../platform/ports.ts';
import type { BootReason } from '../station/csms-port.ts';
import { DeviceModel } from '../station/device-model/device-model.ts';
import { Journal } from '../station/journal.ts';
import { LogBook } from '../station/logs/log-book.ts';
import { NetworkProfiles } from '../station/provisioning/network-profiles.ts';
import { Station } from '../station/station.ts';
import { StationTime } from '../station/time.ts';
import { readRecord, type EvseRecord } from '../station/transactions/state.ts';
import type { AgentOptions, FrameSeen, SerialSeen } from './agent.ts';
import { buildHardware, driverMemory, lineOf } from './build-hardware.ts';
import { CardReaders } from './card-readers.ts';
import type { Loaders } from './loaders.ts';
import { provideHardware } from './provide-hardware.ts';
import { provideNetworkProfiles } from './provide-network-profiles.ts';
import { provideVariables } from './provide-variables.ts';
import { StoreGauge } from './store-gauge.ts';
import { isSecurityProfile, takeSetup } from './take-setup.ts';
import { deviceModelDeps, MODEL, VENDOR } from './topology.ts';

/** Lets the answer that caused a reconnection go out first. */
const RECONNECT_AFTER_MS = 500;

export interface RunEvents {
  onFrame(frame: FrameSeen): void;
  onSerial(line: SerialSeen): void;
  onChange(): void;
  reboot(reason: BootReason): void;
}

export interface Run {
  readonly station: Station;
  readonly client: CsmsClient;
  readonly journal: Journal;
  readonly time: StationTime;
  /** Lines that devices share; null: no serial ports here. */
  readonly buses: Buses | null;
  readonly chargers: readonly { readonly evseId: number; readonly charger: Charger }[];
  readonly readers: CardReaders;
  /** Ends the run; `orderly` lets pending writes reach the disk first. */
  stop(orderly: boolean): Promise<void>;
}

export async function startRun(ports: Ports, options: AgentOptions, hostLog: Log, firmware: string, events: RunEvents, load: Loaders): Promise<Run> {
  const { clock, random, store } = ports;
  let logBook: LogBook | null = null;
  const log: Log = (...line) => {
    hostLog(...line);
    logBook?.add(...line);
  };
  const journal = new Journal(store, clock, log);
  const meta = new Map(await store.entries('meta'));
  const run = numberIn(meta, 'run') + 1;
  const clockFacts = meta.get('clock') as { offsetMs?: number; floorMs?: number } | undefined;
  const bootReason = (meta.get('bootReason') as BootReason | undefined) ?? 'PowerUp';
  journal.put('meta', 'run', run);
  journal.delete('meta', 'bootReason');
  const time = new StationTime(clock, { run, lastOffsetMs: clockFacts?.offsetMs ?? null, floorMs: Math.max(clockFacts?.floorMs ?? 0, numberIn(meta, 'newestMs')), guessFloorMs: numberIn(meta, 'newestGuessMs') });
  logBook = new LogBook('diagnostics', { clock, time });

  const profile = profileOf(options.hardware);
  const { chargers, buses } = await buildHardware(ports, profile, (key) => driverMemory(store, journal, key), log, load.simulated);
  const deviceModel = await DeviceModel.load({
    ...deviceModelDeps({ profile, chargers, identity: options.identity, firmware }), store,
  });
  // What set-up chose; a factory setting or the CSMS may say otherwise.
  deviceModel.setDefault('TariffCostCtrlr.Currency', options.currency);
  await deviceModel.factorySet('SecurityCtrlr.Identity', options.identity);
  const setup = await takeSetup(store, deviceModel, options, meta);
  for (const [name, value] of options.factorySettings) if (!isSecurityProfile(name)) await deviceModel.factorySet(name, value);

  const records = await readRecords(ports, log);
  const profiles = new NetworkProfiles(store, journal, { ...setup.link, messageTimeoutS: 30, ocppInterface: 'Wired0' });
  await profiles.load();

  const station = new Station({
    clock, random, store, journal, time, deviceModel, chargers, log, logBook, http: ports.http, crypto: ports.crypto, x509: ports.x509, keys: ports.keys, firmware: ports.firmware, bootReason, firmwareVersion: firmware,
    assumedEdition: options.editions.includes(meta.get('edition') as EditionName) ? (meta.get('edition') as string) : (options.editions[0] ?? 'ocpp2.0.1'),
    vendorName: VENDOR, model: MODEL, serialNumber: options.identity, masterPassChoice: options.masterPassChoice ?? false,
    link: {
      abilities: ports.network.abilities,
      setupPassword: options.password,
      reconnect: () => void clock.after(RECONNECT_AFTER_MS, () => client.restart()),
    },
    onLine: (evseId, direction, bytes, decoded) => events.onSerial({ evseId, direction, bytes, decoded }),
    reboot: (reason) => events.reboot(reason),
  }, profiles, records);
  const gauge = new StoreGauge(clock, store);
  const client: CsmsClient = new CsmsClient({
    clock, random, network: ports.network, settings: deviceModel, station, log,
    memory: await loadBridgeMemory(ports, journal),
    slots: () => profiles.all(),
    lastWorking: () => profiles.lastWorking,
    identity: () => deviceModel.string('SecurityCtrlr.Identity'),
    credentials: station.security.connection,
    editions: options.editions,
    loadEdition: load.edition,
    nowMs: () => time.nowMs(),
  });
  client.onUp.on(({ port, slotChanged }) => {
    const { activeSlot } = client;
    if (activeSlot !== null) {
      profiles.worked({ ocppInterface: 'Wired0', ...activeSlot });
      station.security.connected({ ocppInterface: 'Wired0', ...activeSlot });
    }
    // A profile of the CSMS says how long it may take to answer; 1.6 has a key of its own for that.
    const timeoutS = port.edition === 'ocpp1.6' || activeSlot === null ? null : profiles.messageTimeoutS(activeSlot.slot);
    deviceModel.overlay('OCPPCommCtrlr.MessageTimeout[Default]', timeoutS === null ? null : String(timeoutS));
    station.connected(port, slotChanged);
  });
  client.onDown.on(() => station.disconnected());
  client.onInvalid.on((why) => station.security.connection.invalidMessage(why));
  client.onFrame.on((frame) => events.onFrame(frame));
  client.onChange.on(() => events.onChange());
  station.onChange.on(() => events.onChange());
  deviceModel.onChange('', () => events.onChange());
  journal.onHealth = () => {
    if (journal.failure?.code === 'StoreFull') station.securityEvents.record('MemoryExhaustion', 'the storage is full');
    events.onChange();
  };
  gauge.onFilling.on((how) => station.securityEvents.record('MemoryExhaustion', how));
  provideVariables(deviceModel, station, time, () => client.activeSlot?.slot ?? 1, () => gauge.usedPercent);
  provideNetworkProfiles(deviceModel, profiles);
  provideHardware(deviceModel, station.evses);

  await journal.durable();
  gauge.start();
  await station.start();
  if (setup.changed !== null) station.securityEvents.record('ReconfigurationOfSecurityParameters', setup.changed);
  client.start();
  const readers = await CardReaders.start(profile.readers, {
    clock, log, buses, lineOf: (portId) => lineOf(profile, portId),
    present: ({ idToken, type }, evseId) => station.reader.present({ value: idToken, type }, evseId),
    refuse: (why, evseId) => void station.reader.unread(why, evseId),
  });
  return {
    station, client, journal, time, chargers, buses, readers,
    stop: async (orderly) => {
      await readers.stop();
      gauge.stop();
      await client.stop();
      await station.stop();
      if (orderly) await journal.durable();
      journal.close();
    },
  };
}

function numberIn(meta: ReadonlyMap<string, Stored>, key: string): number {
  const value = meta.get(key);
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

async function readRecords(ports: Ports, log: Log): Promise<ReadonlyMap<number, EvseRecord>> {
  const records = new Map<number, EvseRecord>();
  for (const [key, value] of await ports.store.entries('evses')) {
    const record = readRecord(Number(key), value);
    if (record === null) log('error', 'books', `the record of EVSE ${key} is unreadable; the EVSE starts fresh`);
    else records.set(record.evseId, record);
  }
  return records;
}

/** The bridges' own notes, in the books' `meta`, under a prefix. */
async function loadBridgeMemory(ports: Ports, journal: Journal): Promise<BridgeMemory> {
  const prefix = 'bridge.';
  const notes = new Map<string, string>();
  for (const [key, value] of await ports.store.entries('meta')) {
    if (key.startsWith(prefix) && typeof value === 'string') notes.set(key.slice(prefix.length), value);
  }
  return {
    get: (key) => notes.get(key),
    set: async (key, value) => {
      if (value === undefined) {
        notes.delete(key);
        journal.delete('meta', prefix + key);
      } else {
        notes.set(key, value);
        journal.put('meta', prefix + key, value);
      }
      await journal.durable();
    },
  };
}

