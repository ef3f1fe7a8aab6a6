/** What stands on the keys of the simulation drawer. It is no part of a station on the wall, so it speaks the tongues of those who try it. */
const en = {
  title: 'SIMULATION',
  note: 'No real car, cable or card. These keys play their part.',
  open: 'Open the simulation drawer',
  close: 'Close',
  plugIn: 'Plug in',
  unplug: 'Unplug',
  card: 'Card number',
  present: 'Present card',
  suspend: 'Car pauses',
  resume: 'Car resumes',
  fault: 'Fault',
  clear: 'Clear fault',
  bay: 'Car in the bay',
  demand: 'Car asks for',
  network: 'Network',
  drop: 'Drop',
  restore: 'Restore',
  technician: 'Technician',
  setup: 'Set-up',
};

const gu: typeof en = {
  title: 'સિમ્યુલેશન',
  note: 'સાચી કાર, કેબલ કે કાર્ડ નથી. આ બટન તેમનો ભાગ ભજવે છે.',
  open: 'સિમ્યુલેશન ખોલો',
  close: 'બંધ કરો',
  plugIn: 'કેબલ જોડો',
  unplug: 'કેબલ કાઢો',
  card: 'કાર્ડ નંબર',
  present: 'કાર્ડ અડાડો',
  suspend: 'કાર થોભે',
  resume: 'કાર ફરી લે',
  fault: 'ખામી',
  clear: 'ખામી દૂર કરો',
  bay: 'જગ્યામાં કાર',
  demand: 'કારની માગ',
  network: 'નેટવર્ક',
  drop: 'તોડો',
  restore: 'જોડો',
  technician: 'ટેકનિશિયન',
  setup: 'સેટ-અપ',
};

export function drawerText(language: string): typeof en {
  return language === 'gu' ? gu : en;
}
