import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Demand } from './demand.ts';
import { grant, share, type Claim, type Granted } from './sharing.ts';

const claim = (evseId: number, own: Partial<Claim> = {}): Claim => ({
  evseId, capA: 32, minA: 6, demandA: Infinity, priority: 0, idle: false, turns: 0, order: evseId, ...own,
});
const shares = (budgetA: number, ...claims: Claim[]): number[] => {
  const result = share(budgetA, claims);
  return claims.map(({ evseId }) => Math.round((result.get(evseId) ?? 0) * 1000) / 1000);
};

describe('sharing', () => {
  it('K04.FR.05 equal shares of what there is', () => {
    expect(shares(32, claim(1), claim(2))).toEqual([16, 16]);
    expect(shares(40, claim(1), claim(2), claim(3))).toEqual([13.333, 13.333, 13.333]);
    expect(shares(100, claim(1), claim(2))).toEqual([32, 32]);
  });
  it('who can\'t take its share leaves it to the others', () => {
    expect(shares(32, claim(1, { capA: 10 }), claim(2))).toEqual([10, 22]);
    expect(shares(32, claim(1, { demandA: 8 }), claim(2))).toEqual([8, 24]);
    // Nobody wants the rest: it is there for whoever does after all.
    expect(shares(32, claim(1, { demandA: 8 }), claim(2, { demandA: 8 }))).toEqual([16, 16]);
  });
  it('too little for all: the first come is served, the next gets nothing rather than too little', () => {
    expect(shares(10, claim(1), claim(2))).toEqual([10, 0]);
    expect(shares(12, claim(1), claim(2))).toEqual([6, 6]);
    expect(shares(5, claim(1), claim(2))).toEqual([0, 0]);
    expect(shares(0, claim(1))).toEqual([0]);
    expect(shares(10, claim(1, { capA: 4 }), claim(2))).toEqual([0, 10]);
  });
  it('a car that takes nothing waits behind one that would; so does one that had its turn', () => {
    expect(shares(10, claim(1, { idle: true }), claim(2))).toEqual([0, 10]);
    expect(shares(10, claim(1, { turns: 1 }), claim(2))).toEqual([0, 10]);
    expect(shares(20, claim(1, { idle: true, demandA: 6 }), claim(2))).toEqual([6, 14]);
  });
  it('K03.FR.04 a higher priority is served as fully as can be, others from the rest', () => {
    expect(shares(40, claim(1), claim(2, { priority: 5 }))).toEqual([8, 32]);
    expect(shares(32, claim(1), claim(2, { priority: 5 }))).toEqual([0, 32]);
    expect(shares(32, claim(1, { priority: -1 }), claim(2))).toEqual([0, 32]);
    expect(shares(32, claim(1), claim(2, { priority: 5, demandA: 10 }))).toEqual([22, 10]);
  });
  it('K01.FR.21 K02.FR.06 K03.FR.07 K04.FR.04 what can\'t be charged well, by minChargingRate, goes to another', () => {
    expect(shares(20, claim(1), claim(2, { minA: 16 }))).toEqual([20, 0]);
    expect(shares(24, claim(1), claim(2, { minA: 16 }))).toEqual([8, 16]);
  });

  const anyClaims = fc.array(fc.record({
    capA: fc.float({ min: 0, max: 63, noNaN: true }), minA: fc.constantFrom(6, 6, 10), demandA: fc.oneof(fc.constant(Infinity), fc.float({ min: 0, max: 40, noNaN: true })),
    priority: fc.integer({ min: -2, max: 2 }), idle: fc.boolean(), turns: fc.integer({ min: 0, max: 2 }),
  }), { minLength: 1, maxLength: 8 }).map((claims) => claims.map((own, index) => claim(index + 1, own)));
  const anyBudget = fc.float({ min: 0, max: 200, noNaN: true });

  it('never more than there is, never more than one can take, never too little to use', () => {
    fc.assert(fc.property(anyBudget, anyClaims, (budgetA, claims) => {
      const result = share(budgetA, claims);
      const given = claims.map(({ evseId }) => result.get(evseId) ?? 0);
      expect(given.reduce((sum, amount) => sum + amount, 0)).toBeLessThanOrEqual(budgetA + 1e-4);
      claims.forEach(({ capA, minA }, index) => {
        const amount = given[index] ?? 0;
        expect(amount).toBeLessThanOrEqual(capA + 1e-4);
        if (amount > 0) expect(amount).toBeGreaterThanOrEqual(minA - 1e-4);
      });
    }), { numRuns: 3000 });
  });
  it('fair: equals get the same, unless one can\'t take it', () => {
    fc.assert(fc.property(fc.float({ min: 50, max: 200, noNaN: true }), fc.array(fc.float({ min: 6, max: 32, noNaN: true }), { minLength: 1, maxLength: 8 }), (budgetA, caps) => {
      const claims = caps.map((capA, index) => claim(index + 1, { capA }));
      const result = share(budgetA, claims);
      const most = Math.max(...result.values());
      for (const { evseId, capA } of claims) expect(result.get(evseId)).toBeGreaterThanOrEqual(Math.min(capA, most) - 1e-3);
    }), { numRuns: 2000 });
  });
  it('nothing lies idle while somebody could take it', () => {
    fc.assert(fc.property(anyBudget, anyClaims, (budgetA, claims) => {
      const result = share(budgetA, claims);
      const restA = budgetA - [...result.values()].reduce((sum, amount) => sum + amount, 0);
      if (restA < 1e-3) return;
      for (const { evseId, capA, minA } of claims) {
        const amount = result.get(evseId) ?? 0;
        if (amount > 0) expect(amount).toBeGreaterThanOrEqual(capA - 1e-3);
        else if (capA >= minA) expect(restA).toBeLessThan(minA + 1e-3);
      }
    }), { numRuns: 2000 });
  });
});

