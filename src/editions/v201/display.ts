/** Block O: display messages. */
import type {
  ClearDisplayMessageRequest, ComponentType, GetDisplayMessagesRequest, MessageInfoType, NotifyDisplayMessagesRequest, SetDisplayMessageRequest,
} from '../../ocpp/v201/index.ts';
import type { DisplayMessage } from '../../station/display/api.ts';
import type { DisplayMessagesReport } from '../../station/reports.ts';
import type { IncomingAnswer } from '../../csms/edition.ts';
import type { StationApi } from '../../station/api.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { fromComponent, wireComponent, wireStatusInfo } from './wire.ts';

export const displayHandlers: BlockHandlers = ({ station }) => [
  ['SetDisplayMessage', on(async ({ message }: SetDisplayMessageRequest) => {
    const { status, reason } = await station.display.set(fromMessageInfo(message));
    return { status, ...wireStatusInfo(reason) };
  })],
  ['GetDisplayMessages', (request: GetDisplayMessagesRequest) => get(station, request)],
  ['ClearDisplayMessage', on(async ({ id }: ClearDisplayMessageRequest) => ({ status: await station.display.clear(id) }))],
];

/** O03, O04. */
function get(station: StationApi, { requestId, id, priority, state }: GetDisplayMessagesRequest): IncomingAnswer {
  const { status, send } = station.display.get(requestId, {
    ...(id === undefined ? {} : { ids: id }), ...(priority === undefined ? {} : { priority }), ...(state === undefined ? {} : { state }),
  });
  return { payload: { status }, ...(send === undefined ? {} : { afterwards: send }) };
}

function fromMessageInfo({ id, priority, state, startDateTime, endDateTime, transactionId, display, message }: MessageInfoType): DisplayMessage {
  return {
    id, priority,
    ...(state === undefined ? {} : { state }),
    ...(startDateTime === undefined ? {} : { startMs: Date.parse(startDateTime) }),
    ...(endDateTime === undefined ? {} : { endMs: Date.parse(endDateTime) }),
    ...(transactionId === undefined ? {} : { transactionId }),
    ...(display === undefined ? {} : { display: fromComponent(display as ComponentType) }),
    message: { format: message.format, content: message.content, ...(message.language === undefined ? {} : { language: message.language }) },
  };
}

export function notifyDisplayMessages({ requestId, tbc, messages }: DisplayMessagesReport): NotifyDisplayMessagesRequest {
  return { requestId, ...(tbc ? { tbc } : {}), messageInfo: messages.map(wireMessageInfo) as NonNullable<NotifyDisplayMessagesRequest['messageInfo']> };
}

function wireMessageInfo({ id, priority, state, startMs, endMs, transactionId, display, message }: DisplayMessage): MessageInfoType {
  return {
    id, priority,
    ...(state === undefined ? {} : { state }),
    ...(startMs === undefined ? {} : { startDateTime: new Date(startMs).toISOString() }),
    ...(endMs === undefined ? {} : { endDateTime: new Date(endMs).toISOString() }),
    ...(transactionId === undefined ? {} : { transactionId }),
    ...(display === undefined ? {} : { display: wireComponent(display) }),
    message: message as MessageInfoType['message'],
  };
}
