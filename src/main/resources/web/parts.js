// Small pieces of markup that several views share.
import { html, nothing } from './lib/lit-html.js';
import { ago, reason, utc, when, word } from './format.js';

/** The shape of a state; its word must stand beside it, or in a label. */
export const shape = (state, size = '') =>
  html`<svg class="shape ${state} ${size}" aria-hidden="true" viewBox="0 0 16 16"><use href="#s-${state}"></use></svg>`;

/** Shape and word, and why. */
export function badge(thing) {
  const why = thing.Cancelled && thing.Status === 'inprogress' ? 'being cancelled' : reason(thing);
  return html`<span class="badge ${thing.Status}">${shape(thing.Status)}<span>${word(thing.Status)}${
    why ? html`<span class="why">, ${why}</span>` : nothing
  }</span></span>`;
}

export const time = (at) =>
  at ? html`<time datetime=${at} title=${`${utc(at)}, ${ago(at)}`}>${when(at)}</time>` : nothing;

/** An ID's beginning, which is enough for every command. */
export const shortId = (id) => html`<code class="id" title=${id}>${id.slice(0, 8)}</code>`;

export const eventLink = (event) =>
  html`<a class="event-link" href=${`#/events/${encodeURIComponent(event.ID)}`}>${event.Name}</a>`;

/** What is shown where there is nothing to show. */
export const empty = (title, more = nothing) => html`<div class="empty"><p>${title}</p>${more}</div>`;

export const failure = (error) =>
  html`<div class="notice error" role="alert">${shape('error')}<p>${error.message}</p></div>`;
