/** 1.6 with Plug & Charge: 2.0.1's messages wrapped in DataTransfer (OCA application note), and cars known by their id. */
import { beforeAll, describe, expect, it } from 'vitest';
import { EMAID, EVCC_ID, arrive, car, contractCar, mobilityOperator, type MobilityOperator } from './speaking-car.ts';
import { chargePoint, configure, offline, online, type World } from './charge-point.ts';
import { Issued } from '../fixtures/pki.ts';

const VENDOR = 'org.openchargealliance.iso15118pnc';
interface Wrapped { readonly messageId: string; readonly data: Record<string, unknown> }
let operator: MobilityOperator;
beforeAll(async () => {
  operator = await mobilityOperator();
});

/** What the station has wrapped, oldest first. */
function wrapped(world: World, messageId: string): Record<string, unknown>[] {
  return world.csms.of('DataTransfer').filter((sent) => sent.vendorId === VENDOR && sent.messageId === messageId).map(({ data }) => JSON.parse(String(data)) as Record<string, unknown>);
}

/** A CSMS that knows the note. */
function knows(world: World, answers: Readonly<Record<string, object>>): void {
  world.csms.answers.set('DataTransfer', ({ vendorId, messageId }) => {
    const answer = answers[String(messageId)];
    return vendorId !== VENDOR || answer === undefined ? { status: 'UnknownMessageId' } : { status: 'Accepted', data: JSON.stringify(answer) };
  });
}

/** Asks as the CSMS, wrapped. */
async function ask(world: World, { messageId, data }: Wrapped): Promise<{ status: unknown; answer: Record<string, unknown> | null }> {
  const { status, data: text } = await world.ask('DataTransfer', { vendorId: VENDOR, messageId, data: JSON.stringify(data) });
  return { status, answer: typeof text === 'string' ? (JSON.parse(text) as Record<string, unknown>) : null };
}

async function plugAndCharge(answers: Readonly<Record<string, object>> = {}): Promise<World> {
  const world = await chargePoint();
  knows(world, { Authorize: { idTokenInfo: { status: 'Accepted' }, certificateStatus: 'Accepted' }, ...answers });
  await configure(world, 'ISO15118PnCEnabled', 'true');
  return world;
}

async function installRoot(world: World): Promise<void> {
  const data = { certificateType: 'MORootCertificate', certificate: operator.root.pem };
  expect(await ask(world, { messageId: 'InstallCertificate', data })).toEqual({ status: 'Accepted', answer: { status: 'Accepted' } });
}

describe('authorization by contract', () => {
  it('the wrapped Authorize replaces the plain one; StartTransaction carries the eMAID', async () => {
    const world = await plugAndCharge();
    await installRoot(world);
    await arrive(world, contractCar(operator), 20);
    expect(wrapped(world, 'Authorize')).toMatchObject([{ idToken: EMAID, iso15118CertificateHashData: [{ responderURL: 'http://ocsp.example/contract' }, {}] }]);
    expect(wrapped(world, 'Authorize')[0]).not.toHaveProperty('certificate');
    expect(world.csms.of('Authorize')).toEqual([]);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ connectorId: 1, idTag: EMAID }]);
  });

  it('CentralContractValidationAllowed: without the root the chain goes along', async () => {
    const world = await plugAndCharge();
    await configure(world, 'CentralContractValidationAllowed', 'true');
    await arrive(world, contractCar(operator), 20);
    expect(wrapped(world, 'Authorize')).toMatchObject([{ idToken: EMAID, certificate: operator.chainPem }]);
    expect(world.csms.of('StartTransaction')).toHaveLength(1);
  });

  it.each([
    [{ idTokenInfo: { status: 'Invalid' }, certificateStatus: 'ContractCancelled' }],
    [{ idTokenInfo: { status: 'Accepted' }, certificateStatus: 'CertificateRevoked' }],
    [{ idTokenInfo: {} }],
  ])('answered %j: no transaction', async (answer) => {
    const world = await plugAndCharge({ Authorize: answer });
    await installRoot(world);
    await arrive(world, contractCar(operator), 40);
    expect(world.csms.of('StartTransaction')).toEqual([]);
  });

  it('a CSMS that doesn\'t know the note: a card is still good', async () => {
    const world = await chargePoint();
    await configure(world, 'ISO15118PnCEnabled', 'true');
    world.csms.answers.set('DataTransfer', () => ({ status: 'UnknownVendorId' }));
    await installRoot(world);
    await arrive(world, contractCar(operator), 20);
    expect(world.csms.of('StartTransaction')).toEqual([]);
    expect(await world.card()).toMatchObject({ status: 'Accepted' });
  });

  it.each([['true', true], ['false', false]])('ContractValidationOffline %s: offline it charges: %s', async (value, charges) => {
    const world = await plugAndCharge();
    await installRoot(world);
    await configure(world, 'ContractValidationOffline', value);
    await configure(world, 'AllowOfflineTxForUnknownId', 'true');
    await offline(world);
    await arrive(world, contractCar(operator), 20);
    await online(world);
    expect(world.csms.of('StartTransaction').map(({ idTag }) => idTag)).toEqual(charges ? [EMAID] : []);
  });
});

