// What stands where there is nothing yet: how a first event comes to be.
import { html, nothing } from './lib/lit-html.js';
import { action, empty } from './parts.js';
import * as actions from './actions.js';
import { legible } from './format.js';
import { definedEvents } from './patterns.js';

const EXAMPLE = `events:
  hello: {ordered_tasks: [{task: greet}]}
tasks:
  greet: {operations: [execute: {script: 'echo "hello from $METRONOME_NODE"'}]}`;

/** Instead of events: those that could be fired, or where they are written. */
export const noEventYet = (title) => empty(title, definedEvents().length ? defined() : noneDefined());

/** The events of the task files, each with its plan one click away. */
const defined = () => html`
  <p>An event runs the tasks that the task files name for it, one after another, each on the nodes that match.
    These are defined; a name leads to what it would do:</p>
  ${list()}
  <p>Fire one here, or on any machine of the cluster: <code>metronome fire ${definedEvents()[0].Event} --wait</code></p>
  <p>${action('primary', 'Fire…', () => actions.fire())}</p>`;

export const list = () =>
  html`<ul class="planned">${definedEvents().map(
    (one) => html`
  <li><p><a class="event-link" href="#/plan/${encodeURIComponent(
    one.Event,
  )}">${one.Event}</a> <span class="muted">${one.Pattern}</span></p>
    ${one.Description ? html`<p class="muted">${legible(one.Description)}</p>` : nothing}</li>`,
  )}</ul>`;

/** Where task files go, and what the smallest one looks like. */
export const noneDefined = () => html`
  <p>The task files of this agent define no event. Put a folder with a <code>task.yml</code> on every node, say
    <code>/opt/patterns/hello/task.yml</code>:</p>
  <pre class="operation">${EXAMPLE}</pre>
  <p>and name it in <code>/etc/metronome/config.yml</code>: <code>files: /opt/patterns/*/task.yml</code></p>
  <p><code>metronome validate</code> says what is wrong with it. Start the agents anew after a change of their settings,
    and then <code>metronome fire hello --wait</code>, or Fire… above.</p>`;
