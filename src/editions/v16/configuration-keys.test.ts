import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../platform/virtual/memory-store.ts';
import { DeviceModel } from '../../station/device-model/device-model.ts';
import { resolveSettingName } from '../setting-name.ts';
import { SCREEN_LANGUAGES } from '../../base/screen-languages.ts';
import { changeConfiguration, getConfiguration, keyNames, resolveKey } from './configuration-keys.ts';

const facts = { vendorName: 'Kerbside', model: 'K', firmwareVersion: '1', serialNumber: 'S1' };
const topology = { iso15118: true, meter: { signs: true, perPhase: true }, evses: [1, 2].map((id) => ({ id, phases: 3, maxPowerW: 22_000, connectors: [{ id: 1, type: 'cType2' }] })) };
let model: DeviceModel;
beforeEach(async () => {
  model = await DeviceModel.load({ topology, facts, store: new MemoryStore() });
});
const valueOf = (key: string): string | undefined => getConfiguration([key], model).configurationKey[0]?.value;

/** A value unlike the default, for each key that can be changed and read. */
const WRITABLE: readonly (readonly [key: string, value: string])[] = [
  ['AllowOfflineTxForUnknownId', 'true'], ['AuthorizationCacheEnabled', 'false'], ['AuthorizeRemoteTxRequests', 'true'],
  ['ClockAlignedDataInterval', '900'], ['ConnectionTimeOut', '45'], ['ConnectorPhaseRotation', '0.RST,1.RTS,2.STR'],
  ['CertSigningRepeatTimes', '5'], ['CertSigningWaitMinimum', '300'], ['CpoName', 'Operator'], ['HeartbeatInterval', '77'], ['LocalAuthorizeOffline', 'false'], ['LocalAuthListEnabled', 'false'], ['LocalPreAuthorize', 'true'],
  ['MaxEnergyOnInvalidId', '500'], ['MessageTimeout', '12'], ['MeterValueSampleInterval', '15'],
  ['MeterValuesAlignedData', 'Voltage'], ['MeterValuesSampledData', 'Current.Import,Voltage'], ['MinimumStatusDuration', '2'],
  ['ResetRetries', '2'], ['StopTransactionOnEVSideDisconnect', 'false'], ['StopTransactionOnInvalidId', 'false'],
  ['StopTxnAlignedData', 'Voltage'], ['StopTxnSampledData', 'SoC'], ['TransactionMessageAttempts', '7'],
  ['AlignedDataSignReadings', 'true'], ['AlignedDataSignUpdatedReadings', 'false'], ['PublicKeyWithSignedMeterValue', 'Never'],
  ['SampledDataSignReadings', 'true'], ['SampledDataSignStartedReadings', 'false'], ['SampledDataSignUpdatedReadings', 'false'], ['StartTxnSampledData', 'SoC'],
  ['CustomDisplayCostAndPrice', 'false'], ['CustomIdleFeeAfterStop', 'true'], ['Language', 'gu'], ['ForgetTechnicianPin', 'true'],
  ['NextTimeOffsetTransitionDateTime', '2021-03-28T02:00:00+01:00'], ['TimeOffset', '-05:00'], ['TimeOffsetNextTransition', '-04:00'],
  ['CentralContractValidationAllowed', 'true'], ['ContractValidationOffline', 'false'], ['ISO15118PnCEnabled', 'true'],
  ['TransactionMessageRetryInterval', '9'], ['UnlockConnectorOnEVSideDisconnect', 'false'], ['WebSocketPingInterval', '0'],
];
/** Keys that are another spelling of several variables. */
const JSON_WRITABLE: readonly (readonly [key: string, value: string])[] = [
  ['DefaultPrice', '{"priceText":"0.15 $/kWh","priceTextOffline":"Offline: 0.15 $/kWh","chargingPrice":{"kWhPrice":0.15,"hourPrice":0,"flatFee":0}}'],
  ['DefaultPriceText,en', '{"priceText":"0.15 per kWh"}'], ['DefaultPriceText,gu', '{"priceText":"a","priceTextOffline":"b"}'],
  ...SCREEN_LANGUAGES.slice(2).map((language) => [`DefaultPriceText,${language}`, `{"priceText":"${language} 0.15"}`] as const),
];
const READ_ONLY: readonly (readonly [key: string, value: string])[] = [
  ['ConnectorPhaseRotationMaxLength', '3'], ['GetConfigurationMaxKeys', '50'], ['MeterValuesAlignedDataMaxLength', '10'],
  ['MeterValuesSampledDataMaxLength', '10'], ['NumberOfConnectors', '2'], ['ReserveConnectorZeroSupported', 'true'],
  ['AdditionalRootCertificateCheck', 'false'], ['CertificateSignedMaxChainSize', '10000'], ['CertificateStoreMaxLength', '50'],
  ['LocalAuthListMaxLength', '50000'], ['SendLocalListMaxLength', '1000'],
  ['StopTxnAlignedDataMaxLength', '10'], ['StopTxnSampledDataMaxLength', '10'], ['SupportedFeatureProfiles', 'Core,FirmwareManagement,LocalAuthListManagement,Reservation,RemoteTrigger,SmartCharging'],
  ['ChargeProfileMaxStackLevel', '99'], ['ChargingScheduleAllowedChargingRateUnit', 'Current,Power'], ['ChargingScheduleMaxPeriods', '1024'],
  ['ConnectorSwitch3to1PhaseSupported', 'false'], ['MaxChargingProfilesInstalled', '100'],
  ['SupportedFileTransferProtocols', 'HTTP,HTTPS'], ['SupportedFeatureProfilesMaxLength', '6'], ['StopTransactionMaxMeterValues', '121'],
  ['CustomMultiLanguageMessages', 'true'], ['SupportedLanguages', SCREEN_LANGUAGES.join(',')],
];

