/** Cars that speak ISO 15118, and the certificates they need: what C07, K15 to K17, M01 and M02 take for granted. */
import type { EvChargingNeeds, HighLevelCar } from '../../src/hardware/secc.ts';
import { Issued } from '../fixtures/pki.ts';
import type { World } from './charging-station.ts';

export const EVCC_ID = '0011A2B3C4D5';
export const EMAID = 'DE8AA1A2B3C4D59';

export const AC_NEEDS: EvChargingNeeds = {
  requestedEnergyTransfer: 'AC_three_phase', departureInS: 7200, maxScheduleTuples: 12,
  ac: { energyAmountWh: 20_000, evMinCurrentA: 6, evMaxCurrentA: 32, evMaxVoltageV: 400 },
};
export const DC_NEEDS: EvChargingNeeds = {
  requestedEnergyTransfer: 'DC', dc: { evMaxCurrentA: 200, evMaxVoltageV: 500, energyAmountWh: 30_000, socPercent: 40 },
};

/** A mobility operator: a root, a sub-CA, and a contract under it. */
export interface MobilityOperator { readonly root: Issued; readonly chainPem: string }

export async function mobilityOperator(contract: { readonly toDay?: number } = {}): Promise<MobilityOperator> {
  const root = await Issued.root('MO Root');
  const sub = await root.issue('MO Sub', { ca: true, ocspUrl: 'http://ocsp.example/sub' });
  const leaf = await sub.issue(EMAID, { ocspUrl: 'http://ocsp.example/contract', ...contract });
  return { root, chainPem: `${leaf.pem.trim()}\n${sub.pem.trim()}\n` };
}

export function car(more: Partial<HighLevelCar> = {}): HighLevelCar {
  return { evccId: EVCC_ID, needs: AC_NEEDS, ...more };
}

export function contractCar({ chainPem }: MobilityOperator, more: Partial<HighLevelCar> = {}): HighLevelCar {
  return car({ contract: { emaid: EMAID, certificateChainPem: chainPem }, ...more });
}

/** The cable goes in, and the talk gets its time. */
export async function arrive(world: World, comes: HighLevelCar, seconds = 8): Promise<void> {
  world.ev().secc.setCar(comes);
  world.ev().plugIn();
  await world.seconds(seconds);
}
