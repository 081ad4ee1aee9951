// One event: how it stands, in a sentence and as a timeline, and what can be done about it.
import { html, nothing } from '../lib/lit-html.js';
import {
  ago,
  count,
  duration,
  elapsed,
  failures,
  gateSentence,
  isFailed,
  legible,
  reason,
  taskName,
  took,
  word,
} from '../format.js';
import { action, beginning, failure, given, shape, shortId, time } from '../parts.js';
import { timeline } from '../timeline.js';
import * as actions from '../actions.js';
import { approvalSentence, approvalView, openApproval } from '../approval.js';
import * as drawer from '../drawer.js';
import { usually } from '../expected.js';
import { laneOf, sameLane } from '../lanes.js';
import { failuresView, runLink } from '../failures.js';
import { changed, eventInFull, model } from '../model.js';
import { replace } from '../route.js';

const chosen = new Map();

/** What is folded and filtered is remembered for each event, and forgotten with it. */
function chosenOf(id) {
  if (!chosen.has(id)) chosen.set(id, { folds: new Map(), states: new Map() });
  for (const known of chosen.keys()) if (known !== id && !model.events.has(known)) chosen.delete(known);
  return chosen.get(id);
}

/** @param at which it is of several on the page */
export function eventView(id, at = 0) {
  const event = eventInFull(id);
  if (!event) return model.errors.has(id) ? failure(model.errors.get(id)) : html`<p class="loading">Loading…</p>`;
  const { folds, states } = chosenOf(id);
  const view = {
    folds,
    fold: (no, folded) => {
      folds.set(no, folded);
      changed();
    },
    states,
    filter: (no, state) => {
      states.set(no, states.get(no) === state ? undefined : state);
      folds.set(no, false);
      changed();
    },
    place: (no) => (at ? `task-${no}-${id}` : `task-${no}`),
    open: (no, node) => replace(runLink(id, no, node)),
    selected: drawer.selected(id),
  };
  return html`
    <article class="event ${failedSoFar(event) ? 'error' : event.Status}">
      ${head(event, view)}
      ${
        event.Status === 'queued' ? html`<p class="sentence">It waits in the event queue${behind(event)}.</p>` : nothing
      }
      ${approvalView(event)}
      ${event.Tasks.length ? timeline(event, view) : nothing}
    </article>`;
}

/** Whom it waits for; in its lane, where there are several. */
function behind(event) {
  const lane = laneOf(event);
  const at = model.status ? sameLane(event, model.status.Queue.Events).findIndex(({ ID }) => ID === event.ID) : -1;
  return `${lane ? ` for lane ${lane}` : ''}${
    at > 0 ? `, behind ${count(at, 'other')}` : at === 0 ? ' and is next' : ''
  }`;
}

/** On how many nodes an event that goes on has failed. */
const failedSoFar = (event) => (event.Status === 'inprogress' ? failures(event.Tasks) : 0);

/** On how many nodes something runs now. */
function atWork(event) {
  const runs = event.Tasks.flatMap((task) => task.Nodes).filter((run) => run.Status === 'inprogress').length;
  return runs ? html`, ${runs} running` : nothing;
}

function head(event, view) {
  const running = event.Status === 'inprogress';
  const failed = failedSoFar(event);
  return html`
    <header class="event-head">
      <div class="event-title">
        ${shape(event.Status, 'large')}
        <h1><a href="#/events/${encodeURIComponent(event.ID)}">${event.Name}</a></h1>
        <span class="verdict ${failed ? 'error' : event.Status}">${
          event.Cancelled && running ? 'being cancelled' : word(event.Status)
        }${reason(event) ? html`, ${reason(event)}` : nothing}${failed ? html`, ${failed} failed` : nothing}${
          running ? atWork(event) : nothing
        }</span>
        <span class="actions">${buttons(event)}</span>
      </div>
      <p class="meta">
        ${
          event.StartedAt
            ? html`<span>${running ? 'for' : 'took'} <strong>${
                running ? elapsed(event.StartedAt) : took(event)
              }</strong>${running ? usual(event.ID) : nothing}</span>`
            : nothing
        }
        <span>${event.StartedAt ? 'started' : 'accepted'} ${time(event.StartedAt ?? event.AcceptedAt)}</span>
        ${event.FinishedAt ? html`<span>ended ${time(event.FinishedAt)}, ${ago(event.FinishedAt)}</span>` : nothing}
        ${event.By ? html`<span>by ${event.By}</span>` : nothing}
        ${event.Source ? html`<span>${event.Source}</span>` : nothing}
        ${laneOf(event) ? html`<span>lane ${laneOf(event)}</span>` : nothing}
        ${event.Ahead ? html`<span>ahead of those that waited</span>` : nothing}
        <span>${shortId(event.ID)}</span>
      </p>
      ${given(event)}
      ${links(event)}
      ${running ? html`<p class="sentence">${sentence(event, view)}</p>` : nothing}
      ${event.Message ? html`<p class="message ${event.Status}">${legible(event.Message)}</p>` : nothing}
      ${event.LeftOut ? html`<p class="message skip">${legible(event.LeftOut)}</p>` : nothing}
      ${
        event.Cancelled
          ? html`<p class="message skip">cancelled by ${event.Cancelled.By}, ${time(event.Cancelled.At)}${
              event.Cancelled.Reason ? html`: ${legible(event.Cancelled.Reason)}` : nothing
            }</p>`
          : nothing
      }
      ${failuresView(event)}
    </header>`;
}

