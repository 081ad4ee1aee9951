// What an operator can do: fire, cancel, retry. Each shows first what would come of it.
import { html, nothing } from './lib/lit-html.js';
import * as api from './api.js';
import { ask } from './dialog.js';
import { given, shortId } from './parts.js';
import { inProgress, learnEvent } from './model.js';

export { fire, fireAgain } from './fire.js';
export { retry } from './retry.js';

export function cancel(event) {
  let reason = '';
  const running = event.Status === 'inprogress';
  const atTheEnd = event.Tasks?.some((task) => task.Part === 'finally');
  ask({
    title: `Cancel ${event.Name}?`,
    view: () => html`
      <p>${
        running
          ? 'Scripts that run are ended, with a grace period. Tasks whose turn has not come are dropped. ' +
            `Nothing is undone.${atTheEnd ? ' What is in finally runs.' : ''}`
          : 'It is taken out of the event queue before it has begun.'
      }</p>
      <p class="muted">Event ${shortId(event.ID)}${
        running ? html`, in task ${inProgress(event.ID)?.Task.Name ?? ''}` : nothing
      }</p>
      ${given(event)}
      <label class="field"><span>Reason, for those who look later</span><input name="reason" maxlength="500" @input=${(
        e,
      ) => {
        reason = e.target.value;
      }}></label>`,
    confirm: {
      kind: 'danger sure',
      byEnter: false,
      label: () => `Cancel ${event.Name}`,
      ready: () => true,
      act: () =>
        api.cancel(event.ID, reason ? { Reason: reason } : {}).then(() => api.event(event.ID).then(learnEvent)),
    },
  });
}

const KEYS = [
  ['Tab', 'to the next button, node or link'],
  ['← ↑ ↓ →', 'among the nodes of a task'],
  ['Enter', 'shows the log of a node'],
  ['f', 'to the next node that has failed'],
  ['/', 'to the filter of a page, or the search of a log'],
  ['Esc', 'closes the log, or a dialog'],
  ['?', 'this'],
];

export function keys() {
  ask({
    title: 'Keys',
    view: () =>
      html`<dl class="keys">${KEYS.map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`)}</dl>`,
  });
}
