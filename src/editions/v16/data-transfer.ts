/** Section 5.6, in both directions: 1.6's DataTransfer carries text; what isn't text goes as JSON. */
import type { DataTransferRequest, DataTransferResponse } from '../../ocpp/v16/index.ts';
import type { Call } from '../../csms/edition.ts';
import type { DataTransferAnswer, DataTransferRequest as Request } from '../../station/csms-port.ts';
import type { StationApi } from '../../station/api.ts';
import type { BlockHandlers } from '../handlers.ts';
import { PNC_VENDOR, receiveWrapped } from './plug-and-charge.ts';
import { recentTransactionId } from './transactions.ts';

export const dataTransferHandlers: BlockHandlers = (context) => [
  ['DataTransfer', async ({ vendorId, messageId, data }: DataTransferRequest) => {
    const { station } = context;
    if (vendorId === PNC_VENDOR && speaksWithCars(station)) return receiveWrapped(station, messageId, data);
    const answer = await station.dataTransfer.receive({
      vendorId, ...(messageId === undefined ? {} : { messageId }), data,
      transactionOf: (id) => (typeof id === 'number' ? recentTransactionId(context, id) : undefined),
    });
    return { payload: { status: answer.status, ...(answer.data === undefined ? {} : { data: asText(answer.data) }) } };
  }],
];

/** Without such a controller the note's messages are nobody's. */
function speaksWithCars({ deviceModel }: StationApi): boolean {
  return deviceModel.get({ component: { name: 'ISO15118Ctrlr' }, variable: { name: 'PnCEnabled' } }).status === 'Accepted';
}

export async function send(call: Call, { vendorId, messageId, data }: Request): Promise<DataTransferAnswer> {
  const answer = (await call('DataTransfer', {
    vendorId, ...(messageId === undefined ? {} : { messageId }), ...(data === undefined ? {} : { data: asText(data) }),
  })) as DataTransferResponse;
  return { status: answer.status, ...(answer.data === undefined ? {} : { data: answer.data }) };
}

function asText(data: unknown): string {
  return typeof data === 'string' ? data : JSON.stringify(data);
}
