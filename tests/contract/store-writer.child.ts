/**
 * A process that commits numbered batches for ever and says so after each, to be killed in the middle.
 * Arguments: directory. Every batch writes its number to two records, so that a torn batch shows.
 */
import { LevelStore } from '../../src/platform/node/level-store.ts';

const store = await LevelStore.open(process.argv[2] ?? '');
const last = (await store.get('meta', 'number')) as number | undefined;
process.stdout.write(`open ${last ?? 0}\n`);
for (let number = (last ?? 0) + 1; ; number++) {
  await store.commit([
    { op: 'put', collection: 'meta', key: 'number', value: number },
    { op: 'put', collection: 'outbox', key: String(number).padStart(16, '0'), value: number },
  ]);
  process.stdout.write(`committed ${number}\n`);
}
