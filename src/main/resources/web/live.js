// Keeps the model as the cluster is: by the agent's stream of changes, which the browser takes up again where it broke
// off. A lost connection is said and loses nothing that is shown.
import * as api from './api.js';
import { connection, learn, learnConsul, learnEvent, learnStatus, model, refuse } from './model.js';

const SILENCE = 45_000;
const WAIT = [500, 1000, 2000];
/** Between questions while nobody looks. */
const HIDDEN = 15_000;
/** After so many questions the stream is tried once more. */
const STREAM_AGAIN = 5;
const RECENT = 12;
/** What waits is told with the status; it must not crowd out what came before. */
const BEGUN = 'inprogress,success,error,timeout,skip';

let source;
let attempts = 0;
let heard = 0;
let timer;
let resting;
/** Whether something may have been missed. */
let stale = false;

/**
 * Which events are shown, so that they are kept up to date; who reads logs; what else is to be read after a loss; who
 * takes the whole ID of which only the beginning was given.
 */
let page = { shown: () => [], logGrown: () => {}, reload: () => {}, found: () => {} };

export function start(shownPage) {
  page = shownPage;
  connect();
  setInterval(() => source && Date.now() - heard > SILENCE && connect(), 5000);
  addEventListener('online', connect);
  addEventListener('pagehide', rest);
  addEventListener('pageshow', (e) => e.persisted && connect());
  document.addEventListener('visibilitychange', () => {
    clearTimeout(resting);
    if (document.hidden)
      resting = setTimeout(() => {
        rest();
        poll();
      }, HIDDEN);
    else if (!source) connect();
  });
}

/** A browser opens six connections to a place, for all its tabs; one that nobody looks at must not hold one of them. */
function rest() {
  clearTimeout(timer);
  source?.close();
  source = undefined;
  stale = true;
}

function connect() {
  clearTimeout(timer);
  source?.close();
  heard = Date.now();
  source = new EventSource('v1/stream');
  source.addEventListener('open', arrived);
  source.addEventListener('error', lost);
  for (const [type, take] of Object.entries(TAKES)) {
    source.addEventListener(type, (message) => {
      arrived();
      take(JSON.parse(message.data));
    });
  }
}

const TAKES = {
  status: (status) => {
    learnStatus(status);
    refreshShown();
  },
  event: (event) => {
    if (event.Tasks) {
      learnEvent(event);
      if (reading.has(event.ID)) again.add(event.ID);
    } else if (page.shown().includes(event.ID) || model.events.has(event.ID)) readEvent(event.ID);
    recentSoon();
  },
  nodes: (nodes) => learn('nodes', nodes),
  log: (grown) => page.logGrown(grown),
  consul,
  ping: () => {},
};

/** Whether what is told is of now; once it is again, all that is shown is read anew. */
function consul(told) {
  const again = model.consul?.Fault && !told.Fault;
  learnConsul(told);
  if (again) readAll();
}

/** Something has come. After a loss everything that is shown is read again: the agent may be another one. */
function arrived() {
  heard = Date.now();
  attempts = 0;
  if (stale || model.connection === 'lost') {
    stale = false;
    readAll();
  }
  connection('live');
}

function readAll() {
  readAccess();
  page.shown().filter(Boolean).forEach(readEvent);
  readRecent();
  page.reload();
}

/** The browser takes the stream up again by itself, where it broke off, unless it was refused. */
function lost() {
  if (source.readyState === EventSource.CLOSED) poll();
  else connection('lost');
}

/** Where something between here and the agent lets no stream through, answers to questions may still come. */
async function poll() {
  const own = source;
  try {
    const status = await api.status();
    learnStatus(status);
    await Promise.all([readRecent(), ...page.shown().filter(Boolean).map(readEvent)]);
    connection('live');
    consul({ AsOf: status.At });
  } catch (e) {
    if (e.status === 503 && e.told) {
      connection('live');
      consul({ AsOf: model.consul?.AsOf ?? model.status?.At, Fault: e.message });
    } else connection('lost');
  }
  if (own !== source) return;
  const wait = document.hidden ? HIDDEN : WAIT[Math.min(attempts++, WAIT.length - 1)];
  timer = setTimeout(document.hidden || attempts % STREAM_AGAIN ? poll : connect, wait);
}

/** Reads what is shown and not known. */
export function refreshShown() {
  page
    .shown()
    .filter((id) => id && !model.events.has(id))
    .forEach(readEvent);
}

const reading = new Set();
/** What has changed while it was being read: the answer may be older than the change. */
const again = new Set();

export async function readEvent(id) {
  if (reading.has(id)) {
    again.add(id);
    return;
  }
  reading.add(id);
  try {
    do {
      again.delete(id);
      const before = model.events.get(id);
      const event = await api.event(id);
      if (model.events.get(id) === before) learnEvent(event); // else the stream was quicker
      model.errors.delete(id);
      if (event.ID !== id) page.found(id, event.ID);
    } while (again.has(id));
  } catch (e) {
    refuse(id, e);
  } finally {
    reading.delete(id);
    again.delete(id);
  }
}

let soon;

/** The list of recent events changes with many messages; it is read once for all of them. */
function recentSoon() {
  soon ??= setTimeout(() => {
    soon = undefined;
    readRecent();
  }, 250);
}

/** Nobody is kept from trying by an answer that does not come: the agent refuses by itself. */
export const readAccess = () =>
  api.access().then(
    (access) => learn('access', access),
    () => {},
  );

let readingRecent = false;

export async function readRecent() {
  if (readingRecent) {
    recentSoon();
    return;
  }
  readingRecent = true;
  try {
    learn('recent', await api.events({ status: BEGUN, limit: RECENT }));
    refreshShown();
  } catch (e) {
    refuse('recent', e);
  } finally {
    readingRecent = false;
  }
}
