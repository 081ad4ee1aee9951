// What is said elsewhere than in the page: in the title of its tab, and to those who listen to it.
import { failures, taskName, word } from './format.js';
import { eventInFull, isPast, model } from './model.js';

const SIGNS = { success: '✓', error: '✗', timeout: '✗', skip: '»' };

const PAGES = { events: 'Events', nodes: 'Nodes', node: 'Node', plan: 'Plan', schedules: 'Schedules' };

/** Of a page by its name and argument; what is of before says so here too. */
export function title(page, argument) {
  const what = subject(page, argument);
  return isPast() ? `stale: ${what}` : what;
}

function subject(page, argument) {
  const running = model.status?.Running;
  if (page === 'event') return eventTitle(argument);
  if (page in PAGES) {
    const sign = running && failed(running) ? `${SIGNS.error} ` : '';
    return `${sign}${PAGES[page]}${argument ? ` ${page === 'node' ? '' : 'of '}${argument}` : ''} · Metronome`;
  }
  if (running) return runningTitle(running);
  const newest = model.recent?.Events.find((event) => event.Status !== 'queued');
  return newest ? endedTitle(newest) : 'Metronome';
}

function eventTitle(id) {
  const running = model.status?.Running;
  const event = model.events.get(id);
  if (running?.ID === id) return runningTitle(running);
  return event ? endedTitle(event) : 'Metronome';
}

const runningTitle = (running) =>
  `${failed(running) ? `${SIGNS.error} ` : ''}${running.Task.No + 1}/${running.Tasks} ${running.Name} · Metronome`;

const endedTitle = (event) => `${SIGNS[event.Status] ?? ''} ${event.Name} · Metronome`.trim();

/** On how many nodes the event in progress has failed; of its tasks before only if it is known in full. */
const failed = (running) => failures(eventInFull(running.ID)?.Tasks ?? [running.Task]);

const region = document.createElement('div');
region.className = 'hidden';
region.setAttribute('role', 'status');
region.setAttribute('aria-live', 'polite');
document.body.append(region);

let said = '';
let followed;

/** Says each task that begins, and how an event has ended; nothing twice. */
export function announce() {
  const running = model.status?.Running;
  let text = said;
  if (running) {
    followed = running.ID;
    const place = running.Task.Part ? '' : `task ${running.Task.No + 1} of ${running.Tasks}, `;
    const bad = failed(running);
    text = `${running.Name}: ${place}${taskName(running.Task)}${bad ? `, ${bad} failed` : ''}`;
  } else if (followed) {
    const event = eventInFull(followed);
    if (event && event.Status !== 'inprogress') {
      text = `${event.Name} has ended: ${word(event.Status)}`;
      followed = undefined;
    }
  }
  if (text !== said) region.textContent = text;
  said = text;
}
