// How long events usually take, and when they are expected to begin, by what came before.
import * as api from './api.js';
import { learn, model, running } from './model.js';

/** Between two questions, each of which costs Consul some ten requests; and after so long it is asked again. */
const LEAST = 3_000;
const MOST = 60_000;

let asked;
let askedAt = -MOST;

/** What the answer depends on. */
const signature = ({ Leader: leader, Queue: queue, Frozen: frozen }) =>
  JSON.stringify([
    leader?.Node,
    running().map((event) => event.ID),
    queue.Events.map((event) => event.ID),
    queue.Blocked?.map((one) => one.EventID),
    frozen?.length,
  ]);

/** Asks, if there is something to ask and it has changed; whoever shows it calls this when he draws. */
function look() {
  const { status } = model;
  if (!status || (!running().length && !status.Queue.Events.length)) return;
  const now = signature(status);
  const since = performance.now() - askedAt;
  if (since < (now === asked ? MOST : LEAST)) return;
  asked = now;
  askedAt = performance.now();
  api.expected().then(
    (expected) => learn('expected', expected),
    () => {}, // it is not known, then
  );
}

/** How long an event that runs usually takes, in milliseconds. */
export function usually(id) {
  look();
  return model.expected?.Running.find((one) => one.ID === id)?.Usually?.Millis;
}

/** When an event that waits is expected to begin. */
export function expectedStart(id) {
  look();
  return model.expected?.Waiting.find((one) => one.ID === id)?.Begins;
}
