/** Our RPC layer over a real socket, put together as src/csms/connection.ts does, without the station behind it. */
import type { Edition } from '../../src/csms/edition.ts';
import { maskFrame } from '../../src/ocpp/rpc/mask.ts';
import { RpcPeer } from '../../src/ocpp/rpc/peer.ts';
import { NodeClock } from '../../src/platform/node/node-clock.ts';
import { NodeNetwork } from '../../src/platform/node/node-network.ts';
import { nodeRandom } from '../../src/platform/node/node-random.ts';

export const clock = new NodeClock();

export function connectPeer(url: string, edition: Edition): Promise<RpcPeer> {
  return new Promise((resolve, reject) => {
    let framesSeen = 0;
    const socket = new NodeNetwork(clock).open({ url: `${url}/OURS`, protocols: [edition.name], connectTimeoutMs: 10_000 }, {
      onOpen: () => resolve(peer),
      onText: (text) => peer.receive(text),
      onBinary: () => undefined,
      onPong: () => undefined,
      onClose: (why) => reject(new Error(why.detail ?? why.kind)),
    });
    const peer = new RpcPeer({
      validators: edition.validators, errorCodes: edition.errorCodes, answersUnreadable: true,
      send: (text) => socket.send(text),
      messageTimeoutMs: () => 30_000,
      newMessageId: () => nodeRandom.uuid(),
      monotonicMs: () => clock.monotonicMs(),
      after: (delayMs, fn) => clock.after(delayMs, fn),
      log: () => undefined,
      handlerFor: () => undefined,
      gate: () => null,
      onFrame: (_direction, text) => void (framesSeen += maskFrame(text).length),
      onTimeout: () => undefined,
    });
  });
}