describe('certificates', () => {
  it('roots are installed, listed and deleted; the Central System\'s own stay with the other messages', async () => {
    const world = await plugAndCharge();
    await installRoot(world);
    const listed = await ask(world, { messageId: 'GetInstalledCertificateIds', data: { certificateType: ['MORootCertificate'] } });
    expect(listed.answer).toMatchObject({ status: 'Accepted', certificateHashDataChain: [{ certificateType: 'MORootCertificate', certificateHashData: { hashAlgorithm: 'SHA256' } }] });
    expect((await ask(world, { messageId: 'GetInstalledCertificateIds', data: { certificateType: ['V2GRootCertificate'] } })).answer).toEqual({ status: 'NotFound' });
    const csmsRoot = await Issued.root('CSMS Root');
    expect(await world.ask('InstallCertificate', { certificateType: 'CentralSystemRootCertificate', certificate: csmsRoot.pem })).toEqual({ status: 'Accepted' });
    const { certificateHashData } = await world.ask('GetInstalledCertificateIds', { certificateType: 'CentralSystemRootCertificate' });
    const [own] = certificateHashData as object[];
    expect((await ask(world, { messageId: 'DeleteCertificate', data: { certificateHashData: own } })).answer).toEqual({ status: 'NotFound' });
    const [chain] = (listed.answer as { certificateHashDataChain: { certificateHashData: object }[] }).certificateHashDataChain;
    expect((await ask(world, { messageId: 'DeleteCertificate', data: { certificateHashData: chain?.certificateHashData } })).answer).toEqual({ status: 'Accepted' });
    expect((await ask(world, { messageId: 'GetInstalledCertificateIds', data: {} })).answer).toEqual({ status: 'NotFound' });
  });

  it('the charge point\'s certificate for cars: triggered, requested, signed, taken', async () => {
    const world = await plugAndCharge({ SignCertificate: { status: 'Accepted' } });
    const v2g = await Issued.root('V2G Root');
    await ask(world, { messageId: 'InstallCertificate', data: { certificateType: 'V2GRootCertificate', certificate: v2g.pem } });
    expect(await ask(world, { messageId: 'TriggerMessage', data: {} })).toEqual({ status: 'Accepted', answer: { status: 'Accepted' } });
    await world.seconds(3);
    const [request] = wrapped(world, 'SignCertificate');
    expect(request).toMatchObject({ certificateType: 'V2GCertificate', csr: expect.stringContaining('BEGIN CERTIFICATE REQUEST') });
    const certificateChain = await v2g.sign(String(request?.csr));
    expect((await ask(world, { messageId: 'CertificateSigned', data: { certificateChain } })).answer).toEqual({ status: 'Accepted' });
    expect((await ask(world, { messageId: 'GetInstalledCertificateIds', data: { certificateType: ['V2GCertificateChain'] } })).answer).toMatchObject({ status: 'Accepted' });
  });

  it('one that is signed by somebody unknown is refused', async () => {
    const world = await plugAndCharge({ SignCertificate: { status: 'Accepted' } });
    await ask(world, { messageId: 'TriggerMessage', data: {} });
    await world.seconds(3);
    const stranger = await Issued.root('Stranger');
    const certificateChain = await stranger.sign(String(wrapped(world, 'SignCertificate')[0]?.csr));
    expect((await ask(world, { messageId: 'CertificateSigned', data: { certificateChain } })).answer).toEqual({ status: 'Rejected' });
  });

  it('section 2.1: a CSMS that doesn\'t know the note isn\'t asked for a certificate again', async () => {
    const world = await chargePoint();
    world.csms.answers.set('DataTransfer', () => ({ status: 'UnknownVendorId' }));
    await ask(world, { messageId: 'TriggerMessage', data: {} });
    await world.seconds(3600);
    expect(wrapped(world, 'SignCertificate')).toHaveLength(1);
  });

  it('a car\'s certificate request goes to the CSMS, and its answer back', async () => {
    const world = await plugAndCharge({ Get15118EVCertificate: { status: 'Accepted', exiResponse: 'ZXhp' } });
    await arrive(world, car({ certificateRequest: { action: 'Install', schemaVersion: 'urn:iso:15118:2:2013:MsgDef', exiRequest: 'YQ==' } }));
    expect(wrapped(world, 'Get15118EVCertificate')).toEqual([{ action: 'Install', iso15118SchemaVersion: 'urn:iso:15118:2:2013:MsgDef', exiRequest: 'YQ==' }]);
    expect(world.ev().secc.certificateAnswer).toEqual({ status: 'Accepted', exiResponse: 'ZXhp' });
  });

  it.each([
    ['UnknownMessageId', { messageId: 'SelfDestruct', data: {} }], ['Rejected', { messageId: 'InstallCertificate', data: { certificateType: 'CSMSRootCertificate', certificate: 'x' } }],
    ['Rejected', { messageId: 'DeleteCertificate', data: {} }],
  ])('%s to %j', async (status, message) => {
    const world = await plugAndCharge();
    expect(await ask(world, message)).toEqual({ status, answer: null });
  });

  it('what isn\'t JSON is Rejected', async () => {
    const world = await plugAndCharge();
    expect(await world.ask('DataTransfer', { vendorId: VENDOR, messageId: 'InstallCertificate', data: '{' })).toEqual({ status: 'Rejected' });
  });
});

