/**
 * 1.6 configuration keys are names for device-model values: one truth, two vocabularies (1.6 section 9, security
 * whitepaper edition 3). Keys of profiles that this station doesn't have aren't known.
 */
import type { ChangeConfigurationRequest, GetConfigurationRequest } from '../../ocpp/v16/index.ts';
import { CallFault } from '../../ocpp/rpc/call-fault.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import type { DeviceModelApi, AttributeStatus } from '../../station/device-model/types.ts';
import { parseName } from '../../station/device-model/names.ts';
import type { ComponentRef } from '../../station/types.ts';
import { MAX_ENDED_VALUES } from '../../station/transactions/samples.ts';
import { MAX_PROFILES } from '../../station/smart-charging/capacity.ts';
import type { SecurityApi } from '../../station/security/api.ts';
import { CERTIFICATE_ENTRIES } from '../../station/certificates/capacity.ts';
import { SCREEN_LANGUAGES } from '../../base/screen-languages.ts';
import { JSON_KEYS } from './pricing-keys.ts';
import { ONLY_IN_2X } from './wire.ts';
import { LIST_CAPACITY } from '../../station/local-list/capacity.ts';

/** Keys with a variable of their own. */
const VARIABLES: Readonly<Record<string, string>> = {
  AllowOfflineTxForUnknownId: 'AuthCtrlr.OfflineTxForUnknownIdEnabled',
  AuthorizationCacheEnabled: 'AuthCacheCtrlr.Enabled',
  AuthorizeRemoteTxRequests: 'AuthCtrlr.AuthorizeRemoteStart',
  CentralContractValidationAllowed: 'ISO15118Ctrlr.CentralContractValidationAllowed',
  ContractValidationOffline: 'ISO15118Ctrlr.ContractValidationOffline',
  ISO15118PnCEnabled: 'ISO15118Ctrlr.PnCEnabled',
  ChargeProfileMaxStackLevel: 'SmartChargingCtrlr.ProfileStackLevel',
  ChargingScheduleMaxPeriods: 'SmartChargingCtrlr.PeriodsPerSchedule',
  ClockAlignedDataInterval: 'AlignedDataCtrlr.Interval',
  ConnectionTimeOut: 'TxCtrlr.EVConnectionTimeOut',
  ConnectorSwitch3to1PhaseSupported: 'SmartChargingCtrlr.Phases3to1',
  ConnectorPhaseRotation: 'Kerbside.ConnectorPhaseRotation',
  HeartbeatInterval: 'OCPPCommCtrlr.HeartbeatInterval',
  LocalAuthListEnabled: 'LocalAuthListCtrlr.Enabled',
  LocalAuthorizeOffline: 'AuthCtrlr.LocalAuthorizeOffline',
  LocalPreAuthorize: 'AuthCtrlr.LocalPreAuthorize',
  MaxEnergyOnInvalidId: 'TxCtrlr.MaxEnergyOnInvalidId',
  MessageTimeout: 'OCPPCommCtrlr.MessageTimeout[Default]',
  MeterValuesAlignedData: 'AlignedDataCtrlr.Measurands',
  MeterValuesSampledData: 'SampledDataCtrlr.TxUpdatedMeasurands',
  MeterValueSampleInterval: 'SampledDataCtrlr.TxUpdatedInterval',
  MinimumStatusDuration: 'ChargingStation.MinimumStatusDuration',
  ReserveConnectorZeroSupported: 'ReservationCtrlr.NonEvseSpecific',
  ResetRetries: 'OCPPCommCtrlr.ResetRetries',
  StopTransactionOnEVSideDisconnect: 'TxCtrlr.StopTxOnEVSideDisconnect',
  StopTransactionOnInvalidId: 'TxCtrlr.StopTxOnInvalidId',
  StopTxnAlignedData: 'AlignedDataCtrlr.TxEndedMeasurands',
  StopTxnSampledData: 'SampledDataCtrlr.TxEndedMeasurands',
  TransactionMessageAttempts: 'OCPPCommCtrlr.MessageAttempts[TransactionEvent]',
  TransactionMessageRetryInterval: 'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]',
  UnlockConnectorOnEVSideDisconnect: 'OCPPCommCtrlr.UnlockOnEVSideDisconnect',
  WebSocketPingInterval: 'OCPPCommCtrlr.WebSocketPingInterval',
  // signed meter values
  AlignedDataSignReadings: 'AlignedDataCtrlr.SignReadings',
  AlignedDataSignUpdatedReadings: 'AlignedDataCtrlr.SignUpdatedReadings',
  PublicKeyWithSignedMeterValue: 'OCPPCommCtrlr.PublicKeyWithSignedMeterValue',
  SampledDataSignReadings: 'SampledDataCtrlr.SignReadings',
  SampledDataSignStartedReadings: 'SampledDataCtrlr.SignStartedReadings',
  SampledDataSignUpdatedReadings: 'SampledDataCtrlr.SignUpdatedReadings',
  StartTxnSampledData: 'Kerbside.StartTxnSampledData',
  // California pricing
  CustomDisplayCostAndPrice: 'CustomizationCtrlr.CustomImplementationEnabled[org.openchargealliance.costmsg]',
  ForgetTechnicianPin: 'Kerbside.ForgetTechnicianPin',
  CustomIdleFeeAfterStop: 'Kerbside.CustomIdleFeeAfterStop',
  CustomMultiLanguageMessages: 'CustomizationCtrlr.CustomImplementationEnabled[org.openchargealliance.multilanguage]',
  Language: 'DisplayMessageCtrlr.Language',
  NextTimeOffsetTransitionDateTime: 'ClockCtrlr.NextTimeOffsetTransitionDateTime',
  TimeOffset: 'ClockCtrlr.TimeOffset',
  TimeOffsetNextTransition: 'ClockCtrlr.TimeOffset[NextTransition]',
  // security whitepaper
  AuthorizationKey: 'SecurityCtrlr.BasicAuthPassword',
  AdditionalRootCertificateCheck: 'SecurityCtrlr.AdditionalRootCertificateCheck',
  CertificateSignedMaxChainSize: 'SecurityCtrlr.MaxCertificateChainSize',
  CertSigningRepeatTimes: 'SecurityCtrlr.CertSigningRepeatTimes',
  CertSigningWaitMinimum: 'SecurityCtrlr.CertSigningWaitMinimum',
  CpoName: 'SecurityCtrlr.OrganizationName',
  SecurityProfile: 'SecurityCtrlr.SecurityProfile',
};

