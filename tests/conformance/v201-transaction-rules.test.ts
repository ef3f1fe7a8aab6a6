/**
 * OCPP 2.0.1 requirements of block E that hold for every course of a transaction: the exact story with its charging
 * states, numbers without a gap, and the configured values at the beginning, in between and at the end.
 */
import { describe, expect, it } from 'vitest';
import { car } from './speaking-car.ts';
import { CARD, events, measurands, offline, online, samples, station, type TransactionEvent, type World } from './charging-station.ts';

const METER = 'Energy.Active.Import.Register';
const SETTINGS = {
  'SampledDataCtrlr.TxStartedMeasurands': `${METER},Voltage`,
  'SampledDataCtrlr.TxUpdatedMeasurands': `${METER},Power.Active.Import`,
  'SampledDataCtrlr.TxEndedMeasurands': `${METER},Current.Import`,
  'SampledDataCtrlr.TxUpdatedInterval': '20',
};
const REMOTE = { remoteStartId: 7, idToken: { idToken: CARD.value, type: CARD.type }, evseId: 1 };

const plug = async (world: World): Promise<void> => {
  world.ev().plugIn();
  await world.seconds(4);
};
const charge = (world: World): Promise<void> => world.seconds(45);
const pull = async (world: World): Promise<void> => {
  world.ev().unplug();
  await world.seconds(3);
};
const tap = async (world: World): Promise<void> => {
  await world.card();
  await world.seconds(4);
};

/** `Started/Authorized/EVConnected`; samples in between are left out. */
function story(world: World): string[] {
  return events(world).filter(({ triggerReason }) => triggerReason !== 'MeterValuePeriodic')
    .map(({ eventType, triggerReason, transactionInfo: { chargingState } }) => [eventType, triggerReason, ...(chargingState === undefined ? [] : [chargingState])].join('/'));
}

/** A car that speaks ISO 15118 and ends its session. */
async function endedByCar(world: World): Promise<void> {
  world.ev().secc.setCar(car());
  await tap(world);
  world.ev().plugIn();
  await world.seconds(12);
  await charge(world);
  world.ev().secc.stopSession('Terminate');
  await world.seconds(3);
}

interface Course {
  readonly ids: string;
  readonly what: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly run: (world: World) => Promise<void>;
  readonly story: readonly string[];
  readonly reason?: string;
}

