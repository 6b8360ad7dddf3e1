/** Where a change goes in a paragraph that can only be searched: the words to look for, and which find is meant. Pure. */

import { type Hunk, hunks } from './diff';

// Word refuses longer search texts, and gives "^" a meaning of its own.
export const LONGEST_SEARCH_CHARS = 120;

/** Words to look for in the paragraph, and how many finds there are before the one that is meant. */
export interface Needle {
  text: string;
  nth: number;
  /** How many finds there must be; another number means that the paragraph is not what it seemed. 0: there are none. */
  total: number;
}

/** A change: delete from the first needle to the last, insert `text` in its place or beside it. */
export interface Step {
  from: Needle;
  to: Needle | null;
  how: 'replace' | 'delete' | 'after' | 'before';
  text: string;
}

export function needle(whole: string, start: number, end: number): Needle {
  const text = whole.slice(start, end);
  let nth = 0;
  let total = 0;
  let isFound = false;
  for (let at = whole.indexOf(text); at >= 0; at = whole.indexOf(text, at + text.length)) {
    if (at < start) nth++;
    else if (nth === total) isFound = at === start;
    total++;
  }
  // In repetitions such as "aaa" a find can begin beside the intended place.
  return { text, nth, total: isFound ? total : 0 };
}

export function searchText(text: string): string {
  return text.replaceAll('^', '^^');
}

/** Returns the changes that turn one text into the other, in order of place; an empty paragraph has none. */
export function steps(before: string, after: string): Step[] {
  return before === '' ? [] : hunks(before, after).map((hunk) => step(before, hunk));
}

/** Returns the texts in between when the changes are made one by one from the last to the first. */
export function stages(before: string, after: string): string[] {
  const found: string[] = [];
  let text = before;
  for (const { start, end, text: made } of [...hunks(before, after)].reverse().slice(0, -1)) {
    text = text.slice(0, start) + made + text.slice(end);
    found.push(text);
  }
  return found;
}

function step(before: string, hunk: Hunk): Step {
  const { start, end, text } = hunk;
  if (start === end) return insertion(before, start, text);
  const how = text === '' ? 'delete' : 'replace';
  const whole = end - start <= LONGEST_SEARCH_CHARS ? needle(before, start, end) : null;
  if (whole?.total) return { from: whole, to: null, how, text };
  const first = edge(start, end, (size) => needle(before, start, start + size));
  return { from: first, to: edge(start, end, (size) => needle(before, end - size, end)), how, text };
}

/** Returns the longest words at an edge of the change that can be found. */
function edge(start: number, end: number, look: (size: number) => Needle): Needle {
  let size = Math.min(LONGEST_SEARCH_CHARS, end - start);
  let found = look(size);
  while (!found.total && size > 1) found = look(--size);
  return found;
}

/** An insertion stands behind the words before it, so that it gets their look; at the beginning before the first. */
function insertion(before: string, at: number, text: string): Step {
  if (at === 0) return { from: needle(before, 0, wordEnd(before)), to: null, how: 'before', text };
  const from = edge(wordStart(before, at), at, (size) => needle(before, at - size, at));
  return { from, to: null, how: 'after', text };
}

function wordStart(text: string, end: number): number {
  const head = text.slice(Math.max(0, end - LONGEST_SEARCH_CHARS), end);
  const word = /\S+\s*$/.exec(head);
  return end - (word ? word[0].length : head.length);
}

function wordEnd(text: string): number {
  const word = /^\s*\S+/.exec(text.slice(0, LONGEST_SEARCH_CHARS));
  return word ? word[0].length : Math.min(text.length, LONGEST_SEARCH_CHARS);
}