/** Keys whose new value isn't simply the variable's. */
const OWN_WAY: Readonly<Record<string, (security: SecurityApi, value: string) => 'Accepted' | 'Rejected' | Promise<'Accepted' | 'Rejected'>>> = {
  authorizationkey: (security, value) => security.setAuthorizationKey(value),
  securityprofile: (security, value) => security.raiseSecurityProfile(/^\d$/.test(value) ? Number(value) : Number.NaN),
};

/** Section 5.8: so many keys may be asked for at once. */
const MAX_KEYS = 50;
const PROFILES = ['Core', 'FirmwareManagement', 'LocalAuthListManagement', 'Reservation', 'RemoteTrigger', 'SmartCharging'];

/** Keys whose value follows from the station. */
const FIXED: Readonly<Record<string, (model: DeviceModelApi) => string>> = {
  ChargingScheduleAllowedChargingRateUnit: (model) => rateUnits(valueOf(model, 'SmartChargingCtrlr.RateUnit')),
  CertificateStoreMaxLength: () => String(CERTIFICATE_ENTRIES),
  ConnectorPhaseRotationMaxLength: (model) => String(connectorCount(model) + 1),
  GetConfigurationMaxKeys: () => String(MAX_KEYS),
  LocalAuthListMaxLength: () => String(LIST_CAPACITY),
  MaxChargingProfilesInstalled: () => String(MAX_PROFILES),
  MeterValuesAlignedDataMaxLength: (model) => String(measurandsOf(model).length),
  MeterValuesSampledDataMaxLength: (model) => String(measurandsOf(model).length),
  NumberOfConnectors: (model) => String(connectorCount(model)),
  SendLocalListMaxLength: (model) => valueOf(model, 'LocalAuthListCtrlr.ItemsPerMessage'),
  StopTxnAlignedDataMaxLength: (model) => String(measurandsOf(model).length),
  StopTxnSampledDataMaxLength: (model) => String(measurandsOf(model).length),
  StopTransactionMaxMeterValues: () => String(MAX_ENDED_VALUES + 1),
  SupportedFeatureProfiles: () => PROFILES.join(','),
  SupportedFeatureProfilesMaxLength: () => String(PROFILES.length),
  SupportedLanguages: () => SCREEN_LANGUAGES.join(','),
  SupportedFileTransferProtocols: (model) => valueOf(model, 'OCPPCommCtrlr.FileTransferProtocols'),
};

