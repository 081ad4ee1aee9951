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

export const go = (hash) => {
  location.hash = hash;
};
