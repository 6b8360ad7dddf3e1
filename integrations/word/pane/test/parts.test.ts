import { expect, test } from 'vitest';

import { hashOf } from '../src/host';
import type { Edit } from '../src/model';
import { partsOf, stepTo, textWith } from '../src/parts';
import { remarkOf } from '../src/wordPlan';

function change(before: string, text: string): Edit {
  return { id: '1', hash: 'h', before, text, comment: '', quote: '', reason: 'Spelling.', findings: [] };
}

const THREE = change('Teh man, who recieves it pays untill May.', 'The man, who receives it, pays until May.');

test('each change of a paragraph is a part, with the word before and behind it', () => {
  expect(partsOf(THREE)).toEqual([
    { lead: '', before: 'Teh', after: 'The', tail: ' man,' },
    { lead: 'who ', before: 'recieves', after: 'receives', tail: ' it' },
    { lead: 'it', before: '', after: ',', tail: ' pays' },
    { lead: 'pays ', before: 'untill', after: 'until', tail: ' May.' },
  ]);
});

test.each([
  ['one change alone', change('Teh man.', 'The man.')],
  ['a comment', { ...change('Teh man.', ''), text: undefined } as unknown as Edit],
  ['a paragraph that is written anew', change('We are of the view that it is so here', 'This is our view and that was never so anywhere else')],
])('%s is in one piece', (_why, edit) => {
  expect(partsOf(edit)).toEqual([]);
});

test('the text has what is accepted, and no others', () => {
  expect(textWith(THREE, ['accepted', 'rejected', 'open', 'accepted'])).toBe('The man, who recieves it pays until May.');
  expect(textWith(THREE, ['open', 'open', 'open', 'open'])).toBe(THREE.before);
  expect(textWith(THREE, ['accepted', 'accepted', 'accepted', 'accepted'])).toBe(THREE.text);
});

test('a further change begins at what was made before, whose reason stands there already', async () => {
  const placed = { job: 'j', place: 3, edit: THREE };
  const first = await stepTo(placed, ['open', 'open', 'open', 'open'], ['open', 'accepted', 'open', 'open']);
  expect(first.edit).toEqual({ ...THREE, text: 'Teh man, who receives it pays untill May.' });
  const next = await stepTo(placed, ['open', 'accepted', 'open', 'open'], ['accepted', 'accepted', 'open', 'open']);
  const { before, hash, text, reason } = next.edit;
  expect(next.isFurther).toBe(true);
  expect([before, text]).toEqual(['Teh man, who receives it pays untill May.', 'The man, who receives it pays untill May.']);
  expect([hash, reason]).toEqual([await hashOf(before), '']);
});

test('what is to be checked is said beside an accepted change, once', async () => {
  const check = { check: 'likely', severity: 'warn', place: 'Monday', sentence: 'Check “Monday”.' } as const;
  const edit: Edit = { ...THREE, findings: [check] };
  expect(remarkOf(edit)).toBe('Spelling.\nCheck “Monday”.');
  expect(remarkOf({ ...edit, reason: 'Check “Monday”.' })).toBe('Check “Monday”.');
  const { edit: next } = await stepTo({ job: 'j', place: 0, edit }, ['open', 'accepted', 'open', 'open'], ['accepted', 'accepted', 'open', 'open']);
  expect(remarkOf(next)).toBe('');
  const { text: _text, ...remark } = edit;
  expect(remarkOf({ ...remark, comment: 'A risk.' })).toBe('A risk.');
});
