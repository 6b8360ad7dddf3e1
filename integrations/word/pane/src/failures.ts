/** What went wrong, as a bar with the next step. */

import { announce, button, make } from './dom';
import { Failure } from './model';
import type { Texts } from './strings';
import type { Key } from './stringsEn';

/** Codes whose words are the pane's own, in the person's language. The server's other errors bring their words along. */
const OWN = new Set(['offline', 'outage', 'token', 'signin', 'cancelled', 'file', 'empty', 'word', 'office', 'outside', 'gone', 'internal', 'model_too_small']);

export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  console.error(error);
  // Errors of office.js have a code; anything else is a fault of the pane.
  const isOffice = typeof error === 'object' && error !== null && 'debugInfo' in error;
  return new Failure(isOffice ? 'word' : 'internal', '');
}

export function wording(failure: Failure, texts: Texts): { message: string; fix: string } {
  if (OWN.has(failure.code) || failure.message === '') {
    const code = OWN.has(failure.code) ? failure.code : 'internal';
    return { message: texts.get(`error_${code}` as Key), fix: texts.get(`fix_${code}` as Key) };
  }
  const usual = `fix_${failure.code}`;
  return { message: failure.message, fix: failure.fix || (texts.has(usual) ? texts.get(usual) : '') };
}

export interface Step {
  label: string;
  take: () => void;
}

export function failureBar(failure: Failure, texts: Texts, step: Step | null): HTMLElement {
  const { message, fix } = wording(failure, texts);
  // The bar speaks for itself; what was said before, such as "Working…", holds no more.
  announce('');
  const details = Object.values(failure.fields).map((sentence) => make('li', {}, sentence));
  const next = step
    ? [button({ appearance: 'primary', size: 'small', click: step.take }, step.label)]
    : [];
  return make(
    'div',
    { class: 'bar bad', role: 'alert', tabindex: -1 },
    make('p', { class: 'what' }, message),
    ...(fix ? [make('p', {}, fix)] : []),
    ...failure.lookFirst.map((line) => make('p', { class: 'what' }, line)),
    ...(details.length ? [make('ul', {}, ...details)] : []),
    ...next,
  );
}
