/** The pane beside a mail that is read: reply, summary, action items, and questions. */

import type { Api } from './api';
import { AskView } from './askView';
import { announce, button, make } from './dom';
import { asFailure, failureBar } from './failures';
import { withoutHints } from './draftText';
import { JobKey } from './jobKey';
import type { ReadMail } from './mailItem';
import type { MailTexts } from './mailStrings';
import { Failure, type Job, type Recipe } from './model';
import { ReadingView } from './readingView';
import type { DraftView } from './draftView';
import { replyView } from './replyView';
import { watch } from './watching';

const REPLY = 'reply';
const READINGS = { summarize: 'summary', actions: 'actions' } as const;
type Reading = keyof typeof READINGS;

export class ReadApp {
  readonly element = make('div', {});
  private readonly instruction: HTMLTextAreaElement;
  private readonly problem = make('div', {});
  private readonly waiting = make('div', {});
  private readonly start: HTMLElement;
  private readonly key = new JobKey();
  private isBusy = false;
  private last: Job | null = null;

  constructor(
    private readonly mail: ReadMail,
    private readonly api: Api,
    private readonly recipes: readonly Recipe[],
    private readonly texts: MailTexts,
    private readonly askToken: (then: () => void) => void,
  ) {
    const about = { id: 'instruction', rows: 3, maxlength: 2000, 'aria-describedby': 'instruction-help why-not-reply' };
    this.instruction = make('textarea', about) as HTMLTextAreaElement;
    this.start = make(
      'div',
      { class: 'start' },
      make('p', { class: 'lead subject' }, mail.subject),
      this.waiting,
      this.problem,
      this.replyForm(),
      this.readings(),
      ...(api.canAsk ? [this.asking()] : []),
    );
    this.element.replaceChildren(this.start);
    void this.lookForDraft();
  }

  private replyForm(): HTMLElement {
    const { texts } = this;
    const go = (event: Event): void => {
      event.preventDefault();
      void this.run(REPLY);
    };
    return make(
      'form',
      { class: 'fields', submit: go, novalidate: true },
      make(
        'div',
        { class: 'field' },
        make('label', { for: 'instruction' }, texts.say('instruction')),
        this.instruction,
        make('p', { class: 'help', id: 'instruction-help' }, texts.say('instructionHelp')),
      ),
      ...this.pressed(REPLY, texts.say('draftReply'), { appearance: 'primary', type: 'submit' }),
    );
  }

  private readings(): HTMLElement {
    const rows = (Object.keys(READINGS) as Reading[]).map((name) => {
      const click = (): void => void this.run(name);
      return make('div', { class: 'fields' }, ...this.pressed(name, this.texts.say(READINGS[name]), { click }));
    });
    // What several lack is said once, below the last of them.
    const reasons = rows.flatMap((row) => [...row.querySelectorAll('.why-not:not(:empty)')]);
    for (const reason of reasons.slice(0, -1)) {
      reason.previousElementSibling!.setAttribute('aria-describedby', reasons.at(-1)!.id);
      reason.replaceChildren();
    }
    return make('section', { class: 'given' }, make('h2', {}, this.texts.say('read')), make('div', { class: 'side' }, ...rows));
  }

  /** Returns a recipe's button, with the reason where it cannot be run; nothing where this person may not use it. */
  private pressed(name: string, label: string, properties: Parameters<typeof button>[0]): HTMLElement[] {
    const recipe = this.recipes.find((one) => one.name === name);
    if (!recipe) return [];
    const id = `why-not-${name}`;
    const { offered } = recipe;
    const why = `${this.texts.get('error_model_too_small')} ${this.texts.get('fix_model_too_small')}`;
    return [
      button(
        {
          id: `run-${name}`,
          ...properties,
          ...(offered ? {} : { 'aria-disabled': 'true', 'aria-describedby': id }),
        },
        label,
      ),
      make('p', { class: 'why-not', id }, offered ? '' : why),
    ];
  }

  private asking(): HTMLElement {
    const { texts } = this;
    const asked = {
      here: texts.say('askMail'),
      ask: async (question: string, follows: string, key: string): Promise<Job> =>
        this.api.ask(question, follows, key, await this.mail.readWithFiles()),
      find: null,
    };
    return new AskView(this.api, { insert: null }, texts, asked).element;
  }

  /** Offers the draft that waits for this thread. When the server cannot tell, no error is shown. */
  private async lookForDraft(): Promise<void> {
    try {
      const job = await this.api.waitingDraft(await this.mail.read());
      if (!job?.draft) return;
      const show = (): void => this.showReply(job, true);
      const { texts } = this;
      const open = job.draft.gaps?.filter((gap) => !gap.is_hint).length ?? 0;
      this.waiting.replaceChildren(
        make(
          'div',
          { class: 'bar', id: 'waiting', role: 'status' },
          make('p', { class: 'what' }, texts.say('draftWaits')),
          make('p', {}, `${texts.say('draftWaitsHelp')} ${open ? texts.count('gaps', open) : texts.get('noGaps')}`),
          button({ id: 'show-waiting', size: 'small', click: show }, texts.say('showDraft')),
        ),
      );
    } catch (error) {
      console.warn(error);
    }
  }