/** Keys that list measurands. */
const MEASURAND_KEYS: ReadonlySet<string> = new Set(['MeterValuesAlignedData', 'MeterValuesSampledData', 'StartTxnSampledData', 'StopTxnAlignedData', 'StopTxnSampledData']);

/** Those of the station that 1.6 has a name for. */
function measurandsOf(model: DeviceModelApi): readonly string[] {
  const listed = model.all().find(({ component, variable }) => component.name === 'SampledDataCtrlr' && variable.name === 'TxUpdatedMeasurands');
  return (listed?.characteristics.valuesList ?? []).filter((measurand) => !ONLY_IN_2X.has(measurand));
}

const NAMES = [...Object.keys(VARIABLES), ...Object.keys(FIXED), ...Object.keys(JSON_KEYS)].sort();
const BY_LOWER_CASE = new Map(NAMES.map((name) => [name.toLowerCase(), name]));

/** One per connector whose EVSE's meter signs (signed meter values 3.3.1). */
const METER_KEY = /^MeterPublicKey(\d+)$/i;

function variableOf(key: string, model: DeviceModelApi): string {
  const meter = METER_KEY.exec(key);
  return meter === null ? (VARIABLES[key] ?? '') : `FiscalMetering(${connectors(model)[Number(meter[1]) - 1]?.evse ?? ''}).PublicKey`;
}

/** Of the whole station, in the order of 1.6's numbers. */
function connectors(model: DeviceModelApi): readonly ComponentRef[] {
  const place = ({ evse = 0, connector = 0 }: ComponentRef): number => evse * 1000 + connector;
  return model.all().filter(({ component, variable }) => component.name === 'Connector' && variable.name === 'ConnectorType')
    .map(({ component }) => component).sort((a, b) => place(a) - place(b));
}

/** The key as the station spells it; undefined: it has no such key. */
function knownKey(wanted: string, model: DeviceModelApi): string | undefined {
  const name = METER_KEY.test(wanted) ? wanted : BY_LOWER_CASE.get(wanted.toLowerCase());
  if (name === undefined || FIXED[name] !== undefined || JSON_KEYS[name] !== undefined) return name;
  const address = parseName(variableOf(name, model));
  // A variable that this build lacks, e.g. of a meter that doesn't sign, has no key either.
  return address === null || !['Accepted', 'Rejected'].includes(model.get(address).status) ? undefined : name;
}

function allKeys(model: DeviceModelApi): string[] {
  const meters = connectors(model).map((_, index) => `MeterPublicKey${index + 1}`);
  return [...NAMES, ...meters].filter((name) => knownKey(name, model) !== undefined);
}

/** The variable behind a key (in any case); undefined: not a key, or one that follows from the station. */
export function resolveKey(name: string): string | undefined {
  const key = BY_LOWER_CASE.get(name.toLowerCase());
  return key === undefined ? undefined : VARIABLES[key];
}

/** Every key that this station knows. */
export function keyNames(): readonly string[] {
  return NAMES;
}

export interface KeyValue { readonly key: string; readonly readonly: boolean; readonly value?: string }

