import { expect, test } from 'vitest';

import { Api } from '../src/api';

const LARGE = { needs: 'large', offered: false, offered_for_documents: false };
const listed = (name: string, rest: object) => ({
  name, title: name, description: '', surfaces: ['word', 'outlook'], main_input: 'text', format: 'text', apply_to: 'whole',
  inputs: [{ name: 'text', title: '', type: 'text', required: true }], needs: 'rules', offered: true, offered_for_documents: true, ...rest,
});

function served(...recipes: object[]): Api {
  const tokens = { token: async () => 'token' };
  return new Api(tokens, 'https://x/', async () => Response.json({ recipes }), 'outlook');
}

test('what a model can do with a short text alone is not offered for a document or a mail', async () => {
  const api = served(listed('proofread', {}), listed('summarize', { offered_for_documents: false }), listed('actions', LARGE));
  const offered = (await api.recipes(true)).map(({ name, offered }) => [name, offered]);
  expect(offered).toEqual([['proofread', true], ['summarize', false], ['actions', false]]);
});

test('whether a model writes is told by a recipe that needs one', async () => {
  const small = served(listed('proofread', {}), listed('shorten', LARGE));
  await small.recipes();
  expect(small.canWrite).toBe(false);
  const large = served(listed('proofread', {}), listed('shorten', { ...LARGE, offered: true, offered_for_documents: true }));
  await large.recipes();
  expect(large.canWrite).toBe(true);
});

test('what works on any document comes before what a small model finds in agreements alone', async () => {
  const api = served(...['risks', 'scan', 'title', 'fill', 'proofread'].map((name) => listed(name, {})));
  expect((await api.recipes(true)).map(({ name }) => name)).toEqual(['proofread', 'title', 'fill', 'scan', 'risks']);
});
