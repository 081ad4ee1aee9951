// One event by its ID, and the way to those of the same name before and after it.
import { html, nothing } from '../lib/lit-html.js';
import * as api from '../api.js';
import { copying, failure, time } from '../parts.js';
import { readEvent } from '../live.js';
import { learn, model } from '../model.js';
import { goBack, route } from '../route.js';
import { eventView } from './event.js';

/** As many of the same name are looked through. */
const MOST = 200;

export function load() {
  const id = route().argument;
  readEvent(id);
  readNeighbours(id);
}

let asked;

async function readNeighbours(id) {
  const name = model.events.get(id)?.Name;
  asked = name && id;
  if (!name) return;
  try {
    const { Events: events } = await api.events({ name, limit: MOST });
    const at = events.findIndex((event) => event.ID === id);
    learn('neighbours', { id, next: events[at - 1], previous: at < 0 ? undefined : events[at + 1] });
  } catch {
    // the page says itself that nothing can be asked
  }
}

export function eventPage() {
  const id = route().argument;
  const event = model.events.get(id);
  if (event) {
    if (asked !== id) readNeighbours(id);
    return html`${ways(event)}${eventView(id)}`;
  }
  if (model.errors.has(id)) {
    const error = model.errors.get(id);
    return html`<h1>Event ${id}</h1>${failure(
      error.status === 404 ? new Error('There is no such event; its results may have been removed.') : error,
    )}
      <p><a href="#/events">All events</a></p>`;
  }
  return html`<p class="loading">Loading…</p>`;
}

function ways(event) {
  const { id, previous, next } = model.neighbours ?? {};
  const known = id === event.ID;
  return html`<nav class="ways" aria-label="Around this event">
    <a href="#/events" @click=${goBack}>← Back</a>
    <span>${known && previous ? way('Previous', previous) : nothing}</span>
    <span>${known && next ? way('Next', next) : nothing}</span>
    <span class="copies">${copying('Copy ID', () => event.ID)}${copying('Copy link', () => linkTo(event))}</span>
  </nav>`;
}

const way = (label, event) =>
  html`<a href="#/events/${encodeURIComponent(event.ID)}">${label} ${event.Name}</a> <span class="muted">${time(
    event.StartedAt ?? event.AcceptedAt,
  )}</span>`;

const linkTo = (event) => `${location.href.split('#')[0]}#/events/${encodeURIComponent(event.ID)}`;
