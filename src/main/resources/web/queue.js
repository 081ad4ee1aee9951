// The events that wait, in their order, and when each is expected to begin.
import { html, nothing } from './lib/lit-html.js';
import { count, legible, millis, now } from './format.js';
import { action, beginning, eventLink, given, shortId, time } from './parts.js';
import * as actions from './actions.js';
import { laneOf, sameLane } from './lanes.js';
import { expectedStart } from './expected.js';

const LISTED = 8;

export function queue({ Waiting: waiting, Events: events, Blocked: blocked = [] }) {
  const listed = events.slice(0, LISTED);
  return html`
    <section class="list queue" aria-label="Event queue">
      <h2>Waiting <span class="muted">${waiting ? count(waiting, 'event') : ''}</span></h2>
      ${waiting ? html`<ol>${rows(listed, events, blocked)}</ol>` : html`<p class="muted">The queue is empty.</p>`}
      ${
        waiting > listed.length
          ? html`<p class="muted"><a href="#/events?status=queued">${
              listed.length ? `and ${(waiting - listed.length).toLocaleString()} more` : 'all that wait'
            }</a></p>`
          : nothing
      }
    </section>`;
}

/** Of events that wait for each other, so that their places count from one on. */
function rows(listed, all, blocked) {
  const ids = all.map((event) => event.ID);
  return listed.map((event) => row(event, sameLane(event, all).indexOf(event) + 1, ids, blocked));
}

/** @param place in its lane */
const row = (event, place, ids, blocked) => html`
  <li><span>${laneOf(event) ? html`<span class="tag" title="Lane">${laneOf(event)}</span> ` : nothing}<span
    class="muted late">${place}.</span> ${eventLink(event)} ${shortId(event.ID, ids)}</span><span
    class="muted">${event.By ?? event.Source}</span><span class="muted late">${time(event.AcceptedAt)}</span>
    ${action(
      'quiet',
      'Cancel…',
      () => actions.cancel(event),
      `Cancel ${event.Name} ${beginning(event.ID, ids)}`,
    )}${given(event)}${whyNot(event.ID, blocked) ?? expected(event.ID)}</li>`;

/** Why an event may not begin, though it would be its turn. */
function whyNot(id, blocked) {
  const found = blocked.find(({ EventID }) => EventID === id);
  return (
    found &&
    html`<span class="barred">may not begin: ${legible(found.Why)}${
      found.Until ? html`, until ${time(found.Until)}` : nothing
    }</span>`
  );
}

function expected(id) {
  const begins = expectedStart(id);
  if (!begins) return nothing;
  return html`<span class="barred">expected to begin ${
    millis(begins) > now() ? html`about ${time(begins)}` : 'at any moment'
  }</span>`;
}
