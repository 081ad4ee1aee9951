// An event as a timeline: tasks down, in their order, on one axis of time; below each its nodes, as rows with bars
// while they are few, as cells when they are many.
import { html, nothing } from './lib/lit-html.js';
import { guard } from './lib/directives/guard.js';
import { repeat } from './lib/directives/repeat.js';
import {
  count,
  elapsed,
  failures,
  isFailed,
  legible,
  millis,
  now,
  reason,
  taskName,
  took,
  whole,
  word,
} from './format.js';
import { shape, time } from './parts.js';
import { axisOf, bar, ticks } from './axis.js';
import { batches, batchLine, gates, sorted } from './batches.js';

/** More nodes than this are shown as cells. */
const ROWS = 12;
/** A task that has gone well on more nodes than this is folded. */
const FOLDED = 48;
const NAMED = 6;

const HEADINGS = {
  undo: 'Undo: takes back what was done, the last task first',
  finally: 'Finally: at the end, whatever came',
};

const ORDER = ['error', 'timeout', 'inprogress', 'assigned', 'waiting', 'success', 'skip', 'dropped'];

/**
 * @param event in full
 * @param view `folds` and `states`, by task No whether it is folded, and the one state that is shown of it;
 *     functions `open(no, node)`, `fold(no, folded)`, `filter(no, state)`; `place(no)`, which ID its element has;
 *     `selected`, the run whose log is shown, as NO/NODE
 */
export function timeline(event, view) {
  const axis = axisOf(event);
  return html`
    <section class="timeline" aria-label="Timeline of ${event.Name}">
      <h2 class="hidden">Tasks</h2>
      ${axis ? html`<div class="axis" aria-hidden="true"><div class="track">${ticks(axis)}</div></div>` : nothing}
      <ol class="tasks">
        ${repeat(
          event.Tasks,
          (task) => task.No,
          (task, index) => html`
          <li class="task ${task.Status} ${task.Part ? `part-${task.Part}` : ''}" id=${view.place(task.No)}>${
            task.Part && task.Part !== event.Tasks[index - 1]?.Part
              ? html`<p class="part">${HEADINGS[task.Part]}</p>`
              : nothing
          }${taskParts(task, axis, view, event)}</li>`,
        )}
      </ol>
    </section>`;
}

function taskParts(task, axis, view, event) {
  const folded = isFolded(task, view);
  const many = task.Nodes.length > ROWS;
  return html`
    <div class="task-line">
      <span class="rail">${shape(task.Status, 'big')}</span>
      <div class="what">
        <h3><span class="no" title="Number of the task">${task.No}</span> ${taskName(task)}</h3>
        <p class="meta">${task.Filter ? html`<span>${task.Filter}</span>` : nothing}${
          task.Pattern ? html`<span title="Pattern">${task.Pattern}</span>` : nothing
        }</p>
      </div>
      <div class="track">${axis ? bar(axis, task, task.Status) : nothing}</div>
      <div class="result">
        <span class="word ${task.Status}">${word(task.Status)}${why(task)}${soFar(task)}</span>
        <span class="took">${
          task.Status === 'inprogress' && task.StartedAt ? elapsed(task.StartedAt) : took(task)
        }</span>
      </div>
    </div>
    ${messageOf(task, event)}
    ${task.LeftOut ? html`<p class="message skip">${legible(task.LeftOut)}</p>` : nothing}
    ${many ? tally(task, folded, view) : nothing}
    ${folded || !task.Nodes.length ? nothing : nodes(task, axis, view, event, many)}`;
}

/** Unless it is said above already, with the event or with what has failed on nodes. */
function messageOf(task, event) {
  const { Message: message, Status: status } = task;
  if (!message || event.Message?.includes(message)) return nothing;
  if (task.Nodes.some((run) => isFailed(run) && run.Message && message.includes(run.Message))) return nothing;
  return html`<p class="message ${status}">${legible(message)}</p>`;
}

function nodes(task, axis, view, event, many) {
  const only = view.states.get(task.No);
  const shown = (all) => {
    const runs = only ? all.filter((run) => run.Status === only) : all;
    return many ? cells(task, runs, view, event) : rows(task, runs, axis, view, event);
  };
  if (!task.Batch) return html`${gates(task, 0, axis)}${shown(sorted(task.Nodes))}${gates(task, 1, axis)}`;
  const { No: no, Of: of } = task.Batch;
  return html`${gates(task, 0, axis)}${batches(task).map(
    (batch) => html`
    <section class="batch" aria-label=${batch.name}>${batchLine(batch, axis)}${shown(batch.Nodes)}</section>${gates(
      task,
      batch.No,
      axis,
    )}`,
  )}
    ${
      task.Status === 'inprogress' && no < of
        ? html`<p class="batch-line muted">${count(of - no, 'batch', 'batches')} not open yet</p>`
        : nothing
    }`;
}

export function isFolded(task, view) {
  const chosen = view.folds.get(task.No);
  return chosen ?? (task.Nodes.length > FOLDED && ['success', 'skip'].includes(task.Status));
}

/** A task that goes on says who has failed in it. */
function soFar(task) {
  const failed = task.Status === 'inprogress' ? failures([task]) : 0;
  return failed ? html`, <span class="word error">${failed} failed</span>` : nothing;
}

