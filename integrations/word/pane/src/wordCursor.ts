/** The cursor of the open document: what stands around it, putting text there, and showing words where they stand. */

import type { Place } from './host';
import { type Known, type Paragraphs, withoutEnd } from './wordParagraphs';
import { LONGEST_SEARCH_CHARS, searchText } from './wordPlaces';
import { BODY_LEVEL } from './wordSections';

const BEFORE_CHARS = 4_000;
const AFTER_CHARS = 2_000;
const HEADING_CHARS = 300;

/** Returns what stands around a place in the paragraph at `here`, of which `head` is before the place. */
export function placeIn(known: readonly Known[], levels: readonly number[], here: number, head: string): Place {
  const at = known.findIndex((one) => one.at === here);
  const whole = known[at]?.text ?? '';
  const before = [...known.slice(0, Math.max(at, 0)).map(({ text }) => text), head].join('\n').trimEnd();
  const after = [whole.slice(head.length), ...known.slice(at + 1).map(({ text }) => text)].join('\n').trim();
  const headings = known.filter((one) => one.at <= here && (levels[one.at] ?? BODY_LEVEL) < BODY_LEVEL);
  return {
    heading: (headings.at(-1)?.text ?? '').slice(0, HEADING_CHARS),
    before: before.slice(-BEFORE_CHARS),
    after: after.slice(0, AFTER_CHARS),
  };
}

/** Returns a text with a space before it where it would run into the word before. */
export function parted(head: string, text: string): string {
  return /[\p{L}\p{N}.,;:!?)\]”"’%]$/u.test(head) && /^[\p{L}\p{N}([„“"€$£]/u.test(text) ? ` ${text}` : text;
}

/** Inserts after the selection, with changes tracked. */
export async function insertBehind(context: Word.RequestContext, paragraphs: Paragraphs, text: string): Promise<void> {
  const selection = context.document.getSelection();
  const head = await headOf(context, paragraphs, selection);
  selection.insertText(parted(head, text), 'End');
  await context.sync();
}

/** Returns what stands in the paragraph before the end of the selection, read as the paragraphs are: without what is deleted. */
export async function headOf(context: Word.RequestContext, all: Paragraphs, selection: Word.Range): Promise<string> {
  const { paragraphs } = selection;
  paragraphs.load('items/text');
  await context.sync();
  const last = paragraphs.items.at(-1);
  if (!last) return '';
  const head = last.getRange('Start').expandTo(selection.getRange('End'));
  head.load('text');
  const hasDeletions = all.askForDeletions(head);
  await context.sync();
  if (!hasDeletions()) return head.text;
  const read = head.getReviewedText('Current');
  await context.sync();
  return withoutEnd(read.value);
}

/** Selects the words in the first paragraph that holds them; false when none does. */
export async function showWords(context: Word.RequestContext, known: readonly Known[], words: string): Promise<boolean> {
  const wanted = squeezed(words);
  const found = known.find(({ text }) => squeezed(text).includes(wanted)) ?? known.find(({ text }) => isPart(squeezed(text), wanted));
  if (!found || !wanted) return false;
  const text = words.trim();
  const ends = [text.slice(0, LONGEST_SEARCH_CHARS), text.slice(-LONGEST_SEARCH_CHARS)].map((part) => {
    const ranges = found.proxy.search(searchText(part), { matchCase: true });
    ranges.load('items');
    return ranges;
  });
  await context.sync();
  const [first, last] = ends.map(({ items }) => items[0]);
  if (first && last) (text.length > LONGEST_SEARCH_CHARS ? first.expandTo(last) : first).select();
  else found.proxy.select();
  await context.sync();
  return true;
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** A quotation may begin in one paragraph and end in the next. */
function isPart(text: string, wanted: string): boolean {
  return text.length > 20 && wanted.includes(text);
}
