import type { StationSnapshot } from '../link/snapshot.ts';
import type { AgentDetail } from './agent-detail.ts';
import type { Run } from './run.ts';

/** @param run null while the station is down */
export function agentDetail(run: Run | null, snapshot: StationSnapshot): AgentDetail {
  const { csms, books } = snapshot;
  return {
    edition: csms.edition,
    csms: csms.link,
    boot: csms.boot,
    queued: books.queued,
    parked: books.parked,
    evses: snapshot.evses.map((view) => {
      const record = run?.station.evses.find((evse) => evse.id === view.id)?.record;
      const { transaction } = view;
      return {
        id: view.id,
        connectors: view.connectors.map(({ id, status }) => ({ id, status })),
        transaction: transaction === null ? null : {
          id: transaction.id, seqNo: transaction.seqNo, chargingState: transaction.chargingState,
          idToken: record?.transaction?.idToken?.value ?? null, energyWh: transaction.energyWh,
        },
        authorized: record?.authorization == null ? null : { idToken: record.authorization.idToken.value },
        powerW: Math.round(view.powerW),
        meterWh: view.meterWh,
        limitW: view.limitW,
      };
    }),
  };
}
