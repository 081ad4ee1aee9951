// A forecast of an event, as text and a list of its tasks: for the page of plans and for confirmations.
import { html, nothing } from './lib/lit-html.js';
import { byName, count, duration, legible, taskName, word } from './format.js';
import { badge, limited, shape } from './parts.js';

const NAMED = 24;

const AGAINST = {
  failed: 'failed in Consul',
  'no-agent': 'no agent',
  'no-files': 'lacks the task files',
  'other-files': 'has other task files',
};

const WHEN = {
  undo: 'If it fails, on the nodes that have taken the task',
  finally: 'At the end, whatever came',
};

/** @param from NO of the first task that is run; those before it have been done and are not in the plan */
export function planView(plan, { brief = false, from = 0 } = {}) {
  const problems = (plan.Doubts ?? []).map((doubt) => html`<div class="notice warn"><p>${legible(doubt)}</p></div>`);
  return html`
    ${verdict(plan, from)}
    ${problems}
    <ol class="planned">${(plan.Tasks ?? []).map((task, index) =>
      planned(task, brief, task.Plan.Part !== plan.Tasks[index - 1]?.Plan.Part ? WHEN[task.Plan.Part] : undefined),
    )}</ol>
    ${
      brief
        ? nothing
        : html`<p class="muted foot">As it is now. Fingerprint <code class="print">${plan.Fingerprint}</code></p>`
    }`;
}

function verdict(plan, from) {
  const tasks = (plan.Tasks ?? []).filter((task) => task.Plan.Part !== 'undo');
  const nodes = new Set(tasks.flatMap((task) => targets(task).map((node) => node.Node)));
  const end = plan.Outcome;
  return html`<p class="sentence">${count(tasks.length, 'task')}${
    from ? ` from ${from} on` : ''
  }, ${count(nodes.size, 'node')}${plan.Limit ? html`, ${limited(plan)}` : nothing}.
    ${
      end && end.Status !== 'success'
        ? html`It would end as <span class="badge ${end.Status}">${shape(end.Status)}<strong
              >${word(end.Status)}</strong></span>${end.Message ? html`: ${legible(end.Message)}` : nothing}`
        : nothing
    }</p>`;
}

const targets = (task) => task.Nodes.filter((node) => node.Use !== 'left-out');

/** @param when said above it, if it is the first of its part */
function planned(task, brief, when) {
  const nodes = task.Nodes;
  const odd = nodes.filter((node) => node.Condition !== 'ready');
  const names = targets(task)
    .map((node) => node.Node)
    .sort(byName);
  const spared = nodes
    .filter((node) => node.Condition === 'ready' && node.Use === 'left-out')
    .map((node) => node.Node)
    .sort(byName);
  return html`
    <li class=${task.Plan.Part ? `part-${task.Plan.Part}` : ''}>
      ${when ? html`<p class="when">${when}</p>` : nothing}
      <p><span class="no">${task.Plan.No}</span> <strong>${taskName(task.Plan)}</strong> <span
        class="muted">${task.Filter}</span></p>
      ${task.Description && !brief ? html`<p class="muted">${legible(task.Description)}</p>` : nothing}
        ${task.Plan.Approval ? asked(task.Plan.Approval) : nothing}
        <p class="nodes" ?hidden=${task.Plan.Approval !== undefined}>${
          names.length
            ? html`${count(names.length, 'node')}: ${names.slice(0, NAMED).join(', ')}${
                names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
              }`
            : html`<span class="badge skip">${shape('skip')}<span>${
                nodes.length ? 'on no node' : 'no node matches'
              }</span></span>`
        }</p>
        ${
          spared.length
            ? html`<p class="nodes muted">left out: ${spared.slice(0, NAMED).join(', ')}${
                spared.length > NAMED ? ` and ${spared.length - NAMED} more` : ''
              }</p>`
            : nothing
        }
        ${odd
          .slice(0, NAMED)
          .map(
            (node) =>
              html`<p class="badge ${node.Condition === 'other-files' ? 'timeout' : 'error'}">${shape(
                node.Condition === 'other-files' ? 'timeout' : 'error',
              )}<span>${node.Node}: ${AGAINST[node.Condition] ?? node.Condition}${
                node.Use === 'left-out' ? ', left out' : ''
              }</span></p>`,
          )}
        ${nodes
          .filter((node) => node.State)
          .slice(0, NAMED)
          .map(
            (node) =>
              html`<p class="badge timeout">${shape('timeout')}<span>${node.Node}: ${legible(node.State)}</span></p>`,
          )}
        ${
          task.Outcome && task.Outcome.Status !== 'success'
            ? html`<p>would end as ${badge(task.Outcome)}${
                task.Outcome.Message ? html` <span class="muted">${legible(task.Outcome.Message)}</span>` : nothing
              }</p>`
            : nothing
        }
        ${brief ? nothing : batches(task)}
        ${brief ? nothing : operations(task)}
    </li>`;
}

/** Nothing runs: somebody is asked. */
const asked = ({ Message: message, TimeoutSeconds: timeout }) =>
  html`<p class="nodes">asks: ${legible(message)} <span class="muted">(at most ${seconds(timeout)})</span></p>`;

/** So many seconds, without parts that are nothing. */
const seconds = (n) =>
  duration(n * 1000)
    .replace('.0', '')
    .replace(/ 00 (s|min)$/, '');

function batches(task) {
  const all = task.Batches ?? [];
  if (!all.length) return nothing;
  return html`<details><summary>${count(all.length, 'batch', 'batches')}, at most ${seconds(
    task.Longest,
  )} together; none after more than ${task.Plan.MaxFailures ?? 0} have failed</summary>
    ${all.map(
      (nodes, at) => html`<p class="nodes">batch ${at + 1} of ${all.length}: ${nodes.join(', ')}</p>`,
    )}</details>`;
}

function operations(task) {
  if (!task.Operations.length) return nothing;
  return html`<details><summary>${count(task.Operations.length, 'operation')}, at most ${seconds(
    task.Timeout + (task.Plan.AddedSeconds ?? 0),
  )}</summary>
    ${task.Operations.map(
      (one) =>
        html`<pre class="operation"><strong>${one.Type}</strong> ${legible(
          typeof one.Arguments === 'string' ? one.Arguments : text(one.Arguments),
        )}</pre>`,
    )}</details>`;
}

function text(args) {
  return Object.entries(args ?? {})
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n  ');
}
