/**
 * Asks the browser not to evict the books when the disk runs short. From the page only: a worker has no `persist()`.
 * Answers null where the browser can't tell. Chromium decides without asking the user.
 */
export async function requestPersistence(): Promise<boolean | null> {
  const storage = (globalThis.navigator as Partial<Navigator> | undefined)?.storage as Partial<StorageManager> | undefined;
  if (storage?.persist === undefined) return null;
  try {
    return (await storage.persisted?.()) === true || (await storage.persist());
  } catch {
    return null; // an opaque origin or a browser policy: unknown, not fatal
  }
}
