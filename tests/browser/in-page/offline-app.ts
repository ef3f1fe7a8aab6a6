/** A page as small as can be that keeps itself offline; the test says when it is busy. */
import { keepAppOffline } from '../../../src/platform/browser/offline-app.ts';

const failures: string[] = [];
const app = keepAppOffline((why) => failures.push(why));
Object.assign(globalThis, { setBusy: app.setBusy, failures });
