// One node: what Consul has registered there, the agent's files, and what it ran of late.
import { html, nothing } from '../lib/lit-html.js';
import { legible, taskName, took } from '../format.js';
import { badge, empty, eventLink, failure, shape, shortId, time } from '../parts.js';
import * as api from '../api.js';
import { runLinkAt } from '../failures.js';
import { learn, model, refuse } from '../model.js';
import { goBack, route } from '../route.js';
import { agentOf, consulOf, doingOf, filesOf, rolesOf } from './nodes.js';

/** Between two looks; each costs Consul some thirty requests. */
const PAUSE = 20_000;

let asked = { at: -PAUSE };

export async function load() {
  const node = route().argument;
  if (asked.node === node && performance.now() - asked.at < PAUSE) return;
  asked = { node, at: performance.now() };
  try {
    learn('node', await api.nodeDetails(node));
  } catch (e) {
    model.node = undefined;
    refuse('node', e);
  }
}

export function nodePage() {
  const name = route().argument;
  const known = model.node?.Node.Node === name ? model.node : undefined;
  return html`<nav class="ways" aria-label="Around this node"><a href="#/nodes" @click=${goBack}>← Back</a></nav>
    <h1>Node ${name}</h1>
    ${known ? details(known) : model.errors.has('node') ? failure(model.errors.get('node')) : loading}`;
}

const loading = html`<p class="loading">Loading…</p>`;

const details = ({ Node: node, Meta: meta, Services: services, Runs: runs }) => html`
  <dl class="facts">
    ${fact('Consul', consulOf(node))}
    ${fact('Agent', agentOf(node))}
    ${fact('Task files', filesOf(node))}
    ${fact('Does now', doingOf(node))}
    ${fact('Roles', node.Roles ? rolesOf(node) : html`<span class="muted">–</span>`)}
    ${fact('Meta', pairs(meta))}
  </dl>
  <section class="list" aria-label="Services"><h2>Services</h2>
    ${
      services.length
        ? html`<ul>${services.map(service)}</ul>`
        : html`<p class="muted">Consul has none registered there.</p>`
    }</section>
  <h2>What it ran of late</h2>
  ${runs.length ? ranTable(runs) : empty('Nothing of the newest 20 events.')}`;

const fact = (label, value) => html`<dt>${label}</dt><dd>${value}</dd>`;

const pairs = (meta) => {
  const all = Object.entries(meta);
  if (!all.length) return html`<span class="muted">–</span>`;
  return all.map(([key, value]) => html`<code>${legible(`${key}=${value}`)}</code> `);
};

const STATES = { passing: 'success', warning: 'timeout', maintenance: 'timeout', critical: 'error' };

const service = (one) => html`<li>
  <span class="badge ${STATES[one.Status]}">${shape(STATES[one.Status])}<span>${one.Status}</span></span>
  <span><strong>${one.Name}</strong> ${one.ID === one.Name ? nothing : html`<code class="id">${one.ID}</code>`}
    ${one.Tags.map((tag) => html`<span class="tag">${legible(tag)}</span> `)}</span>
  ${one.Note ? html`<span class="given">${legible(one.Note)}</span>` : nothing}</li>`;

const ranTable = (runs) => html`
  <table class="table ran">
    <thead><tr><th>Status</th><th>Task</th><th>Event</th><th>Started</th><th class="number">Took</th></tr></thead>
    <tbody>${runs.map(ran)}</tbody>
  </table>`;

const ran = ({ EventID: id, Event: event, No: no, Task: task, Part: part, Run: run }) => html`
  <tr>
    <td>${badge(run)}</td>
    <td class="strong"><a href=${runLinkAt(id, no, run.Node)}>${taskName({ Name: task, Part: part })}</a>
      ${run.Message ? html`<p class="event-message muted">${legible(run.Message)}</p>` : nothing}</td>
    <td>${eventLink({ ID: id, Name: event })} ${shortId(id)}</td>
    <td>${time(run.StartedAt)}</td>
    <td class="number">${took(run)}</td>
  </tr>`;
