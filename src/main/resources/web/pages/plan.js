// What an event would do, before it does it.
import { html, nothing } from '../lib/lit-html.js';
import { action, empty, failure } from '../parts.js';
import * as actions from '../actions.js';
import * as api from '../api.js';
import { learn, model, refuse } from '../model.js';
import { definedEvents, knownNames, loadPatterns } from '../patterns.js';
import { go, route } from '../route.js';
import { planView } from '../planned.js';
import { list, noneDefined } from '../teaching.js';

let busy = false;

export async function load() {
  const name = route().argument;
  if (!definedEvents().length) loadPatterns();
  if (!name || busy) return;
  busy = true;
  try {
    learn('plan', { name, plan: await api.plan(name) });
  } catch (e) {
    refuse('plan', e);
    model.plan = undefined;
  } finally {
    busy = false;
  }
}

export function planPage() {
  const name = route().argument;
  return html`
    <h1>Plan${name ? html` of ${name}` : nothing}</h1>
    <form class="filters" @submit=${choose}>
      <label class="grow"><span class="hidden">Event</span><input
        name="event" list="names" placeholder="Name of an event" autocomplete="off"
        data-filter .value=${name} required></label>
      <button>Show</button>
      ${name && model.plan?.name === name ? action('primary', `Fire ${name}…`, () => actions.fire(name)) : nothing}
      <datalist id="names">${knownNames().map((known) => html`<option value=${known}></option>`)}</datalist>
    </form>
    ${
      !name
        ? choices()
        : model.errors.has('plan')
          ? failure(model.errors.get('plan'))
          : model.plan?.name === name
            ? planView(model.plan.plan)
            : html`<p class="loading">Loading…</p>`
    }`;
}

function choices() {
  if (!definedEvents().length)
    return empty(
      'Which tasks an event would run, in which order, and on which nodes now. Nothing is run.',
      noneDefined(),
    );
  return list();
}

function choose(e) {
  e.preventDefault();
  const name = new FormData(e.target).get('event').trim();
  if (name) go(`#/plan/${encodeURIComponent(name)}`);
}
