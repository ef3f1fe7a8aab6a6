import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { describeError, KerbsideError } from '../../base/errors.ts';
import { CommitQueue } from '../commit-queue.ts';
import type { Collection, Store, StoreWrite, Stored } from '../ports.ts';
import { storeErrors } from '../store-errors.ts';
import { SCHEMA, schemaVersion, type SchemaStep } from '../store-schema.ts';

export interface LevelStoreOptions {
  readonly schema?: readonly SchemaStep[];
  /** How long a process that is still dying may hold the lock, ms. */
  readonly lockWaitMs?: number;
  /** The files were damaged and mended; some records may be missing (LevelDB keeps the bad files in `lost/`). */
  readonly onRepaired?: (detail: string) => void;
}

type Database = ClassicLevel<Uint8Array, string>;
type LevelWrite = { type: 'put'; key: Uint8Array; value: string } | { type: 'del'; key: Uint8Array };

const LOCK_WAIT_MS = 3000;
const LOCK_RETRY_MS = 50;
/** No collection's name starts like this. */
const SCHEMA_KEY = encodeKey('!schema');
/** What LevelDB writes on opening besides what was in its log: manifest, a table's index, a new log. */
const REOPEN_ROOM_BYTES = 65_536;
const SEPARATOR = '\0';

/**
 * The books in LevelDB files, each batch flushed to the disk. The lock belongs to the process, so that a killed one
 * leaves none behind.
 */
export class LevelStore implements Store {
  private readonly queue = new CommitQueue((writes) => this.flush(writes));
  private closed = false;
  /** A write failed: the end of LevelDB's log can't be trusted. */
  private suspect = false;
  private reopening: Promise<Database> | null = null;

  private constructor(
    private readonly directory: string,
    private database: Database,
  ) {}

  /** @throws KerbsideError `StoreBusy` | `StoreTooNew` | `StoreBroken` | `StoreFull`, each with a sentence */
  static async open(directory: string, options: LevelStoreOptions = {}): Promise<LevelStore> {
    const database = await openOrRepair(directory, options);
    try {
      await migrate(database, directory, options.schema ?? SCHEMA);
    } catch (error) {
      await database.close();
      throw translate(error);
    }
    return new LevelStore(directory, database);
  }

  async get(collection: Collection, key: string): Promise<Stored | undefined> {
    if (this.closed) throw storeErrors.closed();
    try {
      await this.opened();
      const text = await this.database.get(recordKey(collection, key));
      return text === undefined ? undefined : parse(text, collection, key);
    } catch (error) {
      throw translate(error);
    }
  }

  async entries(collection: Collection): Promise<[key: string, value: Stored][]> {
    if (this.closed) throw storeErrors.closed();
    try {
      await this.opened();
      return await readAll(this.database, collection);
    } catch (error) {
      throw translate(error);
    }
  }

  async commit(writes: readonly StoreWrite[]): Promise<void> {
    if (this.closed) throw storeErrors.closed();
    return this.queue.commit(writes);
  }

  async usage(): Promise<{ usedBytes: number; quotaBytes: number | null; persisted: boolean | null }> {
    if (this.closed) throw storeErrors.closed();
    let usedBytes = 0;
    for (const name of await readdir(this.directory)) {
      // A file may be compacted away between the two calls.
      usedBytes += await stat(join(this.directory, name)).then((found) => found.size).catch(() => 0);
    }
    const disk = await statfs(this.directory);
    return { usedBytes, quotaBytes: usedBytes + disk.bavail * disk.bsize, persisted: true };
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.queue.idle();
    await this.reopening?.catch(() => undefined);
    await this.database.close();
  }

  private async flush(writes: readonly StoreWrite[]): Promise<void> {
    if (writes.length === 0) return;
    try {
      const batch = writes.map(toLevel);
      if (this.suspect) await this.renewLog(batch);
      await this.opened();
      await this.database.batch(batch, { sync: true });
    } catch (error) {
      // After a failed write LevelDB's log may end in half a record: later ones behind it would be lost on recovery.
      this.suspect = true;
      throw translate(error);
    }
  }

  /** Reopening starts a new log, but needs room itself: until there is some, the books stay open for reading. */
  private async renewLog(batch: readonly LevelWrite[]): Promise<void> {
    let neededBytes = REOPEN_ROOM_BYTES;
    for (const write of batch) neededBytes += 2 * (write.key.length + (write.type === 'put' ? write.value.length : 0));
    for (const name of await readdir(this.directory)) {
      if (name.endsWith('.log')) neededBytes += 1.25 * (await stat(join(this.directory, name))).size;
    }
    const disk = await statfs(this.directory);
    if (disk.bavail * disk.bsize < neededBytes) throw storeErrors.full(`less than ${Math.ceil(neededBytes)} bytes left`);
    await this.database.close();
    await this.opened();
    this.suspect = false;
  }

  /** After a reopening that failed, the next call tries again. */
  private async opened(): Promise<void> {
    if (this.database.status === 'open') return;
    this.reopening ??= openOnce(this.directory).finally(() => (this.reopening = null));
    this.database = await this.reopening;
  }
}

