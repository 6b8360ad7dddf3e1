import { expect, test } from 'vitest';

import { equalEdits } from '../src/equalEdits';
import type { Edit } from '../src/model';

function change(before: string, text: string, further: Partial<Edit> = {}): Edit {
  return { id: '1', hash: '', before, text, comment: '', quote: '', reason: '', findings: [], ...further };
}

test('the same correction in several sentences is one group, in order of place', () => {
  const edits = [
    change('We wait untill noon.', 'We wait until noon.'),
    change('Another thing.', 'Another matter.'),
    change('Not untill then.', 'Not until then.'),
    change('It is valid untill May, untill then.', 'It is valid until May, until then.'),
  ];
  expect(equalEdits(edits)).toEqual([{ pairs: [['untill', 'until']], comment: '', places: [0, 2, 3] }]);
});

test('two corrections together are another group than one of them', () => {
  const both = change('You recieve it untill noon.', 'You receive it until noon.');
  const one = change('We wait untill noon.', 'We wait until noon.');
  expect(equalEdits([both, both, both, one, one]).map(({ places }) => places)).toEqual([[0, 1, 2]]);
});

test.each([
  ['two are decided one by one', [change('a teh b', 'a the b'), change('c teh d', 'c the d')]],
  ['a comma is read in its place', Array(3).fill(change('One two', 'One, two'))],
  ['what a check remarks is read in its place', Array(3).fill(change('teh b', 'the b', { findings: [{ check: 'c', severity: 'warn', place: '', sentence: 'Look.' }] }))],
  ['a long change is read in its place', Array(3).fill(change('old '.repeat(20), 'new '.repeat(20)))],
])('%s', (_why, edits) => {
  expect(equalEdits(edits)).toEqual([]);
});

test('equal comments beside the same words are a group', () => {
  const remark = change('The Suplier pays.', '', { comment: 'Written Supplier elsewhere.', quote: 'Suplier' });
  const { text: _, ...comment } = remark;
  expect(equalEdits([comment, comment, comment])).toEqual([{ pairs: [], comment: 'Written Supplier elsewhere.', places: [0, 1, 2] }]);
});
