// History, with filters that stand in the address.
import { html, nothing } from '../lib/lit-html.js';
import { repeat } from '../lib/directives/repeat.js';
import { leftAlone, legible, now, took } from '../format.js';
import { badge, empty, eventLink, failure, given, shortId, time } from '../parts.js';
import * as api from '../api.js';
import { model, learn, refuse } from '../model.js';
import { noEventYet } from '../teaching.js';
import { knownNames } from '../patterns.js';
import { replace, route, withQuery } from '../route.js';

const STATES = [
  ['', 'All'],
  ['error,timeout', 'Failed'],
  ['success', 'Success'],
  ['skip', 'Skipped'],
  ['inprogress', 'In progress'],
  ['queued', 'Queued'],
];
const SINCE = [
  ['', 'any time'],
  ['1', 'the last hour'],
  ['24', 'the last day'],
  ['168', 'the last week'],
];
const PAGE = 50;
const MOST = 1000;

/** `k=v` as it is typed, several with blanks between them. */
const paramsOf = (text) =>
  Object.fromEntries(
    (text ?? '')
      .split(/\s+/)
      .map((pair) => pair.match(/^([^=]+)=(.*)$/)?.slice(1))
      .filter(Boolean),
  );

let busy = false;
let again = false;

/** Hours ago as a time. */
const since = (hours) => (Number(hours) > 0 ? new Date(now() - Number(hours) * 3_600_000).toISOString() : '');

/** Reads what the address asks for; at most one request at a time. */
export async function load() {
  const { query } = route();
  const wish = {
    status: query.get('status') ?? '',
    since: since(query.get('since')),
    name: query.get('name') ?? '',
    by: query.get('by') ?? '',
    params: paramsOf(query.get('param')),
    limit: Math.min(MOST, Number(query.get('limit')) || PAGE),
  };
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    learn('history', await api.events(wish));
  } catch (e) {
    refuse('history', e);
  } finally {
    busy = false;
  }
  if (again) {
    again = false;
    load();
  }
}

export function eventsPage() {
  const { query } = route();
  const text = (query.get('q') ?? '').toLowerCase();
  const page = model.history;
  return html`
    <h1>Events</h1>
    <div class="filters">
      <div class="segments" role="group" aria-label="Status">
        ${STATES.map(
          ([value, label]) =>
            html`<a href=${withQuery({ status: value, limit: undefined })} aria-current=${
              (query.get('status') ?? '') === value ? 'true' : 'false'
            }>${label}</a>`,
        )}
      </div>
      <label>Since <select @change=${(e) => replace(withQuery({ since: e.target.value, limit: undefined }))}>
        ${SINCE.map(
          ([value, label]) =>
            html`<option value=${value} ?selected=${(query.get('since') ?? '') === value}>${label}</option>`,
        )}</select></label>
      ${asked(query, 'name', 'Name', '', 'event-names')}
      <datalist id="event-names">${knownNames().map((known) => html`<option value=${known}></option>`)}</datalist>
      ${asked(query, 'by', 'By')}${asked(query, 'param', 'Parameter', 'version=1.4')}
      <label class="grow"><span class="hidden">Filter</span><input
        type="search" placeholder="ID, message" title="Among those shown"
        data-filter .value=${query.get('q') ?? ''}
        @input=${(e) => replace(withQuery({ q: e.target.value }))}></label>
    </div>
    ${model.errors.has('history') ? failure(model.errors.get('history')) : nothing}
    ${page ? table(page, text) : html`<p class="loading">Loading…</p>`}`;
}

/** What the agent is asked for, of all events that there are. */
const asked = (query, name, label, placeholder = '', list = undefined) => html`
  <label>${label} <input class="asked" name=${name} autocomplete="off" spellcheck="false" placeholder=${placeholder}
    list=${list ?? nothing} .value=${query.get(name) ?? ''}
    @change=${(e) => replace(withQuery({ [name]: e.target.value.trim(), limit: undefined }))}></label>`;

/** Parameters as they are typed. */
const pairs = (params) =>
  Object.entries(params ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

const haystack = (event) =>
  [event.Name, event.ID, event.By, event.Source, event.Message, event.Reason, event.LeftOut, pairs(event.Params)]
    .join(' ')
    .toLowerCase();

function table(page, text) {
  const events = text ? page.Events.filter((event) => haystack(event).includes(text)) : page.Events;
  const newer = page.Newer.filter((record) => record.Key.toLowerCase().includes(text));
  if (!events.length && !newer.length)
    return page.Total ? empty('No event is like that.') : noEventYet('There has been no event yet.');
  return html`
    <table class="table events">
      <thead><tr><th>Status</th><th>Event</th><th>Started</th><th class="number">Took</th><th>By</th></tr></thead>
      <tbody>${newer.map(newerRow)}${repeat(events, (event) => event.ID, row)}</tbody>
    </table>
    <p class="muted foot">${events.length.toLocaleString()} of ${page.Matching.toLocaleString()} shown.
      ${
        page.Matching > page.Events.length && page.Events.length < MOST
          ? html`<a href=${withQuery({ limit: Math.min(MOST, page.Events.length * 2) })}>Show more</a>`
          : nothing
      }
      ${page.Matching > MOST ? html`Older ones: <code>metronome events --limit ${page.Matching}</code>` : nothing}</p>`;
}

/** Nobody can tell here what it is, or how it stands, so it is shown whatever status is asked for. */
const newerRow = (record) => html`
  <tr class="newer">
    <td class="muted">newer</td>
    <td colspan="4">${legible(leftAlone(record))}</td>
  </tr>`;

const row = (event) => html`
  <tr>
    <td>${badge(event)}</td>
    <td class="strong">${eventLink(event)} ${shortId(event.ID)}${
      event.RetryOf ? html` <span class="tag">retry</span>` : nothing
    }
      ${given(event)}
      ${event.Message ? html`<p class="event-message muted">${legible(event.Message)}</p>` : nothing}
      ${event.LeftOut ? html`<p class="event-message muted">${legible(event.LeftOut)}</p>` : nothing}</td>
    <td>${time(event.StartedAt ?? event.AcceptedAt)}</td>
    <td class="number">${took(event)}</td>
    <td class="by">${event.By ?? event.Source}</td>
  </tr>`;
