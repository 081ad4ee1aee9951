// One event by its ID.
import { html } from '../lib/lit-html.js';
import { failure } from '../parts.js';
import { model } from '../model.js';
import { route } from '../route.js';
import { eventView } from './event.js';

export function eventPage() {
  const id = route().argument;
  if (model.events.has(id)) return eventView(id);
  if (model.errors.has(id)) {
    const error = model.errors.get(id);
    return html`<h1>Event ${id}</h1>${failure(
      error.status === 404 ? new Error('There is no such event; its results may have been removed.') : error,
    )}
      <p><a href="#/events">All events</a></p>`;
  }
  return html`<p class="loading">Loading…</p>`;
}
