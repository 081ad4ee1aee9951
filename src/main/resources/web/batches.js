// A task in batches as groups of its nodes, and the gates of health behind them.
import { html, nothing } from './lib/lit-html.js';
import { byName, count, elapsed, gateSentence, legible, millis, took } from './format.js';
import { shape } from './parts.js';
import { bar } from './axis.js';

export const sorted = (runs) => [...runs].sort((a, b) => byName(a.Node, b.Node));

/** In the order in which they opened; last whom none has reached. */
export function batches(task) {
  const groups = new Map();
  for (const run of sorted(task.Nodes)) {
    const at = run.Batch ?? 0;
    if (!groups.has(at)) groups.set(at, []);
    groups.get(at).push(run);
  }
  return [...groups]
    .sort(([a], [b]) => (a || Infinity) - (b || Infinity))
    .map(([no, runs]) => ({
      No: no,
      name: no ? `batch ${no} of ${task.Batch.Of}` : 'left out',
      Nodes: runs,
      Status: no ? together(runs) : 'skip',
      ...times(runs),
    }));
}

/** Open as long as one is; else as the worst. */
function together(runs) {
  const is = (state) => runs.some((run) => run.Status === state);
  if (is('inprogress') || is('assigned')) return 'inprogress';
  return ['error', 'timeout', 'success'].find(is) ?? 'skip';
}

function times(runs) {
  const begun = runs.map((run) => run.StartedAt).filter(Boolean);
  const ended = runs.map((run) => run.FinishedAt).filter(Boolean);
  return {
    StartedAt: begun.sort(byTime)[0],
    FinishedAt: ended.length === runs.length ? ended.sort(byTime).at(-1) : undefined,
  };
}

const byTime = (a, b) => millis(a) - millis(b);

export function batchLine(batch, axis) {
  const failed = batch.Nodes.filter((run) => ['error', 'timeout'].includes(run.Status)).length;
  return html`<p class="batch-line ${batch.Status}">
    <span class="node">${shape(batch.Status)}<span class="text">${batch.name}</span></span>
    <span class="track">${axis ? bar(axis, batch, batch.Status) : nothing}</span>
    <span class="result"><span class="muted">${count(batch.Nodes.length, 'node')}${
      failed ? html`, <span class="word error">${failed} failed</span>` : nothing
    }</span><span class="took">${took(batch, false)}</span></span>
  </p>`;
}

const PASSED = { success: 'passed', error: 'failed', inprogress: 'waiting' };

/** Behind that batch; the one before the first of a retry is behind batch 0. */
export function gates(task, batch, axis) {
  if (batch === 0 && task.Batch && task.Nodes.every((run) => !run.Batch)) return nothing; // nobody is left out of it
  return gatesOf(task)
    .filter((gate) => gate.Batch === batch)
    .map((gate) => gateLine(gate, axis));
}

function gatesOf(task) {
  const ended = task.Gates ?? [];
  return task.Gate ? [...ended, open(task)] : ended;
}

/** The one that it waits at: since the last node of its batch has ended. */
function open(task) {
  const no = task.Batch?.No ?? (task.Nodes.some((run) => run.Status !== 'skip') ? 1 : 0);
  const runs = task.Nodes.filter((run) => !task.Batch || run.Batch === no);
  return {
    Batch: no,
    Status: 'inprogress',
    StartedAt: times(runs).FinishedAt ?? task.StartedAt,
    Message: gateSentence(task.Gate),
  };
}

function gateLine(gate, axis) {
  return html`<div class="gate ${gate.Status}">
    <p class="batch-line">
      <span class="node">${shape(gate.Status)}<span class="text">gate</span></span>
      <span class="track">${axis ? bar(axis, gate, gate.Status) : nothing}</span>
      <span class="result"><span class="word ${gate.Status}">${PASSED[gate.Status]}</span><span
        class="took">${gate.Status === 'inprogress' ? elapsed(gate.StartedAt) : took(gate, false)}</span></span>
    </p>
    ${gate.Message ? html`<p class="message">${legible(gate.Message)}</p>` : nothing}
  </div>`;
}
