// The events that the agent's task files define, and what names a person is likely to mean.
import * as api from './api.js';
import { changed, model } from './model.js';

/** As the agent told them last; empty until it has. */
export let patterns = [];

/** Asks for them; without an answer there is nothing to propose. */
export async function loadPatterns() {
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
