// What is said elsewhere than in the page: in the title of its tab, and to those who listen to it.
import { failures, taskName, word } from './format.js';
import { eventInFull, isPast, model } from './model.js';

const SIGNS = { success: '✓', error: '✗', timeout: '✗', skip: '»' };

/** What is of before says so here too. */
export const title = () => (isPast() ? `stale: ${subject()}` : subject());

function subject() {
  const running = model.status?.Running;
  if (running) {
    const sign = failed(running) ? `${SIGNS.error} ` : '';
    return `${sign}${running.Task.No + 1}/${running.Tasks} ${running.Name} · Metronome`;
  }
  const newest = model.recent?.Events.find((event) => event.Status !== 'queued');
  return newest ? `${SIGNS[newest.Status] ?? ''} ${newest.Name} · Metronome`.trim() : 'Metronome';
}

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
