// The axis of time of a timeline: from the event's start to its end, or to now.
import { html, nothing } from './lib/lit-html.js';
import { duration, millis, now } from './format.js';

const STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400,
].map((s) => s * 1000);
const TICKS = 6;

/** Undefined while the event has not begun. */
export function axisOf(event) {
  const from = millis(event.StartedAt);
  if (from === undefined) return undefined;
  const ends = event.Tasks.flatMap((task) =>
    [task, ...task.Nodes].map((thing) => millis(thing.FinishedAt)).filter(Boolean),
  );
  const end = millis(event.FinishedAt) ?? now();
  const to = Math.max(end, from + 1000, ...ends.slice(0, 5000));
  return { from, to, length: (to - from) * 1.02, end };
}

const percent = (axis, at) => Math.min(100, Math.max(0, ((at - axis.from) / axis.length) * 100));

/** The bar of a task or of a node's run; nothing if it has not begun. */
export function bar(axis, thing, state) {
  const from = millis(thing.StartedAt);
  if (from === undefined) return nothing;
  const left = percent(axis, from);
  const width = percent(axis, millis(thing.FinishedAt) ?? axis.end) - left;
  return html`<span class="bar ${state}"
    .style=${`left:${left.toFixed(2)}%;width:${Math.max(width, 0.3).toFixed(2)}%`}></span>`;
}

export function ticks(axis) {
  const span = axis.to - axis.from;
  const step =
    STEPS.find((candidate) => span / candidate <= TICKS) ?? Math.ceil(span / TICKS / 86_400_000) * 86_400_000;
  const marks = [];
  for (let at = 0; at <= span; at += step) marks.push(at);
  return marks.map(
    (at) => html`<span class="tick" .style=${`left:${percent(axis, axis.from + at).toFixed(2)}%`}>${label(at)}</span>`,
  );
}

/** `0`, `+30 s`, `+1:30`, `+2:00 h`. */
function label(at) {
  if (at === 0) return '0';
  if (at < 60_000) return `+${duration(at).replace('.0', '')}`;
  const two = (n) => String(n).padStart(2, '0');
  const minutes = Math.floor(at / 60_000);
  return minutes < 60 ? `+${minutes}:${two((at / 1000) % 60)}` : `+${Math.floor(minutes / 60)}:${two(minutes % 60)} h`;
}
