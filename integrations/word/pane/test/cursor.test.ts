import { expect, test } from 'vitest';

import { parted, placeIn } from '../src/wordCursor';
import type { Known } from '../src/wordParagraphs';

function known(...texts: string[]): Known[] {
  return texts.map((text, at) => ({ guid: '', at, text, hash: '', hasDeletions: false, proxy: null as unknown as Word.Paragraph }));
}

test('a place is told with the heading above it, and what stands before and after the cursor', () => {
  const paragraphs = known('Terms', 'First sentence.', 'It ends here. It goes on.', 'Last.');
  expect(placeIn(paragraphs, [1, 10, 10, 10], 2, 'It ends here.')).toEqual({
    heading: 'Terms',
    before: 'Terms\nFirst sentence.\nIt ends here.',
    after: 'It goes on.\nLast.',
  });
});

test('an empty document has nothing around its cursor', () => {
  expect(placeIn([], [], 0, '')).toEqual({ heading: '', before: '', after: '' });
});

test.each([
  ['The term is', 'five years.', ' five years.'],
  ['The term is ', 'five years.', 'five years.'],
  ['', 'Five years.', 'Five years.'],
  ['It ends.', 'Then more.', ' Then more.'],
  ['The term', ', which ends', ', which ends'],
])('behind %j goes %j', (head, text, put) => {
  expect(parted(head, text)).toBe(put);
});
