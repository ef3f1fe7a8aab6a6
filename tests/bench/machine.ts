/** What one must know of a machine to read its figures, and nothing that tells whose it is. */
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

export function machineFacts(): readonly string[] {
  const model = cpus()[0]?.model.replace(/\s+/g, ' ').trim() ?? 'unknown';
  const load = loadavg()[0] ?? 0;
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)}`,
    `Processor: ${model}, ${availableParallelism()} cores used at most; memory ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `Node.js ${process.versions.node} on ${process.platform} ${process.arch}`,
    `Load average when it began: ${load.toFixed(1)}`,
  ];
}
