// What an event waits for that somebody must agree to: what is asked, of whom, who has answered, what comes of it, and
// the buttons to answer. They are gone with the time for it.
import { html, nothing } from './lib/lit-html.js';
import * as api from './api.js';
import { legible, millis, now, whole } from './format.js';
import { action, failure, time } from './parts.js';
import { planView } from './planned.js';
import { changed, learnEvent, model } from './model.js';

/** The approval that is shown, what was typed there, and what the event is about to do. */
let shown = {};

export const openApproval = (event) => event.Tasks.find((task) => task.Approval?.Until && task.Status === 'inprogress');

/** For whom a task waits, and how long. */
export function approvalSentence({ Approval: asked }) {
  const left = millis(asked.Until) - now();
  return html`waits for an approval by <strong>${voters(asked)}</strong>${
    left > 0 ? html`, <span class="left">${whole(left)} left</span>` : ', its time is over'
  }`;
}

export function approvalView(event) {
  const task = openApproval(event);
  if (!task) return nothing;
  const asked = task.Approval;
  const mine = about(event, task);
  return html`<section class="approval" aria-label="Approval">
    <h2>${legible(asked.Message)}</h2>
    <p>It ${approvalSentence(task)}, until ${time(asked.Until)}; then it is ${
      asked.OnTimeout === 'approve' ? 'approved' : 'denied'
    }.</p>
    ${(asked.Votes ?? []).map(
      (vote) =>
        html`<p class="vote">${vote.Choice === 'deny' ? 'denied' : 'approved'} by <strong>${legible(
          vote.By,
        )}</strong>, ${time(vote.At)}${vote.Reason ? html`: ${legible(vote.Reason)}` : nothing}</p>`,
    )}
    ${millis(asked.Until) > now() ? answer(event, task, mine) : nothing}
    ${mine.error ? failure(mine.error) : nothing}
    ${mine.plan ? html`<h3>What would follow</h3>${planView(mine.plan, { brief: true, from: task.No + 1 })}` : nothing}
  </section>`;
}

const voters = ({ By: names, Count: count }) => `${count > 1 ? `${count} of ` : ''}${names.join(', ')}`;

function answer(event, task, mine) {
  const why = objection(event, task.Approval);
  if (why) return html`<p class="muted">${why}</p>`;
  const vote = (deny) => () => cast(event, deny, mine);
  return html`
    <label class="field"><span>Reason, for those who look later</span><input name="reason" maxlength="500"
      .value=${mine.reason} @input=${(e) => {
        mine.reason = e.target.value;
      }}></label>
    <p class="actions">${action('primary', 'Approve', vote(false), undefined, 'approve')} ${action(
      'danger',
      'Deny',
      vote(true),
      undefined,
      'approve',
    )}</p>`;
}

const userOf = (by = '') => by.replace(/@[^@]*$/, '');

/** Why the vote of who looks would not count, as far as the page knows. */
function objection(event, asked) {
  if (!model.access) return undefined;
  const { By: by, Groups: groups = [] } = model.access;
  const user = userOf(by);
  if ((asked.Votes ?? []).some((vote) => userOf(vote.By) === user)) return 'You have voted.';
  if (![user, ...groups].some((name) => asked.By.includes(name))) return `You (${by}) are none of those who are asked.`;
  if (!asked.Self && userOf(event.By) === user) return 'You have fired the event: somebody else is to agree.';
  return undefined;
}

async function cast(event, deny, mine) {
  if (mine.busy) return;
  mine.busy = true;
  mine.error = undefined;
  try {
    await api.approve(event.ID, { ...(deny && { Deny: true }), ...(mine.reason && { Reason: mine.reason }) });
    learnEvent(await api.event(event.ID));
  } catch (refused) {
    mine.error = refused;
  } finally {
    mine.busy = false;
    changed();
  }
}

/** The tasks behind the approval, as the leader would run them now. */
function about(event, task) {
  const key = `${event.ID}/${task.No}`;
  if (shown.key !== key) {
    const mine = { key, reason: '' };
    shown = mine;
    api.plan(event.Name, event.Params, event.Limit).then(
      (plan) => {
        mine.plan = { ...plan, Tasks: plan.Tasks.filter((one) => one.Plan.No > task.No && one.Plan.Part !== 'undo') };
        changed();
      },
      () => {}, // the plan is beside the point if it cannot be had
    );
  }
  return shown;
}
