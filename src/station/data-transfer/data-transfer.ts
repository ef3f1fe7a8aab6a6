/** P01; 1.6 section 5.6: vendor messages. Each extension registers what it understands; all else is honestly unknown. */
import type { DataTransferApi } from '../api.ts';
import type { DataTransferAnswer, DataTransferRequest } from '../csms-port.ts';

export type MessageHandler = (request: DataTransferRequest) => DataTransferAnswer | Promise<DataTransferAnswer>;

export interface Extension {
  /** A reversed domain name (P01.FR.02). */
  readonly vendorId: string;
  /** By messageId; '' takes what comes without one. */
  readonly messages: Readonly<Record<string, MessageHandler>>;
  /** False: switched off, and unknown as long as it is. */
  readonly enabled?: () => boolean;
}

export class DataTransfer implements DataTransferApi {
  private readonly extensions = new Map<string, Extension>();

  register(extension: Extension): void {
    this.extensions.set(extension.vendorId, extension);
  }

  /** P01.FR.05, FR.06. */
  async receive(request: DataTransferRequest): Promise<DataTransferAnswer> {
    const extension = this.extensions.get(request.vendorId);
    if (extension === undefined || extension.enabled?.() === false) return { status: 'UnknownVendorId' };
    const messageId = request.messageId ?? '';
    const handler = Object.hasOwn(extension.messages, messageId) ? extension.messages[messageId] : undefined;
    return handler === undefined ? { status: 'UnknownMessageId' } : handler(request);
  }
}
