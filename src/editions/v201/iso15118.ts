/** ISO 15118 in 2.0.1: C07's proof, K15 to K17, M01 and M02. */
import type {
  AuthorizeRequest, ChargingScheduleType, Get15118EVCertificateRequest, Get15118EVCertificateResponse, NotifyEVChargingNeedsRequest,
  NotifyEVChargingNeedsResponse, NotifyEVChargingScheduleRequest, NotifyEVChargingScheduleResponse, OCSPRequestDataType,
} from '../../ocpp/v201/index.ts';
import type { Call } from '../../csms/edition.ts';
import type { ContractProof, Iso15118Csms, OcspRequestData } from '../../station/iso15118/csms.ts';

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
    chargingNeeds: async (evseId, { requestedEnergyTransfer, maxScheduleTuples, ac, dc }, departureMs) => {
      const whole = Math.round;
      const request: NotifyEVChargingNeedsRequest = {
        evseId,
        ...(maxScheduleTuples === undefined ? {} : { maxScheduleTuples }),
        chargingNeeds: {
          requestedEnergyTransfer,
          ...(departureMs === null ? {} : { departureTime: new Date(departureMs).toISOString() }),
          ...(ac === undefined ? {} : { acChargingParameters: {
            energyAmount: whole(ac.energyAmountWh), evMinCurrent: whole(ac.evMinCurrentA), evMaxCurrent: whole(ac.evMaxCurrentA), evMaxVoltage: whole(ac.evMaxVoltageV),
          } }),
          ...(dc === undefined ? {} : { dcChargingParameters: {
            evMaxCurrent: whole(dc.evMaxCurrentA), evMaxVoltage: whole(dc.evMaxVoltageV),
            ...(dc.energyAmountWh === undefined ? {} : { energyAmount: whole(dc.energyAmountWh) }),
            ...(dc.evMaxPowerW === undefined ? {} : { evMaxPower: whole(dc.evMaxPowerW) }),
            ...(dc.socPercent === undefined ? {} : { stateOfCharge: whole(dc.socPercent) }),
            ...(dc.evEnergyCapacityWh === undefined ? {} : { evEnergyCapacity: whole(dc.evEnergyCapacityWh) }),
            ...(dc.fullSocPercent === undefined ? {} : { fullSoC: whole(dc.fullSocPercent) }),
            ...(dc.bulkSocPercent === undefined ? {} : { bulkSoC: whole(dc.bulkSocPercent) }),
          } }),
        },
      };
      return ((await call('NotifyEVChargingNeeds', request)) as NotifyEVChargingNeedsResponse).status;
    },
    chargingSchedule: async (evseId, timeBaseMs, { durationS, unit, periods }) => {
      const schedule: ChargingScheduleType = {
        id: 0, duration: durationS, chargingRateUnit: unit,
        chargingSchedulePeriod: periods.map(({ startS, limit, numberPhases }) => ({
          startPeriod: startS, limit: Math.round(limit * 10) / 10, ...(numberPhases === undefined ? {} : { numberPhases }),
        })),
      };
      const request: NotifyEVChargingScheduleRequest = { evseId, timeBase: new Date(timeBaseMs).toISOString(), chargingSchedule: schedule };
      return ((await call('NotifyEVChargingSchedule', request)) as NotifyEVChargingScheduleResponse).status;
    },
    evCertificate: async ({ action, schemaVersion, exiRequest }) => {
      const request: Get15118EVCertificateRequest = { action, iso15118SchemaVersion: schemaVersion.slice(0, 50), exiRequest };
      const { status, exiResponse } = (await call('Get15118EVCertificate', request)) as Get15118EVCertificateResponse;
      return { status, exiResponse };
    },
  };
}
