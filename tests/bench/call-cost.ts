/** What one validated CALL costs, beside the RPC client that many stations and simulators are built with. */
import type { BenchCsms } from './bench-csms.ts';
import type { CallCostAnswer, CallCostQuestion } from './call-cost.child.ts';
import type { Programs } from './child.ts';
import { verdict, type Pace, type Section } from './report.ts';
import { cells, digits, spreadOf } from './spread.ts';

const SIDES = ['kerbside', 'ocpp-rpc'] as const;
type Side = (typeof SIDES)[number];

export async function measureCallCost(programs: Programs, csms: BenchCsms, { quick }: Pace): Promise<Section> {
  const rounds = quick ? 2 : 9;
  const calls = quick ? 200 : 3000;
  const question: CallCostQuestion = { calls };
  const costs: Record<Side, CallCostAnswer[]> = { kerbside: [], 'ocpp-rpc': [] };
  const children = SIDES.map((side) => ({ side, child: programs.start('call-cost', [side, csms.url]) }));
  const before = csms.calls;
  try {
    for (const { child } of children) await child.ask<CallCostAnswer>(question); // warm
    for (let round = 0; round < rounds; round++) {
      // Who goes first changes, so that a machine that gets slower or faster favours nobody.
      for (const { side, child } of round % 2 === 0 ? children : children.toReversed()) costs[side].push(await child.ask<CallCostAnswer>(question));
    }
  } finally {
    for (const { child } of children) await child.stop();
  }
  const arrived = csms.calls - before;
  if (arrived !== calls * (rounds + 1) * SIDES.length) throw new Error(`${arrived} CALLs arrived, which isn't what was asked for`);
  const spread = (side: Side, part: 'cpuMs' | 'wallMs') => spreadOf(costs[side].map((cost) => cost[part] / calls));
  const ours = spread('kerbside', 'cpuMs');
  const theirs = spread('ocpp-rpc', 'cpuMs');
  return {
    title: 'One validated CALL',
    method: `Two processes talk OCPP 2.0.1 to one small WebSocket server in a third: Kerbside's RPC layer (\`src/ocpp/rpc\`, the compiled schema
validators, frames masked as for the frame log, real sockets), and a bare \`ocpp-rpc\` client with \`strictMode\`. Both send the same mix of
Heartbeat, MeterValues and TransactionEvent, one CALL at a time, request and response validated: one warm-up, then ${rounds} rounds of
${calls} CALLs each, in turns. CPU time is user and system time of the client's process alone.`,
    head: ['ms per CALL', 'min', 'median', 'max'],
    rows: SIDES.flatMap((side) => [[`${side}, CPU`, ...cells(spread(side, 'cpuMs'))], [`${side}, wall`, ...cells(spread(side, 'wallMs'))]]),
    finding: `${verdict(ours.median <= theirs.median, 'no more CPU than the bare client in the same run')} (${digits(ours.median)} ms against ${digits(theirs.median)} ms).`,
  };
}