describe('every key', () => {
  it('is tried below', () => {
    expect([...WRITABLE, ...READ_ONLY].map(([key]) => key).concat('AuthorizationKey', 'SecurityProfile', JSON_WRITABLE.map(([key]) => key)).sort()).toEqual([...keyNames()].sort());
  });
  it.each(WRITABLE)('%s = %s goes to its variable and comes back', async (key, value) => {
    expect(valueOf(key)).not.toBe(value);
    expect(await changeConfiguration(key, value, model)).toBe('Accepted');
    expect(valueOf(key)).toBe(value);
    expect(model.string(resolveKey(key) ?? '')).toBe(value);
  });
  it.each(JSON_WRITABLE)('%s = %s goes to its variables and comes back', async (key, value) => {
    expect(valueOf(key)).toBe('');
    expect(await changeConfiguration(key, value, model)).toBe('Accepted');
    expect(valueOf(key)).toBe(value);
    for (const broken of ['0.15', '{}', '{"priceText":1}', `{"priceText":"${'x'.repeat(501)}"}`, '{"priceText":"a","priceTextOffline":7}']) {
      expect(await changeConfiguration(key, broken, model)).toBe('Rejected');
    }
    expect(valueOf(key)).toBe(value);
  });
  it('a default price without unit prices takes away those of before', async () => {
    await changeConfiguration('DefaultPrice', JSON_WRITABLE[0]?.[1] ?? '', model);
    expect(model.number('TariffCostCtrlr.OfflineChargingPrice[kWhPrice]')).toBe(0.15);
    expect(await changeConfiguration('DefaultPrice', '{"priceText":"free"}', model)).toBe('Accepted');
    expect(valueOf('DefaultPrice')).toBe('{"priceText":"free"}');
    expect(model.string('TariffCostCtrlr.TariffFallbackMessage')).toBe('free');
    expect(await changeConfiguration('DefaultPrice', '{"priceText":"free","chargingPrice":{"kWhPrice":-1}}', model)).toBe('Rejected');
  });
  it.each(READ_ONLY)('%s reads %s, and can\'t be changed', async (key, value) => {
    expect(getConfiguration([key], model).configurationKey).toEqual([{ key, readonly: true, value }]);
    expect(await changeConfiguration(key, '1', model)).toBe('Rejected');
    expect(valueOf(key)).toBe(value);
  });
});

