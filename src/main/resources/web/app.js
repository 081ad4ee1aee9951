// The page: a frame, and in it the view that the address names. It is drawn anew, at most once a frame, when the model
// has changed, and once a second while something runs.
import { html, nothing, render } from './lib/lit-html.js';
import { count, legible, stopAt, when, zone } from './format.js';
import { action, time } from './parts.js';
import * as actions from './actions.js';
import { thaw } from './traffic.js';
import * as drawer from './drawer.js';
import * as live from './live.js';
import { settle } from './logview.js';
import { asOf, changed, isPast, model, standing, subscribe } from './model.js';
import { arriveAtPlace, replace, route, withQuery } from './route.js';
import { announce, title } from './telling.js';
import { notifying, startNotifying, toggleNotifying } from './notify.js';
import { nextTheme, theme } from './theme.js';
import { startTips } from './tip.js';
import * as events from './pages/events.js';
import * as one from './pages/one.js';
import * as oneNode from './pages/node.js';
import * as nodes from './pages/nodes.js';
import { nowPage, subjects } from './pages/now.js';
import * as plan from './pages/plan.js';
import * as schedules from './pages/schedules.js';

const PAGES = {
  '': { view: nowPage },
  events: { view: events.eventsPage, load: events.load },
  event: { view: one.eventPage, load: one.load },
  nodes: { view: nodes.nodesPage, load: nodes.load },
  node: { view: oneNode.nodePage, load: oneNode.load },
  plan: { view: plan.planPage, load: plan.load },
  schedules: { view: schedules.schedulesPage, load: schedules.load },
};
const LINKS = [
  ['', 'Now'],
  ['events', 'Events'],
  ['nodes', 'Nodes'],
  ['plan', 'Plan'],
  ['schedules', 'Schedules'],
];
const RELOAD = 5000;

const ONE = { events: 'event', nodes: 'node' };
const pageName = ({ page, argument }) => (argument && ONE[page]) || page;

/** IDs of the events that are shown in full. */
function shown() {
  const at = route();
  const name = pageName(at);
  return name === 'event' ? [at.argument] : name === '' ? subjects() : [];
}

function frame() {
  const at = route();
  const page = PAGES[pageName(at)];
  return html`
    ${header(at)}
    ${past()}
    ${(model.status?.Frozen ?? []).map(frozen)}
    <div class="body ${drawer.isOpen() ? `with-drawer ${drawer.width()}` : ''}">
      <main id="main" tabindex="-1">${
        page ? page.view() : html`<h1>There is no such page.</h1><p><a href="#/">What runs now</a></p>`
      }</main>
      ${drawer.drawer(() => replace(withQuery({ log: undefined, line: undefined })))}
    </div>`;
}

const OFF = 'Fire, Cancel, Retry and the like are off until then.';

/** That what is shown is of before, since when, and what cannot be done meanwhile. */
function past() {
  const from = asOf() ? html`What you see is from ${time(asOf())}.` : 'Nothing is known yet.';
  return {
    lost: () => html`<div class="notice lost" role="alert">
      <p><strong>Connection lost, trying again.</strong> ${from} ${OFF}</p></div>`,
    stale: () => html`<div class="notice lost" role="alert">
      <p><strong>Consul cannot be reached, trying again.</strong> ${from} ${OFF}</p>
      <p class="muted">${legible(model.consul.Fault)}</p></div>`,
  }[standing()]?.();
}

/** What is not to begin, on every page: nobody shall wonder why nothing moves. */
function frozen(freeze) {
  const { Event: event, Lane: lane, By: by, Reason: reason, Until: until } = freeze;
  const only = event ?? lane;
  const what = only
    ? html`The ${event ? 'event' : 'lane'} <strong>${legible(only)}</strong> is frozen`
    : html`<strong>All events are frozen</strong>`;
  const option = event ? ` ${legible(event)}` : lane ? ` --lane ${legible(lane)}` : '';
  return html`<div class="notice frozen" role="alert">
    <p>${what} by ${legible(by)}${until ? html`, until ${time(until)}` : nothing}: ${legible(reason)}.
    What runs, runs on; nothing else ${only ? 'of it ' : ''}begins. <code>metronome thaw${option}</code></p>
    ${action('', 'Thaw…', () => thaw(freeze), `Thaw ${only ? legible(only) : 'all events'}`)}</div>`;
}

/** In the words of the header. */
function link() {
  const before = standing();
  if (before !== 'stale') return { live: 'live', lost: 'not connected', connecting: 'connecting' }[before];
  return `${asOf() ? `stale since ${when(asOf()).replace(/:\d\d$/, '')}: ` : ''}Consul unreachable`;
}

