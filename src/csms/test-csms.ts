/** The technician's test button: one connection with these data, and in words what came of it. */
import type { SetupConfig } from '../link/commands.ts';
import type { Clock, Network } from '../platform/ports.ts';
import { negotiated } from '../ocpp/rpc/subprotocol.ts';
import { explainClose } from './explain.ts';

export interface CsmsTest { readonly ok: boolean; readonly edition: string | null; readonly sentence: string; readonly advice: string }

const TIMEOUT_MS = 10_000;
/** A CSMS that knows no common sub-protocol, or doesn't like us, closes right after the handshake. */
const STAYS_OPEN_MS = 700;

export function testCsms(network: Network, clock: Clock, config: SetupConfig): Promise<CsmsTest> {
  return new Promise((resolve) => {
    let opened = false;
    let stopTimer = (): void => undefined;
    const finish = (result: CsmsTest): void => {
      stopTimer();
      resolve(result);
    };
    const socket = network.open({
      url: `${config.csmsUrl.replace(/\/+$/, '')}/${encodeURIComponent(config.identity)}`,
      protocols: config.editions,
      connectTimeoutMs: TIMEOUT_MS,
      ...(config.securityProfile > 0 && config.password !== undefined ? { basicAuth: { user: config.identity, password: config.password } } : {}),
    }, {
      onOpen: (protocol) => {
        opened = true;
        const pick = negotiated(config.editions, protocol);
        if (!pick.ok) {
          finish({ ok: false, edition: null, sentence: pick.sentence, advice: 'Enable one of these OCPP versions at the CSMS.' });
          socket.close(1002);
          return;
        }
        stopTimer = clock.after(STAYS_OPEN_MS, () => {
          finish({ ok: true, edition: pick.edition, sentence: `The CSMS answers and speaks ${pick.edition}.`, advice: '' });
          socket.close(1000);
        });
      },
      onText: () => undefined,
      onBinary: () => undefined,
      onPong: () => undefined,
      onClose: (why) => finish({ ok: false, edition: null, ...explainClose(why, opened) }),
    });
  });
}
