/** What a technician should do next, the gravest first. Pure. */
import type { StationSnapshot } from '../../link/snapshot.ts';

export interface Todo { readonly title: string; readonly advice: string }

export function todos(snapshot: StationSnapshot): Todo[] {
  const list: Todo[] = [];
  const { station, csms, books } = snapshot;
  if (station.refusal !== null) list.push({ title: 'Service is refused', advice: station.refusal });
  for (const evse of snapshot.evses) {
    if (evse.controller.link === 'down') {
      list.push({ title: `EVSE ${evse.id}: the controller doesn't answer`, advice: evse.controller.detail ?? 'Check its cable and its supply.' });
    } else if (evse.fault !== null) {
      list.push({ title: `EVSE ${evse.id}: ${evse.fault.code}`, advice: evse.fault.info ?? 'Find and remove the cause; the fault then clears.' });
    }
  }
  if (csms.explanation !== null) list.push({ title: csms.explanation.sentence, advice: csms.explanation.advice });
  else if (csms.boot === 'Rejected') list.push({ title: 'The CSMS rejects this station', advice: 'Have its operator enter this identity, then reconnect.' });
  if (books.warning !== null) list.push({ title: books.warning, advice: 'Free some room, and press Keep storage.' });
  if (books.parked > 0) list.push({ title: `${books.parked} message(s) were given up`, advice: 'Read in Queue why the CSMS refused them, then retry.' });
  if (books.persisted === false && books.warning === null) list.push({ title: 'The browser may clear the books', advice: 'Press Keep storage, or install the app.' });
  return list;
}
