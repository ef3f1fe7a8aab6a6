/** Small shapes that several messages share. */
import type {
  ComponentType, EVSEType, IdTokenInfoType, IdTokenType, MeasurandEnumType, MessageContentType, MeterValueType, SampledValueType, SignedMeterValueType, StatusInfoType, VariableType,
} from '../../ocpp/v201/index.ts';
import type { Reason } from '../../station/api.ts';
import type { ComponentRef, IdToken, IdTokenInfo, MeterValue, SampledValue, SignedReading, Timestamp, VariableRef } from '../../station/types.ts';
import { jsonObject, parseMessages } from '../../station/tariff-cost/cost-messages.ts';

export function wireTime(timestamp: Timestamp): string {
  return new Date(timestamp.wallMs ?? timestamp.guessMs ?? 0).toISOString();
}

export function wireIdToken({ value, type, additionalInfo }: IdToken): IdTokenType {
  const more = (additionalInfo ?? []).map((info) => ({ additionalIdToken: info.value, type: info.type }));
  return { idToken: value, type: type as IdTokenType['type'], ...(more.length === 0 ? {} : { additionalInfo: more as NonNullable<IdTokenType['additionalInfo']> }) };
}

export function fromIdToken({ idToken, type, additionalInfo }: IdTokenType): IdToken {
  const more = additionalInfo?.map((info) => ({ value: info.additionalIdToken, type: info.type }));
  return { value: idToken, type, ...(more === undefined ? {} : { additionalInfo: more }) };
}

export function fromIdTokenInfo(info: IdTokenInfoType): IdTokenInfo {
  const expiry = info.cacheExpiryDateTime === undefined ? Number.NaN : Date.parse(info.cacheExpiryDateTime);
  return {
    status: info.status,
    ...(Number.isNaN(expiry) ? {} : { cacheExpiryMs: expiry }),
    ...(info.chargingPriority === undefined ? {} : { chargingPriority: info.chargingPriority }),
    ...(info.language1 === undefined ? {} : { language1: info.language1 }),
    ...(info.language2 === undefined ? {} : { language2: info.language2 }),
    ...(info.evseId === undefined ? {} : { evseIds: info.evseId }),
    ...(info.groupIdToken === undefined ? {} : { groupIdToken: fromIdToken(info.groupIdToken as IdTokenType) }),
    ...(info.personalMessage === undefined ? {} : { personalMessage: fromMessage(info.personalMessage, info.customData) }),
  };
}

/** @param customData where the pricing extension puts the same in other languages */
export function fromMessage({ content, format, language }: MessageContentType, customData?: unknown): NonNullable<IdTokenInfo['personalMessage']> {
  const { personalMessageExtra, updatedPersonalMessageExtra } = jsonObject(customData) ?? {};
  const extra = parseMessages(updatedPersonalMessageExtra ?? personalMessageExtra);
  return { content, format, ...(language === undefined ? {} : { language }), ...(extra.length === 0 ? {} : { extra }) };
}

/** MeasurandEnumType: 2.0.1 has no Temperature and no RPM. */
const MEASURANDS: Readonly<Record<MeasurandEnumType, true>> = {
  'Current.Export': true, 'Current.Import': true, 'Current.Offered': true, 'Energy.Active.Export.Register': true,
  'Energy.Active.Import.Register': true, 'Energy.Reactive.Export.Register': true, 'Energy.Reactive.Import.Register': true,
  'Energy.Active.Export.Interval': true, 'Energy.Active.Import.Interval': true, 'Energy.Active.Net': true,
  'Energy.Reactive.Export.Interval': true, 'Energy.Reactive.Import.Interval': true, 'Energy.Reactive.Net': true,
  'Energy.Apparent.Net': true, 'Energy.Apparent.Import': true, 'Energy.Apparent.Export': true, Frequency: true,
  'Power.Active.Export': true, 'Power.Active.Import': true, 'Power.Factor': true, 'Power.Offered': true,
  'Power.Reactive.Export': true, 'Power.Reactive.Import': true, SoC: true, Voltage: true,
};

/** Without the values that 2.0.1 has no name for: one of them would make the whole message invalid. */
export function wireMeterValues(values: readonly MeterValue[]): MeterValueType[] {
  return values.flatMap(({ timestamp, sampledValues }) => {
    const known = sampledValues.filter(({ measurand }) => Object.hasOwn(MEASURANDS, measurand));
    if (known.length === 0) return [];
    return [{ timestamp: wireTime(timestamp), sampledValue: known.map(wireSampledValue) as MeterValueType['sampledValue'] }];
  });
}

/** SignedMeterValueType: what signedMeterData may hold. */
const MAX_SIGNED_DATA = 2500;

/** Wh is the unit that goes without saying; a factor has none. */
function wireSampledValue({ measurand, value, unit, phase, location, context, signed }: SampledValue): SampledValueType {
  return {
    value,
    context,
    measurand: measurand as NonNullable<SampledValueType['measurand']>,
    location,
    ...(phase === undefined ? {} : { phase: phase as NonNullable<SampledValueType['phase']> }),
    ...(unit === 'Wh' || unit === '' ? {} : { unitOfMeasure: { unit: unit === 'Hertz' ? 'Hz' : unit } }),
    // A longer one would make the whole message invalid; the value itself is told all the same.
    ...(signed === undefined || signed.data.length > MAX_SIGNED_DATA ? {} : { signedMeterValue: wireSigned(signed) }),
  };
}

function wireSigned({ data, signingMethod, encodingMethod, publicKey }: SignedReading): SignedMeterValueType {
  return { signedMeterData: data, signingMethod, encodingMethod, publicKey };
}

/** The result of one variable: a reason code, and why. */
export function wireAttributeStatusInfo(reasonCode: string | undefined, reason: string | undefined): { attributeStatusInfo?: StatusInfoType } {
  if (reasonCode === undefined) return {};
  const { statusInfo } = wireStatusInfo({ reasonCode, ...(reason === undefined ? {} : { additionalInfo: reason }) });
  return statusInfo === undefined ? {} : { attributeStatusInfo: statusInfo };
}

export function wireStatusInfo(reason: Reason | undefined): { statusInfo?: StatusInfoType } {
  if (reason === undefined) return {};
  const { reasonCode, additionalInfo } = reason;
  return { statusInfo: { reasonCode: reasonCode.slice(0, 20), ...(additionalInfo === undefined ? {} : { additionalInfo: additionalInfo.slice(0, 512) }) } };
}

export function wireComponent({ name, instance, evse, connector }: ComponentRef): ComponentType {
  const place: EVSEType | undefined = evse === undefined ? undefined : { id: evse, ...(connector === undefined ? {} : { connectorId: connector }) };
  return { name, ...(instance === undefined ? {} : { instance }), ...(place === undefined ? {} : { evse: place }) };
}

export function wireVariable({ name, instance }: VariableRef): VariableType {
  return { name, ...(instance === undefined ? {} : { instance }) };
}

export function fromComponent({ name, instance, evse }: ComponentType): ComponentRef {
  return {
    name,
    ...(instance === undefined ? {} : { instance }),
    ...(evse === undefined ? {} : { evse: evse.id, ...(evse.connectorId === undefined ? {} : { connector: evse.connectorId }) }),
  };
}

export function fromVariable({ name, instance }: VariableType): VariableRef {
  return { name, ...(instance === undefined ? {} : { instance }) };
}