function header(at) {
  const { status } = model;
  return html`
    <header class="top">
      <a class="brand" href="#/"><img src="icon.svg" alt="" width="22" height="22">Metronome</a>
      <nav aria-label="Pages">${LINKS.map(
        ([name, label]) => html`<a href="#/${name}" aria-current=${at.page === name ? 'page' : 'false'}>${label}</a>`,
      )}</nav>
      <span class="glance">
        ${
          status
            ? html`
          <span class=${status.Leader ? '' : 'bad'}>${
            status.Leader ? html`<span class="muted">leader</span> ${status.Leader.Node}` : 'no leader'
          }</span>
          <span>${count(status.Agents.length, 'agent')}</span>
          <span>${
            status.Queue.Waiting ? `${status.Queue.Waiting} waiting` : html`<span class="muted">none waiting</span>`
          }</span>`
            : nothing
        }
 <span class="muted zone" title="Every time on this page is of your zone, ${
   Intl.DateTimeFormat().resolvedOptions().timeZone
 }">${zone()}</span>
        <span class="link ${standing()}" role="status">${link()}</span>
      </span>
      <span class="controls">
        ${action('primary', 'Fire…', () => actions.fire())}
        ${bell()}
        <button class="quiet" @click=${() => {
          nextTheme();
          changed();
        }} title="Colours: ${theme()}" aria-label="Colours: ${theme()}; change">${
          { auto: '◐', light: '○', dark: '●' }[theme()]
        }</button>
        <button class="quiet" @click=${actions.keys} title="Keys (?)" aria-label="Keys">?</button>
      </span>
    </header>`;
}

const BELLS = {
  on: 'Notifications when an event has ended: on',
  off: 'Notify me when an event has ended',
  denied: 'This browser allows no notifications here',
};

function bell() {
  const state = notifying();
  return html`<button class="quiet bell ${state}" aria-pressed=${state === 'on'} ?disabled=${state === 'denied'}
    title=${BELLS[state]} aria-label=${BELLS[state]} @click=${toggleNotifying}><svg class="shape"
    viewBox="0 0 16 16" aria-hidden="true"><use href="#s-bell"></use></svg></button>`;
}

/** The beginning of an ID is enough for an address; what is known of an event stands under the whole of it. */
function found(beginning, id) {
  const { argument, query } = route();
  if (pageName(route()) !== 'event' || argument !== beginning) return;
  const log = query.get('log');
  if (log?.startsWith(`${beginning}/`)) query.set('log', id + log.slice(beginning.length));
  const search = query.toString();
  replace(`#/events/${encodeURIComponent(id)}${search ? `?${search}` : ''}`);
}

let waiting = false;

function draw() {
  if (waiting) return;
  waiting = true;
  const then = () => {
    waiting = false;
    drawer.refresh();
    stopAt(asOf());
    document.body.classList.toggle('past', isPast());
    render(frame(), document.getElementById('app'));
    settle();
    document.title = title(pageName(route()), route().argument);
    announce();
  };
  if (document.visibilityState === 'visible') requestAnimationFrame(then);
  else setTimeout(then, 1000); // no frames are due while nobody looks, but the title is seen
}

let last = '';

function arrive() {
  const at = route();
  const [id, no, ...node] = (at.query.get('log') ?? '').split('/');
  if (id && no && node.length) drawer.open(id, Number(no), node.join('/'));
  else drawer.close();
  const place = `${at.page}/${at.argument}`;
  if (place !== last) {
    document.querySelector('dialog[open]')?.close(); // it was about another place
    last = place;
    arriveAtPlace();
  }
  PAGES[pageName(at)]?.load?.();
  live.refreshShown();
  draw();
}

function key(e) {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || document.querySelector('dialog[open]')) return;
  if (e.key === 'Escape' && drawer.isOpen()) {
    replace(withQuery({ log: undefined, line: undefined }));
    return;
  }
  if (/^(input|select|textarea)$/i.test(e.target.tagName)) return;
  const act = {
    '/': () => document.querySelector(drawer.isOpen() ? '[data-search]' : '[data-filter]')?.focus(),
    '?': actions.keys,
    f: toFailure,
  }[e.key];
  if (!act) return;
  e.preventDefault();
  act();
}

/** To the next run that has failed, after the one that is in focus. */
function toFailure() {
  const failed = [...document.querySelectorAll('[data-run]:is(.error, .timeout, .error > *, .timeout > *)')];
  const next = failed[(failed.indexOf(document.activeElement) + 1) % failed.length];
  next?.focus();
  next?.scrollIntoView({ block: 'center' });
}

document.documentElement.dataset.theme = theme();
document.getElementById('app').replaceChildren();
subscribe(draw);
addEventListener('hashchange', arrive);
addEventListener('keydown', key);
document.addEventListener('visibilitychange', draw);
startTips();
startNotifying();
live.start({ shown, found, logGrown: drawer.grown, reload: () => PAGES[pageName(route())]?.load?.() });
live.readRecent();
live.readAccess();
setInterval(() => document.visibilityState === 'visible' && draw(), 1000);
setInterval(
  () => document.visibilityState === 'visible' && standing() === 'live' && PAGES[pageName(route())]?.load?.(),
  RELOAD,
);
arrive();
