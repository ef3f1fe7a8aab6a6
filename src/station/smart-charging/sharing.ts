/**
 * One limit for several EVSEs (K04, K12; K03.FR.04 to FR.06): who may have how much. Pure, in A per phase; every EVSE is
 * taken to load every phase, so no phase is ever loaded above the limit, however cars are wired.
 */
export interface Claim {
  readonly evseId: number;
  /** What its own limits leave. */
  readonly capA: number;
  /** Less is as good as nothing. */
  readonly minA: number;
  /** What its car seems to want; at most `capA`. */
  readonly demandA: number;
  /** Higher goes first, whoever else must wait (K03.FR.04). */
  readonly priority: number;
  /** Its car isn't taking what it is offered: among equals it waits. */
  readonly idle: boolean;
  /** Quarters of an hour that it was served while others waited: among equals the least goes first. */
  readonly turns: number;
  /** Order of arrival. */
  readonly order: number;
}

/** A for each claim; the sum is never above the budget. */
export function share(budgetA: number, claims: readonly Claim[]): Map<number, number> {
  const result = new Map(claims.map(({ evseId }) => [evseId, 0]));
  let restA = budgetA;
  for (const priority of [...new Set(claims.map((claim) => claim.priority))].sort((a, b) => b - a)) {
    const admitted: Claim[] = [];
    let reservedA = 0;
    for (const claim of claims.filter((candidate) => candidate.priority === priority).sort(byTurn)) {
      if (claim.capA < claim.minA || reservedA + claim.minA > restA + EPSILON_A) continue;
      admitted.push(claim);
      reservedA += claim.minA;
    }
    restA -= fill(restA, admitted, result, (claim) => Math.max(claim.minA, Math.min(claim.demandA, claim.capA)));
  }
  // What nobody seems to want is there for whoever wants more after all.
  const served = claims.filter(({ evseId }) => (result.get(evseId) ?? 0) > 0);
  fill(restA + served.reduce((sum, { evseId }) => sum + (result.get(evseId) ?? 0), 0), served, result, (claim) => claim.capA,
    (claim) => result.get(claim.evseId) ?? 0);
  return result;
}

const EPSILON_A = 1e-6;

/** Raises all from their floor by the same until each has what it wants or nothing is left. Answers what was given. */
function fill(
  budgetA: number, claims: readonly Claim[], result: Map<number, number>, wanted: (claim: Claim) => number, floor = (claim: Claim): number => claim.minA,
): number {
  let restA = budgetA - claims.reduce((sum, claim) => sum + floor(claim), 0);
  const given = new Map(claims.map((claim) => [claim, floor(claim)]));
  let hungry = claims.filter((claim) => wanted(claim) > floor(claim));
  while (hungry.length > 0 && restA > EPSILON_A) {
    // The lowest are raised first, to the next one's level or to what they want: the outcome is equal shares, not equal additions.
    const levelA = Math.min(...hungry.map((claim) => given.get(claim) ?? 0));
    const lowest = hungry.filter((claim) => (given.get(claim) ?? 0) <= levelA + EPSILON_A);
    const others = hungry.filter((claim) => !lowest.includes(claim)).map((claim) => given.get(claim) ?? 0);
    const targetA = Math.min(...others, ...lowest.map(wanted), levelA + restA / lowest.length);
    for (const claim of lowest) {
      restA -= targetA - (given.get(claim) ?? 0);
      given.set(claim, targetA);
    }
    hungry = hungry.filter((claim) => wanted(claim) > (given.get(claim) ?? 0) + EPSILON_A);
  }
  let totalA = 0;
  for (const [claim, amountA] of given) {
    result.set(claim.evseId, amountA);
    totalA += amountA;
  }
  return totalA;
}

function byTurn(a: Claim, b: Claim): number {
  return Number(a.idle) - Number(b.idle) || a.turns - b.turns || a.order - b.order;
}

export interface Granted {
  readonly evseId: number;
  readonly targetA: number;
  readonly grantedA: number;
  readonly minA: number;
  /** What it really draws on its busiest phase. */
  readonly measuredA: number;
}

/** Above this a measured current is a car that hasn't come down yet, not noise of the meter. */
const NOISE_A = 1;

/**
 * Taking comes before giving: who gets less gets it at once; who gets more gets it as far as the others have really come
 * down, so that the sum isn't above the budget while cars follow (IEC 61851-1 leaves them 5 s).
 */
export function grant(budgetA: number, parties: readonly Granted[]): Map<number, number> {
  const result = new Map(parties.map(({ evseId, targetA, grantedA }) => [evseId, Math.min(targetA, grantedA)]));
  const loadA = ({ evseId, measuredA }: Granted): number => {
    const grantedA = result.get(evseId) ?? 0;
    return measuredA > grantedA + NOISE_A ? measuredA : grantedA;
  };
  for (const party of parties) {
    const presentA = result.get(party.evseId) ?? 0;
    if (party.targetA <= presentA) continue;
    const othersA = parties.reduce((sum, other) => sum + (other === party ? 0 : loadA(other)), 0);
    const possibleA = Math.min(party.targetA, floorTenth(budgetA - othersA));
    if (possibleA > presentA && possibleA >= party.minA) result.set(party.evseId, possibleA);
  }
  return result;
}

/** Tenths of an ampere: finer steps would be nothing but traffic. */
export function floorTenth(valueA: number): number {
  return Math.floor(valueA * 10 + 1e-6) / 10;
}
