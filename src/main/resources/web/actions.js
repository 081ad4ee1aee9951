// What an operator can do: fire, cancel, retry. Each shows first what would come of it.
import { html, nothing } from './lib/lit-html.js';
import * as api from './api.js';
import { ask } from './dialog.js';
import { legible, taskName } from './format.js';
import { failure, given, shortId } from './parts.js';
import { learnEvent, model } from './model.js';
import { declared, knownNames, loadPatterns } from './patterns.js';
import { planView } from './planned.js';
import { go } from './route.js';

const PAUSE = 350;

/** The plan of an event as it is being described; asked for again once typing has paused. */
class Preview {
  plan = undefined;
  error = undefined;
  #timer;
  #turn = 0;

  constructor(again) {
    this.again = again;
  }

  of(name, params, wait = PAUSE) {
    this.ask(name ? () => api.plan(name, params) : undefined, wait);
  }

  /** @param question gets the plan; undefined while there is nothing to ask */
  ask(question, wait) {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    this.plan = undefined;
    this.error = undefined;
    if (!question) return;
    this.#timer = setTimeout(async () => {
      try {
        const plan = await question();
        if (turn === this.#turn) this.plan = plan;
      } catch (e) {
        if (turn === this.#turn) this.error = e;
      }
      this.again();
    }, wait);
  }

  view(options) {
    if (this.error) return failure(this.error);
    return this.plan ? html`<div class="preview">${planView(this.plan, { brief: true, ...options })}</div>` : nothing;
  }
}

export function fire(name = '') {
  const wish = { name, given: {}, pairs: [] };
  const own = () => Object.entries(declared(wish.name) ?? {});
  const params = () =>
    Object.fromEntries([
      ...own()
        .map(([key]) => [key, wish.given[key] ?? ''])
        .filter(([, value]) => value !== ''),
      ...wish.pairs.filter(([key]) => key),
    ]);
  const lacking = () => own().some(([key, one]) => one.Required && !wish.given[key]);
  const preview = new Preview(() => dialog.again());
  const look = (wait) => preview.of(wish.name, params(), wait);
  const dialog = ask({
    title: 'Fire an event',
    view: (again) => html`
      <div class="fields">
        <label class="field"><span>Event</span><input
           name="event" list="fire-names" autocomplete="off" spellcheck="false"
           required .value=${wish.name}
          @input=${(e) => {
            wish.name = e.target.value.trim();
            look();
            again();
          }}></label>
        <datalist id="fire-names">${knownNames().map((known) => html`<option value=${known}></option>`)}</datalist>
        ${own().map(
          ([key, one]) => html`<label class="field"><span>${key}${one.Required ? ' (required)' : ''}</span><input
             name=${`param.${key}`} autocomplete="off" spellcheck="false" ?required=${one.Required}
             placeholder=${one.Pattern ?? ''} .value=${wish.given[key] ?? ''} @input=${(e) => {
               wish.given[key] = e.target.value;
               look();
               again();
             }}>${one.Description ? html`<small class="muted">${legible(one.Description)}</small>` : nothing}</label>`,
        )}
        ${wish.pairs.map(
          (pair, at) => html`<div class="pair">
          <input aria-label="Name of parameter ${at + 1}" placeholder="parameter" spellcheck="false"
             .value=${pair[0]} @input=${(e) => {
               pair[0] = e.target.value.trim();
               look();
               again();
             }}>
          <input aria-label="Value of parameter ${at + 1}" placeholder="value" spellcheck="false"
             .value=${pair[1]} @input=${(e) => {
               pair[1] = e.target.value;
               look();
               again();
             }}>
          <button type="button" class="quiet" aria-label="Remove parameter ${at + 1}" @click=${() => {
            wish.pairs.splice(at, 1);
            look(0);
            again();
          }}>✕</button></div>`,
        )}
        ${
          declared(wish.name)
            ? nothing
            : html`<p><button type="button" class="quiet" @click=${() => {
                wish.pairs.push(['', '']);
                again();
              }}>Add a parameter</button></p>`
        }
      </div>
      ${preview.view()}`,
    confirm: {
      kind: 'primary',
      label: () => `Fire ${wish.name}${preview.error ? ' anyway' : ''}`,
      ready: () => wish.name !== '' && !lacking() && (preview.plan ?? preview.error) !== undefined,
      act: async () => {
        const accepted = await api
          .fire({ Name: wish.name, Params: params(), Plan: preview.plan?.Fingerprint })
          .catch((refused) => {
            if (refused.status === 409) look(0); // it is not as the plan says any more: the new one is shown
            throw refused;
          });
        go(`#/events/${encodeURIComponent(accepted.ID)}`);
      },
    },
  });
  look(0);
  loadPatterns().then(dialog.again);
}

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
        running ? html`, in task ${model.status?.Running?.Task.Name ?? ''}` : nothing
      }</p>
      ${given(event.Params)}
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

