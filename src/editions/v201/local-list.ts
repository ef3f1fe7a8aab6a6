/** Block D: the local authorization list. */
import type { IdTokenType, SendLocalListRequest, SendLocalListResponse } from '../../ocpp/v201/index.ts';
import type { StationApi } from '../../station/api.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { fromIdToken, fromIdTokenInfo, wireStatusInfo } from './wire.ts';

export const localListHandlers: BlockHandlers = ({ station }) => [
  ['GetLocalListVersion', on(() => ({ versionNumber: station.localList.version() }))],
  ['SendLocalList', on((request: SendLocalListRequest) => sendLocalList(station, request))],
];

/** D01. */
async function sendLocalList(station: StationApi, { versionNumber, updateType, localAuthorizationList }: SendLocalListRequest): Promise<SendLocalListResponse> {
  const { status, reason } = await station.localList.send(versionNumber, updateType, (localAuthorizationList ?? []).map(({ idToken, idTokenInfo }) => ({
    idToken: fromIdToken(idToken as IdTokenType), ...(idTokenInfo === undefined ? {} : { info: fromIdTokenInfo(idTokenInfo) }),
  })));
  return { status, ...wireStatusInfo(reason) };
}
