// Fires an event, once its plan was shown; also one as it came before.
import { html, nothing } from './lib/lit-html.js';
import * as api from './api.js';
import { ask } from './dialog.js';
import { legible } from './format.js';
import { model } from './model.js';
import { declared, knownNames, loadPatterns } from './patterns.js';
import { Preview } from './preview.js';
import { go } from './route.js';

const UNSHOWN = /\*{8}|…$/;

/** What is to be fired, as far as it is described. */
class Wish {
  limit = '';
  /** Whether it goes before those that wait. */
  ahead = false;
  /** Values of parameters that the event declares, by name. */
  given = {};
  /** Names and values of others. */
  pairs = [];
  /** Names of those that came before with a value that is masked or cut where it is shown. */
  unshown = new Set();

  constructor(name) {
    this.name = name;
  }

  /** With all that can be seen of it. */
  static like(event) {
    const wish = new Wish(event.Name);
    wish.limit = event.Limit ?? '';
    for (const [name, value] of Object.entries(event.Params ?? {})) {
      if (name === '…') continue; // how many more there were
      if (UNSHOWN.test(value)) wish.unshown.add(name);
      wish.pairs.push([name, wish.unshown.has(name) ? '' : value]);
    }
    return wish;
  }

  get declared() {
    return Object.entries(declared(this.name) ?? {});
  }

  /** Those that the event declares have a field of their own. */
  sort() {
    for (const [name] of this.declared) {
      const at = this.pairs.findIndex(([key]) => key === name);
      if (at >= 0) this.given[name] = this.pairs.splice(at, 1)[0][1];
    }
  }

  get params() {
    const own = this.declared.map(([name]) => [name, this.given[name] ?? '']).filter(([, value]) => value !== '');
    return Object.fromEntries([...own, ...this.pairs.filter(([name]) => name)]);
  }

  get lacks() {
    const must = (name, one) => one?.Required || this.unshown.has(name);
    return (
      this.declared.some(([name, one]) => must(name, one) && !this.given[name]) ||
      this.pairs.some(([name, value]) => must(name) && !value)
    );
  }
}

export const fire = (name = '') => describe(new Wish(name), 'Fire an event');

/** With the same parameters, as far as they can be seen. */
export const fireAgain = (event) => describe(Wish.like(event), `Fire ${event.Name} again`);

function describe(wish, title) {
  const preview = new Preview(() => dialog.again());
  const look = (wait) => preview.ask(wish.name ? () => api.plan(wish.name, wish.params, wish.limit) : undefined, wait);
  const changed = (wait) => {
    look(wait);
    dialog.again();
  };
  const dialog = ask({
    title,
    view: () => html`
      <div class="fields">
        ${nameField(wish, preview, changed)}
        ${wish.declared.map(([name, one]) => parameter(wish, name, one, changed))}
        ${wish.pairs.map((pair, at) => otherParameter(wish, pair, at, changed))}
        ${
          declared(wish.name)
            ? nothing
            : html`<p><button type="button" class="quiet" @click=${() => {
                wish.pairs.push(['', '']);
                dialog.again();
              }}>Add a parameter</button></p>`
        }
        ${limitField(wish, preview, changed)}
        ${wish.ahead || model.status?.Queue.Waiting ? aheadField(wish) : nothing}
      </div>
      ${preview.view({ without: [nameObjection(preview), limitObjection(preview)] })}`,
    confirm: {
      kind: 'primary',
      label: () => `Fire ${wish.name}`,
      ready: () => preview.plan !== undefined && !limitObjection(preview) && !wish.lacks,
      act: async () => {
        const { name: Name, params: Params, limit, ahead } = wish;
        const asked = {
          Name,
          Params,
          Limit: limit || undefined,
          Ahead: ahead || undefined,
          Plan: preview.plan.Fingerprint,
        };
        const accepted = await api.fire(asked).catch((refused) => {
          if (refused.status === 409) look(0); // it is not as the plan says any more: the new one is shown
          throw refused;
        });
        go(`#/events/${encodeURIComponent(accepted.ID)}`);
      },
    },
  });
  look(0);
  loadPatterns().then(() => {
    wish.sort();
    dialog.again();
  });
}

