/** OCPP 2.0.1, N09 and N10: what the station holds of a customer, told and forgotten. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, offline, OTHER, station, type World } from './charging-station.ts';
import { arrive, contractCar, EMAID, mobilityOperator } from './speaking-car.ts';

const TOKEN = { idToken: CARD.value, type: CARD.type };
let requestIds = 100;

interface Customer { readonly idToken?: object; readonly customerIdentifier?: string; readonly customerCertificate?: object }
interface Answer { readonly status: string; readonly reasonCode: string | undefined; readonly parts: readonly { readonly data: string; readonly tbc?: boolean }[]; readonly data: string }

/** Asks, and waits for all parts. */
async function ask(world: World, flags: { readonly report: boolean; readonly clear: boolean }, customer: Customer = { idToken: TOKEN }): Promise<Answer> {
  const requestId = requestIds++;
  const { status, statusInfo } = await world.ask('CustomerInformation', { requestId, ...flags, ...customer });
  await world.seconds(3);
  const parts = world.csms.of('NotifyCustomerInformation').filter((part) => part.requestId === requestId);
  expect(parts.map(({ seqNo, tbc }) => [seqNo, tbc ?? false])).toEqual(parts.map((_, index) => [index, index < parts.length - 1]));
  for (const { data, generatedAt } of parts) {
    expect(String(data).length).toBeLessThanOrEqual(512);
    expect(Date.parse(String(generatedAt))).toBeGreaterThan(0);
  }
  return {
    status: String(status), reasonCode: (statusInfo as { reasonCode: string } | undefined)?.reasonCode, parts: parts as unknown as Answer['parts'],
    data: parts.map(({ data }) => data).join(''),
  };
}

const REPORT = { report: true, clear: false };
const CLEAR = { report: false, clear: true };
const BOTH = { report: true, clear: true };

/** Reusable states IdTokenCached, IdTokenLocalAuthList, and a charge that is over: the bay is empty. */
async function withCustomer(options: { readonly listed: boolean }): Promise<World> {
  const world = await station({ 'LocalAuthListCtrlr.Enabled': 'true', 'AuthCtrlr.LocalPreAuthorize': 'true', 'AuthCacheCtrlr.Enabled': 'true' });
  if (options.listed) {
    expect(await world.ask('SendLocalList', {
      versionNumber: 1, updateType: 'Full', localAuthorizationList: [TOKEN, { idToken: OTHER.value, type: OTHER.type }].map((idToken) => ({ idToken, idTokenInfo: { status: 'Accepted' } })),
    })).toEqual({ status: 'Accepted' });
  }
  world.csms.answers.set('TransactionEvent', ({ idToken }) => (idToken === undefined ? {} : { idTokenInfo: { status: 'Accepted' } }));
  await charging(world);
  world.ev().unplug();
  await world.seconds(5);
  return world;
}

