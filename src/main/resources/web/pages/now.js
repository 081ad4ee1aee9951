// What runs now, or ran last; what waits; what came before.
import { html, nothing } from '../lib/lit-html.js';
import { repeat } from '../lib/directives/repeat.js';
import { ago, count, leftAlone, when } from '../format.js';
import { badge, empty, eventLink, failure, given, shortId } from '../parts.js';
import { inProgress, isPast, model, running } from '../model.js';
import { fullness } from '../lanes.js';
import { queue } from '../queue.js';
import { failed, together } from '../telling.js';
import { noEventYet } from '../teaching.js';
import { eventView } from './event.js';

/** More events in progress than this are only named. */
const MOST = 8;

/** IDs of the events that this page shows in full: those in progress, else the newest. */
export function subjects() {
  const ids = running()
    .slice(0, MOST)
    .map((event) => event.ID);
  if (ids.length) return ids;
  const newest = model.recent?.Events.find((event) => event.Status !== 'queued');
  return newest ? [newest.ID] : [];
}

export function nowPage() {
  const { status } = model;
  if (!status) return asked() ? html`<p class="loading">Loading…</p>` : nothing;
  const ids = subjects();
  return html`
    ${warnings(status)}
    ${headline(ids)}
    ${fullness()}
    ${ids.length ? repeat(ids, (id) => id, eventView) : html`<h1 class="hidden">Now</h1>${noEvent(status)}`}
    ${others(running().slice(MOST))}
    <div class="beside">
      ${queue(status.Queue)}
      ${before(ids)}
    </div>`;
}

/** What the event says itself, if there is but one in progress, is not said twice. */
function headline(ids) {
  const all = running();
  if (all.length > 1)
    return html`<p><strong class="word ${all.some(failed) ? 'error' : 'inprogress'}">${together(all)}</strong></p>`;
  return all.length ? nothing : html`<p class="idle">Nothing is running.${ids.length ? ' The newest event:' : ''}</p>`;
}

const others = (events) =>
  events.length
    ? html`<p>Also in progress:${events.map((event) => html` ${eventLink(event)} ${shortId(event.ID)}`)}</p>`
    : nothing;

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

function before(ids) {
  const events = (model.recent?.Events ?? [])
    .filter((event) => !ids.includes(event.ID) && !inProgress(event.ID) && event.Status !== 'queued')
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