const nameObjection = ({ error }) => (error?.status === 404 ? error.message : undefined);

/** That it cannot be read, or names nodes without an agent. */
const limitObjection = ({ error, plan }) =>
  error?.message.startsWith('a limit is')
    ? error.message
    : plan?.Doubts?.find((doubt) => doubt.startsWith('its limit names '));

const nameField = (wish, preview, changed) => html`
  <label class="field"><span>Event</span><input
     name="event" list="fire-names" autocomplete="off" spellcheck="false" required .value=${wish.name}
     aria-invalid=${nameObjection(preview) ? 'true' : nothing} aria-describedby="fire-name-objection"
     @input=${(e) => {
       wish.name = e.target.value.trim();
       changed();
     }}></label>
  <datalist id="fire-names">${knownNames().map((known) => html`<option value=${known}></option>`)}</datalist>
  ${objection('fire-name-objection', nameObjection(preview), (meant) => {
    wish.name = meant;
    changed(0);
  })}`;

const limitField = (wish, preview, changed) => html`
  <label class="field"><span>Only on (its limit)</span><input
     name="limit" autocomplete="off" spellcheck="false" placeholder="all nodes" .value=${wish.limit}
     aria-invalid=${limitObjection(preview) ? 'true' : nothing} aria-describedby="fire-limit-note"
     @input=${(e) => {
       wish.limit = e.target.value.trim();
       changed();
     }}>
     <small class="muted" id="fire-limit-note">Nodes, as app-1,app-2; or how many of each task, as 1.</small></label>
  ${objection('fire-limit-objection', limitObjection(preview), (meant, message) => {
    const [, found] = message.match(/^its limit names ([^ ,]+)/) ?? [];
    wish.limit = wish.limit
      .split(',')
      .map((name) => (name.trim() === found ? meant : name))
      .join(',');
    changed(0);
  })}`;

const aheadField = (wish) => html`
  <label class="choice"><input type="checkbox" name="ahead" .checked=${wish.ahead} @change=${(e) => {
    wish.ahead = e.target.checked;
  }}><span>Before those that wait</span></label>`;

/** @param take what to do with the name that may have been meant */
function objection(id, message, take) {
  if (!message) return nothing;
  const meant = message.match(/did you mean `([^`]+)`/)?.[1];
  return html`<p class="objection" id=${id} role="alert">${legible(message)}
    ${meant ? html`<button type="button" @click=${() => take(meant, message)}>Take ${meant}</button>` : nothing}</p>`;
}

const parameter = (wish, name, one, changed) => html`
  <label class="field"><span>${name}${one.Required ? ' (required)' : ''}</span><input
     name=${`param.${name}`} autocomplete="off" spellcheck="false" ?required=${one.Required}
     placeholder=${one.Pattern ?? ''} .value=${wish.given[name] ?? ''} @input=${(e) => {
       wish.given[name] = e.target.value;
       changed();
     }}>${one.Description ? html`<small class="muted">${legible(one.Description)}</small>` : nothing}${unshown(
       wish,
       name,
     )}</label>`;

const otherParameter = (wish, pair, at, changed) => html`
  <div class="pair">
    <input aria-label="Name of parameter ${at + 1}" placeholder="parameter" spellcheck="false"
       .value=${pair[0]} @input=${(e) => {
         pair[0] = e.target.value.trim();
         changed();
       }}>
    <input aria-label="Value of parameter ${at + 1}" placeholder="value" spellcheck="false"
       .value=${pair[1]} @input=${(e) => {
         pair[1] = e.target.value;
         changed();
       }}>
    <button type="button" class="quiet" aria-label="Remove parameter ${at + 1}" @click=${() => {
      wish.pairs.splice(at, 1);
      changed(0);
    }}>✕</button>
    ${unshown(wish, pair[0])}</div>`;

const unshown = (wish, name) =>
  wish.unshown.has(name)
    ? html`<small class="muted">What it came with before is not shown in full: type it again.</small>`
    : nothing;
