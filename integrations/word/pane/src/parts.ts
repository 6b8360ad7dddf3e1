/** The single changes of a paragraph, each of which is taken or refused by itself. Pure. */

import { type Hunk, hunks } from './diff';
import { hashOf, type PlacedEdit } from './host';
import type { Edit } from './model';

export type Act = 'accept' | 'reject' | 'jump' | 'undo';
export type Decision = 'open' | 'accepted' | 'rejected';

/** One change, with the words around it. */
export interface Part {
  lead: string;
  before: string;
  after: string;
  tail: string;
}

// With so many changes and so little kept, the old text and the new one are easier to read apart.
const MOST_CHANGES = 2;
const LEAST_SHARE_KEPT = 0.45;
const WORD_BEFORE = /\S+\s*$/;
const WORD_AFTER = /^\s*\S+/;

/** Whether a paragraph was written anew, so that its changes make sense together alone. */
export function isRewritten(before: string, after: string, found = hunks(before, after)): boolean {
  const kept = found.reduce((left, { start, end }) => left - (end - start), before.length);
  return found.length > MOST_CHANGES && kept < LEAST_SHARE_KEPT * Math.max(before.length, after.length);
}

/** Returns the changes to be decided one by one; none where there is one alone, or they are one. */
export function partsOf({ before, text }: Edit): Part[] {
  const all = text === undefined ? [] : hunks(before, text);
  const found = isRewritten(before, text ?? before, all) ? [] : all;
  if (found.length < 2) return [];
  return found.map(({ start, end, text: after }, at) => ({
    lead: WORD_BEFORE.exec(before.slice(found[at - 1]?.end ?? 0, start))?.[0] ?? '',
    before: before.slice(start, end),
    after,
    tail: WORD_AFTER.exec(before.slice(end, found[at + 1]?.start))?.[0] ?? '',
  }));
}

/** Returns the paragraph with the accepted changes, and no others. */
export function textWith({ before, text = before }: Edit, decisions: readonly Decision[]): string {
  if (decisions.every((one) => one === 'accepted')) return text;
  const taken = (_: Hunk, at: number): boolean => decisions[at] === 'accepted';
  return decisions.length === 1
    ? before
    : hunks(before, text)
        .filter(taken)
        .reverse()
        .reduce((made, { start, end, text: words }) => made.slice(0, start) + words + made.slice(end), before);
}

/** Returns what is to be made in the document so that, where `from` is made, `to` is. */
export async function stepTo(placed: PlacedEdit, from: readonly Decision[], to: readonly Decision[]): Promise<PlacedEdit> {
  const { edit } = placed;
  if (edit.text === undefined) return placed;
  const text = textWith(edit, to);
  if (!from.includes('accepted')) return { ...placed, edit: { ...edit, text } };
  const before = textWith(edit, from);
  // What is said of it was put beside the paragraph with the first of its changes.
  return { ...placed, isFurther: true, edit: { ...edit, before, hash: await hashOf(before), text, reason: '', findings: [] } };
}
