/** The texts of the pane in the language of whoever reads it. */

import { deRecipes } from './recipeTexts';
import { de } from './stringsDe';
import { en, type Key } from './stringsEn';

export type Language = 'en' | 'de';
export type Values = Record<string, string | number>;

export class Texts {
  readonly language: Language;

  /** `others` are the texts that differ in a program other than Word. */
  constructor(
    wanted: string,
    private readonly others: Partial<Record<Language, Partial<Record<Key, string>>>> = {},
  ) {
    this.language = wanted.toLowerCase().startsWith('de') ? 'de' : 'en';
  }

  get(key: Key, values: Values = {}): string {
    return filled(this.others[this.language]?.[key] ?? (this.language === 'de' ? de[key] : en[key]), values);
  }

  /** Returns the text for one or for many. */
  count(key: 'gaps' | 'stillOpenHere' | 'changes' | 'changesIn' | 'comments' | 'forYou', count: number, further: Values = {}): string {
    return this.get(count === 1 ? `${key}_one` : `${key}_many`, { count, ...further });
  }

  has(key: string): key is Key {
    return key in en;
  }

  /** Returns a title, a choice or a help of a recipe; in English where somebody has made it themselves. */
  title(english: string): string {
    return (this.language === 'de' && deRecipes[english]) || english;
  }

  /** Returns what a recipe does, or nothing where that is only known in another language. */
  described(english: string): string {
    return this.language === 'de' ? (deRecipes[english] ?? '') : english;
  }
}

export function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
