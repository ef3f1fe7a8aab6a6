import { describe, expect, it } from 'vitest';
import type { ChargerState, FaultCode } from '../../hardware/charger.ts';
import type { TransactionEventReport } from '../reports.ts';
import type { TxConfig } from './config.ts';
import type { StepContext } from './context.ts';
import { connectorStatus, desiredEnergise, desiredLock } from './levels.ts';
import { next, type EvseEvent } from './machine.ts';
import { freshRecord, type Authorization, type EvseRecord } from './state.ts';

const TOKEN = { value: 'CARD1', type: 'ISO14443' };

const DEFAULTS: TxConfig = {
  startPoints: ['PowerPathClosed'], stopPoints: ['EVConnected', 'Authorized'], connectTimeoutMs: 60_000, cardTimeoutMs: null, sharedIntervals: false,
  stopOnInvalidId: true, maxEnergyOnInvalidIdWh: null, stopOnEvSideDisconnect: true, unlockOnEvSideDisconnect: true, signsReadings: false,
};

/** A bench for the machine: time, meter and cable in the test's hand. */
class Bench {
  record: EvseRecord = freshRecord(1);
  reports: TransactionEventReport[] = [];
  nowMs = 0;
  wh = 1000;
  plugged = false;
  closed = false;
  bay = false;
  withheld = false;
  signaturePending = false;
  mayFlow = false;
  faults: FaultCode[] = [];
  link: 'up' | 'down' = 'up';
  private ids = 0;

  constructor(private readonly config: Partial<TxConfig> = {}) {}

  send(event: EvseEvent): this {
    const step = next(this.record, event, this.context());
    this.record = step.record;
    this.reports.push(...step.reports);
    return this;
  }

  hardware(change: Partial<Pick<Bench, 'plugged' | 'closed' | 'bay' | 'faults' | 'link'>> = {}): this {
    Object.assign(this, change);
    const state: ChargerState = {
      link: this.link, contactorClosed: this.closed, faults: this.faults.map((code) => ({ code })), phasesInUse: this.closed ? 3 : null,
      bayOccupied: this.bay, meter: { atMonotonicMs: this.nowMs, energyImportWh: this.wh, powerW: 0, currentA: [], voltageV: [] },
      connectors: [{ id: 1, pilot: this.plugged ? (this.closed ? 'C' : 'B') : 'A', plugged: this.plugged, locked: false, faults: [] }],
    };
    return this.send({ type: 'hardware', state, faulted: this.faults.length > 0 || this.link === 'down' });
  }

  card(floating = false): this {
    const authorization: Authorization = {
      idToken: TOKEN, groupIdToken: null, by: 'csms', remoteStartId: null, reservationId: null, floating, personalMessage: null,
      connectDeadlineMs: this.nowMs + 60_000, extensionsLeft: 10,
    };
    return this.send({ type: 'authorized', authorization, trigger: 'Authorized' });
  }

  stopByCard(): this {
    return this.send({ type: 'stop', trigger: 'StopAuthorized', reason: 'Local', idToken: TOKEN });
  }

  pass(ms: number): this {
    this.nowMs += ms;
    return this.send({ type: 'tick' });
  }

  get energised(): boolean {
    return desiredEnergise(this.record, this.withheld);
  }

  /** `Started/CablePluggedIn`, … */
  get story(): string[] {
    return this.reports.map((report) => `${report.eventType}/${report.triggerReason}`);
  }

  get last(): TransactionEventReport {
    const report = this.reports.at(-1);
    if (report === undefined) throw new RangeError('no report yet');
    return report;
  }

  private context(): StepContext {
    const stamp = { wallMs: this.nowMs, monotonicMs: this.nowMs, run: 1 };
    return {
      nowMs: this.nowMs, stamp, config: { ...DEFAULTS, ...this.config }, online: true, reachable: this.link === 'up', mayFlow: this.mayFlow, withheld: this.withheld, signaturePending: this.signaturePending,
      reading: { atMonotonicMs: this.nowMs, energyImportWh: this.wh, powerW: 0, currentA: [], voltageV: [] },
      phasesInUse: this.closed ? 3 : null, newTransactionId: () => `tx-${++this.ids}`,
      meterValue: (set, context) => ({
        timestamp: stamp,
        sampledValues: [{ measurand: `set.${set}`, value: this.wh, unit: 'Wh', location: 'Outlet', context }],
      }),
    };
  }
}