describe('N09: told', () => {
  it('TC_N_27_CS N09.FR.02 N09.FR.05 what is stored of a customer, as text', async () => {
    const world = await withCustomer({ listed: true });
    const { status, data } = await ask(world, REPORT);
    expect(status).toBe('Accepted');
    const transactionId = (world.csms.of('TransactionEvent')[0]?.transactionInfo as { transactionId: string }).transactionId;
    const lines = data.split('\n');
    expect(lines).toEqual([
      'Authorization cache', expect.stringContaining('ISO14443 CARD0001: Accepted, last used 2026-06-01T') as string,
      'Local authorization list', 'ISO14443 CARD0001: Accepted',
      'Past transactions', expect.stringContaining(`${transactionId}: EVSE 1, 2026-06-01T`) as string,
    ]);
    expect(data).not.toContain(OTHER.value);
  });

  it('TC_N_28_CS N09.FR.06 of a customer nobody knows: one empty message', async () => {
    const world = await withCustomer({ listed: false });
    await ask(world, CLEAR);
    const { status, parts } = await ask(world, REPORT);
    expect([status, parts.map(({ data, tbc }) => [data, tbc ?? false])]).toEqual(['Accepted', [['', false]]]);
  });

  it('TC_N_29_CS N09.FR.09 none, or more than one, of the three references: Invalid', async () => {
    const world = await station();
    const customerCertificate = { hashAlgorithm: 'SHA256', issuerNameHash: 'a1', issuerKeyHash: 'b2', serialNumber: '03' };
    for (const customer of [{}, { idToken: TOKEN, customerIdentifier: 'x' }, { customerIdentifier: 'x', customerCertificate }, { idToken: TOKEN, customerCertificate }]) {
      const { status, parts } = await ask(world, REPORT, customer);
      expect([status, parts]).toEqual(['Invalid', []]);
    }
  });

  it('N09.FR.03 N10.FR.05 another request while one is being answered: Rejected', async () => {
    const world = await withCustomer({ listed: true });
    world.csms.answers.set('NotifyCustomerInformation', () => 'silent');
    expect(await world.ask('CustomerInformation', { requestId: 1, ...REPORT, idToken: TOKEN })).toEqual({ status: 'Accepted' });
    expect(await world.ask('CustomerInformation', { requestId: 2, ...REPORT, idToken: TOKEN })).toMatchObject({ status: 'Rejected' });
    expect(await world.ask('CustomerInformation', { requestId: 3, ...BOTH, idToken: TOKEN })).toMatchObject({ status: 'Rejected' });
    world.csms.answers.delete('NotifyCustomerInformation');
    await world.seconds(60);
    expect((await ask(world, REPORT)).data).toContain('Authorization cache');
  });

  it('N09.FR.07 N10.FR.07 neither report nor clear: Rejected', async () => {
    const world = await withCustomer({ listed: true });
    expect(await ask(world, { report: false, clear: false })).toMatchObject({ status: 'Rejected', parts: [] });
    expect((await ask(world, REPORT)).data).toContain('Authorization cache'); // nothing was cleared
  });

  it('a long history comes in parts', async () => {
    const world = await withCustomer({ listed: true });
    for (let session = 0; session < 6; session++) {
      await charging(world);
      world.ev().unplug();
      await world.seconds(5);
    }
    const { parts, data } = await ask(world, REPORT);
    expect(parts.length).toBeGreaterThan(1);
    const ids = new Set(world.csms.of('TransactionEvent').map(({ transactionInfo }) => (transactionInfo as { transactionId: string }).transactionId));
    expect([ids.size, [...ids].every((id) => data.includes(id))]).toEqual([7, true]);
  });

  it('what runs and what waits to be sent', async () => {
    const world = await station();
    await charging(world);
    expect((await ask(world, REPORT)).data).toMatch(/Running sessions\nEVSE 1: transaction [-0-9a-f]+ since 2026/);
    await offline(world);
    world.ev().unplug();
    await world.seconds(5);
    world.csms.answers.set('TransactionEvent', () => 'silent');
    world.network.refusing = false;
    await world.seconds(60);
    expect((await ask(world, REPORT)).data).toMatch(/Messages that wait for the CSMS\n\d+ transaction messages/);
  });
});

