/** What a result says beside its changes: a text of its own, what the checks found, its sources. */

import { findingList, sourceList } from './cards';
import { button, make } from './dom';
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

/**
 * Returns the open places of a document that was filled in: those that take a value, and the others.
 *
 * A text shows its own gaps; a version that a wish changed, or that was stopped, takes no values.
 */
export function openPlaces({ state, wish }: Job, { text, edits, gaps = [] }: Draft): { named: Gap[]; others: Gap[] } {
  const left = edits && !text ? gaps : [];
  const named = state === 'cancelled' || wish ? [] : left.filter(({ place, question }) => place !== question);
  return { named, others: left.filter((gap) => !named.includes(gap)) };
}

/** Returns which places of a document got no value, each with what may stand there; those with a name as fields. */
export function leftOpen(job: Job, draft: Draft, texts: Texts, fill: (values: string[]) => Promise<void>): HTMLElement[] {
  const { named, others } = openPlaces(job, draft);
  if (!named.length && !others.length) return [];
  const rows = others.map(({ question, choices }) => make('li', {}, choices.length ? `${question} ${choices.join(' / ')}` : question));
  return [
    make(
      'div',
      { class: 'bar', id: 'left-open' },
      make('p', { id: 'left-open-said' }, texts.get('leftOpen')),
      ...(named.length ? [valueForm(named, texts, fill)] : []),
      ...(rows.length ? [make('ul', {}, ...rows)] : []),
    ),
  ];
}

/** A field for each place, and one button that gives the values in the order of the places; "" for one left empty. */
function valueForm(gaps: readonly Gap[], texts: Texts, fill: (values: string[]) => Promise<void>): HTMLElement {
  const fields = gaps.map(({ question, choices }, at) => {
    const name = question.replace(/\?$/, '');
    const known = choices.length ? [make('datalist', { id: `known-${at}` }, ...choices.map((value) => make('option', { value })))] : [];
    const about = { type: 'text', id: `value-${at}`, maxlength: 400, autocomplete: 'off', ...(known.length ? { list: `known-${at}` } : {}) };
    const input = make('input', about) as HTMLInputElement;
    const label = make('label', { for: input.id }, name.charAt(0).toUpperCase() + name.slice(1));
    return { input, row: make('div', { class: 'field' }, label, input, ...known) };
  });
  let isSending = false;
  const go = (event: Event): void => {
    event.preventDefault();
    const values = fields.map(({ input }) => input.value.trim());
    if (isSending) return;
    if (!values.some(Boolean)) return fields[0]!.input.focus();
    isSending = true;
    form.setAttribute('aria-busy', 'true');
    void fill(values).finally(() => {
      isSending = false;
      form.removeAttribute('aria-busy');
    });
  };
  const form = make(
    'form',
    { class: 'fields', id: 'values', 'aria-labelledby': 'left-open-said', submit: go },
    ...fields.map(({ row }) => row),
    make('div', { class: 'buttons' }, button({ id: 'give-values', type: 'submit' }, texts.get('giveValues'))),
  );
  return form;
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
