// Times, durations, words: everything that becomes text for people.

const clock = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat([], { year: 'numeric', month: 'short', day: 'numeric' });

/** How far this browser's clock is ahead of the agent's, in milliseconds; small differences are the network's. */
let ahead = 0;

export function learnClock(at) {
  const difference = Date.now() - Date.parse(at);
  ahead = Math.abs(difference) > 2000 ? difference : 0;
}

const clockNow = () => Date.now() - ahead;

let stopped;

/** What is not followed any more must not look as if it went on: until when it was so; undefined if it is so now. */
export function stopAt(time) {
  stopped = millis(time);
}

/** Milliseconds, by the agent's clock; of what is shown. */
export const now = () => stopped ?? clockNow();

export const millis = (time) => (time ? Date.parse(time) : undefined);

/** Of today only the time, else the day too; in the reader's zone. */
export function when(time) {
  if (!time) return '';
  const date = new Date(time);
  const today = day.format(date) === day.format(new Date(now()));
  return today ? clock.format(date) : `${day.format(date)}, ${clock.format(date)}`;
}

const offset = new Intl.DateTimeFormat('en', { timeZoneName: 'longOffset' });

/** The reader's zone now, in which every time is shown: `UTC+02:00`. */
export const zone = () =>
  offset
    .formatToParts(now())
    .find((part) => part.type === 'timeZoneName')
    .value.replace('GMT', 'UTC');

const milliseconds = new Intl.DateTimeFormat([], {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});

/** Of a log's line, in the reader's zone. */
export const timeOfDay = (time) => milliseconds.format(new Date(time));

/** `+0.123`, `+1:02.500`: how long after another it is. */
export function offsetTime(ms) {
  if (Number.isNaN(ms)) return '';
  const seconds = ((Math.abs(ms) % 60_000) / 1000).toFixed(3);
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  return `${ms < 0 ? '-' : '+'}${minutes ? `${minutes}:${seconds.padStart(6, '0')}` : seconds}`;
}

/** The same moment in UTC, for a title. */
export const utc = (time) =>
  time
    ? `${new Date(time)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z/, '')} UTC`
    : '';

/** `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`, `3 d 4 h`. */
export function duration(ms) {
  if (ms === undefined || Number.isNaN(ms)) return '';
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (n) => String(n).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)} min`;
  return `${Math.floor(whole / 86400)} d ${Math.floor(whole / 3600) % 24} h`;
}

/** How long something took, or has taken so far. */
export function took(thing, inProgress = thing.Status === 'inprogress') {
  const from = millis(thing.StartedAt);
  const to = millis(thing.FinishedAt) ?? (inProgress ? now() : undefined);
  return from === undefined || to === undefined ? '' : duration(to - from);
}

/** A running duration in whole seconds, so that it does not flicker. */
export function elapsed(from) {
  const ms = now() - millis(from);
  return ms < 10_000 ? `${Math.max(0, Math.floor(ms / 1000))} s` : duration(ms);
}

/** What a task waits for at its gate of health, with its clocks. */
export function gateSentence({ Until: until, Since: since, What: what, Held: held }) {
  if (held && !what) return 'all is well, and a freeze holds what comes next';
  const left = `${whole(Math.max(0, millis(until) - now()))} left`;
  return what
    ? `waiting for ${what} for ${elapsed(since)}, ${left}`
    : `all is well for ${elapsed(since)} and has to stay so, ${left}`;
}

/** In whole seconds. */
export const whole = (ms) => duration(Math.ceil(ms / 1000) * 1000).replace('.0', '');

export function ago(time) {
  const ms = clockNow() - millis(time);
  if (ms < 5000) return 'just now';
  if (ms < 60_000) return `${Math.floor(ms / 1000)} s ago`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ago`;
  if (ms < 86_400_000) return `${Math.floor(ms / 3_600_000)} h ago`;
  return `${Math.floor(ms / 86_400_000)} d ago`;
}

const WORDS = { inprogress: 'in progress', skip: 'skipped' };

/** The word of a state, as people read it. */
export const word = (state) => WORDS[state] ?? state;

export const isFailed = (thing) => ['error', 'timeout'].includes(thing.Status);

/** On how many nodes tasks have failed so far; a lost node is one of them. */
export const failures = (tasks) => tasks.reduce((sum, task) => sum + task.Nodes.filter(isFailed).length, 0);

/** `lost`, `no target`: why, where the status does not say it already. */
export const reason = (thing) =>
  thing.Reason && thing.Reason !== thing.Status && thing.Reason !== 'failed' ? thing.Reason.replace('-', ' ') : '';

const PARTS = { undo: 'undo of ', finally: 'finally ' };

/** A task's name, and what it is to its event unless it is one of the ordered tasks. */
export const taskName = (task) => (PARTS[task.Part] ?? '') + (task.Name ?? task.Task);

/** What it means that a newer version wrote a record. */
export const leftAlone = (record) =>
  `${record.Key} has format ${record.NewFormat}, which is newer than this agent; ` +
  'update the agents, it waits for one that knows it';

export const count = (n, one, many = `${one}s`) => `${n.toLocaleString()} ${n === 1 ? one : many}`;

/** Names in the order in which people count: app2 before app10. */
export const byName = new Intl.Collator('en', { numeric: true }).compare;

export function size(bytes) {
  return bytes < 1024
    ? `${bytes} B`
    : bytes < 1_048_576
      ? `${Math.round(bytes / 1024)} KB`
      : `${(bytes / 1_048_576).toFixed(1)} MB`;
}

/** Text that somebody else wrote, with its control and formatting characters made visible and none in force. */
export function legible(text) {
  return text.replace(/\r\n/g, '\n').replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
}

/** As the log of a task has them: `\x1b`, `\u202e`. */
function escaped(character) {
  const code = character.codePointAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