function usual(id) {
  const millis = usually(id);
  return millis === undefined ? nothing : html` (usually ${duration(millis)})`;
}

function buttons(event) {
  if (['inprogress', 'queued'].includes(event.Status) && !event.Cancelled) {
    const name = model.status?.Beside?.length ? `Cancel ${event.Name} ${beginning(event.ID)}` : undefined;
    return action('danger', 'Cancel…', () => actions.cancel(event), name);
  }
  if (['inprogress', 'queued'].includes(event.Status)) return nothing;
  const again = action('', 'Fire again…', () => actions.fireAgain(event));
  return isFailed(event) ? html`${again} ${action('primary', 'Retry…', () => actions.retry(event))}` : again;
}

function links(event) {
  const retries = event.Retries ?? [];
  if (!event.RetryOf && !retries.length) return nothing;
  const to = (id) => html`<a href="#/events/${encodeURIComponent(id)}"><code>${id.slice(0, 8)}</code></a>`;
  return html`<p class="meta">
    ${event.RetryOf ? html`<span>goes on with ${to(event.RetryOf)} from task ${event.From ?? 0}</span>` : nothing}
    ${
      retries.length
        ? html`<span>retried as ${retries.map((id, i) => html`${i ? ', ' : ''}${to(id)}`)}</span>`
        : nothing
    }</p>`;
}

/** What somebody would be told who asks: what now? */
function sentence(event, view) {
  const current =
    event.Tasks.find((task) => task.Status === 'inprogress') ?? event.Tasks.find((task) => task.Status === 'waiting');
  if (!current) return 'All tasks have ended.';
  const place = html`Task <a href="#${view.place(current.No)}" @click=${toTask}>${taskName(current)}</a> (${
    event.Tasks.indexOf(current) + 1
  } of ${event.Tasks.length})`;
  if (openApproval(event) === current) return html`${place} ${approvalSentence(current)}.`;
  const newest = current.Batch ? `, batch ${current.Batch.No} of ${current.Batch.Of}` : '';
  const inBatch = (run) => !current.Batch || !run.Batch || run.Batch === current.Batch.No;
  const runs = current.Nodes.filter((run) => run.Status !== 'skip' && inBatch(run));
  if (current.Status === 'waiting' || !runs.length)
    return html`${place} waits for a node that matches${
      current.Filter ? html` <strong>${current.Filter}</strong>` : nothing
    }.`;
  const open = runs.filter((run) => ['inprogress', 'assigned'].includes(run.Status));
  const names =
    open
      .slice(0, 3)
      .map((run) => run.Node)
      .join(', ') + (open.length > 3 ? ` and ${open.length - 3} more` : '');
  const until = open
    .map((run) => run.Until)
    .filter(Boolean)
    .sort()
    .at(-1);
  const failed = runs.filter(isFailed).length;
  const bad = failed ? html`, <span class="word error">${failed} failed</span>` : nothing;
  if (current.Gate) return html`${place}${newest} is at its gate: ${legible(gateSentence(current.Gate))}.`;
  if (!open.length) return html`${place}${newest} has ended on ${count(runs.length, 'node')}${bad}.`;
  return html`${place}${newest}: ${runs.length - open.length - failed} of ${count(
    runs.length,
    'node',
  )} done${bad}, awaiting <strong
    >${names}</strong>${until ? html` until ${time(until)}` : nothing}.`;
}

/** An anchor within the page must not become a route. */
function toTask(e) {
  e.preventDefault();
  const task = document.getElementById(e.currentTarget.getAttribute('href').slice(1));
  task?.scrollIntoView({ block: 'center' });
}
