/** The open questions of a mail that is written: Tab goes from one to the next, Enter puts an answer in its place. */

import { announce, button, make } from './dom';
import { asFailure, failureBar } from './failures';
import type { MailTexts } from './mailStrings';

/** The mail whose gaps are filled. */
export interface Gapped {
  gaps(): Promise<{ question: string }[]>;
  fill(question: string, occurrence: number, answer: string): Promise<boolean>;
}

interface Field {
  question: string;
  input: HTMLInputElement;
  row: HTMLElement;
}

export class GapsView {
  readonly element: HTMLElement;
  private readonly heading: HTMLElement;
  private readonly fields = make('div', { class: 'fields' });
  private readonly problem = make('div', {});
  private readonly status = make('p', { class: 'status', role: 'status' });
  private inputs: Field[] = [];
  private made = 0;
  /** Done one after the other, so that nothing typed while the mail is written gets lost. */
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly mail: Gapped,
    private readonly texts: MailTexts,
  ) {
    this.heading = make('h2', { tabindex: -1 }, texts.say('openGaps'));
    const fill = (event: Event): void => {
      event.preventDefault();
      void this.act(() => this.fillAll());
    };
    // It is inside the form of the first screen, so it is not a form itself.
    this.element = make(
      'section',
      { class: 'question', id: 'gaps', hidden: true, 'aria-label': texts.say('openGaps') },
      this.heading,
      make('p', { class: 'help' }, texts.say('gapHelp')),
      this.problem,
      this.fields,
      make(
        'div',
        { class: 'buttons' },
        button({ id: 'fill-gaps', size: 'small', appearance: 'primary', type: 'button', click: fill }, texts.say('fillGap')),
        button({ id: 'next-gap', size: 'small', type: 'button', click: () => this.next() }, texts.say('nextGap')),
      ),
      this.status,
    );
    // What the person types into the mail meanwhile shows when they come back.
    window.addEventListener('focus', () => void this.act(() => this.look()));
  }

  /** Reads the mail again; answers typed here and not yet inserted are kept, even where their gap is gone. */
  async look(): Promise<void> {
    const found = await this.mail.gaps();
    const before = namesOf(this.inputs);
    const there = new Set(namesOf(found));
    const left = this.inputs.filter(({ input }, at) => input.value.trim() && !there.has(before[at]!));
    const wanted = [...found, ...left];
    const names = namesOf(wanted);
    if (names.join() === before.join() && this.fields.childElementCount === names.length) return;
    const kept = new Map(this.inputs.map((field, at) => [before[at]!, field]));
    this.inputs = wanted.map(({ question }, number) => kept.get(names[number]!) ?? this.field(question));
    const rows = this.inputs.map(({ row }) => row);
    for (const row of [...this.fields.children]) if (!rows.includes(row as HTMLElement)) row.remove();
    // A row in its right place is left alone: somebody may be typing in it.
    rows.forEach((row, at) => {
      if (this.fields.children[at] !== row) this.fields.insertBefore(row, this.fields.children[at] ?? null);
    });
    this.element.hidden = !this.inputs.length && !this.status.textContent;
  }

  private field(question: string): Field {
    const input = make('input', {
      type: 'text', id: `open-gap-${this.made++}`, maxlength: 2000, autocomplete: 'off',
    }) as HTMLInputElement;
    const row = make('div', { class: 'field' }, make('label', { for: input.id }, question), input);
    const field = { question, input, row };
    input.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      this.fillOne(field);
    });
    return field;
  }

  /** Goes on to the next question at once, and puts the answer of this one into the mail. */
  private fillOne(field: Field): void {
    this.next(this.inputs.indexOf(field));
    if (!field.input.value.trim()) return;
    field.input.readOnly = true;
    void this.act(async () => {
      try {
        if (this.inputs.includes(field)) await this.put([field]);
      } finally {
        field.input.readOnly = false;
      }
      if (document.activeElement === document.body) this.next();
    });
  }

  private async fillAll(): Promise<void> {
    const written = this.inputs.filter(({ input }) => input.value.trim());
    if (!written.length) return this.next();
    await this.put(written);
    this.next();
  }

  private async put(answers: readonly Field[]): Promise<void> {
    let gone = false;
    for (const field of answers) {
      const { question, input } = field;
      const alike = this.inputs.filter((one) => one.question === question);
      const isThere = await this.mail.fill(question, alike.indexOf(field), input.value.trim());
      gone ||= !isThere;
      // Equal gaps after it have moved up, here and in the mail.
      if (isThere) this.inputs = this.inputs.filter((one) => one !== field);
    }
    const left = (await this.mail.gaps()).length;
    const { texts } = this;
    this.status.textContent = gone
      ? texts.say('gapGone')
      : left
        ? texts.say('gapFilled', { count: left })
        : texts.say('allFilled');
    announce(this.status.textContent);
    await this.look();
  }

  /** Goes to the next question, after the last to the first; where none is left, to what was said. */
  private next(from = this.inputs.findIndex(({ input }) => input === document.activeElement)): void {
    const to = this.inputs[from + 1] ?? this.inputs[0];
    (to?.input ?? this.heading).focus();
  }

  private act(work: () => Promise<void>): Promise<void> {
    this.work = this.work.then(async () => {
      this.problem.replaceChildren();
      try {
        await work();
      } catch (error) {
        this.element.hidden = false;
        this.problem.replaceChildren(failureBar(asFailure(error), this.texts, null));
      }
    });
    return this.work;
  }
}

/** Names each gap by its question, and by its number among those that ask the same. */
export function namesOf(gaps: readonly { question: string }[]): string[] {
  const seen = new Map<string, number>();
  return gaps.map(({ question }) => {
    const number = seen.get(question) ?? 0;
    seen.set(question, number + 1);
    return `${number} ${question}\n`;
  });
}