const charging = (bench: Bench): Bench => bench.hardware({ plugged: true }).card().hardware({ closed: true });

describe('start points', () => {
  it('E01.FR.05 PowerPathClosed: cable first, the card starts it', () => {
    const bench = new Bench().hardware().hardware({ plugged: true });
    expect(bench.reports).toEqual([]);
    bench.card();
    expect(bench.story).toEqual(['Started/Authorized']);
    expect(bench.last).toMatchObject({ seqNo: 0, idToken: TOKEN, firstWithEvse: true, connectorId: 1, powerPathClosed: true, chargingState: 'EVConnected' });
  });

  it('E03.FR.01 PowerPathClosed: card first, the cable starts it and carries the token', () => {
    const bench = new Bench().hardware().card();
    expect(bench.reports).toEqual([]);
    bench.hardware({ plugged: true });
    expect(bench.story).toEqual(['Started/CablePluggedIn']);
    expect(bench.last.idToken).toEqual(TOKEN);
  });

  it('E01.FR.02 EVConnected: the cable starts it, the token comes with the next event, once (E01.FR.10)', () => {
    const bench = charging(new Bench({ startPoints: ['EVConnected'] }).hardware());
    expect(bench.story).toEqual(['Started/CablePluggedIn', 'Updated/Authorized', 'Updated/ChargingStateChanged']);
    expect(bench.reports.map((report) => report.idToken !== undefined)).toEqual([false, true, false]);
    expect(bench.reports.map((report) => report.firstWithEvse)).toEqual([true, false, false]);
    expect(bench.reports.map((report) => report.powerPathClosed)).toEqual([false, true, false]);
  });

  it('E01.FR.03 Authorized: the card starts it; E01.FR.16 the connector comes with the cable', () => {
    const bench = new Bench({ startPoints: ['Authorized'] }).hardware().card().hardware({ plugged: true });
    expect(bench.story).toEqual(['Started/Authorized', 'Updated/CablePluggedIn']);
    expect(bench.reports[0]).toMatchObject({ chargingState: 'Idle', connectorId: null });
    expect(bench.reports[1]).toMatchObject({ chargingState: 'EVConnected', connectorId: 1, firstWithEvse: true });
  });

  it('E01.FR.06 EnergyTransfer: nothing is a transaction until energy flows', () => {
    const bench = new Bench({ startPoints: ['EnergyTransfer'] }).hardware().hardware({ plugged: true }).card();
    expect(bench.reports).toEqual([]);
    expect(bench.energised).toBe(true);
    bench.hardware({ closed: true });
    expect(bench.story).toEqual(['Started/ChargingStateChanged']);
    expect(bench.last).toMatchObject({ chargingState: 'Charging', idToken: TOKEN, numberOfPhasesUsed: 3 });
  });

  it('E01.FR.01 ParkingBayOccupancy: the car in the bay starts it', () => {
    const bench = new Bench({ startPoints: ['ParkingBayOccupancy'] }).hardware().hardware({ bay: true }).hardware({ plugged: true });
    expect(bench.story).toEqual(['Started/EVDetected', 'Updated/CablePluggedIn']);
  });

  it('a second session on the same cable starts a new transaction', () => {
    const bench = charging(new Bench({ startPoints: ['EVConnected'], stopPoints: ['Authorized'] }).hardware());
    bench.stopByCard().hardware({ closed: false });
    expect(bench.record.transaction).toBeNull();
    bench.card();
    expect(bench.last).toMatchObject({ eventType: 'Started', transactionId: 'tx-2', seqNo: 0 });
  });
});

