/** Block N, customer information (N09, N10). */
import type {
  CertificateHashDataType, CustomerInformationRequest, CustomerInformationResponse, IdTokenType, NotifyCustomerInformationRequest,
} from '../../ocpp/v201/index.ts';
import type { IncomingAnswer } from '../../csms/edition.ts';
import type { StationApi } from '../../station/api.ts';
import type { CustomerRef } from '../../station/customer-information/api.ts';
import type { CustomerInformationReport } from '../../station/reports.ts';
import type { BlockHandlers } from '../handlers.ts';
import { fromIdToken, wireStatusInfo, wireTime } from './wire.ts';

export const customerInformationHandlers: BlockHandlers = ({ station }) => [
  ['CustomerInformation', (request: CustomerInformationRequest) => customerInformation(station, request)],
];

async function customerInformation(station: StationApi, request: CustomerInformationRequest): Promise<IncomingAnswer> {
  const { requestId, report, clear, idToken, customerIdentifier, customerCertificate } = request;
  const customers: CustomerRef[] = [
    ...(idToken === undefined ? [] : [{ by: 'idToken' as const, idToken: fromIdToken(idToken as IdTokenType) }]),
    ...(customerIdentifier === undefined ? [] : [{ by: 'identifier' as const, identifier: customerIdentifier }]),
    ...(customerCertificate === undefined ? [] : [certificate(customerCertificate)]),
  ];
  const { status, reason, send } = await station.customerInformation.request({ requestId, report, clear, customers });
  const payload: CustomerInformationResponse = { status, ...wireStatusInfo(reason) };
  return { payload, ...(send === undefined ? {} : { afterwards: send }) };
}

function certificate({ serialNumber, issuerNameHash, issuerKeyHash }: CertificateHashDataType): CustomerRef {
  return { by: 'certificate', serialNumber, issuerNameHash, issuerKeyHash };
}

export function notifyCustomerInformation({ requestId, seqNo, tbc, generatedAt, data }: CustomerInformationReport): NotifyCustomerInformationRequest {
  return { requestId, seqNo, tbc, generatedAt: wireTime(generatedAt), data };
}
