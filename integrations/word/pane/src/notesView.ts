/** The notes in a mail that is written: what its draft shows its writer, and what does not belong to its reader. */

import { announce, button, make } from './dom';
import { asFailure, failureBar } from './failures';
import type { MailTexts } from './mailStrings';

/** The mail that may have notes. */
export interface Noted {
  notes(): Promise<number>;
  removeNotes(): Promise<void>;
}

export class NotesView {
  readonly element: HTMLElement;
  private readonly count = make('p', {});
  private readonly problem = make('div', {});
  private readonly remove: HTMLButtonElement;

  constructor(
    private readonly mail: Noted,
    private readonly texts: MailTexts,
  ) {
    const click = (): void => void this.clear();
    this.remove = button({ id: 'remove-notes', size: 'small', click }, texts.say('removeNotes'));
    const properties = { class: 'note', id: 'notes', hidden: true, tabindex: -1, 'aria-label': texts.get('note') };
    this.element = make('section', properties, this.count, this.remove, this.problem);
    window.addEventListener('focus', () => void this.look().catch((error: unknown) => console.warn(error)));
  }

  /** Reads the mail again; what was said of notes that are gone stays until there are others. */
  async look(): Promise<void> {
    const count = await this.mail.notes();
    this.remove.hidden = !count;
    if (!count) return;
    this.count.textContent = this.texts.say(count === 1 ? 'notes_one' : 'notes_many', { count });
    this.element.hidden = false;
  }

  private async clear(): Promise<void> {
    this.problem.replaceChildren();
    try {
      await this.mail.removeNotes();
      this.count.textContent = this.texts.say('notesRemoved');
      await this.look();
      announce(this.count.textContent);
      this.element.focus();
    } catch (error) {
      this.problem.replaceChildren(failureBar(asFailure(error), this.texts, null));
    }
  }
}
