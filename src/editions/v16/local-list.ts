/** Sections 5.10 and 5.15: the local authorization list. */
import type { SendLocalListRequest, SendLocalListResponse } from '../../ocpp/v16/index.ts';
import type { StationApi } from '../../station/api.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { fromIdTagInfo, TOKEN_TYPE, type IdTagInfo } from './wire.ts';

export const localListHandlers: BlockHandlers = ({ station }) => [
  ['GetLocalListVersion', on(() => ({ listVersion: station.localList.version() }))],
  ['SendLocalList', on((request: SendLocalListRequest) => sendLocalList(station, request))],
];

async function sendLocalList(station: StationApi, { listVersion, updateType, localAuthorizationList }: SendLocalListRequest): Promise<SendLocalListResponse> {
  const { status } = await station.localList.send(listVersion, updateType, (localAuthorizationList ?? []).map(({ idTag, idTagInfo }) => ({
    idToken: { value: idTag, type: TOKEN_TYPE }, ...(idTagInfo === undefined ? {} : { info: fromIdTagInfo(idTagInfo as IdTagInfo) }),
  })));
  return { status };
}
