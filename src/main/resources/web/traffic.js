// What keeps events from beginning, and has them fired: freeze, thaw, pause, resume. Each asks first.
import { html, nothing } from './lib/lit-html.js';
import * as api from './api.js';
import { ask } from './dialog.js';
import { legible, zone } from './format.js';
import { model } from './model.js';
import { knownNames, loadPatterns } from './patterns.js';
import { time } from './parts.js';

const reasonField = (take, required) => html`
  <label class="field"><span>Reason, ${
    required ? 'for those whose events wait (required)' : 'for those who look later'
  }</span><input
    name="reason" maxlength="500" ?required=${required} @input=${(e) => take(e.target.value.trim())}></label>`;

const laneField = (lanes, { event, lane }, take) => html`
  <label class="field"><span>Lane</span><select name="lane" @change=${(e) => take(e.target.value)}>
    <option value="">all lanes</option>${lanes.map(
      ({ Name: name }) => html`<option value=${name} ?selected=${name === lane}>${name}</option>`,
    )}</select>${event && lane ? html`<small class="objection">Not both.</small>` : nothing}</label>`;

/** @param then is run once it is done */
export function freeze(then) {
  const wish = { event: '', lane: '', reason: '', until: '' };
  const over = () => wish.until !== '' && !(Date.parse(wish.until) > Date.now());
  const dialog = ask({
    title: 'Freeze',
    view: (again) => {
      const change = (key) => (value) => {
        wish[key] = value;
        again();
      };
      return html`
        <p>From now on nothing begins: no event, task or batch. What runs on a node runs on. An event in progress stays
          where it is until it is thawed, and what is fired meanwhile waits.</p>
        <label class="field"><span>Event</span><input name="event" list="freeze-names" autocomplete="off"
          spellcheck="false" placeholder="all events" @input=${(e) => change('event')(e.target.value.trim())}></label>
        <datalist id="freeze-names">${knownNames().map((known) => html`<option value=${known}></option>`)}</datalist>
        ${model.status?.Lanes ? laneField(model.status.Lanes, wish, change('lane')) : nothing}
        ${reasonField(change('reason'), true)}
        <label class="field"><span>Until (${zone()})</span><input name="until" type="datetime-local"
          aria-invalid=${over() ? 'true' : nothing} aria-describedby="freeze-until"
          @input=${(e) => change('until')(e.target.value)}><small class="muted" id="freeze-until">${
            over() ? html`<span class="objection">That is over already.</span>` : 'Empty: until it is thawed.'
          }</small></label>`;
    },
    confirm: {
      kind: 'danger sure',
      byEnter: false,
      label: () => `Freeze ${wish.event || wish.lane || 'all events'}`,
      ready: () => wish.reason !== '' && !over() && !(wish.event && wish.lane),
      act: () =>
        api
          .freeze({
            Event: wish.event || undefined,
            Lane: wish.lane || undefined,
            Reason: wish.reason,
            Until: wish.until ? new Date(wish.until).toISOString() : undefined,
          })
          .then(then),
    },
  });
  loadPatterns().then(dialog.again);
}

export function thaw({ Event: event, Lane: lane, By: by, At: at, Reason: reason }) {
  const what = legible(event ?? lane ?? 'all events');
  ask({
    title: `Thaw ${what}?`,
    view: () => html`<p>Frozen by ${legible(by)}, ${time(at)}: ${legible(reason)}</p>
      <p>What waits for it begins at once.</p>`,
    confirm: {
      kind: 'primary',
      label: () => `Thaw ${what}`,
      ready: () => true,
      act: () => api.thaw({ event, lane }),
    },
  });
}

/** @param then is run once it is done */
export function pause(name, then) {
  let reason = '';
  ask({
    title: `Pause ${name}?`,
    view: () => html`<p>Its <code>cron</code> fires it no more, until it is resumed. What would have been fired
      meanwhile is not made up for. An event of it that waits or runs goes on.</p>
      ${reasonField((text) => {
        reason = text;
      }, false)}`,
    confirm: {
      kind: 'primary',
      label: () => `Pause ${name}`,
      ready: () => true,
      act: () => api.pause(name, reason ? { Reason: reason } : {}).then(then),
    },
  });
}

/** @param then is run once it is done */
export function resume(name, then) {
  ask({
    title: `Resume ${name}?`,
    view: () => html`<p>Its <code>cron</code> fires it again, from its next tick on.</p>`,
    confirm: {
      kind: 'primary',
      label: () => `Resume ${name}`,
      ready: () => true,
      act: () => api.resume(name).then(then),
    },
  });
}
