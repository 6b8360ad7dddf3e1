/** The flow from one screen to the next. */

import type { Api } from './api';
import { announce, button, download, make } from './dom';
import { asFailure, failureBar } from './failures';
import { FileHost } from './fileHost';
import type { Host } from './host';
import { JobKey } from './jobKey';
import { type Memory, readMemories, withMemory, withoutMemory } from './memory';
import { ENDED, Failure, type Job, type Recipe } from './model';
import { ResultView } from './resultView';
import { SavedView } from './savedView';
import { type Start, StartView } from './startView';
import type { Texts } from './strings';
import type { TypedTokens } from './tokens';
import { type View, watch } from './watching';

const RESULT_NAME = 'document.docx';

/** Shows what is no recipe, with the way back to the first screen. */
export interface Screens {
  show(view: View): void;
  back(): void;
  /** Asks for another access token, then goes on. */
  askToken(then: () => void): void;
}

/** What stands on the first screen beside the recipes, made anew each time that it is shown. */
export interface Around {
  above?: () => HTMLElement[];
  below: (screens: Screens) => HTMLElement[];
  /** Which of the recipes for texts are offered; all by default. */
  fits?: (recipe: Recipe) => boolean;
}

export class App {
  private recipes: Recipe[] = [];
  private memory: Memory | null = null;
  private readonly key = new JobKey();
  private isSubmitting = false;
  // No decision may be overwritten before all of them are shown again.
  private isFilled = false;

  constructor(
    private readonly pane: HTMLElement,
    private readonly api: Api,
    private readonly host: Host,
    private readonly typed: TypedTokens,
    private readonly texts: Texts,
    private readonly wanted: string,
    private readonly around: Around,
  ) {}

  /** Shows the first screen, or the job that the document remembers. */
  async begin(): Promise<void> {
    this.show(make('p', { class: 'lead' }, this.texts.get('loading')));
    try {
      this.recipes = (await this.api.recipes()).filter(this.around.fits ?? (() => true));
      if (!(await this.resume())) this.start();
    } catch (error) {
      this.fail(error, () => void this.begin());
    }
  }

  private start(): StartView {
    const run = (start: Start): void => void this.run(start, view);
    const { above = () => [], below } = this.around;
    const hasDrives = this.host.kind !== 'mail' && this.api.isMicrosoft;
    const screens: Screens = {
      show: (view) => this.screen(view),
      back: () => void this.start(),
      askToken: (then) => this.askToken(then),
    };
    const around: [HTMLElement[], HTMLElement[]] = [above(), below(screens)];
    const view = new StartView(this.host, this.recipes, this.wanted, this.texts, hasDrives, run, around);
    this.show(view.element);
    return view;
  }

