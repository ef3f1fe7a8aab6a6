/** What the view's buttons may ask. */
import { KerbsideError } from '../../base/errors.ts';
import type { OperatorCommand } from '../sandbox-csms/operator-commands.ts';
import { command } from '../sandbox-csms/operator-commands.ts';
import type { SandboxCsms } from '../sandbox-csms/sandbox-csms.ts';

const STATION_ORDERS: readonly string[] = ['remoteStart', 'remoteStop', 'operative', 'inoperative', 'reset', 'resetOnIdle', 'unlock', 'status'] satisfies OperatorCommand['do'][];
const MINUTE_MS = 60_000;

/**
 * @returns the station's answer, where it was asked
 * @throws KerbsideError with a sentence for the person who clicked
 */
export async function perform(csms: SandboxCsms, body: unknown): Promise<unknown> {
  const order: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? { ...body } : {};
  const what = String(order['do']);
  if (STATION_ORDERS.includes(what)) {
    const idToken = order['idToken'];
    return command(csms, {
      do: what as OperatorCommand['do'],
      station: text(order, 'station'),
      evse: number(order, 'evse', 0),
      ...(typeof idToken === 'string' && idToken !== '' ? { idToken } : {}),
    });
  }
  switch (what) {
    case 'call':
      return csms.call(text(order, 'station'), text(order, 'action'), payload(order));
    case 'price':
      return csms.setPrice(number(order, 'pricePerKwh', 0));
    case 'accept':
      return csms.tokens.setStatus(text(order, 'idToken'), 'Accepted');
    case 'block':
      return csms.tokens.setStatus(text(order, 'idToken'), 'Blocked');
    case 'stop':
      return csms.stop(order['minutes'] === undefined ? null : number(order, 'minutes', 0) * MINUTE_MS);
    case 'start':
      return csms.start();
    default:
      throw new KerbsideError('BadOrder', `unknown order ${what}`, 'That is not something this CSMS can do.');
  }
}

function payload({ payload: given = {} }: Readonly<Record<string, unknown>>): object {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new KerbsideError('BadOrder', 'payload is no object', 'The payload must be a JSON object.');
  return given;
}

function text(order: Readonly<Record<string, unknown>>, name: string): string {
  const value = order[name];
  if (typeof value !== 'string' || value.trim() === '') throw new KerbsideError('BadOrder', `${name} is missing`, `Fill in ${name}.`);
  return value.trim();
}

function number(order: Readonly<Record<string, unknown>>, name: string, min: number): number {
  const value = Number(order[name]);
  if (!Number.isFinite(value) || value < min) throw new KerbsideError('BadOrder', `${name} ${String(order[name])}`, `${name} must be a number of at least ${min}.`);
  return value;
}
