/** A line to say what should change in a result, with the way back to the version before. */

import { button, make } from './dom';
import type { Texts } from './strings';
import type { Key } from './stringsEn';

/** What a result that can be refined needs to know. */
export interface Refining {
  /** Says what should change, and returns what to answer where no new version comes of it. */
  refine(wish: string): Promise<string>;
  canUndo: boolean;
  canRedo: boolean;
  /** Goes to the version before where it is here already; otherwise the word asks for it. */
  before?: (() => void) | undefined;
  /** Whether a model is set up that writes: without one, less is worth an example. */
  canWrite: boolean;
}

/** Returns the form; `said` gets the answers, `failed` what goes wrong. */
export function wishForm(
  texts: Texts,
  { refine, canUndo, canRedo, before, canWrite }: Refining,
  said: (answer: string) => void,
  failed: (error: unknown) => void,
  [label, help, press]: [label: Key, help: 'wishHelp' | 'wishCardsHelp', press: Key] = ['wish', 'wishHelp', 'refine'],
): HTMLElement {
  const about = { type: 'text', id: 'wish', maxlength: 2000, autocomplete: 'off', 'aria-describedby': 'wish-help' };
  const input = make('input', about) as HTMLInputElement;
  let isSending = false;
  const send = (wish: string): void => {
    if (isSending) return;
    isSending = true;
    form.setAttribute('aria-busy', 'true');
    refine(wish)
      .then((answer) => {
        input.value = '';
        if (answer) said(answer);
      }, failed)
      .finally(() => {
        isSending = false;
        form.removeAttribute('aria-busy');
      });
  };
  const go = (event: Event): void => {
    event.preventDefault();
    const wish = input.value.trim();
    if (wish) send(wish);
    else input.focus();
  };
  const form = make(
    'form',
    { class: 'field wish', submit: go },
    make('label', { for: 'wish' }, texts.get(label)),
    make('div', { class: 'row' }, input, button({ id: 'refine', type: 'submit' }, texts.get(press))),
    make('p', { class: 'help', id: 'wish-help' }, texts.get(canWrite ? `${help}Large` : help)),
    make(
      'div',
      { class: 'buttons' },
      ...(canUndo ? [button({ id: 'undo-version', size: 'small', appearance: 'subtle', click: before ?? (() => send('undo')) }, texts.get('undoVersion'))] : []),
      ...(canRedo ? [button({ id: 'redo-version', size: 'small', appearance: 'subtle', click: () => send('redo') }, texts.get('redoVersion'))] : []),
    ),
  );
  return form;
}