describe('N10: forgotten', () => {
  it('TC_N_30_CS N10.FR.01 N10.FR.03 told and cleared: all but the local list', async () => {
    const world = await withCustomer({ listed: true });
    const first = await ask(world, BOTH);
    expect([first.status, first.data.split('\n').filter((line) => !line.includes(' 2026') && !line.includes(':'))]).toEqual([
      'Accepted', ['Authorization cache', 'Local authorization list', 'Past transactions'],
    ]);
    const second = await ask(world, REPORT);
    expect([second.status, second.parts.length, second.data]).toEqual(['Accepted', 1, 'Local authorization list\nISO14443 CARD0001: Accepted']);
    expect(await world.ask('GetLocalListVersion', {})).toEqual({ versionNumber: 1 });
    world.kill();
    await world.start(5);
    expect((await ask(world, REPORT)).data).toBe('Local authorization list\nISO14443 CARD0001: Accepted');
  });

  it('of one customer only', async () => {
    const world = await withCustomer({ listed: false });
    world.ev().plugIn();
    await world.seconds(2);
    await world.card(OTHER);
    await world.seconds(5);
    world.ev().unplug();
    await world.seconds(5);
    await ask(world, CLEAR);
    expect((await ask(world, REPORT)).data).toBe('');
    const other = await ask(world, REPORT, { idToken: { idToken: OTHER.value.toLowerCase(), type: OTHER.type } });
    expect(other.data.split('\n').filter((line) => !line.includes(':'))).toEqual(['Authorization cache', 'Past transactions']);
  });

  it('TC_N_31_CS N10.FR.04 told and cleared where there is nothing: an empty text says so', async () => {
    const world = await station();
    const { status, parts } = await ask(world, BOTH);
    expect([status, parts.map(({ data, tbc }) => [data, tbc ?? false])]).toEqual(['Accepted', [['', false]]]);
  });

  it('TC_N_32_CS N10.FR.06 cleared and not told: one message that says so', async () => {
    const world = await withCustomer({ listed: true });
    const { status, parts } = await ask(world, CLEAR);
    expect([status, parts.map(({ data, tbc }) => [data, tbc ?? false])]).toEqual(['Accepted', [['The data was cleared.', false]]]);
    expect((await ask(world, REPORT)).data).toBe('Local authorization list\nISO14443 CARD0001: Accepted');
    const fresh = await station();
    expect(await ask(fresh, CLEAR)).toMatchObject({ status: 'Accepted', data: 'The data was cleared.' });
  });

  it('a reservation is a customer\'s too: told, and taken away', async () => {
    const world = await station();
    const expiryDateTime = new Date(world.clock.wallMs() + 3_600_000).toISOString();
    expect(await world.ask('ReserveNow', { id: 5, expiryDateTime, idToken: TOKEN, evseId: 1 })).toMatchObject({ status: 'Accepted' });
    expect((await ask(world, REPORT)).data).toBe(`Reservations\n5: EVSE 1, until ${expiryDateTime}`);
    await ask(world, CLEAR);
    expect(world.csms.of('ReservationStatusUpdate')).toEqual([{ reservationId: 5, reservationUpdateStatus: 'Removed' }]);
    expect((await ask(world, REPORT)).data).toBe('');
    expect(world.state.evses[0]?.connectors[0]?.status).toBe('Available');
  });

  it('TC_N_63_CS by the certificate of a contract that a car has charged with: it stayed in the car', async () => {
    const operator = await mobilityOperator();
    const world = await station({ 'ISO15118Ctrlr.PnCEnabled': 'true' });
    expect(await world.ask('InstallCertificate', { certificateType: 'MORootCertificate', certificate: operator.root.pem })).toMatchObject({ status: 'Accepted' });
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted' }, certificateStatus: 'Accepted' }));
    await arrive(world, contractCar(operator), 100);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
    world.ev().unplug();
    await world.seconds(10);
    const [hash] = world.csms.of('Authorize')[0]?.iso15118CertificateHashData as { hashAlgorithm: string; issuerNameHash: string; issuerKeyHash: string; serialNumber: string }[];
    const { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber } = hash ?? { hashAlgorithm: '', issuerNameHash: '', issuerKeyHash: '', serialNumber: '' };
    const customerCertificate = { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber };
    expect(await ask(world, BOTH, { customerCertificate })).toMatchObject({ status: 'Accepted', data: '' });
    expect(await ask(world, REPORT, { customerCertificate })).toMatchObject({ status: 'Accepted', data: '' });
    // The customer is known by the eMAID.
    expect((await ask(world, REPORT, { idToken: { idToken: EMAID, type: 'eMAID' } })).data).toContain('Past transactions');
  });

  it('TC_N_33_CS no reference to a customer: Invalid', async () => {
    const world = await station();
    expect(await ask(world, BOTH, {})).toMatchObject({ status: 'Invalid', parts: [] });
  });

  it('TC_N_62_CS by customerIdentifier: the text of a token or of its group', async () => {
    const world = await station();
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', groupIdToken: { idToken: 'FLEET-7', type: 'Central' } } }));
    // The cache keeps no tokens but their hashes: by its group alone an entry is found without its token.
    for (const [customerIdentifier, cached] of [[CARD.value, 'ISO14443 card0001'], ['fleet-7', 'a token']] as const) {
      await charging(world);
      world.ev().unplug();
      await world.seconds(5);
      const first = await ask(world, BOTH, { customerIdentifier });
      expect(first.status).toBe('Accepted');
      expect(first.data).toContain(`Authorization cache\n${cached}: Accepted, group Central FLEET-7`);
      const second = await ask(world, REPORT, { customerIdentifier });
      expect([second.status, second.data]).toEqual(['Accepted', '']);
    }
  });

  it('N10.FR.05 while the customer charges: Rejected, nothing is lost', async () => {
    const world = await station();
    await charging(world);
    expect(await ask(world, BOTH)).toMatchObject({ status: 'Rejected', reasonCode: 'TxInProgress', parts: [] });
    expect((await ask(world, REPORT)).data).toContain('Authorization cache');
    expect((await ask(world, CLEAR, { idToken: { idToken: OTHER.value, type: OTHER.type } })).status).toBe('Accepted');
  });

  it('the accounts go to the CSMS whole: clearing touches no message that waits for it', async () => {
    const world = await withCustomer({ listed: false });
    const before = world.csms.of('TransactionEvent').length;
    await offline(world);
    await charging(world);
    world.ev().unplug();
    await world.seconds(5);
    world.csms.answers.set('TransactionEvent', () => 'silent');
    world.network.refusing = false;
    await world.seconds(60);
    expect((await ask(world, CLEAR)).status).toBe('Accepted');
    world.csms.answers.delete('TransactionEvent');
    await world.seconds(300);
    const told = world.csms.of('TransactionEvent').slice(before);
    expect([...new Set(told.map(({ eventType }) => eventType))]).toEqual(['Started', 'Updated', 'Ended']);
    expect(told.find(({ eventType }) => eventType === 'Started')).toMatchObject({ idToken: TOKEN });
  });
});
