/** OCPP 2.0.1, C07 and C08: the car says whom it charges for. M01 and M02: it asks for the certificate to say so with. */
import { beforeAll, describe, expect, it } from 'vitest';
import { EMAID, EVCC_ID, arrive, car, contractCar, mobilityOperator, type MobilityOperator } from './speaking-car.ts';
import { CARD, events, offline, online, set, station, type World } from './charging-station.ts';

const PNC = { 'ISO15118Ctrlr.PnCEnabled': 'true' };
const CENTRAL = { ...PNC, 'ISO15118Ctrlr.CentralContractValidationAllowed': 'true' };
let operator: MobilityOperator;
beforeAll(async () => {
  operator = await mobilityOperator();
});

async function withRoot(world: World): Promise<World> {
  expect(await world.ask('InstallCertificate', { certificateType: 'MORootCertificate', certificate: operator.root.pem })).toMatchObject({ status: 'Accepted' });
  return world;
}

const authorized = (world: World): boolean => events(world).some(({ triggerReason }) => triggerReason === 'Authorized');
const flows = (world: World): boolean => events(world).some(({ transactionInfo }) => transactionInfo.chargingState === 'Charging');
const decide = (world: World, status: string, certificateStatus: string): void => {
  world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status }, certificateStatus }));
};

describe('C07, online', () => {
  it('TC_C_50_CS, C07.FR.01, C07.FR.02: a contract under an installed root: eMAID and OCSP data go to the CSMS, then it charges', async () => {
    const world = await withRoot(await station(PNC));
    decide(world, 'Accepted', 'Accepted');
    await arrive(world, contractCar(operator));
    const asked = world.csms.of('Authorize');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      idToken: { idToken: EMAID, type: 'eMAID' },
      iso15118CertificateHashData: [
        { hashAlgorithm: 'SHA256', responderURL: 'http://ocsp.example/contract', issuerNameHash: expect.stringMatching(/^[0-9a-f]{64}$/), issuerKeyHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
        { responderURL: 'http://ocsp.example/sub' },
      ],
    });
    expect(asked[0]).not.toHaveProperty('certificate');
    expect(events(world).find(({ triggerReason }) => triggerReason === 'Authorized')).toMatchObject({ idToken: { idToken: EMAID, type: 'eMAID' } });
    await world.seconds(70);
    expect(flows(world)).toBe(true);
  });

  it('TC_C_51_CS: the CSMS cancels the contract: no authorization, no energy', async () => {
    const world = await withRoot(await station(PNC));
    decide(world, 'Invalid', 'ContractCancelled');
    await arrive(world, contractCar(operator), 100);
    expect(world.csms.of('Authorize')).toHaveLength(1);
    expect([authorized(world), flows(world)]).toEqual([false, false]);
  });

  it('a token that is Accepted under a certificate that isn\'t identifies nobody', async () => {
    const world = await withRoot(await station(PNC));
    decide(world, 'Accepted', 'CertificateRevoked');
    await arrive(world, contractCar(operator), 100);
    expect(authorized(world)).toBe(false);
  });

  it('TC_C_52_CS, C07.FR.06: without its root the whole chain goes to the CSMS', async () => {
    const world = await station(CENTRAL);
    decide(world, 'Accepted', 'Accepted');
    await arrive(world, contractCar(operator), 80);
    expect(world.csms.of('Authorize')).toMatchObject([{
      idToken: { idToken: EMAID, type: 'eMAID' }, certificate: operator.chainPem,
      iso15118CertificateHashData: [{ responderURL: 'http://ocsp.example/contract' }],
    }]);
    expect([authorized(world), flows(world)]).toEqual([true, true]);
  });

  it('TC_C_53_CS: and isn\'t good there: no authorization, no energy', async () => {
    const world = await station(CENTRAL);
    decide(world, 'Invalid', 'CertificateRevoked');
    await arrive(world, contractCar(operator), 100);
    expect(world.csms.of('Authorize')).toMatchObject([{ certificate: expect.stringContaining('BEGIN CERTIFICATE') }]);
    expect([authorized(world), flows(world)]).toEqual([false, false]);
  });

  it('without root and without leave to ask centrally nobody is asked; a card still works', async () => {
    const world = await station(PNC);
    await arrive(world, contractCar(operator), 30);
    expect(world.csms.of('Authorize')).toEqual([]);
    expect(authorized(world)).toBe(false);
    expect(await world.card()).toMatchObject({ status: 'Accepted' });
    expect(events(world).at(-1)).toMatchObject({ idToken: { idToken: CARD.value } });
  });

  it('an expired contract, or Plug & Charge switched off: nobody is asked', async () => {
    const late = await mobilityOperator({ toDay: -1 });
    const world = await station(CENTRAL);
    await arrive(world, contractCar(late), 30);
    expect(world.csms.of('Authorize')).toEqual([]);
    const off = await withRoot(await station());
    await arrive(off, contractCar(operator), 30);
    expect(off.csms.of('Authorize')).toEqual([]);
  });

  it('the CSMS is asked even about an eMAID that the cache knows, since the certificate may be revoked by now', async () => {
    const world = await withRoot(await station({ ...PNC, 'AuthCtrlr.LocalPreAuthorize': 'true' }));
    decide(world, 'Accepted', 'Accepted');
    await arrive(world, contractCar(operator));
    world.ev().unplug();
    await world.seconds(5);
    await arrive(world, contractCar(operator));
    expect(world.csms.of('Authorize')).toHaveLength(2);
  });

  it('a car that shows its contract again goes on with its session', async () => {
    const world = await withRoot(await station(PNC));
    decide(world, 'Accepted', 'Accepted');
    await arrive(world, contractCar(operator), 80);
    world.ev().secc.setCar(contractCar(operator)); // the talk begins anew
    await world.seconds(80);
    expect(events(world).some(({ eventType }) => eventType === 'Ended')).toBe(false);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });
});

