/** Room in the cache for this many tokens … */
export const CACHE_CAPACITY = 5000;
/** … and this many bytes of them. */
export const CACHE_CAPACITY_BYTES = 4_000_000;
/** additionalInfo of one idToken (AuthCtrlr.AdditionalInfoItemsPerMessage). */
export const ADDITIONAL_INFO_ITEMS = 10;
