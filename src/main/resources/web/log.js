// The log of a task on a node: its end first, more on demand, followed while the task runs. Never interpreted.
import * as api from './api.js';
import { size } from './format.js';

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
  /** The same; they are counted from 1. */
  lines = [];
  /** How many of them, at the beginning, are not shown. */
  hidden = 0;
  missing = false;
  error = undefined;
  #widened = false;
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
      this.missing = text === undefined && this.text === undefined;
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

  /** Once more was wanted, what is shown keeps its beginning while the log grows. */
  #take(text) {
    if (text === this.text) return;
    this.text = text;
    this.lines = text.replace(/\r\n/g, '\n').replace(/\n$/, '').split('\n');
    if (!this.#widened) this.hidden = this.#before(this.lines.length, PIECE);
  }

  /** The line from which on so many characters stand before the end line. */
  #before(end, characters) {
    let left = characters;
    let at = end;
    while (at > 0 && left > 0) {
      at--;
      left -= this.lines[at].length + 1;
    }
    return at;
  }

  close() {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  more() {
    this.#widened = true;
    this.hidden = this.#before(this.hidden, PIECE * 2);
    this.done();
  }

  /** Has a line shown, counted from 1. */
  reach(no) {
    if (no > this.hidden) return;
    this.#widened = true;
    this.hidden = Math.max(0, no - 20);
  }

  get hiddenSize() {
    let sum = 0;
    for (let at = 0; at < this.hidden; at++) sum += this.lines[at].length + 1;
    return size(sum);
  }

  get sizeText() {
    return size(this.text?.length ?? 0);
  }
}