/** NO of the first task that was taken back; undefined if none was. */
const undoneFrom = (event) =>
  event.Tasks.filter((task) => task.Part === 'undo' && task.StartedAt)
    .map((task) => task.Undoes)
    .sort((a, b) => a - b)[0];

/** NO of the task that has failed first. */
const failedTask = (event) => event.Tasks.find((task) => ['error', 'timeout'].includes(task.Status))?.No ?? 0;

export function retry(event) {
  const undone = undoneFrom(event);
  const at = undone ?? failedTask(event);
  const taskAt = (no) => event.Tasks.find((task) => task.No === no);
  const failed = taskAt(at);
  const tried = failed?.Nodes.filter((run) => run.Status !== 'skip') ?? [];
  const left = tried.filter((run) => run.Status !== 'success').map((run) => run.Node);
  const partly = undone === undefined && left.length > 0 && left.length < tried.length;
  const wish = { kind: partly ? 'nodes' : 'task', from: at };
  const first = () => (wish.kind === 'from' ? wish.from : at);
  const asked = () => ({ FailedNodes: wish.kind === 'nodes', From: wish.kind === 'nodes' ? undefined : first() });
  const look = () => preview.ask(() => api.planOfRetry(event.ID, asked()), 0);
  const preview = new Preview(() => dialog.again());
  const choice = (again, kind, label, more = nothing) => html`
    <label class="choice"><input type="radio" name="kind" value=${kind} ?autofocus=${wish.kind === kind}
         .checked=${wish.kind === kind} @change=${() => {
           wish.kind = kind;
           look();
           again();
         }}> <span>${label}</span> ${more}</label>`;
  const dialog = ask({
    title: `Retry ${event.Name}`,
    view: (again) => html`
      <p>A new event goes on with ${shortId(event.ID)}; both results name each other.${
        undone === undefined ? '' : ' It begins at the first task that was undone.'
      }</p>
      <div class="fields" role="radiogroup" aria-label="From where">
        ${
          partly
            ? choice(
                again,
                'nodes',
                html`From task ${at}, <strong>${failed.Name}</strong>, only on the ${
                  left.length === 1 ? 'node' : `${left.length} nodes`
                } where it has not succeeded`,
              )
            : nothing
        }
        ${choice(again, 'task', html`From task ${at}, <strong>${failed?.Name}</strong>, on every node that matches`)}
        ${
          event.Tasks.length > 1
            ? choice(
                again,
                'from',
                'From task',
                html`<select aria-label="First task" @change=${(e) => {
                  wish.from = Number(e.target.value);
                  wish.kind = 'from';
                  look();
                  again();
                }}>
          ${event.Tasks.filter((task) => task.Part !== 'undo').map(
            (task) =>
              html`<option value=${task.No} ?selected=${task.No === wish.from}>${task.No} ${taskName(task)}</option>`,
          )}</select>`,
              )
            : nothing
        }
      </div>
      ${preview.plan ? asBefore(preview.plan.Params) : nothing}
      ${preview.view({ from: first() })}`,
    confirm: {
      kind: 'primary',
      label: () => `Retry from ${taskAt(first())?.Name ?? 'the beginning'}`,
      ready: () => preview.plan !== undefined,
      act: async () => {
        const accepted = await api.retry(event.ID, { ...asked(), Plan: preview.plan.Fingerprint }).catch((refused) => {
          if (refused.status === 409) look(); // it is not as the plan says any more: the new one is shown
          throw refused;
        });
        go(`#/events/${encodeURIComponent(accepted.ID)}`);
      },
    },
  });
  look();
}

const LONGEST = 200;

/** What the first event came with, and a retry comes with again. */
function asBefore(params) {
  const all = Object.entries(params ?? {});
  if (!all.length) return html`<p class="muted">Without parameters, as before.</p>`;
  const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
  return html`<p class="given">With ${all.map(
    ([name, value]) => html` <code>${name}=${legible(short(value))}</code>`,
  )}, as before.</p>`;
}

const KEYS = [
  ['Tab', 'to the next button, node or link'],
  ['← ↑ ↓ →', 'among the nodes of a task'],
  ['Enter', 'shows the log of a node'],
  ['f', 'to the next node that has failed'],
  ['/', 'to the filter of a page'],
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
