// The lanes in which events are in progress side by side.
import { html, nothing } from './lib/lit-html.js';
import { model, running } from './model.js';

/** Of all events that name none. */
const COMMON = 'common';

/** Those of the leader's task files; none if there is but the common one. */
export const lanes = () => model.status?.Lanes ?? [];

/** For which an event waits. */
const waitsFor = (event) => model.status.Queue.Lanes?.[event.Name] ?? COMMON;

/** In which an event is or was, or for which it waits; undefined if there is nothing to tell apart. */
export function laneOf(event) {
  if (event.Lane || !lanes().length) return event.Lane;
  if (event.Status === 'queued') return waitsFor(event);
  return event.Status === 'inprogress' ? COMMON : undefined;
}

/** Those that wait for the same lane as this one, in their order. */
export const sameLane = (event, waiting) => waiting.filter((other) => waitsFor(other) === waitsFor(event));

/** How full each lane is; nothing if there is but the common one. */
export const fullness = () =>
  lanes().length
    ? html`<ul class="lanes" aria-label="Lanes">${lanes().map(
        (lane) => html`<li><strong>${lane.Name}</strong>: ${standing(lane)}</li>`,
      )}</ul>`
    : nothing;

function standing({ Name: name, Limit: limit }) {
  const { Queue: queue, Frozen: frozen = [] } = model.status;
  const busy = running().filter((event) => event.Lane === name).length;
  const waiting = queue.Events.filter((event) => waitsFor(event) === name).length;
  const least = queue.Waiting > queue.Events.length ? 'at least ' : '';
  return [
    `${busy} of ${limit} in progress`,
    ...(waiting ? [`${least}${waiting} waiting`] : []),
    ...(frozen.some((freeze) => freeze.Lane === name) ? ['frozen'] : []),
  ].join(', ');
}