async function openOrRepair(directory: string, options: LevelStoreOptions): Promise<Database> {
  const deadlineMs = performance.now() + (options.lockWaitMs ?? LOCK_WAIT_MS);
  let damage = await missingParts(directory);
  while (damage === null) {
    try {
      return await openOnce(directory);
    } catch (error) {
      if (codeOf(error) === 'LEVEL_LOCKED') {
        if (performance.now() >= deadlineMs) throw storeErrors.busy(`${directory} is in use by another process`, error);
        await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
        continue;
      }
      const translated = translate(error);
      // A full disk or a missing right isn't damage: repairing could only make it worse.
      if (translated.code === 'StoreFull' || !isDamage(error)) throw translated;
      damage = describeCause(error);
    }
  }
  try {
    await ClassicLevel.repair(directory);
    const database = await openOnce(directory);
    options.onRepaired?.(damage);
    return database;
  } catch (error) {
    throw storeErrors.broken(`${damage}; repair failed: ${describeCause(error)}`, error);
  }
}

async function openOnce(directory: string): Promise<Database> {
  const database: Database = new ClassicLevel(directory, { keyEncoding: 'view', valueEncoding: 'utf8' });
  await database.open();
  return database;
}

/** Without its CURRENT file LevelDB would begin an empty database on top of the old files. */
async function missingParts(directory: string): Promise<string | null> {
  const names = await readdir(directory).catch(() => [] as string[]);
  const hasData = names.some((name) => /^MANIFEST-|\.(ldb|sst|log)$/.test(name));
  return hasData && !names.includes('CURRENT') ? `${directory} has data but no CURRENT file` : null;
}

async function migrate(database: Database, directory: string, schema: readonly SchemaStep[]): Promise<void> {
  const known = schemaVersion(schema);
  const text = await database.get(SCHEMA_KEY);
  let version = text === undefined ? 0 : Number(text);
  if (text === undefined) await assertNew(database, directory);
  if (!Number.isInteger(version)) throw storeErrors.broken(`schema version "${text}" is not a number`);
  if (version > known) throw storeErrors.tooNew(version, known);
  for (const step of schema) {
    if (step.version <= version) continue;
    const records = new Map<Collection, [string, Stored][]>();
    for (const collection of step.reads ?? []) records.set(collection, await readAll(database, collection));
    const writes = step.rewrite?.({ entries: (collection) => records.get(collection) ?? [] }) ?? [];
    // Records and version in one batch: a crash leaves either the old books or the new ones.
    const batch: LevelWrite[] = [...writes.map(toLevel), { type: 'put', key: SCHEMA_KEY, value: String(step.version) }];
    await database.batch(batch, { sync: true });
    version = step.version;
  }
}

/** Books without a version are new, or else damaged: what a repair couldn't save must not be taken for new books. */
async function assertNew(database: Database, directory: string): Promise<void> {
  const [first] = await database.keys({ limit: 1 }).all();
  if (first !== undefined) throw storeErrors.broken('the books have records but no schema version');
  const lost = await readdir(join(directory, 'lost')).catch(() => []);
  if (lost.length > 0) throw storeErrors.broken(`nothing could be saved of the files in ${join(directory, 'lost')}`);
}

async function readAll(database: Database, collection: Collection): Promise<[string, Stored][]> {
  const prefixLength = collection.length + SEPARATOR.length;
  const range = { gte: recordKey(collection, ''), lt: encodeKey(`${collection}\u0001`) };
  const found = await database.iterator(range).all();
  return found.map(([bytes, text]) => {
    const key = decodeKey(bytes).slice(prefixLength);
    return [key, parse(text, collection, key)];
  });
}

function toLevel(write: StoreWrite): LevelWrite {
  const key = recordKey(write.collection, write.key);
  return write.op === 'put' ? { type: 'put', key, value: JSON.stringify(write.value) } : { type: 'del', key };
}

function recordKey(collection: Collection, key: string): Uint8Array {
  return encodeKey(`${collection}${SEPARATOR}${key}`);
}

/** UTF-16, big end first: the bytes sort as the code units do, and any string survives, lone surrogates too. */
function encodeKey(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le').swap16();
}

function decodeKey(bytes: Uint8Array): string {
  return Buffer.from(bytes).swap16().toString('utf16le');
}

function parse(text: string, collection: Collection, key: string): Stored {
  try {
    return JSON.parse(text) as Stored;
  } catch (error) {
    throw storeErrors.broken(`record ${collection}/${key} is not JSON`, error);
  }
}

function codeOf(error: unknown): string {
  const at = error as { code?: unknown; cause?: { code?: unknown } } | null;
  return String(at?.cause?.code ?? at?.code ?? '');
}

function describeCause(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? describeError(error) : `${describeError(error)}: ${describeError(cause)}`;
}

function isDamage(error: unknown): boolean {
  return codeOf(error) === 'LEVEL_CORRUPTION' || /corrupt|checksum|no such file|not found|bad /i.test(describeCause(error));
}

function translate(error: unknown): KerbsideError {
  if (error instanceof KerbsideError) return error;
  const detail = describeCause(error);
  if (/no space left|quota exceeded|file too large/i.test(detail)) return storeErrors.full(detail, error);
  if (codeOf(error) === 'LEVEL_DATABASE_NOT_OPEN') return storeErrors.closed(detail, error);
  return storeErrors.broken(detail, error);
}
