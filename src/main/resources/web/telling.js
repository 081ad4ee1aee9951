// What is said elsewhere than in the page: in the title of its tab, and to those who listen to it.
import { failures, taskName, word } from './format.js';
import { eventInFull, inProgress, isPast, model, running } from './model.js';

const SIGNS = { success: '✓', error: '✗', timeout: '✗', skip: '»' };

const PAGES = { events: 'Events', nodes: 'Nodes', node: 'Node', plan: 'Plan', schedules: 'Schedules' };

/** Of a page by its name and argument; what is of before says so here too. */
export function title(page, argument) {
  const what = subject(page, argument);
  return isPast() ? `stale: ${what}` : what;
}

function subject(page, argument) {
  if (page === 'event') return eventTitle(argument);
  const all = running();
  const sign = all.some(failed) ? `${SIGNS.error} ` : '';
  if (page in PAGES) {
    return `${sign}${PAGES[page]}${argument ? ` ${page === 'node' ? '' : 'of '}${argument}` : ''} · Metronome`;
  }
  if (all.length > 1) return `${sign}${together(all)} · Metronome`;
  if (all.length) return runningTitle(all[0]);
  const newest = model.recent?.Events.find((event) => event.Status !== 'queued');
  return newest ? endedTitle(newest) : 'Metronome';
}

/** Of several events: `2 in progress, 1 failed`. */
export function together(all) {
  const bad = all.filter(failed).length;
  return `${all.length} in progress${bad ? `, ${bad} failed` : ''}`;
}

function eventTitle(id) {
  const told = inProgress(id);
  const event = model.events.get(id);
  if (told) return runningTitle(told);
  return event ? endedTitle(event) : 'Metronome';
}

const runningTitle = (event) =>
  `${failed(event) ? `${SIGNS.error} ` : ''}${event.Task.No + 1}/${event.Tasks} ${event.Name} · Metronome`;

const endedTitle = (event) => `${SIGNS[event.Status] ?? ''} ${event.Name} · Metronome`.trim();

/** On how many nodes an event in progress has failed; of its tasks before only if it is known in full. */
export const failed = (event) => failures(eventInFull(event.ID)?.Tasks ?? [event.Task]);

const region = document.createElement('div');
region.className = 'hidden';
region.setAttribute('role', 'status');
region.setAttribute('aria-live', 'polite');
document.body.append(region);

/** Of each event that is followed, by ID: what was said of it last. */
const said = new Map();

/** Says of each event its task that begins, and how it has ended; nothing twice. */
export function announce() {
  const news = [...running().map(progress), ...[...said.keys()].map(end)].filter(Boolean);
  if (news.length) region.textContent = news.join('; ');
}

function progress(event) {
  const place = event.Task.Part ? '' : `task ${event.Task.No + 1} of ${event.Tasks}, `;
  const bad = failed(event);
  const text = `${event.Name}: ${place}${taskName(event.Task)}${bad ? `, ${bad} failed` : ''}`;
  if (said.get(event.ID) === text) return undefined;
  said.set(event.ID, text);
  return text;
}

function end(id) {
  const event = model.events.get(id);
  if (inProgress(id) || event?.Status === 'inprogress') return undefined;
  said.delete(id);
  return event && `${event.Name} has ended: ${word(event.Status)}`;
}
