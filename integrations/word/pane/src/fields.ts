/** The inputs of a recipe as fields of a form. */

import { make } from './dom';
import type { Recipe, RecipeInput } from './model';
import type { Texts } from './strings';

const WIDE = new Set(['text']);

export class Fields {
  readonly element: HTMLElement;
  private readonly controls = new Map<string, HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>();
  private readonly problems = new Map<string, HTMLElement>();

  constructor(
    recipe: Recipe,
    private readonly texts: Texts,
  ) {
    // The document is the main input, unless it is what is filled in, with places of its own.
    const without = recipe.fills ? 'fields' : recipe.main_input;
    const inputs = recipe.inputs.filter(({ name }) => name !== without);
    this.element = make('div', { class: 'fields' }, ...inputs.map((input) => this.field(input)));
  }

  /** Returns what was filled in; empty fields are left to their defaults. */
  values(): Record<string, unknown> {
    const found: Record<string, unknown> = {};
    for (const [name, control] of this.controls) {
      if (control instanceof HTMLInputElement && control.type === 'checkbox') {
        found[name] = control.checked ? 'yes' : 'no';
      } else if (control.value.trim() !== '') found[name] = control.value;
    }
    return found;
  }

  /** Shows sentences beside their fields and goes to the first. Returns those that have no field here. */
  show(problems: Record<string, string>): string[] {
    for (const [name, control] of this.controls) {
      const problem = problems[name] ?? '';
      control.setAttribute('aria-invalid', String(problem !== ''));
      this.problems.get(name)!.textContent = problem;
    }
    for (const [name, control] of this.controls)
      if (problems[name]) {
        control.focus();
        break;
      }
    return Object.entries(problems)
      .filter(([name]) => !this.controls.has(name))
      .map(([, sentence]) => sentence);
  }

  private field(input: RecipeInput): HTMLElement {
    const id = `input-${input.name}`;
    const control = this.control(input, id);
    const problem = make('p', { class: 'problem', id: `${id}-problem` });
    this.controls.set(input.name, control);
    this.problems.set(input.name, problem);
    control.setAttribute('aria-describedby', `${id}-help ${id}-problem`);
    if (input.required) control.setAttribute('aria-required', 'true');
    const title = this.texts.title(input.title) + (input.required ? ` (${this.texts.get('required')})` : '');
    const help = make('p', { class: 'help', id: `${id}-help` }, this.texts.described(input.help ?? ''));
    const label = make('label', { for: id }, title);
    return input.type === 'flag'
      ? make('div', { class: 'field flag' }, control, label, help, problem)
      : make('div', { class: 'field' }, label, control, help, problem);
  }

  private control(input: RecipeInput, id: string): HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
    if (input.type === 'choice') return this.choice(input, id);
    const most = input.max_chars ? { maxlength: input.max_chars } : {};
    if (WIDE.has(input.type)) return make('textarea', { id, rows: 3, ...most }) as HTMLTextAreaElement;
    const kinds: Record<string, string> = { flag: 'checkbox', number: 'number', date: 'date' };
    const control = make('input', { id, type: kinds[input.type] ?? 'text', ...most }) as HTMLInputElement;
    if (input.type === 'number') control.step = 'any';
    if (input.type === 'flag') control.checked = input.default === 'yes';
    else control.value = input.default ?? '';
    return control;
  }

  private choice(input: RecipeInput, id: string): HTMLSelectElement {
    const choices = input.choices ?? [];
    const all = input.required || input.default ? choices : ['', ...choices];
    const options = all.map((value) => make('option', { value, selected: value === input.default }, this.texts.title(value) || '–'));
    return make('select', { id }, ...options) as HTMLSelectElement;
  }
}
