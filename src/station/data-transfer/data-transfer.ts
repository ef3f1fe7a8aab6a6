/** P01; 1.6 section 5.6: vendor messages. Each extension registers its vendor; all others are honestly unknown. */
import type { DataTransferApi } from '../api.ts';
import type { DataTransferAnswer, DataTransferRequest } from '../csms-port.ts';

export type VendorHandler = (request: DataTransferRequest) => Promise<DataTransferAnswer>;

export class DataTransfer implements DataTransferApi {
  private vendors = new Map<string, VendorHandler>();

  register(vendorId: string, handler: VendorHandler): void {
    this.vendors.set(vendorId, handler);
  }

  async receive(request: DataTransferRequest): Promise<DataTransferAnswer> {
    const handler = this.vendors.get(request.vendorId);
    return handler === undefined ? { status: 'UnknownVendorId' } : handler(request);
  }
}
