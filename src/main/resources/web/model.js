// What the page knows of the cluster, and who wants to be told when that changes. Everything in it is bounded: a page
// may stay open for weeks.
import { learnClock, now } from './format.js';

const KEPT_EVENTS = 6;

export const model = {
  /** To the agent: `connecting`, `live` or `lost`. */
  connection: 'connecting',
  lostAt: undefined,
  /** Whether the agent follows Consul: `AsOf`, when it did last, and `Fault`, why it does not; undefined until told. */
  consul: undefined,
  /** The cluster, as /v1/status tells it. */
  status: undefined,
  /** Events in full, by ID; those in progress are kept, and those looked at last. */
  events: new Map(),
  /** The newest events in one line each, as /v1/events tells it. */
  recent: undefined,
  nodes: undefined,
  /** Who asks, and what he may do, as /v1/access tells it. */
  access: undefined,
  /** What the agent refused, by what was asked for. */
  errors: new Map(),
};

const listeners = new Set();

/** Returns what ends it. */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function changed() {
  listeners.forEach((listener) => listener());
}

/** What is shown is `live`, or of before: `stale`, since Consul is not followed, or `lost`, with the agent. */
export function standing() {
  if (model.connection !== 'live') return model.connection;
  if (!model.consul) return 'connecting';
  return model.consul.Fault ? 'stale' : 'live';
}

/** Whether what is shown is of before. */
export const isPast = () => ['stale', 'lost'].includes(standing());

/** Until when what is shown was so, as a time; undefined while it is so, or nothing is. */
export function asOf() {
  const before = standing();
  return before === 'stale' ? model.consul.AsOf : before === 'lost' ? model.lostAt : undefined;
}

const HINDRANCES = {
  connecting: 'not connected yet',
  lost: 'the agent cannot be reached',
  stale: 'Consul cannot be reached',
};

/** What each role lacks of those above it. */
const LACKS = {
  read: { approve: 'you may only read', write: 'you may only read' },
  approve: { write: 'you may only look and approve' },
};

/** Why nothing can be done now that needs this role; undefined if it can. */
export const hindrance = (needed = 'write') => HINDRANCES[standing()] ?? LACKS[model.access?.Role]?.[needed];

export function learnConsul(consul) {
  model.consul = consul;
  changed();
}

export function connection(state) {
  if (model.connection === state) return;
  model.lostAt = state === 'lost' ? (asOf() ?? new Date(now()).toISOString()) : undefined;
  if (state === 'lost') model.consul = undefined; // whoever comes back may be another agent
  model.connection = state;
  changed();
}

export function learnStatus(status) {
  learnClock(status.At);
  model.status = status;
  forget();
  changed();
}

export function learnEvent(event) {
  model.events.delete(event.ID);
  model.events.set(event.ID, event);
  forget();
  changed();
}

function forget() {
  const others = [...model.events.keys()].filter((id) => !inProgress(id));
  others.slice(0, -KEPT_EVENTS).forEach((id) => model.events.delete(id));
}

export function learn(key, value) {
  model[key] = value;
  model.errors.delete(key);
  changed();
}

export function refuse(key, error) {
  model.errors.set(key, error);
  changed();
}

/** The events in progress, the one that has been so longest first. */
export const running = () => {
  const { Running: first, Beside: others = [] } = model.status ?? {};
  return first ? [first, ...others] : [];
};

/** An event in progress as the cluster's status tells it; undefined if it is not. */
export const inProgress = (id) => running().find((event) => event.ID === id);

/** An event in full; of one in progress with what only the cluster's status tells: who is awaited, until when. */
export function eventInFull(id) {
  const event = model.events.get(id);
  const told = inProgress(id);
  if (!event || !told) return event;
  const head = told.Task;
  const tasks = event.Tasks.map((task) =>
    task.No === head.No && fresher(head, task) ? { ...task, Nodes: awaited(task, head) } : task,
  ).map((task) => (task.Gate ? { ...task, Gate: { ...task.Gate, Held: isHeld(event, told.Lane) } } : task));
  return { ...event, Cancelled: event.Cancelled ?? told.Cancelled, Tasks: tasks };
}

/** Whether a freeze keeps it from opening anything. */
const isHeld = ({ Name: name, Override: override }, inLane) =>
  !override &&
  (model.status.Frozen ?? []).some(
    ({ Event: event, Lane: lane }) => (!event || event === name) && (!lane || lane === inLane),
  );

const fresher = (head, task) =>
  task.Status === 'inprogress' || task.Status === 'waiting' || head.Nodes.length > task.Nodes.length;

function awaited(task, head) {
  const until = new Map(head.Nodes.map((run) => [run.Node, run.Until]));
  return task.Nodes.map((run) => (until.get(run.Node) ? { ...run, Until: until.get(run.Node) } : run));
}
