/** The draft of a text: its questions with ready answers, its remarks at their place, and what can be done with it. */

import { findingList, sourceList } from './cards';
import { announce, button, fit, growing, make } from './dom';
import { filledIn, isFirstHint, type Piece, piecesOf, withHints, withoutHints } from './draftText';
import { failureBar } from './failures';
import type { Draft, Failure, Gap } from './model';
import type { Texts } from './strings';
import { type Refining, wishForm } from './wishForm';

/** One way to use a draft: it gets the text as it is now, and returns what to say when that is done. */
export interface Take {
  id: string;
  label: string;
  /** What to ask once before it is taken with that many questions open, and what the button to go on says. */
  asks?: (open: number) => [question: string, goOn: string];
  take(text: string, open: number): Promise<string>;
}

/** What can be done with a draft. */
export interface DraftDesk {
  texts: Texts;
  heading: string;
  help: string;
  /** The first is the likeliest. */
  takes: Take[];
  failureOf(error: unknown): Failure;
  /** Null, like `again`, for a draft that waits elsewhere and is not rewritten here. */
  refining: Refining | null;
  again: (() => void) | null;
  back(): void;
}

export class DraftView {
  readonly element: HTMLElement;
  private readonly heading: HTMLElement;
  private readonly pieces: readonly Piece[];
  private readonly gaps: readonly Gap[];
  private readonly answers: string[];
  private readonly preview = make('div', { class: 'text draft', id: 'draft' });
  private readonly tally = make('p', { class: 'tally', id: 'gaps-open' });
  private readonly status = make('p', { class: 'status', role: 'status' });
  private readonly problem = make('div', {});
  private isTaking = false;
  private isAsked = false;

  constructor(
    private readonly draft: Draft,
    private readonly desk: DraftDesk,
  ) {
    const { texts } = desk;
    this.gaps = draft.gaps ?? [];
    this.answers = this.gaps.map(() => '');
    this.pieces = piecesOf(withHints(draft.text, this.gaps), this.gaps, draft.findings);
    this.heading = make('h2', { tabindex: -1 }, desk.heading);
    this.element = make(
      'section',
      { class: 'result reply' },
      this.heading,
      make('p', { class: 'help' }, desk.help),
      ...(draft.notices.length ? [make('ul', { class: 'notices' }, ...draft.notices.map((one) => make('li', {}, one)))] : []),
      this.preview,
      ...this.notesWithoutPlace(),
      this.tally,
      ...this.questions(),
      ...this.remarks(),
      // It stays in sight, with what it says, however long the draft is.
      make('div', { class: 'foot' }, this.problem, this.buttons(), this.status),
      ...(desk.refining ? [this.wish(desk.refining)] : []),
      ...sourceList(draft.sources, texts),
    );
    this.show();
  }

  focus(): void {
    this.heading.focus();
    announce(`${this.heading.textContent ?? ''} ${this.tally.textContent ?? ''}`);
  }

  /** The draft as it is now, with the answers that were given. */
  get text(): string {
    return filledIn(this.pieces, this.answers);
  }

  /** How many questions are open; a hint asks nothing. */
  private get open(): number {
    return this.gaps.filter((gap, number) => !gap.is_hint && !this.answers[number]?.trim()).length;
  }

  /** Shows the draft as it is now. */
  private show(): void {
    const { texts } = this.desk;
    this.preview.replaceChildren(...this.pieces.map((piece) => this.shown(piece)));
    this.tally.textContent = this.open ? texts.count('gaps', this.open) : this.gaps.length ? texts.get('noGaps') : '';
  }

  private shown({ text, gap, finding }: Piece): Node {
    if (gap !== undefined) {
      if (this.gaps[gap]!.is_hint) return this.note(gap);
      const answer = this.answers[gap]?.trim();
      return answer ? make('ins', {}, answer) : make('mark', { class: 'gap' }, this.gaps[gap]!.question);
    }
    if (finding === undefined) return document.createTextNode(text);
    const number = finding + 1;
    const spoken = make('span', { class: 'unseen' }, ` (${this.desk.texts.get('remarkNumber', { number })})`);
    return make('span', { class: 'noted' }, text, make('sup', { 'aria-hidden': 'true' }, String(number)), spoken);
  }

  /** What a hint shows: it has no number and no field, and its kind is said by a word beside its colour. */
  private note(number: number): HTMLElement {
    const { texts } = this.desk;
    const isFirst = isFirstHint(this.pieces, this.gaps, number);
    const named = texts.get(isFirst ? 'importantNote' : 'note');
    const label = make('strong', { 'aria-hidden': 'true' }, named);
    const properties = { class: isFirst ? 'note first' : 'note', role: 'note', 'aria-label': named };
    return make('span', properties, label, ` ${this.gaps[number]!.question}`);
  }

  private notesWithoutPlace(): HTMLElement[] {
    const placed = new Set(this.pieces.map(({ gap }) => gap));
    return this.gaps.flatMap(({ is_hint }, number) => (is_hint && !placed.has(number) ? [this.note(number)] : []));
  }

