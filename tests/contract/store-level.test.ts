import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LevelStore } from '../../src/platform/node/level-store.ts';
import type { StoreWrite } from '../../src/platform/ports.ts';

const WRITER = join(import.meta.dirname, 'store-writer.child.ts');

let directory: string;
let child: ChildProcess | null = null;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kerbside-level-'));
});

afterEach(async () => {
  child?.kill('SIGKILL');
  child = null;
  await rm(directory, { recursive: true, force: true });
});

function startWriter(): ChildProcess {
  child = spawn(process.execPath, ['--import', 'tsx', WRITER, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  return child;
}

/** Kills the writer once it has said `count` times that a batch is on the disk; answers the last number it said. */
async function killAfter(writer: ChildProcess, count: number): Promise<number> {
  let last = 0;
  let seen = 0;
  for await (const line of createInterface({ input: writer.stdout as NodeJS.ReadableStream })) {
    if (!line.startsWith('committed')) continue;
    last = Number(line.split(' ')[1]);
    seen += 1;
    if (seen === count) writer.kill('SIGKILL'); // goes on reading what it still said
  }
  return last;
}

const put = (key: string, value: string | number): StoreWrite => ({ op: 'put', collection: 'outbox', key, value });

describe('LevelStore and a process that dies', () => {
  test('SIGKILL loses nothing committed and tears no batch, several times over', async () => {
    let previous = 0;
    for (const count of [3, 40, 17]) {
      const said = await killAfter(startWriter(), count);
      expect(said).toBeGreaterThanOrEqual(previous + count);
      // At once: the lock of the dead must not stop the living.
      const store = await LevelStore.open(directory);
      const number = (await store.get('meta', 'number')) as number;
      expect(number).toBeGreaterThanOrEqual(said);
      const records = await store.entries('outbox');
      expect(records.map(([, value]) => value)).toEqual(Array.from({ length: number }, (_, i) => i + 1));
      await store.close();
      previous = number;
    }
  }, 60_000);

  test('a store that is really held is told by StoreBusy, with a sentence', async () => {
    const writer = startWriter();
    await once(writer.stdout as NodeJS.ReadableStream, 'data');
    await expect(LevelStore.open(directory, { lockWaitMs: 100 })).rejects.toMatchObject({
      code: 'StoreBusy',
      sentence: expect.stringContaining('Another program') as string,
    });
  }, 60_000);

  test('a holder that is still dying is waited for', async () => {
    const holder = await LevelStore.open(directory);
    const second = LevelStore.open(directory, { lockWaitMs: 10_000 });
    await holder.commit([put('a', 1)]);
    await holder.close();
    const store = await second;
    expect(await store.get('outbox', 'a')).toBe(1);
    await store.close();
  });
});

describe('LevelStore and damaged files', () => {
  async function fill(): Promise<void> {
    const store = await LevelStore.open(directory);
    for (let i = 0; i < 20; i++) await store.commit([put(String(i), 'x'.repeat(1000))]);
    await store.close();
    // Reopened, so that the records move from the log into a table.
    await (await LevelStore.open(directory)).close();
  }

  async function files(pattern: RegExp): Promise<string[]> {
    return (await readdir(directory)).filter((name) => pattern.test(name)).map((name) => join(directory, name));
  }

  test.each([
    ['CURRENT is gone', async () => rm(join(directory, 'CURRENT'))],
    ['CURRENT is empty', async () => writeFile(join(directory, 'CURRENT'), '')],
    ['CURRENT is garbage', async () => writeFile(join(directory, 'CURRENT'), 'garbage')],
    ['CURRENT names a file that isn’t there', async () => writeFile(join(directory, 'CURRENT'), 'MANIFEST-999999\n')],
    ['the manifest is garbage', async () => {
      for (const path of await files(/^MANIFEST/)) await writeFile(path, Buffer.alloc(500, 0xa5));
    }],
    ['the manifest is gone', async () => {
      for (const path of await files(/^MANIFEST/)) await rm(path);
    }],
  ])('%s: mended, with every record, and told', async (_, damage) => {
    await fill();
    await damage();
    const told: string[] = [];
    const store = await LevelStore.open(directory, { onRepaired: (detail) => told.push(detail) });
    expect(await store.entries('outbox')).toHaveLength(20);
    expect(told).toHaveLength(1);
    await store.commit([put('new', 1)]);
    await store.close();
    const again = await LevelStore.open(directory, { onRepaired: (detail) => told.push(detail) });
    expect(await again.get('outbox', 'new')).toBe(1);
    expect(told).toHaveLength(1);
    await again.close();
  });

  test('all tables garbage: never an empty set of books without a word', async () => {
    await fill();
    for (const path of await files(/\.(ldb|sst|log)$/)) await writeFile(path, Buffer.alloc((await stat(path)).size, 0xa5));
    await expect(
      (async () => {
        const store = await LevelStore.open(directory);
        await store.entries('outbox').finally(() => store.close());
      })(),
    ).rejects.toMatchObject({ code: 'StoreBroken', sentence: expect.stringContaining('storage') as string });
  });

  test('nothing left to mend: told as broken, and again at the next start', async () => {
    await fill();
    for (const path of await files(/\.(ldb|sst|log)$/)) await writeFile(path, Buffer.alloc((await stat(path)).size, 0xa5));
    await rm(join(directory, 'CURRENT'));
    for (let start = 0; start < 2; start++) {
      await expect(LevelStore.open(directory)).rejects.toMatchObject({ code: 'StoreBroken' });
    }
  });

  test('a log cut short by power loss loses only the batch that was being written', async () => {
    const store = await LevelStore.open(directory);
    await store.commit([put('a', 'kept'.repeat(100))]);
    await store.commit([put('b', 'torn'.repeat(100))]);
    await store.close();
    const log = (await files(/\.log$/))[0] as string;
    const file = await open(log, 'r+');
    await file.truncate((await file.stat()).size - 10);
    await file.close();
    const again = await LevelStore.open(directory);
    expect((await again.entries('outbox')).map(([key]) => key)).toEqual(['a']);
    await again.close();
  });

  test('a directory that can’t be made is an error with a sentence', async () => {
    const path = join(directory, 'file');
    await writeFile(path, '');
    await expect(LevelStore.open(join(path, 'inside'))).rejects.toMatchObject({
      code: 'StoreBroken',
      sentence: expect.any(String) as string,
    });
  });
});

describe.skipIf(!canMount())('LevelStore and a full disk (needs the right to mount)', () => {
  test('StoreFull, nothing of the batch written; goes on once there is room', async () => {
    system(`mount -t tmpfs -o size=2m tmpfs ${directory}`);
    try {
      const ballast = join(directory, 'ballast');
      await writeFile(ballast, Buffer.alloc(1_700_000));
      const store = await LevelStore.open(join(directory, 'books'));
      await store.commit([put('first', 1)]);
      let written = 0;
      const fillUp = async (): Promise<void> => {
        for (let i = 0; i < 1000; i++, written++) await store.commit([put(`n${i}`, 'x'.repeat(5000)), put('last', i)]);
      };
      await expect(fillUp()).rejects.toMatchObject({ code: 'StoreFull' });
      await expect(store.commit([put('big', 'x'.repeat(500_000))])).rejects.toMatchObject({ code: 'StoreFull' });
      expect(await store.get('outbox', 'first')).toBe(1);
      expect(await store.get('outbox', 'last')).toBe(written - 1);
      await rm(ballast);
      await store.commit([put('after', 2)]);
      await store.close();
      const again = await LevelStore.open(join(directory, 'books'));
      expect(await again.get('outbox', 'after')).toBe(2);
      expect(await again.get('outbox', 'last')).toBe(written - 1);
      expect(await again.get('outbox', 'big')).toBeUndefined();
      await again.close();
    } finally {
      system(`umount -l ${directory}`);
    }
  }, 30_000);
});

function system(command: string): void {
  execFileSync('/bin/sh', ['-c', command], { stdio: 'ignore' });
}

function canMount(): boolean {
  try {
    system('unshare -m mount -t tmpfs tmpfs /mnt');
    return true;
  } catch {
    return false;
  }
}