describe('a car known by its id (EV identification, autocharge)', () => {
  it('its id is the idTag, marked as such', async () => {
    const world = await withAutocharge();
    await arrive(world, car(), 20);
    expect(world.csms.of('Authorize')).toEqual([{ idTag: `VID:${EVCC_ID}` }]);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ idTag: `VID:${EVCC_ID}` }]);
  });

  it.each([['as ISO 15118 tells it', EVCC_ID.toLowerCase()], ['padded to eight bytes, as some DIN 70121 cars do', `0000${EVCC_ID}`]])('its id %s is the same car', async (_, evccId) => {
    const world = await withAutocharge();
    await arrive(world, car({ evccId }), 20);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ idTag: `VID:${EVCC_ID}` }]);
    await world.card(); // somebody else's
    await world.seconds(5);
    expect(world.csms.of('StopTransaction')).toEqual([]);
    world.ev().unplug();
    await world.seconds(5);
    expect(world.csms.of('StopTransaction')).toMatchObject([{ reason: 'EVDisconnected' }]);
  });

  it('its id begins nothing unless that is switched on', async () => {
    const world = await chargePoint();
    await arrive(world, car(), 20);
    expect([world.csms.of('Authorize'), world.csms.of('StartTransaction')]).toEqual([[], []]);
  });

  it('refused, a card still works', async () => {
    const world = await withAutocharge();
    world.csms.answers.set('Authorize', ({ idTag }) => ({ idTagInfo: { status: String(idTag).startsWith('VID:') ? 'Invalid' : 'Accepted' } }));
    await arrive(world, car(), 20);
    expect(world.csms.of('StartTransaction')).toEqual([]);
    expect(await world.card()).toMatchObject({ status: 'Accepted' });
  });
});

function withAutocharge(): Promise<World> {
  return chargePoint({ settings: [['Kerbside.AutochargeEnabled', 'true']] });
}
