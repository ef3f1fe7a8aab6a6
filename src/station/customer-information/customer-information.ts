/** Block N, customer information: what the station holds of a customer, told and forgotten on request (N09, N10). */
import { describeError } from '../../base/errors.ts';
import type { BlockDeps } from '../block.ts';
import type { CustomerInformationApi, CustomerInformationRequest } from './api.ts';
import { tokenTest, type CustomerSource } from './sources.ts';
import { splitText } from './split-text.ts';

/** NotifyCustomerInformationRequest.data. */
const PART_LENGTH = 512;

export class CustomerInformation implements CustomerInformationApi {
  private sending = false;

  /** @param sources where the station keeps something of its customers */
  constructor(private readonly deps: Pick<BlockDeps, 'journal' | 'time' | 'csms' | 'log' | 'evses'>, private readonly sources: readonly CustomerSource[]) {}

  async request({ requestId, report, clear, customers }: CustomerInformationRequest): ReturnType<CustomerInformationApi['request']> {
    const [customer] = customers;
    if (customer === undefined || customers.length > 1) {
      return { status: 'Invalid', reason: { reasonCode: 'InvalidValue', additionalInfo: 'one of idToken, customerCertificate, customerIdentifier' } };
    }
    if (!report && !clear) return { status: 'Rejected', reason: { reasonCode: 'InvalidValue', additionalInfo: 'neither report nor clear' } };
    if (this.deps.csms() === null) return { status: 'Rejected', reason: { reasonCode: 'CSNotAccepted' } };
    if (this.sending) return { status: 'Rejected', reason: { reasonCode: 'Unspecified', additionalInfo: 'another request is being answered' } };
    const isTheirs = tokenTest(customer);
    if (clear && this.deps.evses.some(({ record }) => [record.authorization, record.transaction, record.heldFor].some((who) => who !== null && isTheirs(who)))) {
      return { status: 'Rejected', reason: { reasonCode: 'TxInProgress' } }; // a running session can't forget whose it is
    }
    this.sending = true;
    const found = this.sources.map((source) => ({ source, lines: source.find(isTheirs) })).filter(({ lines }) => lines.length > 0);
    if (clear) for (const { source } of found) source.clear?.(isTheirs);
    await this.deps.journal.durable();
    const text = report ? found.map(({ source, lines }) => `${source.title}\n${lines.join('\n')}`).join('\n') : 'The data was cleared.';
    // N09.FR.06, N10.FR.04: an empty text says that there is nothing.
    return { status: 'Accepted', send: () => void this.deliverParts(requestId, splitText(text, PART_LENGTH)) };
  }

  private async deliverParts(requestId: number, parts: readonly string[]): Promise<void> {
    const { time, csms, log } = this.deps;
    const generatedAt = time.stamp();
    try {
      for (const [seqNo, data] of parts.entries()) {
        const port = csms();
        if (port === null) return; // asked for again by a CSMS that still wants it
        await port.deliver({ kind: 'customerInformation', requestId, seqNo, tbc: seqNo < parts.length - 1, generatedAt, data }, { offline: false });
      }
    } catch (error) {
      log('warn', 'customers', `the answer to request ${requestId} ended early: ${describeError(error)}`);
    } finally {
      this.sending = false;
    }
  }
}
