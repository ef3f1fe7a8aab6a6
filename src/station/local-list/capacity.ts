/** Room for this many tokens. */
export const LIST_CAPACITY = 50_000;