describe('C07, offline', () => {
  const away = async (settings: Record<string, string>): Promise<World> => {
    const world = await withRoot(await station({ ...PNC, 'TxCtrlr.TxStartPoint': 'EVConnected', ...settings }));
    await offline(world);
    return world;
  };

  it('TC_C_54_CS, C07.FR.08, C07.FR.12: a contract that is good by itself; its eMAID is unknown, and unknown ones may charge', async () => {
    const world = await away({ 'ISO15118Ctrlr.ContractValidationOffline': 'true', 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' });
    await arrive(world, contractCar(operator), 20);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
    await online(world);
    expect(events(world).slice(0, 2)).toMatchObject([
      { triggerReason: 'CablePluggedIn', offline: true, transactionInfo: { chargingState: 'EVConnected' } },
      { triggerReason: 'Authorized', offline: true, idToken: { idToken: EMAID, type: 'eMAID' } },
    ]);
  });

  it.each([
    ['the list', 'C07.FR.09, C07.FR.10', async (world: World): Promise<unknown> => world.ask('SendLocalList', {
      versionNumber: 1, updateType: 'Full', localAuthorizationList: [{ idToken: { idToken: EMAID, type: 'eMAID' }, idTokenInfo: { status: 'Accepted' } }],
    })],
    ['the cache', 'C07.FR.11', async (world: World): Promise<unknown> => {
      decide(world, 'Accepted', 'Accepted');
      await arrive(world, contractCar(operator));
      world.ev().unplug();
      return world.seconds(5);
    }],
  ])('known by %s (%s): charges though unknown ones may not', async (_by, _ids, prepare) => {
    const world = await withRoot(await station(PNC));
    await prepare(world);
    await offline(world);
    await arrive(world, contractCar(operator), 20);
    expect(world.state.evses[0]?.transaction).toMatchObject({ idToken: EMAID, chargingState: 'Charging' });
  });

  it.each([['C07.FR.10, a Blocked one of the list', 'Blocked'], ['C07.FR.10, an Expired one', 'Expired']])('%s doesn\'t charge', async (_id, status) => {
    const world = await withRoot(await station({ ...PNC, 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' }));
    await world.ask('SendLocalList', { versionNumber: 1, updateType: 'Full', localAuthorizationList: [{ idToken: { idToken: EMAID, type: 'eMAID' }, idTokenInfo: { status } }] });
    await offline(world);
    await arrive(world, contractCar(operator), 20);
    expect(world.state.evses[0]?.transaction).toBeNull();
  });

  it('TC_C_55_CS, C07.FR.07: without ContractValidationOffline nothing is allowed', async () => {
    const world = await away({ 'ISO15118Ctrlr.ContractValidationOffline': 'false', 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' });
    await arrive(world, contractCar(operator), 60);
    await online(world);
    expect(events(world)[0]).toMatchObject({ triggerReason: 'CablePluggedIn', offline: true, transactionInfo: { chargingState: 'EVConnected' } });
    expect(events(world).filter(({ triggerReason }) => ['Authorized', 'ChargingStateChanged'].includes(triggerReason))).toEqual([]);
  });

  it('C07.FR.08: a chain whose root isn\'t here can\'t be validated, so it isn\'t', async () => {
    const world = await station({ ...CENTRAL, 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' });
    await offline(world);
    await arrive(world, contractCar(operator), 20);
    expect(world.state.evses[0]?.transaction).toBeNull();
  });
});

describe('C08: a car that speaks, and a driver who identifies himself', () => {
  it('C08.FR.01, C08.FR.02: the card goes to the CSMS, whenever it is shown after the cable went in', async () => {
    const world = await station();
    await arrive(world, car(), 45);
    expect(await world.card()).toMatchObject({ status: 'Accepted', by: 'csms' });
    expect(world.csms.of('Authorize')).toMatchObject([{ idToken: { idToken: CARD.value, type: CARD.type } }]);
    await world.seconds(80);
    expect(flows(world)).toBe(true);
  });

  it('autocharge: switched on, the car\'s id is the token', async () => {
    const world = await station({ 'Kerbside.AutochargeEnabled': 'true' });
    await arrive(world, car());
    expect(world.csms.of('Authorize')).toMatchObject([{ idToken: { idToken: EVCC_ID, type: 'MacAddress' } }]);
    const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [{ component: { name: 'ConnectedEV', evse: { id: 1 } }, variable: { name: 'VehicleID' } }] });
    expect(getVariableResult).toMatchObject([{ attributeValue: EVCC_ID }]);
  });

  it('what is no car\'s id is no token', async () => {
    const world = await station({ 'Kerbside.AutochargeEnabled': 'true' });
    await arrive(world, car({ evccId: 'x' }));
    expect(world.csms.of('Authorize')).toEqual([]);
  });
});

describe.each([['M01', 'Install'], ['M02', 'Update']] as const)('%s', (useCase, action) => {
  const request = { action, schemaVersion: 'urn:iso:15118:2:2013:MsgDef', exiRequest: 'ZXhpLXJlcXVlc3Q=' };

  it(`${useCase === 'M01' ? 'TC_M_26_CS' : 'TC_M_28_CS'}, ${useCase}.FR.01: the car's request goes to the CSMS as it came, and its answer back; then the contract is shown`, async () => {
    const world = await withRoot(await station(PNC));
    decide(world, 'Accepted', 'Accepted');
    world.csms.answers.set('Get15118EVCertificate', () => ({ status: 'Accepted', exiResponse: 'ZXhpLXJlc3BvbnNl' }));
    await arrive(world, contractCar(operator, { certificateRequest: request }));
    expect(world.csms.of('Get15118EVCertificate')).toEqual([{ action, iso15118SchemaVersion: 'urn:iso:15118:2:2013:MsgDef', exiRequest: 'ZXhpLXJlcXVlc3Q=' }]);
    expect(world.ev().secc.certificateAnswer).toEqual({ status: 'Accepted', exiResponse: 'ZXhpLXJlc3BvbnNl' });
    expect(world.csms.received.map((received) => received.action).filter((name) => name === 'Authorize' || name.startsWith('Get'))).toEqual(['Get15118EVCertificate', 'Authorize']);
  });

  it(`${useCase === 'M01' ? 'TC_M_27_CS' : 'TC_M_29_CS'}: the CSMS has none: the car is told Failed`, async () => {
    const world = await station(PNC);
    world.csms.answers.set('Get15118EVCertificate', () => ({ status: 'Failed', exiResponse: '' }));
    await arrive(world, car({ certificateRequest: request }));
    expect(world.ev().secc.certificateAnswer).toMatchObject({ status: 'Failed' });
  });

  it('offline, or switched off: Failed at once, and nothing is sent', async () => {
    const world = await station();
    await set(world, 'ISO15118Ctrlr.ContractCertificateInstallationEnabled', 'false');
    await arrive(world, car({ certificateRequest: request }));
    expect(world.ev().secc.certificateAnswer).toMatchObject({ status: 'Failed' });
    await offline(world);
    world.ev().unplug();
    await world.seconds(1);
    await arrive(world, car({ certificateRequest: request }));
    expect(world.csms.of('Get15118EVCertificate')).toEqual([]);
  });
});
