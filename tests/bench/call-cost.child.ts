/** One side of the comparison: sends the mix, one CALL after another, and tells what it cost this process. */
import { RPCClient } from 'ocpp-rpc';
import { edition } from '../../src/editions/v201/index.ts';
import { callNumber } from './mix.ts';
import { serve, timed } from './serve.ts';
import { connectPeer } from './station-peer.ts';

export interface CallCostQuestion { readonly calls: number }
export interface CallCostAnswer { readonly cpuMs: number; readonly wallMs: number }

type Call = (action: string, payload: Record<string, unknown>) => Promise<unknown>;

const [side, url = ''] = process.argv.slice(2);
let call: Promise<Call> | null = null;
let next = 0;

serve<CallCostQuestion>(async ({ calls }): Promise<CallCostAnswer> => {
  const send = await (call ??= side === 'kerbside' ? ours() : theirs());
  return timed(async () => {
    for (let sent = 0; sent < calls; sent++) {
      const { action, payload } = callNumber(next++);
      await send(action, payload);
    }
  });
});

async function ours(): Promise<Call> {
  const peer = await connectPeer(url, edition);
  return (action, payload) => peer.call(action, payload);
}

async function theirs(): Promise<Call> {
  const client = new RPCClient({ endpoint: url, identity: 'THEIRS', protocols: ['ocpp2.0.1'], strictMode: true } as never);
  await client.connect();
  return (action, payload) => client.call(action, payload, {} as never);
}
