/** Sections 4.1 and 5.4: decisions about id tags. */
import type { AuthorizeResponse } from '../../ocpp/v16/index.ts';
import type { BridgeContext } from '../../csms/edition.ts';
import type { ContractProof } from '../../station/iso15118/csms.ts';
import type { IdToken, IdTokenInfo } from '../../station/types.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { authorizeContract } from './plug-and-charge.ts';
import { fromIdTagInfo, idTagOf, type IdTagInfo } from './wire.ts';

export const authorizationHandlers: BlockHandlers = ({ station }) => [
  ['ClearCache', on(async () => ({ status: (await station.authorization.clearCache()).status }))],
];

/** A token that is no id tag can't be asked about. */
export async function authorize({ call, hide }: BridgeContext, token: IdToken, contract?: ContractProof): Promise<IdTokenInfo> {
  if (contract !== undefined) return authorizeContract(call, token, contract);
  const idTag = idTagOf(token, hide);
  if (idTag === null) return { status: 'Invalid' };
  return fromIdTagInfo(((await call('Authorize', { idTag })) as AuthorizeResponse).idTagInfo as IdTagInfo);
}
