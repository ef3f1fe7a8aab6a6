/** OCPP 1.6 section 9 on the wire: what the keys say, what they refuse, and that those which can be changed change something. */
import { describe, expect, it } from 'vitest';
import { charging, chargePoint, configure, since, statuses, type World } from './charge-point.ts';

interface Key { readonly key: string; readonly readonly: boolean; readonly value?: string }

async function get(world: World, ...key: string[]): Promise<{ readonly configurationKey?: readonly Key[]; readonly unknownKey?: readonly string[] }> {
  return await world.ask('GetConfiguration', key.length === 0 ? {} : { key }) as never;
}

const change = async (world: World, key: string, value: string): Promise<unknown> => (await world.ask('ChangeConfiguration', { key, value })).status;

describe('reading and changing', () => {
  it('every key that says it can be changed can be, to what it holds; every other is Rejected', async () => {
    const world = await chargePoint();
    const { configurationKey = [], unknownKey } = await get(world);
    expect(unknownKey).toBeUndefined();
    expect(configurationKey.length).toBeGreaterThan(45);
    for (const { key, readonly, value = '' } of configurationKey) {
      if (key === 'AuthorizationKey' || key === 'SecurityProfile') continue; // these have a way of their own
      expect([key, await change(world, key, value)]).toEqual([key, readonly ? 'Rejected' : 'Accepted']);
    }
  });

  it.each(['BlinkRepeat is a key of others', 'LightIntensity likewise', 'NoSuchKey'])('%s: unknown when read, NotSupported when changed', async (text) => {
    const [key = ''] = text.split(' ');
    const world = await chargePoint();
    expect(await get(world, key)).toEqual({ unknownKey: [key] });
    expect(await change(world, key, '1')).toBe('NotSupported');
  });

  it('GetConfigurationMaxKeys: so many at once, and no more', async () => {
    const world = await chargePoint();
    const most = Number((await get(world, 'GetConfigurationMaxKeys')).configurationKey?.[0]?.value);
    expect((await get(world, ...Array.from({ length: most }, () => 'HeartbeatInterval'))).configurationKey).toHaveLength(most);
    expect(await world.ask('GetConfiguration', { key: Array.from({ length: most + 1 }, () => 'HeartbeatInterval') })).toEqual({ error: 'OccurenceConstraintViolation' });
  });

  it('SupportedFeatureProfiles, SupportedFeatureProfilesMaxLength: all six', async () => {
    const [profiles, length] = (await get(await chargePoint(), 'SupportedFeatureProfiles', 'SupportedFeatureProfilesMaxLength')).configurationKey ?? [];
    expect(profiles?.value?.split(',')).toHaveLength(Number(length?.value));
    expect(profiles?.value?.split(',').sort()).toEqual(['Core', 'FirmwareManagement', 'LocalAuthListManagement', 'RemoteTrigger', 'Reservation', 'SmartCharging']);
  });

  it('what was changed holds over a restart', async () => {
    const world = await chargePoint();
    await configure(world, 'ConnectionTimeOut', '77');
    await configure(world, 'MessageTimeout', '9');
    world.kill();
    await world.start();
    expect((await get(world, 'ConnectionTimeOut', 'MessageTimeout')).configurationKey).toEqual([
      { key: 'ConnectionTimeOut', readonly: false, value: '77' }, { key: 'MessageTimeout', readonly: false, value: '9' }]);
  });
});

describe('effects', () => {
  it('HeartbeatInterval: so often; 0 leaves it to once a day', async () => {
    const world = await chargePoint();
    await configure(world, 'HeartbeatInterval', '20');
    const seen = since(world);
    await world.seconds(65);
    expect(seen('Heartbeat')).toHaveLength(3);
    await configure(world, 'HeartbeatInterval', '0');
    const later = since(world);
    await world.seconds(86_000);
    expect(later('Heartbeat').length).toBeLessThanOrEqual(1);
  });

  it('MessageTimeout: a driver waits no longer for an answer', async () => {
    const world = await chargePoint();
    await configure(world, 'MessageTimeout', '4');
    world.csms.answers.set('Authorize', () => 'silent');
    const before = world.clock.monotonicMs();
    await world.card();
    expect((world.clock.monotonicMs() - before) / 1000).toBeLessThan(7);
  });

  it('ConnectorPhaseRotation: at most ConnectorPhaseRotationMaxLength items, of connectors that there are; the connector\'s own variable says it too', async () => {
    const world = await chargePoint();
    expect((await get(world, 'ConnectorPhaseRotationMaxLength')).configurationKey?.[0]?.value).toBe('2');
    for (const wrong of ['1.RST,2.RST', '1.RST,1.STR', '0.RST,1.RST,1.RST', '1.XYZ']) expect([wrong, await change(world, 'ConnectorPhaseRotation', wrong)]).toEqual([wrong, 'Rejected']);
    await configure(world, 'ConnectorPhaseRotation', '0.RST,1.STR');
    expect(world.agent.deviceModel.string('Connector(1/1).PhaseRotation')).toBe('STR');
  });

  it('MinimumStatusDuration: what doesn\'t last isn\'t told', async () => {
    const world = await chargePoint();
    await configure(world, 'MinimumStatusDuration', '6');
    world.ev().plugIn();
    await world.seconds(3);
    world.ev().unplug();
    await world.seconds(20);
    expect(statuses(world)).toEqual(['Available']);
    world.ev().plugIn();
    await world.seconds(8);
    expect(statuses(world)).toEqual(['Available', 'Preparing']);
  });

  it('StopTransactionMaxMeterValues: transactionData never holds more, first and last among them', async () => {
    const world = await chargePoint();
    const most = Number((await get(world, 'StopTransactionMaxMeterValues')).configurationKey?.[0]?.value);
    for (const [key, value] of [['StopTxnAlignedData', 'Energy.Active.Import.Register'], ['ClockAlignedDataInterval', '10'], ['MeterValueSampleInterval', '0']] as const) await configure(world, key, value);
    await charging(world);
    await world.seconds(10 * (most + 80));
    await world.card();
    await world.seconds(10);
    const [stop] = world.csms.of('StopTransaction') as unknown as readonly { transactionData: readonly { timestamp: string; sampledValue: readonly { context?: string }[] }[] }[];
    const contexts = (stop?.transactionData ?? []).map(({ sampledValue }) => sampledValue[0]?.context);
    expect(contexts.length).toBeLessThanOrEqual(most);
    expect(contexts.length).toBeGreaterThan(most / 3);
    expect([contexts[0], contexts.at(-1)]).toEqual(['Transaction.Begin', 'Transaction.End']);
  });
});

it('1.6 section 4.2 BootNotification tells all that the station knows of itself and of its meter', async () => {
  const world = await chargePoint();
  expect(world.csms.of('BootNotification')).toEqual([{
    chargePointVendor: 'Kerbside', chargePointModel: 'Kerbside Station', chargePointSerialNumber: 'CP1', firmwareVersion: expect.stringMatching(/^\d+\./),
    meterType: expect.stringMatching(/^\w+ \w+/), meterSerialNumber: expect.stringMatching(/./),
  }]);
});
