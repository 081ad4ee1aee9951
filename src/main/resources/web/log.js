// The log of a task on a node: its end first, more on demand, followed while the task runs. Never interpreted.
import * as api from './api.js';
import { inZone, legible, size } from './format.js';

/** Characters that are shown at first, and added at each wish for more. */
export const PIECE = 65_536;
const AGAIN = 4000;

/**
 * One log, as it is known.
 *
 * @param done called when something has changed
 * @param mayGrow whether it is worth reading again, also when nobody has said that it has grown
 */
export class Log {
  text = undefined;
  missing = false;
  error = undefined;
  shown = PIECE;
  #abort = new AbortController();
  #timer;
  #busy = false;
  #again = false;

  constructor(id, no, node, done, mayGrow) {
    Object.assign(this, { id, no, node, done, mayGrow });
  }

  /** Reads it, now; one that is being read is read once more after that. */
  async read() {
    clearTimeout(this.#timer);
    if (this.#abort.signal.aborted) return;
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    this.#again = false;
    try {
      const text = await api.log(this.id, this.no, this.node, this.#abort.signal);
      this.missing = text === undefined;
      if (text !== undefined) this.#take(text);
      this.error = undefined;
    } catch (e) {
      if (e.name === 'AbortError') return;
      this.error = e;
    } finally {
      this.#busy = false;
    }
    this.done();
    if (this.#again) this.read();
    else if (this.mayGrow() || this.error !== undefined) this.#timer = setTimeout(() => this.read(), AGAIN);
  }

  /** What is shown keeps its beginning while the log grows. */
  #take(text) {
    if (this.text !== undefined && text.length > this.text.length && this.shown > PIECE)
      this.shown += text.length - this.text.length;
    this.text = text;
  }

  close() {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  more() {
    this.shown += PIECE * 2;
    this.done();
  }

  get hidden() {
    return Math.max(0, (this.text?.length ?? 0) - this.shown);
  }

  /** The part that is shown, from the beginning of a line. */
  get part() {
    const text = this.text ?? '';
    if (!this.hidden) return inZone(legible(text));
    const tail = text.slice(this.hidden);
    const line = tail.indexOf('\n');
    return inZone(legible(line >= 0 && line < 4096 ? tail.slice(line + 1) : tail));
  }

  get sizeText() {
    return size(this.text?.length ?? 0);
  }
}
