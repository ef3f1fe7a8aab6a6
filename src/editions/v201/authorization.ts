/** Block C: decisions about tokens. */
import type { AuthorizeResponse } from '../../ocpp/v201/index.ts';
import type { Call } from '../../csms/edition.ts';
import type { ContractProof } from '../../station/iso15118/csms.ts';
import type { IdToken, IdTokenInfo } from '../../station/types.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { wireProof } from './iso15118.ts';
import { fromIdTokenInfo, wireIdToken, wireStatusInfo } from './wire.ts';

export const authorizationHandlers: BlockHandlers = ({ station }) => [
  ['ClearCache', on(async () => {
    const { status, reason } = await station.authorization.clearCache();
    return { status, ...wireStatusInfo(reason) };
  })],
];

/** C01; C07: a contract whose certificate isn't accepted identifies nobody. */
export async function authorize(call: Call, token: IdToken, contract?: ContractProof): Promise<IdTokenInfo> {
  const { idTokenInfo, certificateStatus } = (await call('Authorize', {
    idToken: wireIdToken(token), ...(contract === undefined ? {} : wireProof(contract)),
  })) as AuthorizeResponse;
  const info = fromIdTokenInfo(idTokenInfo);
  const refused = contract !== undefined && certificateStatus !== undefined && certificateStatus !== 'Accepted';
  return refused && info.status === 'Accepted' ? { ...info, status: 'Invalid' } : info;
}
