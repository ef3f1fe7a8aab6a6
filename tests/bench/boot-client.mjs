// The least that says BootNotification with npm's ocpp-rpc: what the station's start is compared with.
import { RPCClient } from 'ocpp-rpc';

const client = new RPCClient({ endpoint: process.argv[2], identity: 'THEIRS', protocols: ['ocpp2.0.1'], strictMode: true });
await client.connect();
await client.call('BootNotification', { reason: 'PowerUp', chargingStation: { vendorName: 'Bench', model: 'Bench' } });
