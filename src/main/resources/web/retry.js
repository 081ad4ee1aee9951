// Goes on with an event that has failed, once what would be run was shown.
import { html, nothing } from './lib/lit-html.js';
import * as api from './api.js';
import { ask } from './dialog.js';
import { legible, taskName } from './format.js';
import { shortId } from './parts.js';
import { Preview } from './preview.js';
import { go } from './route.js';

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
