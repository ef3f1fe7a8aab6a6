import { expect, it } from 'vitest';
import { DataTransfer } from './data-transfer.ts';

it('P01.FR.05 P01.FR.06 a vendor that nobody registered, and a message that the vendor hasn\'t got', async () => {
  const transfer = new DataTransfer();
  transfer.register({ vendorId: 'org.example', messages: { weather: async ({ data }) => ({ status: 'Accepted', data }), '': async () => ({ status: 'Rejected' }) } });
  expect(await transfer.receive({ vendorId: 'org.other', messageId: 'weather' })).toEqual({ status: 'UnknownVendorId' });
  expect(await transfer.receive({ vendorId: 'org.example', messageId: 'tides' })).toEqual({ status: 'UnknownMessageId' });
  expect(await transfer.receive({ vendorId: 'org.example', messageId: 'toString' })).toEqual({ status: 'UnknownMessageId' });
  expect(await transfer.receive({ vendorId: 'org.example', messageId: 'weather', data: { rain: true } })).toEqual({ status: 'Accepted', data: { rain: true } });
  expect(await transfer.receive({ vendorId: 'org.example' })).toEqual({ status: 'Rejected' });
});
