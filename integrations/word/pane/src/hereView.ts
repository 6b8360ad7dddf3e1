/** Writing at the cursor of the open document: a draft is read and changed first, then goes in as a tracked change. */

import type { Api } from './api';
import type { Screens } from './app';
import { announce, button, make } from './dom';
import { DraftView } from './draftView';
import { asFailure, failureBar } from './failures';
import type { OpenDocument } from './host';
import { JobKey } from './jobKey';
import { Failure, type Job, type Recipe } from './model';
import type { Texts } from './strings';
import { watch } from './watching';

export class HereView {
  readonly element: HTMLElement;
  private readonly brief: HTMLTextAreaElement;
  private readonly problem = make('div', {});
  private readonly key = new JobKey();
  private screens: Screens | null = null;
  private isBusy = false;

  constructor(
    private readonly api: Api,
    private readonly document: OpenDocument,
    private readonly recipe: Recipe,
    private readonly texts: Texts,
  ) {
    const about = { id: 'brief', rows: 3, maxlength: 20_000, 'aria-describedby': 'brief-help' };
    this.brief = make('textarea', about) as HTMLTextAreaElement;
    const write = (): void => {
      if (this.brief.value.trim()) void this.write(this.brief.value.trim());
      else this.brief.focus();
    };
    this.element = make(
      'details',
      { class: 'given', id: 'here' },
      make('summary', {}, texts.get('writeHere')),
      this.problem,
      make(
        'div',
        { class: 'field' },
        make('label', { for: 'brief' }, texts.get('brief')),
        this.brief,
        make('p', { class: 'help', id: 'brief-help' }, texts.get('briefHelp')),
      ),
      make(
        'div',
        { class: 'buttons' },
        button({ id: 'write-here', appearance: 'primary', click: write }, texts.get('write')),
        button({ id: 'continue-here', click: () => void this.write('') }, texts.get('continueText')),
      ),
    );
  }

  /** Sets where drafts are shown from now on. */
  on(screens: Screens): HTMLElement {
    this.screens = screens;
    return this.element;
  }

  private async write(brief: string): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.problem.replaceChildren();
    announce(this.texts.get('working'));
    try {
      const place = await this.document.around();
      const continued = { brief: this.texts.get('continueText'), continues: true };
      const asked = { recipe: this.recipe.name, inputs: { ...place, ...(brief ? { brief } : continued) } };
      const job = await this.api.submit(asked, null, this.key.of(asked));
      this.key.drop();
      this.ended(await this.watch(job));
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code !== 'offline') this.key.drop();
      if (failure.code === 'token' && this.screens) this.screens.askToken(() => this.back());
      else {
        this.back();
        this.fail(failure);
      }
    } finally {
      this.isBusy = false;
    }
  }

  private watch(job: Job): Promise<Job> {
    return watch(this.api, this.texts, job, (view) => this.screens?.show(view));
  }

  private ended(job: Job): void {
    if (job.error) throw Failure.of(job.error);
    if (!job.draft) throw new Failure('stopped', this.texts.get('jobCancelled'));
    const { texts } = this;
    const take = async (text: string, open: number): Promise<string> => {
      await this.document.insert(text);
      this.tell(job, text);
      return `${texts.get('answerInserted')} ${open ? texts.count('stillOpenHere', open) : ''}`.trim();
    };
    const view: DraftView = new DraftView(job.draft, {
      texts,
      heading: texts.get('draftTitle'),
      help: texts.get('draftHelp'),
      takes: [{ id: 'insert-here', label: texts.get('insertHere'), take }],
      failureOf: asFailure,
      refining: { refine: (wish) => this.refine(job, view, wish), canUndo: Boolean(job.refines), canRedo: job.wish === 'undo', canWrite: this.api.canWrite },
      again: null,
      back: () => this.back(),
    });
    this.screens?.show(view);
  }

  /** Has a new version made, which takes the draft's place; returns the answer where none comes of it. */
  private async refine(job: Job, view: DraftView, wish: string): Promise<string> {
    announce(this.texts.get('working'));
    try {
      const made = await this.api.refineText(job, view.text, wish);
      if ('answer' in made) return made.answer;
      if ('id' in made) this.ended(await this.watch(made));
    } catch (error) {
      if (asFailure(error).code !== 'token' || !this.screens) {
        this.screens?.show(view);
        throw error;
      }
      this.screens.askToken(() => this.screens?.show(view));
    }
    return '';
  }

  /** Reports the outcome; failing to is no error that anybody needs to see. */
  private tell(job: Job, text: string): void {
    const isSame = text === job.draft?.text;
    this.api.used(job.id, isSame ? 'accepted' : 'edited', isSame ? undefined : text).catch(() => undefined);
  }

  private back(): void {
    this.screens?.back();
    (this.element as HTMLDetailsElement).open = true;
    this.brief.focus();
  }

  private fail(failure: Failure): void {
    const bar = failureBar(failure, this.texts, null);
    this.problem.replaceChildren(bar);
    bar.focus();
  }
}
