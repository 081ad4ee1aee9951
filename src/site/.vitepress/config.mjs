// The pages are those of the repository, at the same places; build.mjs lays them out.
import { readFileSync } from 'node:fs';

/** Each reader of docs/README.md is a part, each of his links an entry. */
function sidebar() {
  const rows = readFileSync(new URL('../docs/index.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| an ') || line.startsWith('| a '));
  return rows.map((row) => {
    const [reader, links] = row.slice(2).split(' | ');
    const items = [...links.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)]
      .map(([, text, link]) => ({ text, link: new URL(link, 'file:///docs/').pathname.replace(/index\.md$/, '').replace(/\.md$/, '') }))
      .filter(({ link }) => !/\.\w+$/.test(link));
    return { text: reader, collapsed: false, items };
  });
}

export default {
  title: 'Metronome',
  description: 'Ordered events on a Consul cluster',
  cleanUrls: false,
  lastUpdated: false,
  markdown: {
    html: false,
    // Indented code as fenced, which scrolls.
    config: (md) => (md.renderer.rules.code_block = md.renderer.rules.fence),
  },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Install', link: '/docs/install' },
      { text: 'Documents', link: '/docs/' },
      { text: 'Changes', link: '/CHANGELOG' },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
  },
};
