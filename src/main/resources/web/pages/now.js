// What runs now, or ran last; what waits; what came before.
import { html, nothing } from '../lib/lit-html.js';
import { ago, count, leftAlone, when } from '../format.js';
import { badge, empty, eventLink, failure, given, shortId } from '../parts.js';
import { isPast, model } from '../model.js';
import { queue } from '../queue.js';
import { noEventYet } from '../teaching.js';
import { eventView } from './event.js';

/** The event that this page is about: the one in progress, else the newest. */
export const subject = () =>
  model.status?.Running?.ID ?? model.recent?.Events.find((event) => event.Status !== 'queued')?.ID;

export function nowPage() {
  const { status } = model;
  if (!status) return asked() ? html`<p class="loading">Loading…</p>` : nothing;
  const id = subject();
  return html`
    ${warnings(status)}
    ${status.Running ? nothing : html`<p class="idle">Nothing is running.${id ? ' The newest event:' : ''}</p>`}
    ${id ? eventView(id) : html`<h1 class="hidden">Now</h1>${noEvent(status)}`}
    <div class="beside">
      ${queue(status.Queue)}
      ${before(id)}
    </div>`;
}

/** Whether an answer is on its way; else it is said above why there is none. */
const asked = () => !isPast();

/** Only what is known: an answer that has not come, or was refused, is not that there is nothing. */
function noEvent(status) {
  if (!model.recent) return unknown();
  if (status.Queue.Waiting)
    return empty(`No event has begun yet; ${count(status.Queue.Waiting, 'event waits', 'events wait')}.`);
  return noEventYet('There has been no event yet.');
}

const unknown = () =>
  model.errors.has('recent') ? failure(model.errors.get('recent')) : html`<p class="loading">Loading…</p>`;

function warnings(status) {
  const said = [];
  if (!status.Leader) said.push('Nobody leads: events wait until an agent does.');
  if (!status.Agents.length) said.push('No agent is alive.');
  for (const found of status.Original ?? []) said.push(`The original: ${found}.`);
  for (const held of status.Held ?? []) said.push(sentence(held));
  for (const one of status.Newer ?? []) said.push(`${leftAlone(one)}.`);
  if (status.Quarantined)
    said.push(
      `${count(
        status.Quarantined,
        'unreadable record was',
        'unreadable records were',
      )} set aside: metronome quarantine`,
    );
  return said.map((text) => html`<div class="notice warn" role="alert"><p>${text}</p></div>`);
}

function sentence(held) {
  const what = held.Name ? `Event ${held.Name} ${held.Item}` : `Item ${held.Key}`;
  const file = held.File ? ` (${held.File})` : '';
  return `${what} is held since ${when(held.Since)}: the route ${held.Route} of ${held.Node}${file} fails: ${
    held.Why
  }. Mend the routes there and start the agent anew.`;
}

function before(id) {
  const events = (model.recent?.Events ?? [])
    .filter((event) => event.ID !== id && event.Status !== 'queued')
    .slice(0, 8);
  return html`
    <section class="list" aria-label="Recent events">
      <h2>Before <a class="more" href="#/events">all events</a></h2>
      ${
        events.length
          ? html`<ol>${events.map(
              (event) => html`
        <li><span>${badge(event)}</span><span>${eventLink(event)} ${shortId(event.ID)}</span><span
          class="muted late">${ago(event.FinishedAt ?? event.StartedAt)}</span>${given(event)}</li>`,
            )}</ol>`
          : model.recent
            ? html`<p class="muted">None.</p>`
            : unknown()
      }
    </section>`;
}