describe('handing over', () => {
  const party = (evseId: number, targetA: number, grantedA: number, measuredA: number): Granted => ({ evseId, targetA, grantedA, measuredA, minA: 6 });
  const grants = (budgetA: number, ...parties: Granted[]): number[] => {
    const result = grant(budgetA, parties);
    return parties.map(({ evseId }) => result.get(evseId) ?? 0);
  };
  it('takes at once, gives as the others come down', () => {
    expect(grants(32, party(1, 16, 32, 31.9), party(2, 16, 0, 0))).toEqual([16, 0]);
    expect(grants(32, party(1, 16, 16, 20), party(2, 16, 0, 0))).toEqual([16, 12]);
    expect(grants(32, party(1, 16, 16, 16.1), party(2, 16, 12, 12))).toEqual([16, 16]);
  });
  it('nobody is given what another still draws or may draw', () => {
    const any = fc.record({ targetA: fc.integer({ min: 0, max: 32 }), grantedA: fc.integer({ min: 0, max: 32 }), measuredA: fc.integer({ min: 0, max: 32 }) });
    fc.assert(fc.property(fc.array(any, { minLength: 1, maxLength: 6 }), (states) => {
      const parties = states.map((state, index): Granted => ({ ...state, evseId: index + 1, minA: 6 }));
      const budgetA = parties.reduce((sum, { targetA }) => sum + targetA, 0); // as share() leaves it
      const result = grant(budgetA, parties);
      const grantedA = ({ evseId }: Granted): number => result.get(evseId) ?? 0;
      const load = (one: Granted): number => (one.measuredA > grantedA(one) + 1 ? one.measuredA : grantedA(one));
      for (const one of parties) {
        expect(grantedA(one)).toBeLessThanOrEqual(one.targetA);
        if (grantedA(one) <= one.grantedA) continue;
        const others = parties.filter((other) => other !== one).reduce((sum, other) => sum + load(other), 0);
        expect(grantedA(one) + others).toBeLessThanOrEqual(budgetA + 1e-6);
      }
    }), { numRuns: 3000 });
  });
});

describe('what a car wants', () => {
  const watch = (measuredA: number, seconds: number, demand = new Demand(), grantedA = 16): Demand => {
    for (let second = 0; second <= seconds; second++) demand.observe({ nowMs: second * 1000, grantedA, measuredA, minA: 6 });
    return demand;
  };
  it('all it can get, until it has taken less for a minute', () => {
    expect(watch(15.5, 300).demandA).toBe(Infinity);
    expect(watch(8, 59).demandA).toBe(Infinity);
    expect(watch(8, 61).demandA).toBe(10);
  });
  it('a car that takes nothing keeps the least that lets it begin, and waits behind others', () => {
    const demand = watch(0, 61);
    expect(demand).toMatchObject({ demandA: 6, idle: true });
    demand.observe({ nowMs: 62_000, grantedA: 16, measuredA: 3, minA: 6 });
    expect(demand.idle).toBe(false);
  });
  it('what a car without an offer would take isn\'t known', () => {
    expect(watch(0, 300, new Demand(), 0)).toMatchObject({ demandA: Infinity, idle: false });
  });
});
