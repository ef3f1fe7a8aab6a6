/** Block D: the local authorization list. */
import type { IdTokenType, SendLocalListRequest, SendLocalListResponse } from '../../ocpp/v201/index.ts';
import type { StationApi } from '../../station/api.ts';
import { LIST_BYTES_PER_MESSAGE } from '../../station/local-list/capacity.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { fromIdToken, fromIdTokenInfo, wireStatusInfo } from './wire.ts';

export const localListHandlers: BlockHandlers = ({ station }) => [
  ['GetLocalListVersion', on(() => ({ versionNumber: station.localList.version() }))],
  ['SendLocalList', on((request: SendLocalListRequest) => sendLocalList(station, request))],
];

/** D01. */
async function sendLocalList(station: StationApi, request: SendLocalListRequest): Promise<SendLocalListResponse> {
  const { versionNumber, updateType, localAuthorizationList } = request;
  if (new TextEncoder().encode(JSON.stringify(request)).length > LIST_BYTES_PER_MESSAGE) { // D01.FR.11
    return { status: 'Failed', ...wireStatusInfo({ reasonCode: 'TooLargeElement', additionalInfo: `at most ${LIST_BYTES_PER_MESSAGE} bytes a message` }) };
  }
  const { status, reason } = await station.localList.send(versionNumber, updateType, (localAuthorizationList ?? []).map(({ idToken, idTokenInfo }) => ({
    idToken: fromIdToken(idToken as IdTokenType), ...(idTokenInfo === undefined ? {} : { info: fromIdTokenInfo(idTokenInfo) }),
  })));
  return { status, ...wireStatusInfo(reason) };
}
