/** ISO 15118 in 2.0.1: C07's proof, K15 to K17, M01 and M02. */
import type {
  ACChargingParametersType, AuthorizeRequest, ChargingScheduleType, DCChargingParametersType, Get15118EVCertificateRequest, Get15118EVCertificateResponse, NotifyEVChargingNeedsRequest,
  NotifyEVChargingNeedsResponse, NotifyEVChargingScheduleRequest, NotifyEVChargingScheduleResponse, OCSPRequestDataType,
} from '../../ocpp/v201/index.ts';
import type { Call } from '../../csms/edition.ts';
import type { EvChargingNeeds } from '../../station/iso15118/api.ts';
import type { ContractProof, Iso15118Csms, Negotiation, OcspRequestData } from '../../station/iso15118/csms.ts';

type Proof = Pick<AuthorizeRequest, 'certificate' | 'iso15118CertificateHashData'>;

export function wireProof({ ocsp, chainPem }: ContractProof): Proof {
  return {
    ...(ocsp === null || ocsp.length === 0 ? {} : { iso15118CertificateHashData: ocsp.slice(0, 4).map(wireOcsp) }),
    ...(chainPem === null ? {} : { certificate: chainPem }),
  };
}

function wireOcsp({ responderUrl, ...data }: OcspRequestData): OCSPRequestDataType {
  return { ...data, responderURL: responderUrl };
}

export function iso15118(call: Call): Iso15118Csms {
  return {
    negotiation: { needs: (...needs) => notifyNeeds(call, ...needs), schedule: (...schedule) => notifySchedule(call, ...schedule) },
    evCertificate: async ({ action, schemaVersion, exiRequest }) => {
      const request: Get15118EVCertificateRequest = { action, iso15118SchemaVersion: schemaVersion.slice(0, 50), exiRequest };
      const { status, exiResponse } = (await call('Get15118EVCertificate', request)) as Get15118EVCertificateResponse;
      return { status, exiResponse };
    },
  };
}

type Needs = Parameters<Negotiation['needs']>;
type PlannedSchedule = Parameters<Negotiation['schedule']>;

/** K15.FR.01, FR.06. */
async function notifyNeeds(call: Call, evseId: Needs[0], needs: Needs[1], departureMs: Needs[2]): ReturnType<Negotiation['needs']> {
  const { requestedEnergyTransfer, maxScheduleTuples, ac, dc } = needs;
  const request: NotifyEVChargingNeedsRequest = {
    evseId,
    ...(maxScheduleTuples === undefined ? {} : { maxScheduleTuples }),
    chargingNeeds: {
      requestedEnergyTransfer,
      ...(departureMs === null ? {} : { departureTime: new Date(departureMs).toISOString() }),
      ...(ac === undefined ? {} : { acChargingParameters: wireAc(ac) }),
      ...(dc === undefined ? {} : { dcChargingParameters: wireDc(dc) }),
    },
  };
  return ((await call('NotifyEVChargingNeeds', request)) as NotifyEVChargingNeedsResponse).status;
}

const whole = Math.round;

function wireAc(ac: NonNullable<EvChargingNeeds['ac']>): ACChargingParametersType {
  return {
    energyAmount: whole(ac.energyAmountWh), evMinCurrent: whole(ac.evMinCurrentA), evMaxCurrent: whole(ac.evMaxCurrentA),
    evMaxVoltage: whole(ac.evMaxVoltageV),
  };
}

function wireDc(dc: NonNullable<EvChargingNeeds['dc']>): DCChargingParametersType {
  return {
    evMaxCurrent: whole(dc.evMaxCurrentA), evMaxVoltage: whole(dc.evMaxVoltageV),
    ...(dc.energyAmountWh === undefined ? {} : { energyAmount: whole(dc.energyAmountWh) }),
    ...(dc.evMaxPowerW === undefined ? {} : { evMaxPower: whole(dc.evMaxPowerW) }),
    ...(dc.socPercent === undefined ? {} : { stateOfCharge: whole(dc.socPercent) }),
    ...(dc.evEnergyCapacityWh === undefined ? {} : { evEnergyCapacity: whole(dc.evEnergyCapacityWh) }),
    ...(dc.fullSocPercent === undefined ? {} : { fullSoC: whole(dc.fullSocPercent) }),
    ...(dc.bulkSocPercent === undefined ? {} : { bulkSoC: whole(dc.bulkSocPercent) }),
  };
}

/** K15.FR.10. */
async function notifySchedule(call: Call, evseId: PlannedSchedule[0], timeBaseMs: PlannedSchedule[1], schedule: PlannedSchedule[2]): ReturnType<Negotiation['schedule']> {
  const { durationS, unit, periods } = schedule;
  const chargingSchedule: ChargingScheduleType = {
    id: 0, duration: durationS, chargingRateUnit: unit,
    chargingSchedulePeriod: periods.map(({ startS, limit, numberPhases }) => ({
      startPeriod: startS, limit: Math.round(limit * 10) / 10, ...(numberPhases === undefined ? {} : { numberPhases }),
    })),
  };
  const request: NotifyEVChargingScheduleRequest = { evseId, timeBase: new Date(timeBaseMs).toISOString(), chargingSchedule };
  return ((await call('NotifyEVChargingSchedule', request)) as NotifyEVChargingScheduleResponse).status;
}
