// When events begin: what is frozen, what the calendar fires, and in which windows they may.
import { html, nothing } from '../lib/lit-html.js';
import { legible, when } from '../format.js';
import { action, badge, failure, shape, time } from '../parts.js';
import * as api from '../api.js';
import { learn, model, refuse } from '../model.js';
import * as traffic from '../traffic.js';

/** Between two looks; a tick comes once a minute at most. */
const PAUSE = 15_000;

let asked = -PAUSE;

export const load = () => performance.now() - asked < PAUSE || read();

async function read() {
  asked = performance.now();
  try {
    const [{ Schedules: schedules }, { Windows: windows }] = await Promise.all([api.schedules(), api.windows()]);
    learn('traffic', { schedules, windows });
  } catch (e) {
    refuse('traffic', e);
  }
}

export function schedulesPage() {
  const known = model.traffic;
  const wrong = model.errors.get('traffic');
  return html`
    <div class="event-title"><h1>When events begin</h1>
      <span class="actions">${action('danger', 'Freeze…', () => traffic.freeze(read))}</span></div>
    ${wrong ? failure(wrong) : nothing}
    ${
      known
        ? html`<h2>By the calendar</h2>${known.schedules.length ? calendar(known.schedules) : noCron}
          <h2>In windows</h2>${known.windows.length ? windowsTable(known.windows) : noWindow}`
        : wrong
          ? nothing
          : html`<p class="loading">Loading…</p>`
    }`;
}

const noCron = html`<p class="muted">No event of this agent's task files has a <code>cron</code>, as in
  <code>backup: {task: dump, cron: "0 3 * * *"}</code>.</p>`;

const noWindow = html`<p class="muted">No event of this agent's task files names a <code>window</code>: each may begin
  at any time.</p>`;

const toPlan = (event) => html`<a class="event-link" href="#/plan/${encodeURIComponent(event)}">${event}</a>`;

const calendar = (schedules) => html`
  <table class="table schedules">
    <thead><tr><th>Event</th><th>Cron</th><th>Last tick</th><th>Next ticks</th><th><span
      class="hidden">What can be done</span></th></tr></thead>
    <tbody>${schedules.map(schedule)}</tbody>
  </table>`;

const schedule = (one) => html`
  <tr class=${one.Paused || one.Unknown ? 'odd' : ''}>
    <td class="strong">${toPlan(one.Name)}</td>
    <td class="cron">${one.At ? html`<code>${one.At}</code> <span class="muted">${one.Zone}</span>` : nothing}</td>
    <td>${lastTick(one)}</td>
    <td>${nextTicks(one)}</td>
    <td class="number">${
      one.Paused
        ? action('', 'Resume…', () => traffic.resume(one.Name, read), `Resume ${one.Name}`)
        : action('quiet', 'Pause…', () => traffic.pause(one.Name, read), `Pause ${one.Name}`)
    }</td>
  </tr>`;

function lastTick({ Fired: fired, Event: id, Status: status, Unknown: unknown }) {
  if (!fired) return html`<span class="muted">${unknown ? 'unknown' : 'none yet'}</span>`;
  return html`${status ? badge({ Status: status }) : nothing}${
    status
      ? html`<a href="#/events/${encodeURIComponent(id)}">${time(fired)}</a>`
      : html`${time(fired)} <span class="muted">(its result was removed)</span>`
  }`;
}

function nextTicks({ Next: next, Paused: paused, Unknown: unknown }) {
  if (paused)
    return html`<span class="badge timeout">${shape('dropped')}<span>paused</span></span>by ${legible(
      paused.By,
    )}, ${time(paused.At)}${paused.Reason ? html`: ${legible(paused.Reason)}` : nothing}`;
  if (unknown) return html`<span class="bad">${legible(unknown)}</span>`;
  const [first, ...later] = next;
  if (!first) return html`<span class="muted">none</span>`;
  return html`<strong>${time(first)}</strong>${
    later.length
      ? html`<details><summary>then</summary><ul>${later.map((at) => html`<li>${time(at)}</li>`)}</ul></details>`
      : nothing
  }`;
}

const windowsTable = (windows) => html`
  <table class="table windows">
    <thead><tr><th>Event</th><th>Now</th><th>Windows</th></tr></thead>
    <tbody>${windows.map(
      (one) => html`
      <tr class=${one.Open ? '' : 'odd'}>
        <td class="strong">${toPlan(one.Event)}</td>
        <td>${standing(one)}</td>
        <td><ul>${one.Windows.map(oneWindow)}</ul></td>
      </tr>`,
    )}</tbody>
  </table>`;

const standing = ({ Open: open, Opens: opens, Closes: closes, Why: why }) =>
  open
    ? html`<span class="badge success">${shape('success')}<span>open</span></span>${
        closes ? html`until ${time(closes)}` : nothing
      }`
    : html`<span class="badge timeout">${shape('waiting')}<span>closed</span></span>${
        opens ? html`opens ${time(opens)}` : 'never opens again'
      } <span class="muted">(${legible(why)})</span>`;

const oneWindow = ({ Name: name, Deny: deny, Times: times, From: from, To: to }) => html`
  <li><strong>${name}</strong> ${deny ? html`<span class="tag">denies</span> ` : nothing}${times}<span class="muted">${
    from ? html`: ${when(from)} to ${when(to)}` : ': over'
  }</span></li>`;
