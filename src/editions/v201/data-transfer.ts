/** Block P: what operators and vendors say to each other in their own words. */
import type { DataTransferRequest, DataTransferResponse } from '../../ocpp/v201/index.ts';
import type { Call } from '../../csms/edition.ts';
import type { StationApi } from '../../station/api.ts';
import type { DataTransferAnswer, DataTransferRequest as Request } from '../../station/csms-port.ts';
import { on, type BlockHandlers } from '../handlers.ts';

export const dataTransferHandlers: BlockHandlers = ({ station }) => [
  ['DataTransfer', on((request: DataTransferRequest) => receive(station, request))],
];

/** P01. */
async function receive(station: StationApi, request: DataTransferRequest): Promise<DataTransferResponse> {
  const { status, data } = await station.dataTransfer.receive({
    vendorId: request.vendorId, ...(request.messageId === undefined ? {} : { messageId: request.messageId }), data: request.data,
    transactionOf: (id) => (typeof id === 'string' ? id : undefined),
  });
  return { status, ...(data === undefined ? {} : { data }) };
}

/** P02. */
export async function send(call: Call, request: Request): Promise<DataTransferAnswer> {
  const { status, data } = (await call('DataTransfer', request)) as DataTransferResponse;
  return { status, ...(data === undefined ? {} : { data }) };
}
