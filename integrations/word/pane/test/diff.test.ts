import { expect, test } from 'vitest';

import { type Hunk, hunks, segments } from '../src/diff';
import differences from './differences.json';

const MARKS = { same: ['', ''], deleted: ['[-', '-]'], inserted: ['{+', '+}'] } as const;

test.each(differences)('the server and the pane see $shown', ({ old, new: made, shown }) => {
  const laid = segments(old, made).map(({ kind, text }) => MARKS[kind].join(text));
  expect(laid.join('')).toBe(shown);
});

function applied(before: string, changes: readonly Hunk[]): string {
  return [...changes].reverse().reduce((text, { start, end, text: made }) => text.slice(0, start) + made + text.slice(end), before);
}

test.each([
  ['', ''],
  ['', 'New.'],
  ['Old.', ''],
  ['Teh report is late.', 'The report is late.'],
  ['We will ship it by the end of the month.', 'We will ship by the end of May.'],
  ['one two three', 'three two one'],
  ['a  b', 'a b'],
  ['Grüße, “Ann”!', 'Grüsse, „Ann“!'],
  ['ein 👩‍💻 Bild', 'ein Bild 👩‍💻'],
])('the changes turn %j into %j', (before, after) => {
  expect(applied(before, hunks(before, after))).toBe(after);
  const laid = segments(before, after);
  const side = (kind: string): string =>
    laid
      .filter((one) => one.kind === 'same' || one.kind === kind)
      .map((one) => one.text)
      .join('');
  expect([side('deleted'), side('inserted')]).toEqual([before, after]);
});

test('only the words that differ are changed', () => {
  expect(hunks('Teh report is late.', 'The report is late.')).toEqual([{ start: 0, end: 3, text: 'The' }]);
});

test('neighbouring words are one change', () => {
  expect(hunks('It was a very big house.', 'It was an enormous old house.')).toHaveLength(1);
});

test('random texts of few words come out right', () => {
  let seed = 7;
  const next = (most: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % most;
  const text = (): string => Array.from({ length: next(12) }, () => ['a', 'b', 'c ', ' ', '. '][next(5)]).join('');
  for (let i = 0; i < 2000; i++) {
    const [before, after] = [text(), text()];
    expect(applied(before, hunks(before, after))).toBe(after);
  }
});

test('texts too long to compare are one change', () => {
  const [before, after] = ['a '.repeat(3000), 'b '.repeat(3000)];
  expect(hunks(before, after)).toHaveLength(1);
});
