// Tells by a notification of the desktop that an event has ended, on request, while nobody looks at the page.
import { legible, word } from './format.js';
import { changed, model, subscribe } from './model.js';

const KEY = 'metronome-notify';
const MOST = 3;

let wanted = false;
/** IDs of events that had ended when it was asked for, or that were told. */
let known;

const possible = () => 'Notification' in window;

export function startNotifying() {
  try {
    wanted = possible() && Notification.permission === 'granted' && localStorage.getItem(KEY) === 'yes';
  } catch {
    // a browser that keeps nothing
  }
  subscribe(tell);
}

/** `on`, `off`, or `denied` by the browser. */
export function notifying() {
  if (!possible() || Notification.permission === 'denied') return 'denied';
  return wanted ? 'on' : 'off';
}

/** The browser asks its user once. */
export async function toggleNotifying() {
  if (!possible()) return;
  if (!wanted && Notification.permission !== 'granted') await Notification.requestPermission();
  wanted = !wanted && Notification.permission === 'granted';
  known = undefined;
  try {
    localStorage.setItem(KEY, wanted ? 'yes' : 'no');
  } catch {
    // as above
  }
  changed();
}

function tell() {
  if (!wanted || !model.recent) return;
  const ended = model.recent.Events.filter((event) => event.FinishedAt);
  if (known && (document.hidden || !document.hasFocus()))
    ended
      .filter((event) => !known.has(event.ID))
      .slice(0, MOST)
      .forEach(show);
  known = new Set(ended.map((event) => event.ID));
}

function show(event) {
  const note = new Notification(`${event.Name}: ${word(event.Status)}`, {
    body: legible(event.Message ?? ''),
    tag: event.ID,
    icon: 'icon.svg',
  });
  note.onclick = () => {
    window.focus();
    location.hash = `#/events/${encodeURIComponent(event.ID)}`;
  };
}
