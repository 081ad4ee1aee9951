// The panel that shows a log beside the timeline. It takes no focus away and gives it back.
import { html, nothing } from './lib/lit-html.js';
import { legible, size, taskName, took } from './format.js';
import { Log } from './log.js';
import { logUrl } from './api.js';
import { badge, shape, time } from './parts.js';
import { changed, eventInFull } from './model.js';

let log;
let follow = true;
let wrap = true;
let back;

const runOf = (id, no, node) =>
  eventInFull(id)
    ?.Tasks.find((task) => task.No === no)
    ?.Nodes.find((run) => run.Node === node);

/** Shows the log of a run; the same again is nothing new. */
export function open(id, no, node) {
  if (log && log.id === id && log.no === no && log.node === node) return;
  if (!log) back = document.activeElement;
  log?.close();
  follow = true;
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

export const isOpen = () => log !== undefined;

export function close() {
  if (!log) return;
  log.close();
  log = undefined;
  stood = undefined;
  back?.isConnected && back.focus({ preventScroll: true });
}

export const selected = () => (log ? `${log.no}/${log.node}` : undefined);

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
        <button class="quiet close" @click=${leave} aria-label="Close the log (Esc)" title="Close (Esc)">✕</button>
      </header>
      ${run?.Message ? html`<p class="message ${run.Status}">${legible(run.Message)}</p>` : nothing}
      <div class="tools">
        <label><input type="checkbox" .checked=${follow} @change=${(e) => {
          follow = e.target.checked;
          changed();
        }}> Follow</label>
        <label><input type="checkbox" .checked=${wrap} @change=${(e) => {
          wrap = e.target.checked;
          changed();
        }}> Wrap</label>
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

function body(run) {
  if (log.error)
    return html`<div class="notice error" role="alert">
      ${shape('error')}<p>${log.error.message} Trying again.</p></div>`;
  if (log.missing)
    return html`<p class="empty">${
      run?.Status === 'inprogress'
        ? 'Nothing has been written yet.'
        : run?.Status === 'assigned'
          ? 'The node has not begun.'
          : 'There is no log.'
    }</p>`;
  if (log.text === undefined) return html`<p class="empty">Reading…</p>`;
  return html`
    <div class="log ${wrap ? 'wrap' : ''}" tabindex="0" role="log" aria-live="off" aria-label="Log text"
      @scroll=${scrolled}>
      ${
        log.hidden
          ? html`<button class="quiet more" @click=${earlier}
              >Show earlier lines (${size(log.hidden)} not shown)</button>`
          : nothing
      }
      <pre .textContent=${log.part}></pre>
    </div>`;
}

/** More above must not move what is being read. */
function earlier() {
  const box = document.querySelector('.drawer .log');
  const from = box.scrollHeight - box.scrollTop;
  follow = false;
  log.more();
  requestAnimationFrame(() => requestAnimationFrame(() => (box.scrollTop = box.scrollHeight - from)));
}

/** Who scrolls up wants to read; who returns to the end follows again. */
function scrolled(e) {
  const box = e.target;
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
  if (atEnd !== follow && !box.dataset.settling) {
    follow = atEnd;
    changed();
  }
}

/** After rendering: to the end, if that is followed. */
export function settle() {
  const box = document.querySelector('.drawer .log');
  if (!box || !follow) return;
  box.dataset.settling = 'yes';
  box.scrollTop = box.scrollHeight;
  requestAnimationFrame(() => delete box.dataset.settling);
}
