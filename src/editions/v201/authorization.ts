/** Block C: decisions about tokens. */
import type { AuthorizeResponse } from '../../ocpp/v201/index.ts';
import type { Call } from '../../csms/edition.ts';
import type { IdToken, IdTokenInfo } from '../../station/types.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { fromIdTokenInfo, wireIdToken } from './wire.ts';

export const authorizationHandlers: BlockHandlers = ({ station }) => [
  ['ClearCache', on(async () => ({ status: await station.authorization.clearCache() }))],
];

/** C01. */
export async function authorize(call: Call, token: IdToken): Promise<IdTokenInfo> {
  return fromIdTokenInfo(((await call('Authorize', { idToken: wireIdToken(token) })) as AuthorizeResponse).idTokenInfo);
}
