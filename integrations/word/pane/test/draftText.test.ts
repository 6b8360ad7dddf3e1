import { expect, test } from 'vitest';

import { withoutHints } from '../src/draftText';

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
