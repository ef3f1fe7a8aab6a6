export { SwitchableNetwork } from '../switchable-network.ts';
