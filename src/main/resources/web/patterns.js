// The events that the agent's task files define, and what names a person is likely to mean.
import * as api from './api.js';
import { changed, model } from './model.js';

/** As the agent told them last; empty until it has. */
let patterns = [];

let asked = false;

/** As they are known; the first who wants them has them asked for. */
export function definedEvents() {
  if (!asked) loadPatterns();
  return patterns;
}

/** Asks for them; without an answer there is nothing to propose. */
export async function loadPatterns() {
  asked = true;
  try {
    patterns = await api.patterns();
    changed();
  } catch {
    patterns = [];
  }
}

/** Names of events, those of the task files first. */
export const knownNames = () => [
  ...new Set([
    ...patterns.map((one) => one.Event).sort(),
    ...(model.recent?.Events ?? []).map((event) => event.Name).sort(),
  ]),
];

/** What the task files declare of an event's parameters, by name; undefined if it takes all. */
export function declared(event) {
  const parts = patterns.filter((one) => one.Event === event && one.Parameters);
  if (!parts.length) return undefined;
  const all = {};
  for (const part of parts)
    for (const [name, one] of Object.entries(part.Parameters))
      all[name] = { ...one, ...all[name], Required: one.Required || all[name]?.Required || false };
  return all;
}
