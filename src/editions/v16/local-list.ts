/** Sections 5.10 and 5.15: the local authorization list. */
import type { SendLocalListRequest, SendLocalListResponse } from '../../ocpp/v16/index.ts';
import type { StationApi } from '../../station/api.ts';
import type { LocalListApi } from '../../station/local-list/api.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { fromIdTagInfo, TOKEN_TYPE, type IdTagInfo } from './wire.ts';

export const localListHandlers: BlockHandlers = ({ station }) => [
  ['GetLocalListVersion', on(() => ({ listVersion: toldVersion(station.localList) }))],
  ['SendLocalList', on((request: SendLocalListRequest) => sendLocalList(station, request))],
];

/** Section 5.10: 0 is an empty list, whatever version it has; -1: no lists here. */
function toldVersion(list: LocalListApi): number {
  if (!list.enabled) return -1;
  return list.size === 0 ? 0 : list.version();
}

async function sendLocalList(station: StationApi, { listVersion, updateType, localAuthorizationList }: SendLocalListRequest): Promise<SendLocalListResponse> {
  if (!station.localList.enabled) return { status: 'NotSupported' };
  const { status } = await station.localList.send(listVersion, updateType, (localAuthorizationList ?? []).map(({ idTag, idTagInfo }) => ({
    idToken: { value: idTag, type: TOKEN_TYPE }, ...(idTagInfo === undefined ? {} : { info: fromIdTagInfo(idTagInfo as IdTagInfo) }),
  })));
  return { status };
}
