// Small pieces of markup that several views share.
import { html, nothing } from './lib/lit-html.js';
import { ago, count, legible, reason, utc, when, word } from './format.js';
import { hindrance } from './model.js';

/** A button that changes the cluster: off, and says why, while that cannot be. */
export function action(kind, label, act, name, needed = 'write') {
  const why = hindrance(needed);
  return html`<button type="button" class=${kind} ?disabled=${why !== undefined} title=${why ? `Off: ${why}` : nothing}
    aria-label=${name ?? nothing} @click=${act}>${label}</button>`;
}

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

const SHORT = 8;

/** An ID's beginning, which is enough for every command; as much of it as tells it from these others. */
export function beginning(id, others = []) {
  const rest = others.filter((other) => other !== id);
  let length = SHORT;
  while (length < id.length && rest.some((other) => other.startsWith(id.slice(0, length)))) length++;
  return id.slice(0, length);
}

export const shortId = (id, others) => html`<code class="id" title=${id}>${beginning(id, others)}</code>`;

/** What an event came with, and which nodes it is limited to; secrets are masked where it is recorded. */
export function given(event) {
  const all = Object.entries(event.Params ?? {});
  if (!all.length && !event.Limit) return nothing;
  return html`<p class="given">${
    all.length ? html`with ${all.map(([name, value]) => html` <code>${name}=${legible(value)}</code>`)}` : nothing
  } ${limited(event)}</p>`;
}

/** An event's limit in words, or a plan's. */
export const limited = ({ Limit: limit }) =>
  !limit
    ? nothing
    : /^\d+$/.test(limit)
      ? html`<span class="limit">limited to ${count(Number(limit), 'node')} of each task</span>`
      : html`<span class="limit">limited to ${legible(limit.split(',').join(', '))}</span>`;

export const eventLink = (event) =>
  html`<a class="event-link" href=${`#/events/${encodeURIComponent(event.ID)}`}>${event.Name}</a>`;

/** A button that copies a text, and says so. */
export const copying = (label, text) =>
  html`<button type="button" class="quiet copy" @click=${async (e) => {
    const button = e.currentTarget;
    button.dataset.done = (await copied(text())) ? 'copied' : 'cannot be copied here';
  }}>${label}</button>`;

/** Whether the clipboard has it; over plain HTTP, from another machine, only a selection can be copied. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    return done;
  }
}

/** What is shown where there is nothing to show. */
export const empty = (title, more = nothing) => html`<div class="empty"><p>${title}</p>${more}</div>`;

export const failure = (error) =>
  html`<div class="notice error" role="alert">${shape('error')}<p>${error.message}</p></div>`;
