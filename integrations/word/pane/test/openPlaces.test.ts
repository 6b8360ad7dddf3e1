import { expect, test } from 'vitest';

import { openPlaces } from '../src/aboutResult';
import type { Draft, Gap, Job } from '../src/model';

const JOB: Job = { id: 'j', state: 'delivered', recipe: 'fill' };
const NAMED: Gap = { place: '<Price>', question: 'Price', choices: [] };
const BLANK: Gap = { place: 'a blank', question: 'a blank', choices: [] };
const FILLED: Draft = { recipe: 'fill', text: '', edits: [], gaps: [NAMED, BLANK], findings: [], sources: [], notices: [], model: '' };

test('a field is shown for each open place with a name', () => {
  expect(openPlaces(JOB, FILLED)).toEqual({ named: [NAMED], others: [BLANK] });
});

test('a text that says what is open takes no values', () => {
  const skeleton = { ...FILLED, recipe: 'title', text: '[[What is it about?]]', gaps: [{ ...NAMED, place: '[[What is it about?]]' }] };
  expect(openPlaces({ ...JOB, recipe: 'title' }, skeleton)).toEqual({ named: [], others: [] });
});

test('a version that a wish changed, or that was stopped, names what is open without fields', () => {
  const both = { named: [], others: [NAMED, BLANK] };
  expect(openPlaces({ ...JOB, wish: 'more formal' }, FILLED)).toEqual(both);
  expect(openPlaces({ ...JOB, state: 'cancelled' }, FILLED)).toEqual(both);
});
