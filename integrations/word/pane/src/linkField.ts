/** The link of a document in OneDrive or SharePoint, and how the result is saved there. */

import { make } from './dom';
import type { Save, Target } from './model';
import type { Texts } from './strings';

const WAYS: readonly Save[] = ['either', 'copy'];

export class LinkField {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private save: Save = 'either';

  constructor(texts: Texts, changed: () => void) {
    const about = { id: 'link', type: 'url', maxlength: 4000, 'aria-describedby': 'link-help', input: changed };
    this.input = make('input', about) as HTMLInputElement;
    const choices = WAYS.map((way) => {
      const id = `save-${way}`;
      const choose = (): void => {
        this.save = way;
      };
      const radio = make('input', { type: 'radio', name: 'save', id, checked: way === this.save, change: choose });
      return make('label', { for: id, class: 'choice' }, radio, texts.get(`save_${way}`));
    });
    this.element = make(
      'div',
      { class: 'field' },
      make('label', { for: 'link' }, texts.get('link')),
      this.input,
      make('p', { class: 'help', id: 'link-help' }, texts.get('linkHelp')),
      make('fieldset', {}, make('legend', {}, texts.get('saveAs')), ...choices),
    );
  }

  /** What is wanted there; null when no link was given. */
  target(): Target | null {
    const link = this.input.value.trim();
    return link ? { link, save: this.save } : null;
  }
}
