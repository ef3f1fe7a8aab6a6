/** P01; 1.6 section 5.6: vendor messages. Each extension registers its vendor's messages; all others are honestly unknown. */
import type { DataTransferApi } from '../api.ts';
import type { DataTransferAnswer, DataTransferRequest } from '../csms-port.ts';

export type VendorHandler = (request: DataTransferRequest) => Promise<DataTransferAnswer>;

/** Handlers by messageId; `''` for a message without one. */
export type VendorMessages = Readonly<Record<string, VendorHandler>>;

export class DataTransfer implements DataTransferApi {
  private readonly vendors = new Map<string, VendorMessages>();

  register(vendorId: string, messages: VendorMessages): void {
    this.vendors.set(vendorId, messages);
  }

  /** P01.FR.05, P01.FR.06. */
  async receive(request: DataTransferRequest): Promise<DataTransferAnswer> {
    const messages = this.vendors.get(request.vendorId);
    if (messages === undefined) return { status: 'UnknownVendorId' };
    const messageId = request.messageId ?? '';
    const handler = Object.hasOwn(messages, messageId) ? messages[messageId] : undefined;
    return handler === undefined ? { status: 'UnknownMessageId' } : handler(request);
  }
}
