/** Where the result of a job on a document in OneDrive or SharePoint was saved. */

import { announce, button, link, make } from './dom';
import type { Job, Saved } from './model';
import type { Texts } from './strings';

export class SavedView {
  readonly element: HTMLElement;
  private readonly heading: HTMLElement;

  constructor(job: Job, saved: Saved, texts: Texts, restart: () => void) {
    const isChanged = Boolean(job.draft?.edits?.length);
    this.heading = make(
      'h2',
      { tabindex: -1, id: 'saved' },
      `${texts.get(isChanged ? 'saved' : 'noChanges')} `,
      link(addressOf(saved), saved.name),
    );
    this.element = make(
      'section',
      { class: 'result' },
      this.heading,
      ...(saved.reason ? [make('p', { id: 'saved-reason' }, saved.reason)] : []),
      make(
        'div',
        { class: 'buttons toolbar' },
        button({ id: 'restart', appearance: 'subtle', click: restart }, texts.get('restart')),
      ),
    );
  }

  focus(): void {
    this.heading.focus();
    announce(this.heading.textContent ?? '');
  }
}

/** Returns where the document can be opened; empty when that is no place on https. */
export function addressOf(saved: Saved): string {
  return /^https:\/\//i.test(saved.link) ? saved.link : '';
}