  /** Runs a recipe; `isUrged` for a reply to a mail that looks like fraud, of which the person has been warned. */
  private async run(name: string, isUrged = false): Promise<void> {
    const recipe = this.recipes.find((one) => one.name === name);
    if (this.isBusy || !recipe?.offered) return;
    this.isBusy = true;
    this.problem.replaceChildren();
    announce(this.texts.get('working'));
    try {
      const said = this.instruction.value.trim();
      const inputs = name === REPLY ? { ...(said && { instruction: said }), ...(isUrged && { caution: 'yes' }) } : {};
      const asked = { recipe: name, inputs };
      const mail = await (name === REPLY ? this.mail.readWithFiles() : this.mail.read());
      const job = await this.api.submit(asked, mail, this.key.of(asked));
      this.key.drop();
      this.ended(await this.watch(job));
    } catch (error) {
      const failure = this.failureOf(error);
      if (failure.code !== 'offline') this.key.drop();
      if (failure.code === 'token') this.askToken(() => void this.run(name));
      else this.fail(failure);
    } finally {
      this.isBusy = false;
    }
  }

  private watch(job: Job): Promise<Job> {
    return watch(this.api, this.texts, job, (view) => this.show(view));
  }

  private ended(job: Job): void {
    if (job.error) throw Failure.of(job.error);
    if (!job.draft) return this.back(this.texts.get('jobCancelled'));
    if (job.recipe === REPLY) return this.showReply(job, false);
    const title = this.texts.say(READINGS[job.recipe as Reading]);
    this.show(new ReadingView(title, job.draft, this.texts, () => this.back()));
  }

  private showReply(job: Job, isWaiting: boolean): void {
    this.last = isWaiting ? null : job;
    const again = (): void => {
      if (this.last) this.tell(this.last.id, 'regenerated');
      this.back();
    };
    const open = async (html: string, text: string, toAll: boolean): Promise<void> => {
      await this.mail.reply(html, toAll);
      // For a draft in the mailbox, the mailbox reports the outcome.
      if (isWaiting) return;
      const { text: drafted, gaps = [] } = job.draft!;
      if (text === drafted) this.tell(job.id, 'accepted');
      else this.tell(job.id, text === withoutHints(drafted, gaps) ? 'accepted' : 'edited', text);
    };
    const failureOf = (error: unknown): Failure => this.failureOf(error);
    const refining = {
      refine: (wish: string): Promise<string> => this.refine(job, view, wish),
      canUndo: Boolean(job.refines),
      canRedo: job.wish === 'undo',
      canWrite: this.api.canWrite,
    };
    const own = isWaiting ? { again: null, refining: null } : { again, refining };
    const view: DraftView = replyView(job.draft!, { texts: this.texts, open, failureOf, back: () => this.back(), ...own });
    this.show(view);
  }

  /** Has a new version made, which takes the draft's place; returns the answer where none comes of it. */
  private async refine(job: Job, view: DraftView, wish: string): Promise<string> {
    announce(this.texts.get('working'));
    const made = await this.api.refineText(job, view.text, wish);
    if ('answer' in made) return made.answer;
    if (!('id' in made)) return '';
    try {
      this.ended(await this.watch(made));
    } catch (error) {
      this.show(view);
      throw error;
    }
    return '';
  }

  /** Reports the outcome; failing to is no error that anybody needs to see. */
  private tell(...told: Parameters<Api['used']>): void {
    this.api.used(...told).catch(() => undefined);
  }

  private failureOf(error: unknown): Failure {
    const failure = asFailure(error);
    if (failure.code !== 'tooLong') return failure;
    return new Failure('mail', this.texts.say('tooLong'), this.texts.say('fix_tooLong'));
  }

  private fail(failure: Failure): void {
    this.element.replaceChildren(this.start);
    const anyway = { label: this.texts.say('draftAnyway'), take: (): void => void this.run(REPLY, true) };
    const bar = failureBar(failure, this.texts, failure.code === 'suspicious' ? anyway : null);
    this.problem.replaceChildren(bar);
    bar.focus();
  }

  private show(view: { element: HTMLElement; focus(): void }): void {
    this.element.replaceChildren(view.element);
    view.focus();
  }

  /** Goes back to the first screen, which has kept what was written there. */
  private back(said = ''): void {
    this.element.replaceChildren(this.start);
    this.problem.replaceChildren(...(said ? [make('div', { class: 'bar', role: 'status' }, said)] : []));
    this.instruction.focus();
  }
}