export const configurationHandlers: BlockHandlers = ({ station }) => [
  ['GetConfiguration', on(({ key }: GetConfigurationRequest) => {
    if ((key?.length ?? 0) > MAX_KEYS) throw new CallFault('OccurenceConstraintViolation', `at most ${MAX_KEYS} keys`);
    const { configurationKey, unknownKey } = getConfiguration(key, station.deviceModel);
    return { ...(configurationKey.length === 0 ? {} : { configurationKey }), ...(unknownKey.length === 0 ? {} : { unknownKey }) };
  })],
  ['ChangeConfiguration', on(async ({ key, value }: ChangeConfigurationRequest) => ({
    status: await (OWN_WAY[key.toLowerCase()]?.(station.security, value) ?? changeConfiguration(key, value, station.deviceModel)),
  }))],
];

/** 1.6 section 5.8. */
export function getConfiguration(wanted: readonly string[] | undefined, model: DeviceModelApi): { configurationKey: KeyValue[]; unknownKey: string[] } {
  const keys = wanted === undefined || wanted.length === 0 ? allKeys(model) : wanted;
  const configurationKey: KeyValue[] = [];
  const unknownKey: string[] = [];
  for (const key of keys) {
    const name = knownKey(key, model);
    if (name === undefined) unknownKey.push(key.slice(0, 50));
    else configurationKey.push(readKey(model, name));
  }
  return { configurationKey, unknownKey: [...new Set(unknownKey)] };
}

/** 1.6 section 5.3; an unsupported measurand rejects the whole list (section 3.16.4). */
export async function changeConfiguration(
  key: string, value: string, model: DeviceModelApi,
): Promise<'Accepted' | 'Rejected' | 'NotSupported'> {
  const name = knownKey(key, model);
  if (name === undefined) return 'NotSupported';
  const json = JSON_KEYS[name];
  if (json !== undefined) return (await json.write(model, value)) ? 'Accepted' : 'Rejected';
  const address = parseName(variableOf(name, model));
  if (address === null || key.toLowerCase() in OWN_WAY) return 'Rejected'; // it follows from the station, or has a way of its own
  const strange = MEASURAND_KEYS.has(name) && value.split(',').some((item) => ONLY_IN_2X.has(item.trim()));
  if (strange) return 'Rejected';
  const { status } = await model.set(address, normalised(model, variableOf(name, model), value), { byKey: true });
  return answerOf(status);
}

function answerOf(status: AttributeStatus): 'Accepted' | 'Rejected' | 'NotSupported' {
  switch (status) {
    case 'Accepted': return status;
    case 'UnknownComponent': case 'UnknownVariable': return 'NotSupported';
    case 'Rejected': case 'NotSupportedAttributeType': return 'Rejected';
  }
}

/** 1.6 writes booleans in any case. */
function normalised(model: DeviceModelApi, variable: string, value: string): string {
  const address = parseName(variable);
  const reported = model.all().find((item) => item.component.name === address?.component.name && item.variable.name === address.variable.name);
  return reported?.characteristics.dataType === 'boolean' ? value.toLowerCase() : value;
}

function readKey(model: DeviceModelApi, key: string): KeyValue {
  const fixed = FIXED[key];
  if (fixed !== undefined) return { key, readonly: true, value: fixed(model) };
  const json = JSON_KEYS[key];
  if (json !== undefined) return { key, readonly: false, value: json.read(model).slice(0, 500) };
  const address = parseName(variableOf(key, model));
  if (address === null) return { key, readonly: true };
  const { value } = model.get(address);
  const reported = model.all().find(({ component, variable }) => component.name === address.component.name
    && variable.name === address.variable.name && variable.instance === address.variable.instance);
  // A WriteOnly value has no `value`: the key is there, what it holds isn't told.
  return { key, readonly: reported?.attributes[0]?.mutability === 'ReadOnly' && !reported.keyWritable, ...(value === undefined ? {} : { value: value.slice(0, 500) }) };
}

function valueOf(model: DeviceModelApi, variable: string): string {
  const address = parseName(variable);
  return address === null ? '' : (model.get(address).value ?? '');
}

/** 1.6's words for A and W. */
function rateUnits(list: string): string {
  return list.split(',').map((unit) => (unit.trim() === 'W' ? 'Power' : 'Current')).join(',');
}

function connectorCount(model: DeviceModelApi): number {
  return connectors(model).length;
}
