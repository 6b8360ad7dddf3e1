/** The shapes of the API. */

export interface RecipeInput {
  name: string;
  title: string;
  type: 'text' | 'line' | 'choice' | 'flag' | 'number' | 'person' | 'channel' | 'date';
  required: boolean;
  default?: string;
  choices?: string[];
  help?: string;
  max_chars?: number;
}

export interface Recipe {
  name: string;
  title: string;
  description: string;
  surfaces: string[];
  main_input: string;
  format: 'text' | 'items';
  inputs: RecipeInput[];
  /** Whether the models that are set up can do it. */
  offered: boolean;
}

export interface Finding {
  check: string;
  severity: 'block' | 'repair' | 'warn';
  place: string;
  sentence: string;
}

export interface Source {
  number: number;
  title: string;
  link: string;
  quote: string;
  supports: string;
  /** When it was written or holds from: a day or a year, "" for unknown. */
  date?: string;
}

/** What an answer cites, as it stands in its document now, with what is before and after it. */
export interface Passage {
  number: number;
  title: string;
  link: string;
  date: string;
  before: string;
  parts: { text: string; cited: boolean }[];
  after: string;
  /** Whether what was cited does not stand there any more. */
  has_changed: boolean;
}

/** A change of one paragraph: new text, or a comment beside it or beside the words of `quote`. */
export interface Edit {
  id: string;
  hash: string;
  before: string;
  text?: string;
  comment: string;
  quote: string;
  reason: string;
  findings: Finding[];
}

export interface Draft {
  recipe: string;
  text: string;
  edits?: Edit[];
  findings: Finding[];
  sources: Source[];
  notices: string[];
  /** Whether something is left to the person; of an answer, that none was found. */
  skeleton?: boolean;
  model: string;
}

export type State = 'queued' | 'running' | 'ready' | 'delivered' | 'failed' | 'cancelled';

export interface Job {
  id: string;
  state: State;
  recipe: string;
  draft?: Draft;
  error?: { code: string; message: string; fix: string };
}

export interface Paragraph {
  id: string;
  hash: string;
  text: string;
  /** 1 to 9 for headings. */
  heading_level?: number;
}

/** How a document of a drive is saved: as a new version (as a copy where that cannot be), or as a copy. */
export type Save = 'either' | 'copy';

/** A document of a drive. */
export interface Target {
  link: string;
  save: Save;
}

export interface Saved {
  name: string;
  link: string;
  /** Why it is a copy. */
  reason?: string;
}

/** A document as it is given to be a source. */
export interface Content {
  file: Blob;
  name: string;
  title: string;
  link: string;
}

/** A document that was given, in the source that holds it. */
export interface Given {
  source: string;
  key: string;
  title: string;
  link: string;
  error: { message: string; fix: string } | null;
}

export type Outcome = 'accepted' | 'rejected';

export const ENDED: ReadonlySet<State> = new Set<State>(['delivered', 'failed', 'cancelled']);

/** Something that went wrong, in words for a person, with what to do. */
export class Failure extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly fix = '',
    readonly fields: Record<string, string> = {},
  ) {
    super(message);
  }
}
