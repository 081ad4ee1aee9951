// The agent's HTTP API: one function for each question and each action.

/** An answer that is not what was asked for; its message is for people. */
export class Refused extends Error {
  constructor(message, status, told = false) {
    super(message);
    this.status = status;
    /** By the agent itself, not by something on the way to it. */
    this.told = told;
  }
}

const path = (...parts) => parts.map(encodeURIComponent).join('/');

function query(values) {
  const some = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return some.length ? `?${new URLSearchParams(some)}` : '';
}

async function ask(url, options = {}) {
  let response;
  try {
    response = await fetch(url, { cache: 'no-store', credentials: 'same-origin', ...options });
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new Refused('The agent cannot be reached.', 0);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response) {
  const text = await response.text().catch(() => '');
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  const hint = body?.Hint?.startsWith('GET ') ? undefined : body?.Hint; // which is for programs
  const said = typeof body?.Error === 'string' ? [body.Error, hint].filter(Boolean).join('; ') : undefined;
  return new Refused(said ?? `The agent answered ${response.status}.`, response.status, said !== undefined);
}

const json = (url, options) => ask(url, options).then((response) => response.json());

const post = (url, body) =>
  json(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

const prefixed = (params = {}) =>
  Object.fromEntries(Object.entries(params).map(([key, value]) => [`param.${key}`, value]));

export const status = () => json('v1/status');
export const events = ({ params, ...wish }) => json(`v1/events${query({ ...wish, ...prefixed(params) })}`);
export const event = (id) => json(`v1/events/${path(id)}`);
export const nodes = () => json('v1/nodes');
export const nodeDetails = (name) => json(`v1/nodes/${path(name)}`);
export const access = () => json('v1/access');
export const expected = () => json('v1/expected');
export const windows = () => json('v1/windows');
export const schedules = () => json('v1/schedules');
export const patterns = () => json('v1/patterns');
export const plan = (name, params = {}, limit = '') =>
  json(
    `v1/plan${query({
      event: name,
      limit,
      ...prefixed(params),
    })}`,
  );
/** Of what goes on with an event that failed, with the parameters that it came with. */
export const planOfRetry = (id, { FailedNodes, From }) =>
  json(`v1/plan${query({ retry: id, 'failed-nodes': FailedNodes, from: From })}`);
export const fire = (body) => post('v1/events', body);
export const freeze = (body) => post('v1/freeze', body);
/** @param scope the `event` or `lane` of which the freeze is; neither of that of all */
export const thaw = (scope) => json(`v1/freeze${query(scope)}`, { method: 'DELETE' });
export const pause = (name, body) => post(`v1/schedules/${path(name)}/pause`, body);
export const resume = (name) => post(`v1/schedules/${path(name)}/resume`, {});
export const cancel = (id, body) => post(`v1/events/${path(id)}/cancel`, body);
export const approve = (id, body) => post(`v1/events/${path(id)}/approve`, body);
export const retry = (id, body) => post(`v1/events/${path(id)}/retry`, body);

/** The log of a task on a node as text; undefined if there is none yet. */
export async function log(id, no, node, signal) {
  try {
    const response = await ask(`v1/events/${path(id)}/logs${query({ task: no, node })}`, { signal });
    return await response.text();
  } catch (e) {
    if (e.status === 404) return undefined;
    throw e;
  }
}

export const logUrl = (id, no, node) => `v1/events/${path(id)}/logs${query({ task: no, node })}`;
