// The panel that shows a log beside the timeline. It takes no focus away and gives it back.
import { html, nothing } from './lib/lit-html.js';
import { legible, taskName, took } from './format.js';
import { Log } from './log.js';
import * as logview from './logview.js';
import { logUrl } from './api.js';
import { badge, shape, time } from './parts.js';
import { changed, eventInFull } from './model.js';

let log;
let back;
/** How much of the window it takes: `beside` the timeline, `wide`, or `full`. */
let extent = 'beside';

export const width = () => extent;

const runOf = (id, no, node) =>
  eventInFull(id)
    ?.Tasks.find((task) => task.No === no)
    ?.Nodes.find((run) => run.Node === node);

/** Shows the log of a run; the same again is nothing new. */
export function open(id, no, node) {
  if (log && log.id === id && log.no === no && log.node === node) return;
  if (!log) back = document.activeElement;
  log?.close();
  logview.begin();
  log = new Log(id, no, node, changed, () =>
    ['inprogress', 'assigned', undefined].includes(runOf(id, no, node)?.Status),
  );
  log.read();
}

let stood;

/** Whether the task of the open log stands otherwise now, so that it must be read again. */
export function refresh() {
  if (!log) return;
  const status = runOf(log.id, log.no, log.node)?.Status;
  if (stood !== undefined && status !== stood) log.read();
  stood = status;
}

/** Some log has grown. */
export function grown({ EventID: id, No: no, Node: node }) {
  if (log?.id === id && log.no === no && log.node === node) log.read();
}

/** Reads it once more. */
export const reread = () => log?.read();

export const isOpen = () => log !== undefined;

export function close() {
  if (!log) return;
  log.close();
  log = undefined;
  stood = undefined;
  back?.isConnected && back.focus({ preventScroll: true });
}

/** Which run of an event it is about, as NO/NODE; undefined if it is of another. */
export const selected = (id) => (log?.id === id ? `${log.no}/${log.node}` : undefined);

export function drawer(leave) {
  if (!log) return nothing;
  const event = eventInFull(log.id);
  const task = event?.Tasks.find((candidate) => candidate.No === log.no);
  const run = runOf(log.id, log.no, log.node);
  return html`
    <aside class="drawer" aria-label="Log of ${task ? taskName(task) : `task ${log.no}`} on ${log.node}">
      <header>
        <div>
          <h2>${log.node}</h2>
          <p class="meta"><span>task ${log.no}${task ? html`, <strong>${taskName(task)}</strong>` : nothing}</span>
            ${
              run
                ? html`<span>${badge(run)}</span>${
                    run.StartedAt ? html`<span>${time(run.StartedAt)}</span>` : nothing
                  }<span>${took(run, event.Status === 'inprogress' && run.Status === 'inprogress')}</span>`
                : nothing
            }</p>
        </div>
        <span class="extent">${size('wide', 'Wide')}${size('full', 'Full screen')}
          <button class="quiet close" @click=${leave} aria-label="Close the log (Esc)"
            title="Close (Esc)">✕</button></span>
      </header>
      ${run?.Message ? html`<p class="message ${run.Status}">${legible(run.Message)}</p>` : nothing}
      <div class="tools">
        ${logview.tools(log)}
        <span class="muted">${log.text === undefined ? '' : log.sizeText}</span>
        ${
          log.text
            ? html`<a href=${logUrl(log.id, log.no, log.node)}
                download=${`${log.id}-${log.no}-${log.node}.log`}>Download</a>`
            : nothing
        }
      </div>
      ${body(run)}
    </aside>`;
}

const size = (kind, label) =>
  html`<button class="quiet ${kind}" aria-pressed=${extent === kind} @click=${() => {
    extent = extent === kind ? 'beside' : kind;
    changed();
  }}>${label}</button>`;

/** An error of reading says so beside what is known. */
function body(run) {
  const failed = log.error
    ? html`<div class="notice error" role="alert">${shape('error')}<p>${log.error.message} Trying again.</p></div>`
    : nothing;
  if (log.text !== undefined) return html`${failed}${logview.text(log)}`;
  if (log.error) return failed;
  if (!log.missing) return html`<p class="empty">Reading…</p>`;
  return html`<p class="empty">${
    run?.Status === 'inprogress'
      ? 'Nothing has been written yet.'
      : run?.Status === 'assigned'
        ? 'The node has not begun.'
        : 'There is no log.'
  }</p>`;
}
