/** Who gets which place: a largest assignment of wishes to places, by augmenting paths. Earlier wishes go first. */

/** The wishes that get no place of their own. */
export function unmet<Wish, Place>(wishes: readonly Wish[], places: readonly Place[], fits: (wish: Wish, place: Place) => boolean): Wish[] {
  const taken = new Map<Place, Wish>();

  function seat(wish: Wish, tried: Set<Place>): boolean {
    for (const place of places) {
      if (tried.has(place) || !fits(wish, place)) continue;
      tried.add(place);
      const sitting = taken.get(place);
      if (sitting === undefined || seat(sitting, tried)) {
        taken.set(place, wish);
        return true;
      }
    }
    return false;
  }

  return wishes.filter((wish) => !seat(wish, new Set()));
}
