// What runs now, or ran last; what waits; what came before.
import { html, nothing } from '../lib/lit-html.js';
import { ago, count, leftAlone, when } from '../format.js';
import { badge, empty, eventLink, failure, shortId, time } from '../parts.js';
import * as actions from '../actions.js';
import { model } from '../model.js';
import { eventView } from './event.js';

/** The event that this page is about: the one in progress, else the newest. */
export const subject = () =>
  model.status?.Running?.ID ?? model.recent?.Events.find((event) => event.Status !== 'queued')?.ID;

export function nowPage() {
  const { status } = model;
  if (!status)
    return model.errors.has('status') ? failure(model.errors.get('status')) : html`<p class="loading">Loading…</p>`;
  const id = subject();
  return html`
    ${warnings(status)}
    ${status.Running ? nothing : html`<p class="idle">Nothing is running.${id ? ' The newest event:' : ''}</p>`}
    ${id ? eventView(id) : empty('There has been no event yet.')}
    <div class="beside">
      ${queue(status.Queue)}
      ${before(id)}
    </div>`;
}

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

function queue({ Waiting: waiting, Events: events }) {
  return html`
    <section class="list" aria-label="Event queue">
      <h2>Waiting <span class="muted">${waiting ? count(waiting, 'event') : ''}</span></h2>
      ${
        waiting
          ? html`<ol>${events.slice(0, 8).map(
              (event) => html`
        <li><span>${eventLink(event)}</span><span class="muted">${event.By ?? event.Source}</span><span
          class="muted late">${time(event.AcceptedAt)}</span>
          <button class="quiet" aria-label="Cancel ${event.Name}"
            @click=${() => actions.cancel(event)}>Cancel…</button></li>`,
            )}</ol>
        ${
          waiting > Math.min(8, events.length)
            ? html`<p class="muted"><a href="#/events?status=queued">and ${count(
                waiting - Math.min(8, events.length),
                'more',
                'more',
              )}</a></p>`
            : nothing
        }`
          : html`<p class="muted">The queue is empty.</p>`
      }
    </section>`;
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
          class="muted late">${ago(event.FinishedAt ?? event.StartedAt)}</span></li>`,
            )}</ol>`
          : html`<p class="muted">None.</p>`
      }
    </section>`;
}
