/** Small shapes that several messages share. */
import type {
  ComponentType, EVSEType, IdTokenInfoType, IdTokenType, MeterValueType, SampledValueType, StatusInfoType, VariableType,
} from '../../ocpp/v201/index.ts';
import type { Reason } from '../../station/api.ts';
import type { ComponentRef, IdToken, IdTokenInfo, MeterValue, SampledValue, Timestamp, VariableRef } from '../../station/types.ts';

export function wireTime(timestamp: Timestamp): string {
  return new Date(timestamp.wallMs ?? timestamp.guessMs ?? 0).toISOString();
}

export function wireIdToken({ value, type }: IdToken): IdTokenType {
  return { idToken: value, type: type as IdTokenType['type'] };
}

export function fromIdToken({ idToken, type }: IdTokenType): IdToken {
  return { value: idToken, type };
}

export function fromIdTokenInfo(info: IdTokenInfoType): IdTokenInfo {
  const expiry = info.cacheExpiryDateTime === undefined ? Number.NaN : Date.parse(info.cacheExpiryDateTime);
  const { personalMessage: message } = info;
  return {
    status: info.status,
    ...(Number.isNaN(expiry) ? {} : { cacheExpiryMs: expiry }),
    ...(info.chargingPriority === undefined ? {} : { chargingPriority: info.chargingPriority }),
    ...(info.language1 === undefined ? {} : { language1: info.language1 }),
    ...(info.language2 === undefined ? {} : { language2: info.language2 }),
    ...(info.evseId === undefined ? {} : { evseIds: info.evseId }),
    ...(info.groupIdToken === undefined ? {} : { groupIdToken: fromIdToken(info.groupIdToken as IdTokenType) }),
    ...(message === undefined ? {} : {
      personalMessage: { content: message.content, format: message.format, ...(message.language === undefined ? {} : { language: message.language }) },
    }),
  };
}

export function wireMeterValue({ timestamp, sampledValues }: MeterValue): MeterValueType {
  return { timestamp: wireTime(timestamp), sampledValue: sampledValues.map(wireSampledValue) as MeterValueType['sampledValue'] };
}

/** Wh is the unit that goes without saying. */
function wireSampledValue({ measurand, value, unit, phase, location, context }: SampledValue): SampledValueType {
  return {
    value,
    context,
    measurand: measurand as NonNullable<SampledValueType['measurand']>,
    location,
    ...(phase === undefined ? {} : { phase: phase as NonNullable<SampledValueType['phase']> }),
    ...(unit === 'Wh' ? {} : { unitOfMeasure: { unit: unit === 'Hertz' ? 'Hz' : unit } }),
  };
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
