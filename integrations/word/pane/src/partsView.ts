/** The changes of one paragraph, each with buttons of its own. */

import { changed } from './documentText';
import { button, make } from './dom';
import type { Act, Decision, Part } from './parts';
import type { Texts } from './strings';

interface Row {
  element: HTMLElement;
  status: HTMLElement;
  buttons: HTMLElement;
  named: string;
}

export class PartsView {
  readonly element: HTMLElement;
  private readonly rows: Row[];
  private shownDecisions: readonly Decision[] = [];

  constructor(
    parts: readonly Part[],
    private readonly texts: Texts,
    private readonly act: (what: Act, part: number) => void,
  ) {
    this.rows = parts.map((part) => this.row(part));
    this.element = make('ul', { class: 'parts', 'aria-label': texts.get('eachChange') }, ...this.rows.map(({ element }) => element));
  }

  show(decisions: readonly Decision[]): void {
    this.rows.forEach((row, at) => {
      const decision = decisions[at]!;
      // A row that stays as it is keeps its buttons, and so the focus.
      if (decision === this.shownDecisions[at]) return;
      row.element.dataset.decision = decision;
      row.status.textContent = decision === 'open' ? '' : this.texts.get(decision);
      const acts: Act[] = decision === 'open' ? ['accept', 'reject'] : ['undo'];
      row.buttons.replaceChildren(...acts.map((what) => this.button(what, at)));
    });
    this.shownDecisions = decisions;
  }

  busy(): void {
    for (const { buttons } of this.rows) buttons.replaceChildren();
    this.shownDecisions = [];
  }

  /** Goes to the next change after this one that is open, else to the first; false where none is. */
  focusOpen(after: number): boolean {
    const open = this.rows.filter((_, at) => this.shownDecisions[at] === 'open');
    const next = open.find((row) => this.rows.indexOf(row) > after) ?? open[0];
    next?.buttons.querySelector<HTMLElement>('button')?.focus();
    return next !== undefined;
  }

  private row({ lead, before, after, tail }: Part): Row {
    const words = [
      lead,
      ...(before ? [changed('deleted', before, this.texts)] : []),
      ...(after ? [changed('inserted', after, this.texts)] : []),
      tail,
    ];
    const status = make('span', { class: 'status' });
    const buttons = make('span', { class: 'buttons' });
    const named = [before, after].filter((one) => one.trim()).join(' → ') || `${lead}${after}${tail}`;
    const acts = make('span', { class: 'acts' }, status, buttons);
    return { element: make('li', {}, make('span', { class: 'text' }, ...words), acts), status, buttons, named };
  }

  private button(what: Act, at: number): HTMLElement {
    const text = this.texts.get(what);
    const about = { size: 'small', 'data-part-act': what, 'aria-label': `${text}: ${this.rows[at]!.named}` };
    return button({ ...about, click: () => this.act(what, at) }, text);
  }
}