const BEGUN = ['Started/CablePluggedIn/EVConnected', 'Updated/ChargingStateChanged/Charging'];
const COURSES: readonly Course[] = [
  {
    ids: 'E01.FR.07, E01.FR.15, E01.FR.18, E02.FR.01, E02.FR.07, E02.FR.09, E02.FR.10, E02.FR.13, E02.FR.15, E02.FR.16, E02.FR.17, E07.FR.02, E07.FR.08, E07.FR.11',
    what: 'cable first, stopped by card',
    run: async (world) => { await plug(world); await tap(world); await charge(world); await tap(world); },
    story: ['Started/Authorized/EVConnected', 'Updated/ChargingStateChanged/Charging', 'Ended/StopAuthorized/EVConnected'],
    reason: 'Local',
  },
  {
    ids: 'E02.FR.06, E02.FR.20, E01.FR.10', what: 'TxStartPoint EVConnected: the card comes to a running transaction', settings: { 'TxCtrlr.TxStartPoint': 'EVConnected' },
    run: async (world) => { await plug(world); await tap(world); await charge(world); await tap(world); },
    story: ['Started/CablePluggedIn/EVConnected', 'Updated/Authorized', 'Updated/ChargingStateChanged/Charging', 'Ended/StopAuthorized/EVConnected'],
    reason: 'Local',
  },
  {
    ids: 'E03.FR.01, E03.FR.06, E03.FR.07, E03.FR.08, E03.FR.12, E09.FR.04, E09.FR.05', what: 'card first, ended by the cable at the car',
    run: async (world) => { await tap(world); await plug(world); await charge(world); await pull(world); },
    story: [...BEGUN, 'Ended/EVCommunicationLost/Idle'], reason: 'EVDisconnected',
  },
  {
    ids: 'E02.FR.21, E03.FR.11, E05.FR.08', what: 'TxStartPoint Authorized: begin values once the car is there', settings: { 'TxCtrlr.TxStartPoint': 'Authorized' },
    run: async (world) => { await tap(world); await plug(world); await charge(world); await tap(world); },
    story: ['Started/Authorized/Idle', 'Updated/CablePluggedIn/EVConnected', 'Updated/ChargingStateChanged/Charging', 'Ended/StopAuthorized/EVConnected'],
    reason: 'Local',
  },
  {
    ids: 'E04.FR.02, E04.FR.04, E04.FR.05, E04.FR.06, E08.FR.04, E08.FR.05, E08.FR.06, E08.FR.08, E08.FR.09, E12.FR.01, E12.FR.03, E12.FR.07', what: 'all of it without the CSMS',
    settings: { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' },
    run: async (world) => { await offline(world); await tap(world); await plug(world); await charge(world); await tap(world); await online(world); },
    story: [...BEGUN, 'Ended/StopAuthorized/EVConnected'], reason: 'Local',
  },
  {
    ids: 'E04.FR.11', what: 'TxStartPoint Authorized without the CSMS', settings: { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true', 'TxCtrlr.TxStartPoint': 'Authorized' },
    run: async (world) => { await offline(world); await tap(world); await plug(world); await charge(world); await tap(world); await online(world); },
    story: ['Started/Authorized/Idle', 'Updated/CablePluggedIn/EVConnected', 'Updated/ChargingStateChanged/Charging', 'Ended/StopAuthorized/EVConnected'],
    reason: 'Local',
  },
  {
    ids: 'E05.FR.04, E05.FR.05, E06.FR.04', what: 'the CSMS refuses the card in its answer to Started',
    run: async (world) => {
      world.csms.answers.set('TransactionEvent', ({ eventType }) => (eventType === 'Started' ? { idTokenInfo: { status: 'Invalid' } } : {}));
      await tap(world);
      await plug(world);
      await world.seconds(5);
    },
    story: ['Started/CablePluggedIn/EVConnected', 'Ended/Deauthorized/EVConnected'], reason: 'DeAuthorized',
  },
  {
    ids: 'E06.FR.03, E06.FR.14, E06.FR.15', what: 'TxStopPoint Authorized, remote stop', settings: { 'TxCtrlr.TxStopPoint': 'Authorized' },
    run: async (world) => {
      await tap(world);
      await plug(world);
      await charge(world);
      await world.ask('RequestStopTransaction', { transactionId: events(world)[0]?.transactionInfo.transactionId });
      await world.seconds(4);
    },
    story: [...BEGUN, 'Ended/RemoteStop/EVConnected'], reason: 'Remote',
  },
  {
    ids: 'E06.FR.06', what: 'TxStopPoint PowerPathClosed, the card', settings: { 'TxCtrlr.TxStopPoint': 'PowerPathClosed' },
    run: async (world) => { await tap(world); await plug(world); await charge(world); await tap(world); },
    story: [...BEGUN, 'Ended/StopAuthorized/EVConnected'], reason: 'Local',
  },
  {
    ids: 'E06.FR.06', what: 'TxStopPoint PowerPathClosed, the cable', settings: { 'TxCtrlr.TxStopPoint': 'PowerPathClosed' },
    run: async (world) => { await tap(world); await plug(world); await charge(world); await pull(world); },
    story: [...BEGUN, 'Ended/EVCommunicationLost/Idle'], reason: 'EVDisconnected',
  },
  {
    ids: 'E06.FR.11, E07.FR.05', what: 'TxStopPoint EnergyTransfer, the card', settings: { 'TxCtrlr.TxStopPoint': 'EnergyTransfer' },
    run: async (world) => { await tap(world); await plug(world); await charge(world); await tap(world); },
    story: [...BEGUN, 'Updated/StopAuthorized', 'Ended/ChargingStateChanged/EVConnected'], reason: 'Local',
  },
  {
    ids: 'E10.FR.03, E10.FR.04', what: 'the cable at the car is pulled, put back, and the card ends it',
    settings: { 'TxCtrlr.TxStopPoint': 'Authorized', 'TxCtrlr.StopTxOnEVSideDisconnect': 'false' },
    run: async (world) => { await tap(world); await plug(world); await charge(world); await pull(world); await plug(world); await charge(world); await tap(world); },
    story: [...BEGUN, 'Updated/EVCommunicationLost/Idle', 'Updated/CablePluggedIn/EVConnected', 'Updated/ChargingStateChanged/Charging', 'Ended/StopAuthorized/EVConnected'],
    reason: 'Local',
  },
  {
    ids: 'E11.FR.01, E11.FR.03', what: 'the link breaks in mid-session and comes back',
    run: async (world) => { await tap(world); await plug(world); await charge(world); await offline(world); await charge(world); await online(world); await tap(world); },
    story: [...BEGUN, 'Ended/StopAuthorized/EVConnected'], reason: 'Local',
  },
  {
    ids: 'E15.FR.01, E15.FR.04, TC_E_46_CS', what: 'the car ends its session itself',
    run: async (world) => { await endedByCar(world); },
    story: [...BEGUN, 'Ended/StopAuthorized/EVConnected'], reason: 'StoppedByEV',
  },
  {
    ids: 'E15.FR.04, TC_E_46_CS', what: 'likewise at TxStopPoint EnergyTransfer', settings: { 'TxCtrlr.TxStopPoint': 'EnergyTransfer' },
    run: async (world) => { await endedByCar(world); },
    story: [...BEGUN, 'Ended/StopAuthorized/EVConnected'], reason: 'StoppedByEV',
  },
  {
    ids: 'E15.FR.05, TC_E_46_CS', what: 'likewise at TxStopPoint EVConnected: the authorization ends, the transaction with the cable', settings: { 'TxCtrlr.TxStopPoint': 'EVConnected' },
    run: async (world) => { await endedByCar(world); await pull(world); },
    story: [...BEGUN, 'Updated/StopAuthorized/EVConnected', 'Ended/EVCommunicationLost/Idle'], reason: 'StoppedByEV',
  },
  {
    ids: 'F01.FR.03, F01.FR.04, F01.FR.05, F01.FR.14, F01.FR.15, F01.FR.17, F01.FR.19', what: 'cable first, then a remote start',
    run: async (world) => { await plug(world); await world.ask('RequestStartTransaction', REMOTE); await charge(world); await tap(world); },
    story: ['Started/RemoteStart/EVConnected', 'Updated/ChargingStateChanged/Charging', 'Ended/StopAuthorized/EVConnected'], reason: 'Local',
  },
  {
    ids: 'F02.FR.02, F02.FR.03, F02.FR.11, F02.FR.12, F02.FR.13', what: 'a remote start, then the cable',
    run: async (world) => { await world.ask('RequestStartTransaction', REMOTE); await world.seconds(2); await plug(world); await charge(world); await tap(world); },
    story: ['Started/RemoteStart/EVConnected', 'Updated/ChargingStateChanged/Charging', 'Ended/StopAuthorized/EVConnected'], reason: 'Local',
  },
];

function expectNumbered(all: readonly TransactionEvent[]): void {
  expect(all.map(({ seqNo }) => seqNo)).toEqual(all.map((_, index) => index));
  expect(new Set(all.map(({ transactionInfo }) => transactionInfo.transactionId)).size).toBe(1);
  const times = all.map(({ timestamp }) => Date.parse(timestamp));
  expect([...times].sort((a, b) => a - b)).toEqual(times);
}

function expectValues(all: readonly TransactionEvent[]): void {
  const begun = all.filter(({ meterValue }) => samples(meterValue, 'Transaction.Begin').some(({ measurand }) => measurand === 'Voltage'));
  expect(begun).toHaveLength(1); // once: with Started, or with the event that tells of the car
  expect(begun[0]).toBe(all.find(({ evse }) => evse !== undefined));
  expect(measurands(samples(begun[0]?.meterValue, 'Transaction.Begin'))).toEqual([METER, 'Voltage']);
  for (const { meterValue } of all.filter(({ triggerReason }) => triggerReason === 'MeterValuePeriodic')) {
    expect(measurands(samples(meterValue, 'Sample.Periodic'))).toEqual([METER, 'Power.Active.Import']);
  }
  expect(measurands(samples(all.at(-1)?.meterValue, 'Transaction.End'))).toEqual(['Current.Import', METER].sort());
}

/** E01.FR.10, E01.FR.16: the token once after authorization, EVSE and connector once the car is there. */
function expectOnce(all: readonly TransactionEvent[]): void {
  const withToken = all.filter(({ idToken, triggerReason }) => idToken !== undefined && triggerReason !== 'StopAuthorized');
  expect(withToken.map(({ idToken }) => idToken)).toEqual([{ idToken: CARD.value, type: CARD.type }]);
  expect(all.filter(({ evse }) => evse !== undefined).at(-1)?.evse).toEqual({ id: 1, connectorId: 1 });
}

describe('every course', () => {
  it.each(COURSES.map((course) => [`${course.ids} ${course.what}`, course] as const))('%s', async (_, course) => {
    const world = await station({ ...SETTINGS, ...course.settings });
    await course.run(world);
    const all = events(world);
    expect(story(world)).toEqual(course.story);
    expect(all.at(-1)?.transactionInfo.stoppedReason).toBe(course.reason);
    expectNumbered(all);
    expectValues(all);
    expectOnce(all);
    expect(all.some(({ triggerReason }) => triggerReason === 'MeterValuePeriodic')).toBe(course.reason !== 'DeAuthorized');
  });
});
