/** The first screen: the document, what to do with it, and the recipe's inputs. */

import { button, make } from './dom';
import { Fields } from './fields';
import { FileHost } from './fileHost';
import type { Host, Scope } from './host';
import { LinkField } from './linkField';
import { Failure, type Recipe, type Target } from './model';
import type { Texts } from './strings';
import type { Key } from './stringsEn';

export interface Start {
  recipe: Recipe;
  inputs: Record<string, unknown>;
  scope: Scope;
  /** The document of a drive to work on instead of the host's. */
  target: Target | null;
}

export class StartView {
  readonly element: HTMLElement;
  private readonly problem = make('div', {});
  private readonly place = make('div', {});
  private readonly description = make('p', { class: 'help', id: 'recipe-help' });
  /** Why the chosen recipe cannot be run, beside its button. */
  private readonly whyNot = make('p', { class: 'why-not', id: 'why-not' });
  private readonly select: HTMLSelectElement;
  private readonly link: LinkField | null;
  private readonly go: HTMLElement;
  private fields: Fields | null = null;
  private scope: Scope;

  constructor(
    private readonly host: Host,
    private readonly recipes: readonly Recipe[],
    wanted: string,
    private readonly texts: Texts,
    hasDrives: boolean,
    private readonly run: (start: Start) => void,
    [above, below]: [readonly HTMLElement[], readonly HTMLElement[]],
  ) {
    this.scope = host.scopes[0]!;
    const option = (recipe: Recipe): HTMLElement =>
      make('option', { value: recipe.name, selected: recipe.name === wanted }, texts.title(recipe.title));
    const larger = recipes.filter(({ offered }) => !offered).map(option);
    const options = [
      ...recipes.filter(({ offered }) => offered).map(option),
      ...(larger.length ? [make('optgroup', { label: texts.get('needsLarger') }, ...larger)] : []),
    ];
    const about = { id: 'recipe', 'aria-describedby': 'recipe-help why-not', change: () => this.choose() };
    this.select = make('select', about, ...options) as HTMLSelectElement;
    const go = (event: Event): void => {
      event.preventDefault();
      this.submit();
    };
    this.go = button({ appearance: 'primary', type: 'submit', id: 'run', 'aria-describedby': 'why-not' }, texts.get('run'));
    this.link = hasDrives ? new LinkField(texts, () => this.nameStep()) : null;
    this.element = make(
      'form',
      { class: 'start', novalidate: true, submit: go },
      make('p', { class: 'lead' }, texts.get(host.kind === 'file' ? 'leadFile' : 'lead')),
      ...above,
      this.problem,
      ...(host instanceof FileHost ? [this.filePicker(host)] : []),
      make('div', { class: 'field' }, make('label', { for: 'recipe' }, texts.get('recipe')), this.select, this.description),
      this.place,
      ...(host.scopes.length > 1 ? [this.scopePicker()] : []),
      ...(this.link ? [this.link.element] : []),
      ...(host.readsDeletedText ? [make('p', { class: 'help' }, texts.get('deletedIsRead'))] : []),
      this.whyNot,
      this.go,
      ...below,
    );
    this.choose();
  }

  /** Shows what is wrong: beside each field, the rest above. */
  fail(bar: (failure: Failure) => HTMLElement, failure: Failure): void {
    const others = this.fields?.show(failure.fields) ?? [];
    const isShown = Object.keys(failure.fields).length > others.length;
    const rest = isShown ? new Failure('', this.texts.get('correctFields')) : failure;
    const shown = bar(rest);
    this.problem.replaceChildren(shown);
    if (!isShown) shown.focus();
  }

  private choose(): void {
    const recipe = this.recipe();
    if (!recipe) return;
    this.description.textContent = this.texts.described(recipe.description);
    this.fields = new Fields(recipe, this.texts);
    // A recipe that cannot be run needs no inputs.
    this.place.replaceChildren(...(recipe.offered ? [this.fields.element] : []));
    this.whyNot.textContent = recipe.offered ? '' : this.reason();
    // Not disabled outright: the keyboard still reaches it, and it says why.
    this.go.setAttribute('aria-disabled', String(!recipe.offered));
  }

  private recipe(): Recipe | undefined {
    return this.recipes.find((one) => one.name === this.select.value);
  }

  private reason(): string {
    return `${this.texts.get('error_model_too_small')} ${this.texts.get('fix_model_too_small')}`;
  }

  private submit(): void {
    const recipe = this.recipe();
    if (!recipe?.offered || !this.fields) return;
    this.problem.replaceChildren();
    this.fields.show({});
    this.run({ recipe, inputs: this.fields.values(), scope: this.scope, target: this.link?.target() ?? null });
  }

  /** A document of a drive is saved without being asked about each change: the button says so. */
  private nameStep(): void {
    this.go.textContent = this.texts.get(this.link?.target() ? 'runSave' : 'run');
  }

  private scopePicker(): HTMLElement {
    const choices = this.host.scopes.map((scope) => {
      const id = `scope-${scope}`;
      const choose = (): void => {
        this.scope = scope;
      };
      const radio = make('input', { type: 'radio', name: 'scope', id, checked: scope === this.scope, change: choose });
      return make('label', { for: id, class: 'choice' }, radio, this.texts.get(`scope_${scope}` as Key));
    });
    return make('fieldset', {}, make('legend', {}, this.texts.get('scope')), ...choices);
  }

  private filePicker(host: FileHost): HTMLElement {
    const name = make('span', { class: 'file-name' }, host.file?.name ?? this.texts.get('chooseFile'));
    const take = (file: File | null | undefined): void => {
      if (!file) return;
      host.file = file;
      name.textContent = file.name;
    };
    const input = make('input', {
      type: 'file',
      id: 'file',
      accept: '.docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      class: 'unseen',
      change: (event) => take((event.target as HTMLInputElement).files?.[0]),
    });
    const drop = make(
      'label',
      { for: 'file', class: 'drop' },
      name,
      make('span', { class: 'help' }, this.texts.get('dropFile')),
    );
    drop.addEventListener('dragover', (event) => event.preventDefault());
    drop.addEventListener('drop', (event) => {
      event.preventDefault();
      take(event.dataTransfer?.files[0]);
    });
    return make('div', { class: 'field' }, make('span', { class: 'label' }, this.texts.get('document')), input, drop);
  }
}
