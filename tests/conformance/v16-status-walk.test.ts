/** OCPP 1.6 section 4.9: whatever drivers, operators and faults do, in whatever order, each status may follow the one before. */
import { expect, it } from 'vitest';
import type { SimulatedConnector } from '../../src/hardware/charger.ts';
import { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import { T0 } from '../scenarios/world.ts';
import { CARD, chargePoint, configure, OTHER, statuses, type World } from './charge-point.ts';

/** The cells of the matrix that aren't empty. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  Available: ['Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Reserved', 'Unavailable', 'Faulted'],
  Preparing: ['Available', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Faulted'],
  Charging: ['Available', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Unavailable', 'Faulted'],
  SuspendedEV: ['Available', 'Charging', 'SuspendedEVSE', 'Finishing', 'Unavailable', 'Faulted'],
  SuspendedEVSE: ['Available', 'Charging', 'SuspendedEV', 'Finishing', 'Unavailable', 'Faulted'],
  Finishing: ['Available', 'Preparing', 'Unavailable', 'Faulted'],
  Reserved: ['Available', 'Preparing', 'Unavailable', 'Faulted'],
  Unavailable: ['Available', 'Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Faulted'],
  Faulted: ['Available', 'Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Reserved', 'Unavailable'],
};

type Step = (world: World, connectorId: number) => unknown;
/** How often each is chosen, and what it does. */
const STEPS: readonly (readonly [weight: number, name: string, Step])[] = [
  [4, 'plug', (world, id) => world.ev().plugIn(id)],
  [3, 'pull', (world, id) => world.ev().unplug(id)],
  [4, 'tap', (world) => void world.agent.presentToken(CARD)],
  [1, 'tapOther', (world) => void world.agent.presentToken(OTHER)],
  [2, 'pause', (world) => world.ev().evSuspend()],
  [2, 'resume', (world) => world.ev().evResume()],
  [1, 'break', (world) => world.ev().fault('GroundFailure')],
  [1, 'breakOne', (world, id) => world.ev().fault('ConnectorLockFailure', id)],
  [4, 'mend', (world, id) => {
    world.ev().clearFault();
    world.ev().clearFault(undefined, id);
  }],
  [1, 'off', (world, connectorId) => world.ask('ChangeAvailability', { connectorId, type: 'Inoperative' })],
  [1, 'allOff', (world) => world.ask('ChangeAvailability', { connectorId: 0, type: 'Inoperative' })],
  [3, 'on', (world, connectorId) => world.ask('ChangeAvailability', { connectorId, type: 'Operative' })],
  [3, 'allOn', (world) => world.ask('ChangeAvailability', { connectorId: 0, type: 'Operative' })],
  [1, 'reserve', (world, connectorId) => world.ask('ReserveNow', {
    connectorId, idTag: OTHER.value, reservationId: 1, expiryDate: new Date(T0 + world.clock.monotonicMs() + 60_000).toISOString(),
  })],
  [1, 'cancel', (world) => world.ask('CancelReservation', { reservationId: 1 })],
  [2, 'start', (world, connectorId) => world.ask('RemoteStartTransaction', { idTag: CARD.value, connectorId })],
  [1, 'stop', (world) => world.ask('RemoteStopTransaction', { transactionId: 1000 + world.csms.of('StartTransaction').length })],
  [1, 'unlock', (world, connectorId) => world.ask('UnlockConnector', { connectorId })],
  [2, 'limit', (world) => world.ask('SetChargingProfile', { connectorId: 0, csChargingProfiles: {
    chargingProfileId: 1, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Relative',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }] },
  } })],
  [2, 'unlimit', (world) => world.ask('ClearChargingProfile', {})],
];
const CHOICES = STEPS.flatMap(([weight, name, step]) => Array.from({ length: weight }, () => [name, step] as const));

interface Change { readonly from: string; readonly to: string; readonly after: string }

/** What the CSMS saw change, each with the steps that led there. */
async function walk(seed: number, steps: number): Promise<Change[]> {
  const random = new SeededRandom(seed + 77);
  const connectors: SimulatedConnector[] = [{ type: 'cType2', canLock: seed % 3 !== 0 }, ...(seed % 2 === 0 ? [] : [{ type: 'cCCS2', canLock: false } as const])];
  const world = await chargePoint({ seed: seed + 1, connectors, settings: seed % 8 === 4 ? [['AuthCtrlr.Enabled', 'false']] : [] });
  await configure(world, 'StopTransactionOnEVSideDisconnect', String(seed % 4 < 2));
  await configure(world, 'ConnectionTimeOut', '15');
  const done: string[] = [];
  const seen = connectors.map(() => 1);
  const changes: Change[] = [];
  for (let step = 0; step < steps; step++) {
    const [name, act] = CHOICES[Math.floor(random.next() * CHOICES.length)] ?? CHOICES[0] ?? [];
    const connectorId = 1 + Math.floor(random.next() * connectors.length);
    done.push(`${name ?? ''} ${connectorId}`);
    await act?.(world, connectorId);
    await world.seconds(1 + Math.floor(random.next() * 12));
    for (const [index, from] of seen.entries()) {
      const told = statuses(world, index + 1);
      for (let at = from; at < told.length; at++) {
        if (told[at] !== told[at - 1]) changes.push({ from: told[at - 1] ?? '', to: told[at] ?? '', after: `seed ${seed}: ${done.slice(-6).join(', ')}` });
      }
      seen[index] = told.length;
    }
  }
  return changes;
}

it('section 4.9: whatever drivers, operators and faults do, each status may follow the one before; all cells but six come up', async () => {
  const changes: Change[] = [];
  for (let seed = 0; seed < 32; seed++) changes.push(...(await walk(seed, 120)));
  expect(changes.filter(({ from, to }) => ALLOWED[from]?.includes(to) !== true)).toEqual([]);
  const cells = new Set(changes.map(({ from, to }) => `${from} ${to}`));
  const missing = Object.entries(ALLOWED).flatMap(([from, all]) => all.map((to) => `${from} ${to}`)).filter((cell) => !cells.has(cell));
  // No energy before the car has been seen without any; a fault ends transaction and reservation.
  expect(missing).toEqual(['Available Charging', 'Available SuspendedEV', 'Unavailable Charging', 'Faulted Charging', 'Faulted SuspendedEV', 'Faulted Reserved']);
}, 60_000);
