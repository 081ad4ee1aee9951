// The nodes: what Consul says of each, which agent lives there, whether its files are the leader's, what it does.
import { html, nothing } from '../lib/lit-html.js';
import { repeat } from '../lib/directives/repeat.js';
import { byName, count, legible } from '../format.js';
import { empty, failure, shape, time } from '../parts.js';
import * as api from '../api.js';
import { runLinkAt } from '../failures.js';
import { learn, model, refuse } from '../model.js';
import { replace, route, withQuery } from '../route.js';

let busy = false;

export async function load() {
  if (busy) return;
  busy = true;
  try {
    learn('nodes', await api.nodes());
  } catch (e) {
    refuse('nodes', e);
  } finally {
    busy = false;
  }
}

const list = () => (Array.isArray(model.nodes) ? model.nodes : (model.nodes?.Nodes ?? []));

const isOdd = (node) =>
  ['failed', 'critical', 'maintenance'].includes(node.Consul) ||
  node.Agent !== 'live' ||
  node.Differences.length > 0 ||
  Boolean(node.Busy) ||
  Boolean(node.Faults && Object.keys(node.Faults).length);

export function nodesPage() {
  const { query } = route();
  const text = (query.get('q') ?? '').toLowerCase();
  const only = query.get('only') ?? '';
  if (!model.nodes)
    return html`<h1>Nodes</h1>${
      model.errors.has('nodes') ? failure(model.errors.get('nodes')) : html`<p class="loading">Loading…</p>`
    }`;
  const all = list();
  const odd = all.filter(isOdd);
  const busyNodes = all.filter((node) => node.Doing);
  const chosen = { odd, busy: busyNodes }[only] ?? all;
  const shown = chosen
    .filter((node) => !text || JSON.stringify(node).toLowerCase().includes(text))
    .sort((a, b) => byName(a.Node, b.Node));
  return html`
    <h1>Nodes</h1>
    <div class="filters">
      <div class="segments" role="group" aria-label="Which">
        ${[
          ['', `All ${all.length}`],
          ['odd', `Need a look ${odd.length}`],
          ['busy', `Busy ${busyNodes.length}`],
        ].map(
          ([value, label]) => html`
          <a href=${withQuery({ only: value })} aria-current=${only === value ? 'true' : 'false'}>${label}</a>`,
        )}
      </div>
      <label class="grow"><span class="hidden">Filter</span><input
        type="search" placeholder="Name, role, version, pattern, task"
        data-filter .value=${query.get('q') ?? ''}
        @input=${(e) => replace(withQuery({ q: e.target.value }))}></label>
    </div>
    ${model.errors.has('nodes') ? failure(model.errors.get('nodes')) : nothing}
    ${
      shown.length
        ? html`<table class="table nodes">
      <thead><tr><th>Node</th><th>Consul</th><th>Agent</th><th>Task files</th><th>Does now</th></tr></thead>
      <tbody>${repeat(shown, (node) => node.Node, row)}</tbody></table>`
        : empty('No node is like that.')
    }`;
}

const CONSUL = { alive: 'success', critical: 'timeout', maintenance: 'timeout', failed: 'error', unknown: 'none' };
const AGENT = { live: 'success', gone: 'error', none: 'none' };
const AGENT_WORDS = { live: 'alive', gone: 'gone', none: 'no agent' };

const row = (node) => html`
  <tr class=${isOdd(node) ? 'odd' : ''}>
    <td class="strong"><a href="#/nodes/${encodeURIComponent(node.Node)}">${node.Node}</a>${
      node.Role === 'leader' ? html` <span class="tag">leader</span>` : nothing
    }${rolesOf(node)}</td>
    <td>${consulOf(node)}</td>
    <td>${agentOf(node)}</td>
    <td>${filesOf(node)}</td>
    <td>${doingOf(node)}</td>
  </tr>`;

/** Of the server, by its agent's configuration. */
export const rolesOf = (node) =>
  (node.Roles ?? []).map((role) => html` <span class="tag" title="Role of this server">${legible(role)}</span>`);

export const consulOf = (node) => html`
  <span class="badge ${CONSUL[node.Consul]}">${shape(CONSUL[node.Consul])}<span>${node.Consul}</span></span>
  ${node.ConsulNote ? html`<span class="muted">${legible(node.ConsulNote)}</span>` : nothing}`;

export const agentOf = (node) => html`
  <span class="badge ${AGENT[node.Agent]}">${shape(AGENT[node.Agent])}<span>${AGENT_WORDS[node.Agent]}</span></span>
  ${
    node.Version
      ? html`<span class="muted">${node.Version}${
          node.StartedAt ? html`, since ${time(node.StartedAt)}` : nothing
        }</span>`
      : nothing
  }`;

/** Which are in force, how they differ from the leader's, and which are broken. */
export const filesOf = (node) =>
  html`${files(node)}${Object.entries(node.Faults ?? {}).map(
    ([pattern, fault]) => html`
  <span class="badge error">${shape('error')}<span>${pattern} cannot be used</span></span><span
    class="busy">${legible(fault)}</span>`,
  )}`;

export const doingOf = ({ Node: node, Doing: doing, Next: next = [], Busy: held }) => html`
  ${
    doing
      ? html`<span class="badge ${doing.Status}">${shape(doing.Status)}<a
          href=${runLinkAt(doing.EventID, doing.No, node)}>${doing.Event}, ${doing.Task}</a></span>`
      : held
        ? nothing
        : html`<span class="muted nothing">–</span>`
  }
  ${next.map(
    (one) => html`<span class="then">then <a
      href=${runLinkAt(one.EventID, one.No, node)}>${one.Event}, ${one.Task}</a></span>`,
  )}
  ${held ? html`<span class="busy">${legible(held)}</span>` : nothing}`;

const DIFFERENT = { other: 'is not as the leader’s', missing: 'is missing', additional: 'is not on the leader' };

function files(node) {
  const names = Object.entries(node.Patterns);
  if (node.Differences.length) {
    return node.Differences.map(
      (one) =>
        html`<span class="badge timeout">${shape('timeout')}<span>${one.Pattern} ${DIFFERENT[one.Kind]}</span></span>`,
    );
  }
  if (!names.length) return html`<span class="muted nothing">–</span>`;
  const title = names.map(([name, digest]) => `${name} ${digest}`).join('\n');
  return html`<span title=${title}>${
    names.length <= 2
      ? names.map(([name, digest]) => html`${name} <code>${digest.slice(0, 7)}</code> `)
      : count(names.length, 'pattern')
  }</span>`;
}