describe('GetConfiguration', () => {
  it('1.6 section 5.8 no keys means all; unknown ones are named; any case', () => {
    const meterKeys = ['MeterPublicKey1', 'MeterPublicKey2'];
    for (const none of [undefined, []]) expect(getConfiguration(none, model).configurationKey.map(({ key }) => key).sort()).toEqual([...keyNames(), ...meterKeys].sort());
    expect(getConfiguration(['heartbeatinterval', 'Nope', 'Nope'], model)).toEqual({
      configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }], unknownKey: ['Nope'],
    });
  });
  it('a meter that doesn\'t sign has no public key and no say in it, and its switches can\'t be changed', async () => {
    const { meter: _, ...plain } = topology;
    const bare = await DeviceModel.load({ topology: plain, facts, store: new MemoryStore() });
    expect(getConfiguration(['PublicKeyWithSignedMeterValue', 'MeterPublicKey1'], bare).unknownKey).toEqual(['PublicKeyWithSignedMeterValue', 'MeterPublicKey1']);
    expect(getConfiguration(['SampledDataSignReadings'], bare).configurationKey).toEqual([{ key: 'SampledDataSignReadings', readonly: true, value: 'false' }]);
    expect(await changeConfiguration('SampledDataSignReadings', 'true', bare)).toBe('Rejected');
    expect(await changeConfiguration('MeterPublicKey1', 'x', bare)).toBe('NotSupported');
    expect(await changeConfiguration('MeterPublicKey1', 'x', model)).toBe('Rejected');
  });
  it('SecurityProfile can be changed, but not like a variable', async () => {
    expect(getConfiguration(['SecurityProfile'], model).configurationKey).toEqual([{ key: 'SecurityProfile', readonly: false, value: '0' }]);
    expect(await changeConfiguration('SecurityProfile', '2', model)).toBe('Rejected');
  });
  it('the password is never read back', async () => {
    await model.factorySet('SecurityCtrlr.BasicAuthPassword', '0123456789abcdef0123');
    expect(JSON.stringify(getConfiguration(undefined, model))).not.toContain('0123456789abcdef');
    expect(getConfiguration(['AuthorizationKey'], model).configurationKey).toEqual([{ key: 'AuthorizationKey', readonly: false }]);
  });
});

describe('ChangeConfiguration', () => {
  it.each([
    ['NoSuchKey', '1', 'NotSupported'], ['ReserveConnectorZeroSupported', 'false', 'Rejected'],
    ['HeartbeatInterval', 'soon', 'Rejected'], ['WebSocketPingInterval', '-1', 'Rejected'],
    ['LocalPreAuthorize', 'maybe', 'Rejected'], ['LocalPreAuthorize', 'TRUE', 'Accepted'],
    ['ConnectorPhaseRotation', '1.RRR', 'Rejected'],
  ])('%s = %s -> %s', async (key, value, status) => {
    expect(await changeConfiguration(key, value, model)).toBe(status);
  });
  it.each(['MeterValuesAlignedData', 'MeterValuesSampledData', 'StopTxnAlignedData', 'StopTxnSampledData'])(
    '1.6 section 3.16.4 an unsupported measurand in %s rejects the whole list', async (key) => {
      const before = valueOf(key);
      expect(await changeConfiguration(key, 'Voltage,RPM', model)).toBe('Rejected');
      expect(valueOf(key)).toBe(before);
    });
});

it('a setting may be named by its variable or by its 1.6 key', () => {
  expect(resolveSettingName('TxCtrlr.EVConnectionTimeOut')).toBe('TxCtrlr.EVConnectionTimeOut');
  expect(resolveSettingName('ConnectionTimeOut')).toBe('TxCtrlr.EVConnectionTimeOut');
  expect(resolveSettingName('TransactionMessageAttempts')).toBe('OCPPCommCtrlr.MessageAttempts[TransactionEvent]');
  expect(resolveSettingName('Nope')).toBeUndefined();
});
