// The plan of an event in a dialog, while it is being described.
import { html, nothing } from './lib/lit-html.js';
import { failure } from './parts.js';
import { planView } from './planned.js';

const PAUSE = 350;

/** The plan of an event as it is being described; asked for again once typing has paused. */
export class Preview {
  plan = undefined;
  error = undefined;
  #timer;
  #turn = 0;

  constructor(again) {
    this.again = again;
  }

  /** @param question gets the plan; undefined while there is nothing to ask */
  ask(question, wait = PAUSE) {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    this.plan = undefined;
    this.error = undefined;
    if (!question) return;
    this.#timer = setTimeout(async () => {
      try {
        const plan = await question();
        if (turn === this.#turn) this.plan = plan;
      } catch (e) {
        if (turn === this.#turn) this.error = e;
      }
      this.again();
    }, wait);
  }

  /** @param without objections that are said elsewhere */
  view({ without = [], ...options } = {}) {
    if (this.error) return without.includes(this.error.message) ? nothing : failure(this.error);
    if (!this.plan) return nothing;
    const doubts = (this.plan.Doubts ?? []).filter((doubt) => !without.includes(doubt));
    return html`<div class="preview">${planView({ ...this.plan, Doubts: doubts }, { brief: true, ...options })}</div>`;
  }
}
