// Light, dark, or as the system wants it; remembered in this browser.
const KINDS = ['auto', 'light', 'dark'];
const KEY = 'metronome-theme';

let chosen = stored();

function stored() {
  try {
    const kind = localStorage.getItem(KEY);
    return KINDS.includes(kind) ? kind : 'auto';
  } catch {
    return 'auto'; // a browser that keeps nothing
  }
}

export const theme = () => chosen;

export function nextTheme() {
  chosen = KINDS[(KINDS.indexOf(chosen) + 1) % KINDS.length];
  document.documentElement.dataset.theme = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // as above
  }
}