describe('stop points', () => {
  it('E07: the same card ends it once the contactor has opened, so that no Wh comes after the final reading', () => {
    const bench = charging(new Bench().hardware());
    bench.stopByCard();
    expect(bench.energised).toBe(false);
    expect(bench.record.transaction).not.toBeNull();
    bench.wh = 1234;
    bench.hardware({ closed: false });
    expect(bench.last).toMatchObject({ eventType: 'Ended', triggerReason: 'StopAuthorized', stoppedReason: 'Local', idToken: TOKEN, registerWh: 1234, chargingState: 'EVConnected' });
    expect(bench.last.meterValues?.at(-1)?.sampledValues[0]).toMatchObject({ context: 'Transaction.End', value: 1234 });
  });

  it('a contactor that never opens can\'t keep the books open', () => {
    const bench = charging(new Bench().hardware()).stopByCard().pass(12_000);
    expect(bench.last.eventType).toBe('Ended');
  });

  it('E06.FR.02 EVConnected: pulling the plug ends it', () => {
    const bench = charging(new Bench().hardware()).hardware({ plugged: false, closed: false });
    expect(bench.last).toMatchObject({ eventType: 'Ended', triggerReason: 'EVCommunicationLost', stoppedReason: 'EVDisconnected', chargingState: 'Idle' });
  });

  it('E07 with EVConnected alone: StopAuthorized, then EVConnected, then the plug ends it with reason Local', () => {
    const bench = charging(new Bench({ stopPoints: ['EVConnected'] }).hardware());
    bench.stopByCard().hardware({ closed: false }).hardware({ plugged: false });
    expect(bench.story.slice(-3)).toEqual(['Updated/StopAuthorized', 'Updated/ChargingStateChanged', 'Ended/EVCommunicationLost']);
    expect(bench.reports.at(-2)?.chargingState).toBe('EVConnected');
    expect(bench.last.stoppedReason).toBe('Local');
  });

  it('E06.FR.07 EnergyTransfer: ends when energy stops', () => {
    const bench = charging(new Bench({ stopPoints: ['EnergyTransfer'] }).hardware());
    bench.stopByCard().hardware({ closed: false });
    expect(bench.story.slice(-2)).toEqual(['Updated/StopAuthorized', 'Ended/ChargingStateChanged']);
    expect(bench.last).toMatchObject({ stoppedReason: 'Local', chargingState: 'EVConnected' });
  });

  it('E06.FR.01 ParkingBayOccupancy: ends when the car has left the bay', () => {
    const bench = charging(new Bench({ startPoints: ['ParkingBayOccupancy'], stopPoints: ['ParkingBayOccupancy'] }).hardware().hardware({ bay: true }));
    bench.stopByCard().hardware({ closed: false }).hardware({ plugged: false }).hardware({ bay: false });
    expect(bench.last).toMatchObject({ eventType: 'Ended', triggerReason: 'EVDeparted', stoppedReason: 'Local' });
  });

  it('E06.FR.16: a fault ends it', () => {
    const bench = charging(new Bench().hardware()).hardware({ faults: ['GroundFailure'], closed: false });
    expect(bench.last).toMatchObject({ eventType: 'Ended', triggerReason: 'AbnormalCondition', stoppedReason: 'GroundFault' });
    expect(bench.energised).toBe(false);
  });

  it('E03.FR.05: no cable within EVConnectionTimeOut', () => {
    const bench = new Bench({ startPoints: ['Authorized'] }).hardware().card().pass(59_999);
    expect(bench.story).toEqual(['Started/Authorized']);
    bench.pass(1);
    expect(bench.last).toMatchObject({ eventType: 'Ended', triggerReason: 'EVConnectTimeout', stoppedReason: 'Timeout' });
  });

  it('C01.FR.26: without a transaction the authorization just lapses', () => {
    const bench = new Bench().hardware().card().pass(60_000);
    expect(bench.reports).toEqual([]);
    expect(bench.record.authorization).toBeNull();
  });
});

