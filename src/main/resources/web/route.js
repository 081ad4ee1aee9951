// Where the page is: #/, #/events, #/events/ID, #/nodes, #/plan/EVENT, each with ?names=values.

export function route() {
  const [place, search = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [page = '', ...rest] = place.split('/').filter(Boolean).map(decode);
  return { page, argument: rest.join('/'), query: new URLSearchParams(search) };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The same place with another query; what is undefined or empty is left out. */
export function withQuery(changes) {
  const { page, argument, query } = route();
  Object.entries(changes).forEach(([name, value]) => (value ? query.set(name, value) : query.delete(name)));
  const search = query.toString();
  return `#/${[page, argument].filter(Boolean).map(encodeURIComponent).join('/')}${search ? `?${search}` : ''}`;
}

/** Goes there without an entry in the browser's history. */
export function replace(hash) {
  history.replaceState(null, '', hash);
  dispatchEvent(new Event('hashchange'));
}

let visited = 0;

/** To where the visitor came from; where that is elsewhere, or unknown, the link leads on. */
export function goBack(e) {
  if (!(window.navigation?.canGoBack ?? visited > 1)) return;
  e.preventDefault();
  history.back();
}

/** How far down each entry of the history was read; a new one begins at the top. */
const depths = new Map();
let entry;

addEventListener('scroll', () => depths.set(entry, scrollY), { passive: true });

/** Once another place is shown. */
export function arriveAtPlace() {
  visited++;
  entry = window.navigation?.currentEntry?.key ?? location.hash;
  const depth = depths.get(entry) ?? 0;
  requestAnimationFrame(() => requestAnimationFrame(() => scrollTo(0, depth)));
}

export const go = (hash) => {
  location.hash = hash;
};