  private async run(start: Start, view: StartView): Promise<void> {
    if (this.isSubmitting) return;
    this.isSubmitting = true;
    try {
      const asked = { recipe: start.recipe.name, inputs: start.inputs };
      announce(this.texts.get('working'));
      const { target, scope } = start;
      const key = this.key.of({ asked, target, scope });
      const job = await (target ? this.api.editLinked(asked, target, key) : this.host.submit(this.api, asked, scope, key));
      this.key.drop();
      const name = this.host instanceof FileHost ? (this.host.file?.name ?? RESULT_NAME) : RESULT_NAME;
      await this.keep({ job: job.id, name, accepted: [], rejected: [], isLinked: start.target !== null });
      // From here on the job is remembered: after an error it is resumed, not started again.
      this.watch(job).catch((error: unknown) => this.fail(error, () => void this.begin()));
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code !== 'offline') this.key.drop();
      if (failure.code === 'token') this.askToken(() => void this.run(start, view));
      else {
        this.show(view.element);
        view.fail((one) => failureBar(one, this.texts, null), failure);
      }
    } finally {
      this.isSubmitting = false;
    }
  }

  /** Goes on with the newest job of the document that is this person's; false when there is none. */
  private async resume(): Promise<boolean> {
    for (const memory of readMemories(this.host.recall())) {
      const job = await this.ownJob(memory.job);
      if (!job) continue;
      this.memory = memory;
      // A button for another recipe opened the pane and nothing is running, so that recipe is shown.
      if (this.wanted && job.recipe !== this.wanted && ENDED.has(job.state)) await this.forget();
      else await this.watch(job);
      return true;
    }
    return false;
  }

  /** Returns a job; null for one that was deleted, or is somebody else's and so stays remembered for them. */
  private async ownJob(id: string): Promise<Job | null> {
    try {
      return await this.api.job(id);
    } catch (error) {
      if (error instanceof Failure && error.code === 'not_found') return null;
      throw error;
    }
  }

  private async forget(): Promise<void> {
    await this.drop();
    this.start();
  }

  private async watch(job: Job): Promise<void> {
    const ended = await watch(this.api, this.texts, job, (view) => this.screen(view));
    await this.end(ended);
  }

  private async end(job: Job): Promise<void> {
    if (job.state === 'delivered' && this.memory?.isLinked) return this.saved(job);
    // What was found before it was cancelled is kept.
    const isKept = job.state === 'cancelled' && !this.memory?.isLinked;
    if (job.draft && (job.state === 'delivered' || isKept)) return this.result(job);
    await this.drop();
    const view = this.start();
    const why = job.error ? Failure.of(job.error) : null;
    if (why) view.fail((one) => failureBar(one, this.texts, null), why);
    else {
      announce(this.texts.get('jobCancelled'));
      view.element.prepend(make('div', { class: 'bar', role: 'status' }, this.texts.get('jobCancelled')));
    }
  }

  private async saved(job: Job): Promise<void> {
    try {
      const view = new SavedView(job, await this.api.saved(job.id), this.texts, () => void this.forget());
      this.show(view.element);
      view.focus();
    } catch (error) {
      // A job that is unknown now stays unknown: there is nothing to resume.
      if (asFailure(error).code === 'conflict') await this.drop();
      throw error;
    }
  }

  /** Shows a result; `before` goes back to the version that it was made of. */
  private async result(job: Job, before: (() => void) | null = null): Promise<void> {
    const memory = this.memory ?? { job: job.id, name: RESULT_NAME, accepted: [], rejected: [] };
    const view: ResultView = new ResultView(job, job.draft!, {
      api: this.api,
      host: this.host,
      texts: this.texts,
      title: this.texts.title(this.recipes.find(({ name }) => name === job.recipe)?.title ?? ''),
      remember: (decided) => {
        if (this.isFilled) void this.keep({ ...memory, ...decided });
      },
      fail: (error) => this.failBeside(view, error),
      restart: () => void this.forget(),
      save: (blob) => download(blob, resultName(memory.name)),
      refined: (made) => this.version(made, memory, view),
      before,
    });
    this.isFilled = false;
    this.screen(view);
    await view.fill(memory);
    this.isFilled = true;
  }

  /** Follows a version of the open changes, and shows it; the view before is kept to go back to. */
  private async version(made: Job, memory: Memory, view: ResultView): Promise<void> {
    const earlier = this.memory ?? memory;
    const back = (): void => {
      void this.replace(made.id, earlier).then(() => this.screen(view));
    };
    try {
      const ended = await watch(this.api, this.texts, made, (one) => this.screen(one));
      if (ended.error) throw Failure.of(ended.error);
      // A version that was cancelled lacks the changes that were not reached yet.
      if (!ended.draft || ended.state === 'cancelled') return this.screen(view);
      await this.replace(earlier.job, { ...earlier, job: ended.id, accepted: [], rejected: [], parts: {} });
      await this.result(ended, back);
    } catch (error) {
      this.screen(view);
      throw error;
    }
  }

  private failBeside(view: ResultView, error: unknown): void {
    const failure = asFailure(error);
    if (failure.code === 'token') this.askToken(() => this.show(view.element));
    else view.fail((one) => failureBar(one, this.texts, null), failure);
  }

  private fail(error: unknown, again: () => void): void {
    const failure = asFailure(error);
    if (failure.code === 'token') {
      this.askToken(again);
      return;
    }
    const bar = failureBar(failure, this.texts, { label: this.texts.get('tryAgain'), take: again });
    this.show(bar);
    bar.focus();
  }

  private askToken(then: () => void): void {
    const input = make('input', { id: 'token', type: 'password', autocomplete: 'off' }) as HTMLInputElement;
    const go = (event: Event): void => {
      event.preventDefault();
      if (!input.value.trim()) return;
      this.typed.set(input.value.trim());
      then();
    };
    const bar = failureBar(new Failure('token', ''), this.texts, null);
    this.show(
      make(
        'form',
        { class: 'start', submit: go },
        bar,
        make('div', { class: 'field' }, make('label', { for: 'token' }, this.texts.get('token')), input),
        button({ appearance: 'primary', type: 'submit' }, this.texts.get('continue')),
      ),
    );
    input.focus();
  }

  private async keep(memory: Memory): Promise<void> {
    this.memory = memory;
    await this.host.remember(withMemory(this.host.recall(), memory));
  }

  /** Remembers one version in place of another; starting over forgets both. */
  private async replace(job: string, memory: Memory): Promise<void> {
    this.memory = memory;
    await this.host.remember(withMemory(withoutMemory(this.host.recall(), job), memory));
  }

  private async drop(): Promise<void> {
    const job = this.memory?.job;
    this.memory = null;
    if (job) await this.host.remember(withoutMemory(this.host.recall(), job));
  }

  private screen(view: View): void {
    this.show(view.element);
    view.focus();
  }

  private show(element: HTMLElement): void {
    this.pane.replaceChildren(make('h1', {}, this.texts.get('title')), element);
  }
}

function resultName(name: string): string {
  return `${(name || RESULT_NAME).replace(/\.docx$/i, '')}-inlaid.docx`;
}