describe('seqNo and fields', () => {
  it('E01.FR.07: numbers without gap or repeat', () => {
    const bench = charging(new Bench({ startPoints: ['EVConnected'] }).hardware());
    for (let n = 0; n < 3; n++) bench.send({ type: 'sample', kind: 'periodic' });
    bench.stopByCard().hardware({ closed: false });
    expect(bench.reports.map((report) => report.seqNo)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('E01.FR.09: begin values travel with Started; E01.FR.17: or with the event that knows the EVSE', () => {
    const cableFirst = new Bench().hardware().hardware({ plugged: true }).card();
    expect(cableFirst.reports[0]?.meterValues?.[0]?.sampledValues[0]?.context).toBe('Transaction.Begin');
    const cardFirst = new Bench({ startPoints: ['Authorized'] }).hardware().card(true).hardware({ plugged: true });
    expect(cardFirst.reports.map((report) => report.meterValues?.[0]?.sampledValues[0]?.context)).toEqual([undefined, 'Transaction.Begin']);
  });

  it('J02.FR.11 periodic, J01.FR.22 clock-aligned, F06.FR.07 triggered values', () => {
    const bench = charging(new Bench().hardware());
    bench.send({ type: 'sample', kind: 'periodic' }).send({ type: 'sample', kind: 'clock' }).send({ type: 'sample', kind: 'trigger' });
    expect(bench.story.slice(-3)).toEqual(['Updated/MeterValuePeriodic', 'Updated/MeterValueClock', 'Updated/Trigger']);
    expect(bench.last.chargingState).toBe('Charging');
  });

  it('timeSpentCharging counts only the time in which energy flowed', () => {
    const bench = charging(new Bench().hardware()).pass(100_000);
    bench.hardware({ closed: false }).pass(50_000);
    bench.hardware({ closed: true }).pass(10_000);
    bench.stopByCard().hardware({ closed: false });
    expect(bench.last.timeSpentChargingS).toBe(110);
  });
});

describe('suspension', () => {
  it('E01.FR.19: the car that stops taking is SuspendedEV', () => {
    const bench = charging(new Bench().hardware()).hardware({ closed: false });
    expect(bench.last).toMatchObject({ triggerReason: 'ChargingStateChanged', chargingState: 'SuspendedEV' });
    bench.hardware({ closed: true });
    expect(bench.last.chargingState).toBe('Charging');
  });

  it('a car that was only just offered energy isn\'t suspended yet', () => {
    const bench = new Bench().hardware().hardware({ plugged: true }).card().pass(1000).pass(18_000);
    expect(bench.last.chargingState).toBe('EVConnected');
    bench.pass(2000);
    expect(bench.last).toMatchObject({ triggerReason: 'ChargingStateChanged', chargingState: 'SuspendedEV' });
  });

  it('energy withheld by the station is SuspendedEVSE', () => {
    const bench = charging(new Bench().hardware());
    bench.withheld = true;
    bench.hardware({ closed: false });
    expect(bench.last.chargingState).toBe('SuspendedEVSE');
    expect(bench.energised).toBe(false);
  });
});

describe('the CSMS refuses the token (E05)', () => {
  it('E05.FR.10 StopTxOnInvalidId with Authorized among the stop points: Ended, and the cable stays locked (E05.FR.11)', () => {
    const bench = charging(new Bench().hardware()).send({ type: 'deauthorized' });
    expect(bench.energised).toBe(false);
    bench.hardware({ closed: false });
    expect(bench.last).toMatchObject({ eventType: 'Ended', triggerReason: 'Deauthorized', stoppedReason: 'DeAuthorized' });
    expect(desiredLock(bench.record)).toBe(true);
    bench.send({ type: 'owner' });
    expect(desiredLock(bench.record)).toBe(false);
  });

  it('E05.FR.09 without such a stop point: Updated Deauthorized, energy stops, the plug ends it', () => {
    const bench = charging(new Bench({ stopPoints: ['EVConnected'] }).hardware()).send({ type: 'deauthorized' });
    expect(bench.story).toHaveLength(2); // not before the energy has stopped
    bench.hardware({ closed: false });
    expect(bench.last).toMatchObject({ eventType: 'Updated', triggerReason: 'Deauthorized', chargingState: 'EVConnected' });
    bench.hardware({ plugged: false });
    expect(bench.last).toMatchObject({ eventType: 'Ended', stoppedReason: 'DeAuthorized' });
  });

  it('E05.FR.02 StopTxOnInvalidId false: energy stops, SuspendedEVSE', () => {
    const bench = charging(new Bench({ stopOnInvalidId: false }).hardware()).send({ type: 'deauthorized' }).hardware({ closed: false });
    expect(bench.last).toMatchObject({ eventType: 'Updated', triggerReason: 'ChargingStateChanged', chargingState: 'SuspendedEVSE' });
  });

  it('E05.FR.03 MaxEnergyOnInvalidId: energy up to that amount', () => {
    const bench = charging(new Bench({ stopOnInvalidId: false, maxEnergyOnInvalidIdWh: 500 }).hardware()).send({ type: 'deauthorized' });
    bench.wh = 1499;
    bench.pass(1000);
    expect(bench.energised).toBe(true);
    bench.wh = 1500;
    bench.pass(1000);
    expect(bench.energised).toBe(false);
  });
});

describe('the cable is pulled at the car', () => {
  it('E09.FR.01 StopTxOnEVSideDisconnect: deauthorised; plugging in again gives no energy', () => {
    const bench = charging(new Bench({ startPoints: ['ParkingBayOccupancy'], stopPoints: ['ParkingBayOccupancy'] }).hardware().hardware({ bay: true }));
    bench.hardware({ plugged: false, closed: false });
    expect(bench.last).toMatchObject({ eventType: 'Updated', triggerReason: 'EVCommunicationLost', chargingState: 'Idle' });
    bench.hardware({ plugged: true });
    expect(bench.energised).toBe(false);
  });

  it('E10: StopTxOnEVSideDisconnect false: the transaction waits for the car and goes on', () => {
    const bench = charging(new Bench({ stopPoints: ['Authorized'], stopOnEvSideDisconnect: false }).hardware());
    bench.hardware({ plugged: false, closed: false });
    expect(bench.last).toMatchObject({ triggerReason: 'EVCommunicationLost', chargingState: 'Idle' });
    bench.hardware({ plugged: true });
    expect(bench.last.triggerReason).toBe('CablePluggedIn');
    expect(bench.energised).toBe(true);
  });

  it('E10.FR.02: but not for ever', () => {
    const bench = charging(new Bench({ stopPoints: ['Authorized'], stopOnEvSideDisconnect: false }).hardware());
    bench.hardware({ plugged: false, closed: false }).pass(60_000);
    expect(bench.last).toMatchObject({ eventType: 'Ended', triggerReason: 'EVConnectTimeout' });
  });
});

it.each([['ParkingBayOccupancy'], ['DataSigned']] as const)('start point %s at a station that can\'t see it: no energy without a transaction', (point) => {
  const bench = new Bench({ startPoints: [point] }).hardware().hardware({ plugged: true });
  expect(bench.reports).toEqual([]);
  bench.card();
  expect(bench.energised).toBe(true);
  expect(bench.reports.map((report) => report.eventType)).toEqual(['Started']);
});

it('a card accepted while the outlet broke gives no energy when it is mended: no Wh without a transaction', () => {
  const bench = new Bench().hardware().hardware({ faults: ['OtherError'] }).card().hardware({ plugged: true });
  bench.hardware({ faults: [] });
  expect(bench.energised).toBe(false);
  expect(bench.reports).toEqual([]);
});

describe('after a restart', () => {
  it('the same transaction goes on without a second start', () => {
    const bench = charging(new Bench().hardware());
    bench.nowMs = 0;
    bench.closed = false;
    bench.send({ type: 'resumed' }).hardware().hardware({ closed: true });
    expect(bench.story).toEqual(['Started/Authorized', 'Updated/ChargingStateChanged']);
    expect(bench.record.transaction?.id).toBe('tx-1');
  });

  it('a car that left meanwhile ends it', () => {
    const bench = charging(new Bench().hardware()).send({ type: 'resumed' }).hardware({ plugged: false, closed: false });
    expect(bench.last).toMatchObject({ eventType: 'Ended', stoppedReason: 'EVDisconnected' });
  });

  it('an end that was under way is completed', () => {
    const bench = charging(new Bench().hardware()).stopByCard();
    bench.closed = false;
    bench.send({ type: 'resumed' });
    expect(bench.last).toMatchObject({ eventType: 'Ended', stoppedReason: 'Local' });
  });
});

it('a controller out of reach keeps the transaction', () => {
  const bench = charging(new Bench().hardware()).hardware({ link: 'down' });
  expect(bench.record.transaction).not.toBeNull();
  bench.hardware({ link: 'up' });
  expect(bench.record.transaction?.id).toBe('tx-1');
  expect(bench.energised).toBe(true);
});

it('G01.FR.03, G01.FR.04: a plug makes a connector Occupied; a car that only stands in the bay, or a card, leaves it Available', () => {
  const bench = new Bench({ startPoints: ['ParkingBayOccupancy'], stopPoints: ['ParkingBayOccupancy'] });
  const status = (): string => {
    const connectors = [{ id: 1, pilot: 'A', plugged: bench.plugged, locked: false, faults: [] }] as const;
    const meter = { atMonotonicMs: 0, energyImportWh: 0, powerW: 0, currentA: [], voltageV: [] };
    const state = { link: 'up', contactorClosed: false, faults: [], phasesInUse: null, bayOccupied: bench.bay, meter, connectors } as const;
    return connectorStatus(bench.record, state, 1, true);
  };
  bench.hardware({ bay: true });
  expect(bench.record.transaction).not.toBeNull();
  expect(status()).toBe('Available');
  bench.card();
  expect(status()).toBe('Available');
  bench.hardware({ plugged: true });
  bench.stopByCard();
  expect(status()).toBe('Occupied');
  bench.hardware({ plugged: false });
  expect(status()).toBe('Available');
});
