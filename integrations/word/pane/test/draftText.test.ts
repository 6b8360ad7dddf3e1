import { expect, test } from 'vitest';

import { hintsOf, isFirstHint, piecesOf, withHints, withoutHints } from '../src/draftText';

const HINT = { place: '[[Look at this too: “I am in until noon”]]', question: 'Look at this too: “I am in until noon”', choices: [], is_hint: true };
const GAP = { place: '[[Which price holds?]]', question: 'Which price holds?', choices: [] };

test('lines that only hold hints stay with the person', () => {
  const text = `Hi Tom,\n\n${GAP.place}\n\n${HINT.place}\n\nBest regards,\nAnn`;
  expect(withoutHints(text, [GAP, HINT])).toBe(`Hi Tom,\n\n${GAP.place}\n\nBest regards,\nAnn`);
});

test('what was written in place of a hint, or stands beside it, goes on', () => {
  const answered = 'Hi Tom,\n\nI call you before noon.\n\nAnn';
  expect(withoutHints(answered, [GAP, HINT])).toBe(answered);
  const beside = `Hi Tom, thanks. ${HINT.place}`;
  expect(withoutHints(beside, [HINT])).toBe(beside);
});

test('a draft without hints is left as it is', () => {
  const text = `A\n\n\n\n${GAP.place}\n`;
  expect(withoutHints(text, [GAP])).toBe(text);
});

test('only the first gap of a draft is to be seen first, and only where it is worded so', () => {
  const first = { place: '[[Look at this first: “a”]]', question: 'Look at this first: “a”', choices: [], is_hint: true };
  const gaps = [GAP, HINT, first];
  const isFirst = (text: string): boolean[] => gaps.map((_, at) => isFirstHint(piecesOf(text, gaps, []), gaps, at));
  expect(isFirst(`Hi,\n${first.place}\n${GAP.place}\n${HINT.place}`)).toEqual([false, false, true]);
  expect(isFirst(`Hi,\n${GAP.place}\n${first.place}`)).toEqual([false, false, false]);
  expect(isFirst(`Hi,\n${HINT.place}\n${first.place}`)).toEqual([false, false, false]);
});

test('hints are known in a mail by how they stand there', () => {
  expect(hintsOf([GAP, { ...HINT, place: '[[Look  at\u00a0this]]' }])).toEqual(new Set(['Look at this']));
});

test('hints stand before the question that follows them, or behind the last one', () => {
  const text = `Hi Tom,\n\n${GAP.place}\n\nBest regards,\nAnn`;
  expect(withHints(text, [HINT, GAP])).toBe(`Hi Tom,\n\n${HINT.place}\n\n${GAP.place}\n\nBest regards,\nAnn`);
  const behind = withHints(text, [GAP, HINT]);
  expect(behind).toBe(`Hi Tom,\n\n${GAP.place}\n\n${HINT.place}\n\nBest regards,\nAnn`);
  expect(withHints(behind, [GAP, HINT])).toBe(behind);
  expect(withoutHints(behind, [GAP, HINT])).toBe(text);
});
