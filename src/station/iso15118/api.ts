/** What a car says, as the bridges need it: types of the hardware's contract under the station's roof. */
export type { EvCertificateAnswer, EvCertificateRequest, EvChargingNeeds } from '../../hardware/secc.ts';
