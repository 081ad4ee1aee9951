// The text of a log: its lines with numbers that are links, what is searched for, and the way to it.
import { html, nothing } from './lib/lit-html.js';
import { guard } from './lib/directives/guard.js';
import { repeat } from './lib/directives/repeat.js';
import { cutOut, levelOf, lineView, parsed, plain } from './lines.js';
import { changed } from './model.js';
import { replace, route, withQuery } from './route.js';

const TIMES = ['local', 'relative', 'off'];

export const view = { times: 'local', wrap: true, follow: true, search: '', at: -1 };

/** For another log: what was searched for stays, where one was does not. */
export function begin() {
  Object.assign(view, { follow: chosenLine() === undefined, at: -1 });
  reached = undefined;
}

const chosenLine = () => Number(route().query.get('line')) || undefined;

let reached;

/** Numbers of the lines that have what is searched for. */
function hits(log) {
  if (!view.search) return [];
  if (log.hits?.text !== log.text || log.hits.search !== view.search) {
    const all = log.lines.map((line, index) => (plain(line).includes(view.search) ? index + 1 : 0)).filter(Boolean);
    log.hits = { text: log.text, search: view.search, all };
  }
  return log.hits.all;
}

export function tools(log) {
  const all = hits(log);
  return html`
    <label class="find"><span class="hidden">Search the log</span><input type="search" data-search
      placeholder="Search" .value=${view.search} @input=${(e) => {
        view.search = e.target.value.toLowerCase();
        view.at = -1;
        if (view.search) toHit(log, 1);
        changed();
      }} @keydown=${(e) => {
        if (e.key !== 'Enter') return;
        e.preventDefault();
        toHit(log, e.shiftKey ? -1 : 1);
      }}></label>
    ${
      view.search
        ? html`<span class="muted" role="status">${
            all.length ? `${view.at < 0 ? '' : `${view.at + 1} of `}${all.length.toLocaleString()} lines` : 'not found'
          }</span>
          <span><button class="quiet" aria-label="Previous line with it" title="Shift+Enter" ?disabled=${!all.length}
            @click=${() => toHit(log, -1)}>↑</button><button class="quiet" aria-label="Next line with it" title="Enter"
            ?disabled=${!all.length} @click=${() => toHit(log, 1)}>↓</button></span>`
        : nothing
    }
    ${check('Follow', 'follow')} ${check('Wrap', 'wrap')}
    <label>Times <select @change=${(e) => {
      view.times = e.target.value;
      changed();
    }}>
      ${TIMES.map((name) => html`<option value=${name} ?selected=${name === view.times}>${name}</option>`)}
    </select></label>`;
}

const check = (label, name) =>
  html`<label><input type="checkbox" .checked=${view[name]} @change=${(e) => {
    view[name] = e.target.checked;
    changed();
  }}> ${label}</label>`;

/** To the line before or after that has it; the last one comes after the first. */
function toHit(log, step) {
  const all = hits(log);
  if (!all.length) return;
  view.at = view.at < 0 && step < 0 ? all.length - 1 : (view.at + step + all.length) % all.length;
  show(log, all[view.at]);
}

function show(log, no) {
  view.follow = false;
  log.reach(no);
  changed();
  requestAnimationFrame(() =>
    requestAnimationFrame(() => document.getElementById(`line-${no}`)?.scrollIntoView({ block: 'center' })),
  );
}

export function text(log) {
  const chosen = chosenLine();
  if (chosen !== undefined && reached !== chosen) {
    reached = chosen;
    if (chosen <= log.lines.length) show(log, chosen);
  }
  const cut = cutOut(log.lines);
  const current = hits(log)[view.at];
  const at = [chosen, current];
  const options = { times: view.times, first: parsed(log.lines[0] ?? '').at, search: view.search };
  return html`
    ${
      cut
        ? html`<div class="notice warn cut"><p>Cut in the middle: ${cut} bytes are missing here. As far as the node has
            kept them: <code>metronome logs ${log.id.slice(0, 8)} --full</code>, there.</p></div>`
        : nothing
    }
    <div class="log ${view.wrap ? 'wrap' : ''}" tabindex="0" role="log" aria-live="off" aria-label="Log text"
      @scroll=${scrolled}>
      ${
        log.hidden
          ? html`<button class="quiet more" @click=${() => earlier(log)}
              >Show earlier lines (${log.hiddenSize} not shown)</button>`
          : nothing
      }
      ${guard([log.text, log.hidden, view.times, view.search, chosen, current], () => lines(log, options, at))}
    </div>`;
}

const lines = (log, options, at) =>
  html`<pre>${repeat(
    log.lines.slice(log.hidden),
    (line, index) => log.hidden + index,
    (line, index) => {
      const no = log.hidden + index + 1;
      return html`<span class="line ${levelOf(line)} ${at.includes(no) ? 'at' : ''}" id="line-${no}"><a
      class="no" href=${withQuery({ line: no })} aria-label="Link to line ${no}" tabindex="-1" @click=${choose}
      >${no}</a><span class="said">${lineView(line, options)}</span></span>`;
    },
  )}</pre>`;

/** The address of a line is its own; the page stays where it is. */
function choose(e) {
  if (e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  reached = Number(e.currentTarget.textContent);
  view.follow = false;
  replace(e.currentTarget.getAttribute('href'));
}

/** More above must not move what is being read. */
function earlier(log) {
  const box = document.querySelector('.drawer .log');
  const from = box.scrollHeight - box.scrollTop;
  view.follow = false;
  log.more();
  requestAnimationFrame(() => requestAnimationFrame(() => (box.scrollTop = box.scrollHeight - from)));
}

/** Who scrolls up wants to read; who returns to the end follows again. */
function scrolled(e) {
  const box = e.target;
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
  if (atEnd !== view.follow && !box.dataset.settling) {
    view.follow = atEnd;
    changed();
  }
}

/** After rendering: to the end, if that is followed. */
export function settle() {
  const box = document.querySelector('.drawer .log');
  if (!box || !view.follow) return;
  box.dataset.settling = 'yes';
  box.scrollTop = box.scrollHeight;
  requestAnimationFrame(() => delete box.dataset.settling);
}
