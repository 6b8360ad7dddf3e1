/** What a result says beside its changes: a text of its own, what the checks found, its sources. */

import { findingList, sourceList } from './cards';
import { make } from './dom';
import { piecesOf } from './draftText';
import type { Draft, Gap, Job } from './model';
import type { Texts } from './strings';

/** Returns the text of a result that changes nothing; what stays open is told by what may stand there. */
export function plainText(draft: Draft): HTMLElement[] {
  if (!draft.text) return [];
  const gaps = draft.gaps ?? [];
  const open = ({ question, choices }: Gap): string => (choices.length ? `${choices.join(' / ')}?` : `${question}?`);
  const parts = piecesOf(draft.text, gaps, []).map(({ text, gap }) =>
    gap === undefined ? text : make('mark', { class: 'gap' }, open(gaps[gap]!)),
  );
  return [make('p', { class: 'text new' }, ...parts)];
}

/** Returns which places of a document got no value, each with what may stand there. */
export function leftOpen({ edits, gaps = [] }: Draft, texts: Texts): HTMLElement[] {
  if (!edits || !gaps.length) return [];
  const rows = gaps.map(({ question, choices }) => make('li', {}, choices.length ? `${question} ${choices.join(' / ')}` : question));
  return [make('div', { class: 'bar', id: 'left-open' }, make('p', {}, texts.get('leftOpen')), make('ul', {}, ...rows))];
}

/** Returns what no card shows, folded; it is open where there are no cards, and where it says how to fill a place. */
export function aboutResult(job: Job, draft: Draft, texts: Texts): HTMLElement[] {
  const edits = draft.edits ?? [];
  const shown = new Set(edits.flatMap(({ findings }) => findings.map(({ sentence }) => sentence)));
  const findings = draft.findings.filter(({ sentence }) => !shown.has(sentence));
  const told = job.state === 'cancelled' ? [] : draft.notices;
  const notices = told.map((notice) => make('li', {}, notice));
  const inner = [
    ...(notices.length ? [make('ul', { class: 'notices' }, ...notices)] : []),
    ...findingList(findings, texts),
    ...sourceList(draft.sources, texts),
  ];
  if (!inner.length) return [];
  const isOpen = !edits.length || draft.gaps?.length;
  const opened = isOpen && (draft.sources.length || notices.length) ? { open: true } : {};
  return [make('details', { class: 'about', ...opened }, make('summary', {}, texts.get('about')), ...inner)];
}