  private questions(): HTMLElement[] {
    const asked = this.gaps.flatMap((gap, number) => (gap.is_hint ? [] : [{ gap, number }]));
    return asked.map(({ gap, number }, at) => {
      const named = this.desk.texts.get('gap', { number: at + 1, count: asked.length });
      return this.question(gap, number, named);
    });
  }

  /** A question: ready answers to choose from, and a field for one's own. */
  private question(gap: Gap, number: number, named: string): HTMLElement {
    const { texts } = this.desk;
    const take = (answer: string): void => {
      this.answers[number] = answer;
      this.show();
    };
    const id = `gap-${number}`;
    const own = growing({ id: `${id}-own`, maxlength: 2000, autocomplete: 'off' });
    const radio = (answer: string, label: string, place: number): HTMLInputElement => {
      const properties = { type: 'radio', name: id, id: `${id}-${place}`, checked: answer === '' && place < 0 };
      const made = make('input', { ...properties, change: () => take(answer) }) as HTMLInputElement;
      rows.push(make('label', { for: made.id, class: 'choice' }, made, label));
      return made;
    };
    const rows: HTMLElement[] = [];
    gap.choices.forEach((choice, place) => radio(choice, choice, place));
    const open = gap.choices.length ? radio('', texts.get('leaveOpen'), -1) : null;
    own.addEventListener('input', () => {
      if (open) {
        for (const one of this.element.querySelectorAll<HTMLInputElement>(`input[name="${id}"]`)) one.checked = false;
        open.checked = own.value.trim() === '';
      }
      take(own.value);
    });
    rows.forEach((row) =>
      row.addEventListener('change', () => {
        own.value = '';
        fit(own);
      }),
    );
    return make(
      'fieldset',
      { class: 'question' },
      make('legend', {}, make('span', { class: 'unseen' }, `${named}: `), gap.question),
      ...rows,
      make('div', { class: 'field' }, make('label', { for: own.id, class: 'light' }, texts.get('ownWords')), own),
    );
  }

  private wish(refining: Refining): HTMLElement {
    const said = (answer: string): void => {
      this.problem.replaceChildren();
      this.say(answer);
    };
    return wishForm(this.desk.texts, refining, said, (error) => this.fail(error));
  }

  /** The remarks, numbered as they stand in the draft. */
  private remarks(): Node[] {
    const placed = new Set(this.pieces.flatMap(({ finding }) => (finding === undefined ? [] : [finding])));
    const rows = this.draft.findings.map(({ sentence }, number) => ({ sentence, number, isPlaced: placed.has(number) }));
    const numbered = rows.filter(({ isPlaced }) => isPlaced);
    const others = this.draft.findings.filter((_, number) => !placed.has(number));
    const list = numbered.map(({ sentence, number }) => make('li', { value: number + 1 }, sentence));
    return [
      ...(list.length ? [make('h3', {}, this.desk.texts.get('checks')), make('ol', { class: 'remarks' }, ...list)] : []),
      ...findingList(others, this.desk.texts),
    ];
  }

  private buttons(): HTMLElement {
    const { texts, takes, again, back } = this.desk;
    const uses = takes.map((one, place) =>
      button({ id: one.id, appearance: place ? 'outline' : 'primary', click: () => void this.take(one) }, one.label),
    );
    return make(
      'div',
      { class: 'buttons toolbar' },
      ...uses,
      button({ id: 'copy', click: () => void this.copy() }, texts.get('copy')),
      ...(again ? [button({ id: 'again', appearance: 'subtle', click: again }, texts.get('writeAgain'))] : []),
      button({ id: 'back', appearance: 'subtle', click: back }, texts.get('back')),
    );
  }

  private async take(one: Take): Promise<void> {
    if (this.isTaking) return;
    this.problem.replaceChildren();
    if (one.asks && this.open && !this.isAsked) return this.askFirst(one, ...one.asks(this.open));
    this.isTaking = true;
    try {
      this.say(await one.take(withoutHints(this.text, this.gaps), this.open));
    } catch (error) {
      this.fail(error);
    } finally {
      this.isTaking = false;
    }
  }

  private askFirst(one: Take, question: string, goOn: string): void {
    this.isAsked = true;
    const press = button({ id: 'take-anyway', appearance: 'primary', size: 'small', click: () => void this.take(one) }, goOn);
    this.problem.replaceChildren(make('div', { class: 'bar', role: 'alert' }, make('p', {}, question), press));
    press.focus();
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(withoutHints(this.text, this.gaps));
      this.say(this.desk.texts.get('copied'));
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    const bar = failureBar(this.desk.failureOf(error), this.desk.texts, null);
    this.problem.replaceChildren(bar);
    bar.focus();
  }

  private say(text: string): void {
    this.status.textContent = text;
    announce(text);
  }
}
