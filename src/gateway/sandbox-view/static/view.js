// Draws the sandbox CSMS once a second. Everything that a station said is set as text, never as markup.
const SHOWN_FRAMES = 400;
let newestFrame = 0;
let answered = '';

const $ = (id) => document.getElementById(id);
const time = (ms) => new Date(ms).toLocaleTimeString();

function row(cells) {
  const tr = document.createElement('tr');
  for (const cell of cells) tr.insertCell().textContent = cell === null || cell === undefined ? '' : String(cell);
  return tr;
}

function drawStations(stations) {
  $('stations').replaceChildren(...stations.map((station) => row([
    station.id,
    station.online ? station.edition : `gone since ${time(station.lastSeenMs)}`,
    station.boot === null ? '' : `${station.boot.vendor} ${station.boot.model}, ${station.boots} boots, last ${station.boot.reason ?? ''}`,
    station.connectors.map(({ name, status }) => `${name} ${status}`).join(', '),
  ])));
  const select = $('command').elements.namedItem('station');
  const ids = stations.map((station) => station.id);
  if ([...select.options].map((option) => option.value).join('\n') === ids.join('\n')) return;
  const chosen = select.value;
  select.replaceChildren(...ids.map((id) => new Option(id, id, false, id === chosen)));
}

function drawTransactions(picture) {
  $('transactions').replaceChildren(...picture.transactions.slice(-50).reverse().map((record) => row([
    record.stationId, record.evseId, record.id, record.idToken,
    record.endedAt === null ? (record.chargingState ?? 'running') : `ended: ${record.stoppedReason ?? 'Local'}`,
    record.startedAt, record.endedAt, (record.energyWh / 1000).toFixed(3),
    `${record.cost.toFixed(2)} ${picture.currency}`, record.messages, record.duplicates,
  ])));
  $('problems').replaceChildren(...picture.problems.slice(-20).map((problem) => {
    const li = document.createElement('li');
    li.textContent = problem;
    return li;
  }));
}

function drawFrames(frames) {
  for (const frame of frames) {
    const li = document.createElement('li');
    const way = document.createElement('b');
    way.textContent = frame.direction === 'in' ? '→ in' : '← out';
    li.append(way, `${time(frame.atMs)} ${frame.stationId}  ${frame.text}`);
    if (frame.problem !== null) {
      const problem = document.createElement('span');
      problem.className = 'bad';
      problem.textContent = `  ${frame.problem}`;
      li.append(problem);
    }
    $('frames').prepend(li);
    newestFrame = Math.max(newestFrame, frame.id);
  }
  while ($('frames').childElementCount > SHOWN_FRAMES) $('frames').lastElementChild.remove();
}

async function draw() {
  try {
    const picture = await (await fetch(`/sandbox/picture?after=${newestFrame}`)).json();
    $('running').dataset.running = String(picture.running);
    $('running').textContent = picture.running ? 'on' : `off${picture.startsAtMs === null ? '' : ` until ${time(picture.startsAtMs)}`}`;
    $('tokens').textContent = picture.tokens.map((token) => `${token.idToken} ${token.status}`).join(', ');
    $('answer').textContent = answered;
    drawStations(picture.stations);
    drawTransactions(picture);
    drawFrames(picture.frames);
  } catch {
    $('running').dataset.running = 'false';
    $('running').textContent = 'this program has ended';
  }
  setTimeout(draw, 1000);
}

async function send(order) {
  const response = await fetch('/sandbox/do', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(order) });
  const { ok, result, error } = await response.json();
  answered = `${order.do}: ${ok ? (result === null ? 'done' : JSON.stringify(result)) : error}`;
}

document.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  const what = event.submitter?.dataset.do ?? form.dataset.do;
  void send({ ...Object.fromEntries(new FormData(form)), do: what });
});

void draw();
