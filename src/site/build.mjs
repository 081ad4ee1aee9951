// Lays the repository's documents out for vitepress, builds the site, and follows every link in what came of it.
//   node build.mjs REPOSITORY FOLDER    with vitepress in FOLDER/node_modules; the site is FOLDER/.vitepress/dist
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { build } from 'vitepress';

const [repository, folder] = process.argv.slice(2).map((path) => resolve(path));
const pages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs'];

function* walk(path) {
  if (!statSync(path).isDirectory()) yield path;
  else for (const name of readdirSync(path).sort()) yield* walk(join(path, name));
}

const inRepository = (page, link) => posix.normalize(posix.join(posix.dirname(page), link));

/** A folder is shown as a list of what is in it; what is no page, as it is. */
function linked(page, text) {
  return text.replace(/\]\((?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?\)/g, (whole, link, anchor = '') => {
    const target = inRepository(page, link);
    const source = join(repository, target);
    if (!existsSync(source)) return whole;
    if (statSync(source).isDirectory()) {
      list(target);
      return `](${link.replace(/\/$/, '')}/${anchor})`;
    }
    if (target.endsWith('.md')) return `](${index(link)}${anchor})`;
    return /\.(png|svg)$/.test(link) ? whole : `](${asset(target)})`;
  });
}

const index = (path) => path.replace(/README\.md$/, 'index.md');

function write(path, text) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Where it is shown; vitepress takes what ends as it does not know for a page. */
function asset(path) {
  const shown = /\.(ya?ml|json)$/.test(path) ? path : `${path}.txt`;
  mkdirSync(dirname(join(folder, 'public', shown)), { recursive: true });
  cpSync(join(repository, path), join(folder, 'public', shown));
  return `/${shown}`;
}

function list(path) {
  if (existsSync(join(repository, path, 'README.md'))) return;
  const names = [...walk(join(repository, path))].map((file) => relative(join(repository, path), file));
  const items = names.map((name) => (name.endsWith('.md') ? `- [${title(join(repository, path, name))}](${index(name)})` : `- [${name}](${asset(`${path}/${name}`)})`));
  write(`${path}/index.md`, `# ${path}\n\n${items.join('\n')}\n`);
}

const title = (file) => /^# (.*)/m.exec(readFileSync(file, 'utf8'))[1];

const examples = [...walk(join(repository, 'config/examples'))].filter((file) => file.endsWith('/README.md'));

for (const page of [...pages.flatMap((path) => [...walk(join(repository, path))]), ...examples]) {
  const path = relative(repository, page);
  // What the pages say of {{variables}} is not for Vue.
  if (path.endsWith('.md')) write(index(path), `:::: v-pre\n\n${linked(path, readFileSync(page, 'utf8'))}\n::::\n`);
  else if (/\.(png|svg)$/.test(path)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(page, join(folder, path));
  }
}

await build(folder);

const site = join(folder, '.vitepress/dist');
const html = [...walk(site)].filter((file) => file.endsWith('.html'));
const ids = new Map(html.map((file) => [file, new Set([...readFileSync(file, 'utf8').matchAll(/ id="([^"]+)"/g)].map(([, id]) => decodeURI(id)))]));
const broken = [];
for (const file of html) {
  for (const [, link] of readFileSync(file, 'utf8').matchAll(/ (?:href|src)="([^"]+)"/g)) {
    if (/^[a-z]+:|^\/\//.test(link)) continue;
    const [path, anchor] = link.replace(/&amp;/g, '&').split('#');
    let target = path === '' ? file : path.startsWith('/') ? join(site, path) : join(dirname(file), path);
    if (existsSync(target) && statSync(target).isDirectory()) target = join(target, 'index.html');
    if (!existsSync(target)) target += '.html';
    if (!existsSync(target) || (anchor && ids.has(target) && !ids.get(target).has(decodeURI(anchor)))) {
      broken.push(`${relative(site, file)} -> ${link}`);
    }
  }
}
if (broken.length > 0) {
  console.error([...new Set(broken)].join('\n'));
  process.exit(1);
}
console.log(`ok     site: ${html.length} pages, every link leads somewhere`);
