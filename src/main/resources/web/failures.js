// What has failed in an event: equal failures together, each said once, and the last lines of the first one's log.
import { html, nothing } from './lib/lit-html.js';
import * as api from './api.js';
import { byName, count, isFailed, legible, millis, taskName, word } from './format.js';
import { lastLines, levelOf, lineView } from './lines.js';
import { changed } from './model.js';
import { copying, shape } from './parts.js';
import { withQuery } from './route.js';

const LINES = 10;
const NAMED = 3;
const KINDS = 8;
const KEPT = 12;

export const runLink = (id, no, node) => withQuery({ log: `${id}/${no}/${node}`, line: undefined });

/** The same from another page. */
export const runLinkAt = (id, no, node) =>
  `#/events/${encodeURIComponent(id)}?log=${encodeURIComponent(`${id}/${no}/${node}`)}`;

/** Beneath the event's own message, which is not said again. */
export function failuresView(event) {
  const kinds = kindsOf(event);
  if (!kinds.length) return nothing;
  const several = new Set(kinds.map((kind) => kind.task.No)).size > 1;
  return html`<section class="failures" aria-label="What has failed">
    ${kinds.slice(0, KINDS).map((kind) => kindView(event, kind, several))}
    ${kinds.length > KINDS ? html`<p class="muted">and ${kinds.length - KINDS} other kinds below</p>` : nothing}
    ${tail(event)}
  </section>`;
}

/** Runs that have failed in the same way. */
function kindsOf(event) {
  const kinds = new Map();
  for (const task of event.Tasks)
    for (const run of task.Nodes.filter(isFailed)) {
      const why = run.Message ?? run.Reason?.replace('-', ' ') ?? word(run.Status);
      const key = `${task.No} ${run.Status} ${why}`;
      if (!kinds.has(key)) kinds.set(key, { task, why, Status: run.Status, nodes: [] });
      kinds.get(key).nodes.push(run.Node);
    }
  return [...kinds.values()].map((kind) => ({ ...kind, nodes: kind.nodes.sort(byName) }));
}

function kindView(event, { task, why, Status: status, nodes }, several) {
  const isSaid = event.Message?.includes(why) ?? false;
  if (nodes.length === 1 && isSaid) return nothing;
  const place = several ? html`${taskName(task)} on ` : 'on ';
  const link = (node) => html`<a href=${runLink(event.ID, task.No, node)}>${node}</a>`;
  const reason = isSaid ? nothing : html`: ${legible(why)}`;
  if (nodes.length === 1)
    return html`<p class="failed ${status}">${shape(status)} ${place}${link(nodes[0])}${reason}</p>`;
  const some = isSaid ? html`: ${nodes.slice(0, NAMED).join(', ')}${nodes.length > NAMED ? ', …' : ''}` : reason;
  return html`<details class="failed ${status}">
    <summary>${shape(status)} ${place}<strong>${count(nodes.length, 'node')}</strong>${some}</summary>
    <p class="names">${nodes.map((node) => html`${link(node)} `)}${copying('Copy names', () => nodes.join('\n'))}</p>
  </details>`;
}

const isNamed = ({ Message: message = '' }, { Node: node }) =>
  Number(message.includes(` on ${node}: `) || message.includes(` on ${node} (`));

/** The run that has failed first: the one that the event's message names, if it names one. */
const first = (event) =>
  event.Tasks.flatMap((task) => task.Nodes.filter(isFailed).map((run) => ({ task, run }))).sort(
    (a, b) =>
      isNamed(event, b.run) - isNamed(event, a.run) ||
      (millis(a.run.FinishedAt) ?? Infinity) - (millis(b.run.FinishedAt) ?? Infinity),
  )[0];

function tail(event) {
  const { task, run } = first(event);
  const lines = lastLines(logOf(event.ID, task.No, run) ?? '', LINES);
  const link = html`<a class="chip ${run.Status}" href=${runLink(event.ID, task.No, run.Node)}>${shape(
    run.Status,
  )} log of ${taskName(task)} on ${run.Node}</a>`;
  if (!lines.length) return html`<p>${link}</p>`;
  return html`<p>${link} <span class="muted">ends with</span></p>
    <pre class="tail">${lines.map(
      (line) => html`<span class="line ${levelOf(line)}">${lineView(line, { times: 'off' })}</span>`,
    )}</pre>`;
}

/** Logs of failures by run, those asked for last. */
const logs = new Map();

/** Undefined until it is known; asked for once, since it grows no more. */
function logOf(id, no, run) {
  const key = `${id}/${no}/${run.Node}/${run.FinishedAt}`;
  if (!logs.has(key)) {
    logs.set(key, undefined);
    if (logs.size > KEPT) logs.delete(logs.keys().next().value);
    api
      .log(id, no, run.Node)
      .then((text) => {
        logs.set(key, text ?? '');
        changed();
      })
      .catch(() => logs.delete(key)); // the page says itself that the agent cannot be reached
  }
  return logs.get(key);
}