const why = (thing) => details(thing).map((each) => html`<span class="why">, ${each}</span>`);

/** Its reason, and which attempt it is unless it is the first. */
const details = (thing) => [reason(thing), thing.Attempt && `attempt ${thing.Attempt}`].filter(Boolean);

/** How many stand how; who has failed and who is awaited by name. */
function tally(task, folded, view) {
  const states = ORDER.map((state) => [state, task.Nodes.filter((run) => run.Status === state)]).filter(
    ([, runs]) => runs.length,
  );
  return html`
    <div class="tally">
      <button class="quiet fold" aria-expanded=${!folded} @click=${() => view.fold(task.No, !folded)}
        >${folded ? 'Show' : 'Hide'} ${count(task.Nodes.length, 'node')}</button>
      ${states.map(
        ([state, runs]) => html`
          <button class="quiet state" aria-pressed=${view.states.get(task.No) === state} title="Show only these"
            @click=${() => view.filter(task.No, state)}><span class="badge ${state}">${shape(state)}<span
            >${runs.length.toLocaleString()} ${word(state)}</span></span></button>`,
      )}
    </div>
    ${states
      .filter(([state, runs]) => noteworthy(state, runs))
      .map(
        ([state, runs]) => html`
      <p class="named"><span class="muted">${word(state)}:</span>
        ${runs
          .slice(0, NAMED)
          .map(
            (run) =>
              html`<button class="name ${state}" @click=${() =>
                view.open(task.No, run.Node)}>${run.Node}${why(run)}</button>`,
          )}
        ${runs.length > NAMED ? html`<span class="muted">and ${runs.length - NAMED} more</span>` : nothing}
        ${runs[0].Until ? html`<span class="muted">awaited until ${time(runs[0].Until)}</span>` : nothing}</p>`,
      )}`;
}

const noteworthy = (state, runs) =>
  ['error', 'timeout'].includes(state) || (['inprogress', 'assigned'].includes(state) && runs.length <= 24);

function rows(task, runs, axis, view, event) {
  return html`<ul class="rows">
    ${repeat(
      runs,
      (run) => run.Node,
      (run) => html`
      <li class="row ${run.Status} ${view.selected === `${task.No}/${run.Node}` ? 'selected' : ''}">
        <button class="run" data-run="${task.No}/${run.Node}" @click=${() => view.open(task.No, run.Node)}
          aria-label=${label(run)} title="Show the log">
          <span class="node">${shape(run.Status)}<span class="text">${run.Node}</span></span>
          <span class="track">${axis ? bar(axis, run, run.Status) : nothing}</span>
          <span class="result"><span class="word ${run.Status}">${word(run.Status)}${why(run)}</span>
            <span class="took">${
              run.Status === 'inprogress' && event.Status === 'inprogress' ? elapsed(run.StartedAt) : took(run, false)
            }</span></span>
        </button>
        ${detail(run)}
      </li>`,
    )}
  </ul>`;
}

function detail(run) {
  if (run.Message && run.Status !== 'success' && !isFailed(run))
    return html`<p class="message ${run.Status}">${legible(run.Message)}</p>`;
  if (!run.Until) return nothing;
  const left = millis(run.Until) - now();
  return html`<p class="awaited muted">awaited until ${time(run.Until)}${
    left > 0 ? `, for another ${whole(left)}` : ''
  }</p>`;
}

/** Cells do not show time, so that they are made again only when the task has changed. */
function cells(task, runs, view, event) {
  const selected = view.selected?.startsWith(`${task.No}/`) ? view.selected : '';
  return guard(
    [JSON.stringify(runs), selected, event.ID],
    () => html`
    <div class="cells" role="group" aria-label="Nodes of ${taskName(task)}; arrow keys move" @keydown=${move}>
      ${repeat(
        runs,
        (run) => run.Node,
        (run, index) => html`
        <button class="cell ${run.Status} ${
          selected === `${task.No}/${run.Node}` ? 'selected' : ''
        }" data-run="${task.No}/${run.Node}"
          tabindex=${index === 0 ? 0 : -1} aria-label=${label(run)} @click=${() =>
            view.open(task.No, run.Node)}>${shape(run.Status)}</button>`,
      )}
    </div>`,
  );
}

export function label(run) {
  const parts = [word(run.Status), ...details(run), took(run, false)].filter(Boolean);
  return `${run.Node}: ${parts.join(', ')}`;
}

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/** One cell of a group is in the order of Tab; arrows, Home and End go to the others. */
function move(e) {
  const all = [...e.currentTarget.querySelectorAll('.cell')];
  const at = all.indexOf(e.target.closest('.cell'));
  if (at < 0) return;
  const across = all.findIndex((cell) => cell.offsetTop !== all[0].offsetTop);
  const line = across < 0 ? all.length : across;
  const steps = { ...STEPS, ArrowDown: line, ArrowUp: -line, Home: -at, End: all.length - 1 - at };
  if (!(e.key in steps)) return;
  e.preventDefault();
  const next = all[at + steps[e.key]];
  if (!next) return;
  all.forEach((cell) => (cell.tabIndex = cell === next ? 0 : -1));
  next.focus();
}
