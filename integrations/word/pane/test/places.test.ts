import { expect, test } from 'vitest';

import { readMemories, withMemory, withoutMemory } from '../src/memory';
import type { Edit } from '../src/model';
import { byText, type Known, nameIn, nameOf, nearest, parseName } from '../src/wordParagraphs';
import { LONGEST_SEARCH_CHARS, needle, searchText, stages, type Step, steps } from '../src/wordPlaces';
import { sectionOf } from '../src/wordSections';
import { withoutRepeated } from '../src/wordStories';

/** Word's find: the places where a text stands, one after the other. */
function finds(text: string, wanted: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) places.push(at);
  return places;
}

function applied(before: string, changes: readonly Step[]): string {
  return [...changes].reverse().reduce((text, { from, to, how, text: made }) => {
    const start = finds(before, from.text)[from.nth]!;
    const last = to ?? from;
    const end = finds(before, last.text)[last.nth]! + last.text.length;
    if (how === 'after') return text.slice(0, end) + made + text.slice(end);
    if (how === 'before') return text.slice(0, start) + made + text.slice(start);
    return text.slice(0, start) + made + text.slice(end);
  }, before);
}

test.each([
  ['the the the cat', 'the a the cat'],
  ['He said that that that was wrong.', 'He said that that was wrong.'],
  ['late report', 'The late report'],
  ['The report', 'The report is late'],
  ['a  b', 'a b'],
  [`${'long '.repeat(60)}end`, 'short end'],
])('%j becomes %j by finds alone', (before, after) => {
  expect(applied(before, steps(before, after))).toBe(after);
});

test('which find is meant is told with how many there have to be', () => {
  expect(needle('the cat and the dog', 12, 15)).toEqual({ text: 'the', nth: 1, total: 2 });
});

test('no search is longer than Word takes', () => {
  const before = 'word '.repeat(200);
  for (const { from, to } of steps(before, 'x'))
    for (const one of [from, to]) expect(one?.text.length ?? 0).toBeLessThanOrEqual(LONGEST_SEARCH_CHARS);
});

test('what Word would take as a code is looked for as it is', () => {
  expect(searchText('2^p')).toBe('2^^p');
});

test.each([
  [[1, 10, 10, 2, 10, 1, 10], 1, [0, 5]],
  [[1, 10, 10, 2, 10, 1, 10], 4, [3, 5]],
  [[1, 10, 10, 2, 10, 1, 10], 5, [5, 7]],
  [[10, 10, 1, 10], 1, [0, 2]],
  [[10, 10], 0, [0, 2]],
])('in levels %j the section around %i is %j', (levels, at, section) => {
  expect(sectionOf(levels, at)).toEqual(section);
});

test.each([
  [[5], [7, 2], [7]],
  [[5, 7], [7, 9], [7, 9]],
  [[1, 2, 3], [2, 8], [2, 8, -1]],
  [[4], [], [-1]],
])('paragraphs at %j are found again among equal ones at %j', (wanted, places, found) => {
  expect(nearest(wanted, places)).toEqual(found);
});

test.each(['6f0c-11@12', '@0', 'of-an-older-pane'])('the name %s is read as it was written', (id) => {
  const name = parseName(id);
  expect(id.includes('@') ? nameOf(name) : name.guid).toBe(id);
});

test('the stages of a change lie between its beginning and its end', () => {
  expect(stages('Teh cat sat untill noon.', 'The cat sat until noon.')).toEqual(['Teh cat sat until noon.']);
});

test('what others remember in a document stays beside what is remembered', () => {
  const theirs = JSON.stringify({ job: 'theirs', name: 'a.docx', accepted: [1] });
  const both = withMemory(theirs, { job: 'mine', name: '', accepted: [], rejected: [2] });
  expect(readMemories(both).map(({ job }) => job)).toEqual(['mine', 'theirs']);
  expect(readMemories(withoutMemory(both, 'mine'))).toMatchObject([{ job: 'theirs', accepted: [1] }]);
  expect(withoutMemory(theirs, 'theirs')).toBe('');
  expect(readMemories('nonsense')).toEqual([]);
});

test('a paragraph beside the body is found there again, whatever became of the body', async () => {
  const known = (at: number, hash: string): Known => ({ guid: '', at, text: hash, hash, hasDeletions: false, proxy: null as never });
  const id = nameOf(nameIn(known(3, 'Draft'), 2));
  expect(id).toBe('@s1');
  // The body has grown, and holds the same text where the header was.
  const now = [known(0, 'One'), known(1, 'Two'), known(2, 'New'), known(3, 'Draft'), known(4, 'Title'), known(5, 'Draft')];
  const found = await byText([{ id, hash: 'Draft' } as Edit], now, 4);
  expect(found.get(id)?.at).toBe(5);
  // In the body there is none any more: an equal one beside it is another.
  expect((await byText([{ id: '@0', hash: 'Title' } as Edit], now, 4)).size).toBe(0);
});

test.each([true, false])('the header that sections share is listed once, with ids: %s', (hasIds) => {
  const one = (id: string, text: string): Word.Paragraph => ({ uniqueLocalId: id, text }) as Word.Paragraph;
  const [header, footer, note] = [one('h', 'Draft'), one('f', 'Draft'), one('n', 'Draft')];
  expect(withoutRepeated([[header], [footer], [header], [footer], [note]], 4, hasIds)).toEqual([header, footer, note]);
});
