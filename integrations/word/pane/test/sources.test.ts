import { expect, test } from 'vitest';

import { Api } from '../src/api';
import { asMarkdown, nameAndLink } from '../src/sourcesView';

test('a document is called by its file, and opens on the web where it lies there', () => {
  expect(nameAndLink('https://a.sharepoint.com/sites/HR/Travel%20rules.docx?web=1', 'Word')).toEqual({
    title: 'Travel rules.docx',
    link: 'https://a.sharepoint.com/sites/HR/Travel%20rules.docx?web=1',
  });
  expect(nameAndLink('C:\\Users\\ann\\100%.docx', 'Word')).toEqual({ title: '100%.docx', link: '' });
  expect(nameAndLink('https://a.sharepoint.com/%E0%A4%A', 'Word').title).toBe('%E0%A4%A');
  expect(nameAndLink('', 'Word')).toEqual({ title: 'Word', link: '' });
});

test('headings stay headings, and a paragraph is one line', () => {
  expect(asMarkdown([{ text: 'Travel', heading_level: 1 }, { text: 'Up to\n140 EUR.' }, { text: 'x', heading_level: 9 }])).toBe(
    '# Travel\n\nUp to 140 EUR.\n\n###### x\n',
  );
});

test('what was given is the own uploads, each with the source that holds it', async () => {
  const asked: string[] = [];
  const answers: Record<string, unknown> = {
    'sources?own=true': {
      sources: [
        { id: 'a', connector: 'uploads', shared: false },
        { id: 'b', connector: 'uploads', shared: true },
        { id: 'c', connector: 'folder', shared: false },
      ],
    },
    'sources/a?limit=200': { documents: [{ key: 'k', title: 't', link: '', error: null }] },
  };
  const send = (async (address: string) => {
    asked.push(address);
    return new Response(JSON.stringify(answers[address]));
  }) as unknown as typeof fetch;
  const api = new Api({ token: async () => 'x' }, '', send);
  expect(await api.given()).toEqual([{ source: 'a', key: 'k', title: 't', link: '', error: null }]);
  expect(asked).toEqual(['sources?own=true', 'sources/a?limit=200']);
});
