/** Room for this many tokens … */
export const LIST_CAPACITY = 50_000;
/** … and this many bytes of them on the disk. */
export const LIST_CAPACITY_BYTES = 32_000_000;
/** What one SendLocalList may hold (D01.FR.11): above it, it is refused. */
export const LIST_ITEMS_PER_MESSAGE = 1000;
export const LIST_BYTES_PER_MESSAGE = 500_000;
