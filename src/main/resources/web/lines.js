// A log as its lines: when each was written, by what, and its text with the colours of a terminal, and no more than
// these. Whatever a script has written stays text.
import { html, nothing } from './lib/lit-html.js';
import { legible, millis, offsetTime, timeOfDay, utc } from './format.js';

const LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)) \[([A-Z]{1,5}) *\] ?/;
const OMITTED = /^\.\.\. ([\d,]+) bytes omitted \.\.\.$/;

/** What a line is marked with, beside its colour. */
const MARKS = { WARN: 'warn', ERROR: 'error' };

/** `{at, level, text}`; of what stands for the part that was cut out `{omitted}`. */
export function parsed(line) {
  const omitted = line.match(OMITTED)?.[1];
  if (omitted) return { omitted, text: line };
  const [head = '', at, level] = line.match(LINE) ?? [];
  return { at, level, text: line.slice(head.length) };
}

/** How many bytes were cut out of a log's middle, as it says; undefined if it is whole. */
export const cutOut = (lines) => lines.map((line) => line.length < 60 && line.match(OMITTED)?.[1]).find(Boolean);

/** How the time of a line is shown: not, since the first one, or in the reader's zone. */
export const TIMES = {
  off: () => '',
  relative: (at, first) => offsetTime(millis(at) - millis(first)),
  local: timeOfDay,
};

/**
 * A line.
 *
 * @param options `times`, a name of TIMES, `first`, the time that is counted from, and `search`
 */
export function lineView(line, { times, first, search }) {
  const { at, level, text, omitted } = parsed(line);
  if (omitted) return html`<span class="omitted">${omitted} bytes were cut out here</span>`;
  const time = at ? TIMES[times](at, first) : '';
  return html`${time ? html`<time datetime=${at} title=${utc(at)}>${time} </time>` : nothing}${
    MARKS[level] ? html`<b class="level">${MARKS[level]} </b>` : nothing
  }${found(pieces(text), search).map(piece)}`;
}

export const levelOf = (line) => MARKS[line.match(LINE)?.[2]] ?? '';

const piece = ({ kind, text, isFound }) => {
  const shown = legible(text);
  const inside = isFound ? html`<mark>${shown}</mark>` : shown;
  return kind ? html`<span class=${kind}>${inside}</span>` : inside;
};

// eslint-disable-next-line no-control-regex
const SGR = /\x1b\[([\d;:]*)m/;
const HUES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const ATTRIBUTES = { 1: 'bold', 3: 'italic', 4: 'underline' };

/** The parts of a line that look alike, as `{kind, text}`; of a terminal's language only colours and attributes. */
export function pieces(line) {
  if (!line.includes('\x1b')) return [{ kind: '', text: line }];
  const style = { hue: '', attributes: new Set() };
  const all = [];
  line.split(SGR).forEach((part, at) => {
    if (at % 2) obey(part, style);
    else if (part) all.push({ kind: [style.hue, ...style.attributes].filter(Boolean).join(' '), text: part });
  });
  return all;
}

function obey(codes, style) {
  const list = codes.split(/[;:]/).map(Number);
  for (let at = 0; at < list.length; at++) {
    const code = list[at];
    if (code === 0) {
      style.hue = '';
      style.attributes.clear();
    } else if (ATTRIBUTES[code]) style.attributes.add(ATTRIBUTES[code]);
    else if (code === 22) style.attributes.delete('bold');
    else if (code === 23) style.attributes.delete('italic');
    else if (code === 24) style.attributes.delete('underline');
    else if (code === 39) style.hue = '';
    else if (code === 38 || code === 48) {
      const [hue, used] = extended(list.slice(at + 1));
      if (code === 38) style.hue = hue;
      at += used;
    } else if ((code >= 30 && code < 38) || (code >= 90 && code < 98)) style.hue = hueOf(code % 10);
  }
}

const hueOf = (n) => `hue-${HUES[n]}`;

/** Of 256 colours, or of all, the one of eight that is nearest: the theme makes it legible. */
function extended([kind, a = 0, b = 0, c = 0]) {
  if (kind === 2) return [nearest(a, b, c), 4];
  if (kind !== 5) return ['', 1];
  if (a < 16) return [hueOf(a % 8), 2];
  if (a >= 232) return ['', 2];
  const level = (n) => (Math.floor((a - 16) / n) % 6) * 51;
  return [nearest(level(36), level(6), level(1)), 2];
}

function nearest(...rgb) {
  const most = Math.max(...rgb);
  if (most - Math.min(...rgb) < 48) return ''; // a grey
  const [red, green, blue] = rgb.map((part) => part > most * 0.6);
  return hueOf((red ? 1 : 0) + (green ? 2 : 0) + (blue ? 4 : 0));
}

/** The same, cut at what is searched for. */
function found(parts, search) {
  if (!search) return parts;
  const all = parts
    .map((part) => part.text)
    .join('')
    .toLowerCase();
  const hits = [];
  for (let at = all.indexOf(search); at >= 0; at = all.indexOf(search, at + search.length))
    hits.push([at, at + search.length]);
  if (!hits.length) return parts;
  const edges = hits.flat();
  let from = 0;
  return parts.flatMap(({ kind, text }) => {
    const inside = edges.filter((edge) => edge > from && edge < from + text.length);
    const cuts = [from, ...inside, from + text.length];
    from += text.length;
    return cuts.slice(1).map((to, index) => ({
      kind,
      text: text.slice(cuts[index] - cuts[0], to - cuts[0]),
      isFound: hits.some(([begin, end]) => cuts[index] >= begin && to <= end),
    }));
  });
}

/** What can be read of a line, without colours: what a search looks at. */
export const plain = (line) =>
  pieces(parsed(line).text)
    .map((part) => part.text)
    .join('')
    .toLowerCase();

/** The last lines of a log, without what the agent says of beginnings. */
export const lastLines = (text, most) =>
  text
    .split('\n')
    .filter((line) => line && !/^-{2,4} (Task|Operation) .* has started$/.test(parsed(line).text))
    .slice(-most);
