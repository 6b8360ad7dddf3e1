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
  apply_to: 'whole' | 'paragraphs';
  inputs: RecipeInput[];
  /** Whether it fills the document's places in: the main input says with what. */
  fills?: boolean;
  /** Whether the models that are set up can do it: here where the pane has asked, which a document may change. */
  offered: boolean;
  offered_for_documents?: boolean;
  /** `large`: only a model that writes can do it. */
  needs?: string;
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
  /** When it was written or takes effect: a day or a year, "" for unknown. */
  date?: string;
  /** Where the server finds it again; "" for what came with the question, whose quote is all there is to open. */
  place?: string;
}

/** What only the person can fill in: `place` is how it stands in the text, `choices` are ready sentences. */
export interface Gap {
  place: string;
  question: string;
  choices: string[];
  /** Whether it asks nothing, and only points at something to look at. */
  is_hint?: boolean;
}

/** An entry of a list. */
export interface Item {
  text: string;
  quote: string;
  who: string;
  due: string;
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
  /** Whether what was cited is no longer there. */
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
  /** The heading above it; "" for none. */
  where?: string;
}

export interface Draft {
  recipe: string;
  text: string;
  edits?: Edit[];
  items?: Item[];
  gaps?: Gap[];
  findings: Finding[];
  sources: Source[];
  notices: string[];
  /** Whether something is left to the person; of an answer, that none was found; of a summary, that its text says why. */
  skeleton?: boolean;
  model: string;
}

export type State = 'queued' | 'running' | 'ready' | 'delivered' | 'failed' | 'cancelled';

export interface Job {
  id: string;
  state: State;
  recipe: string;
  /** The job of the version before, and what was said about it. */
  refines?: string;
  wish?: string;
  draft?: Draft;
  /** `look_first` is what of the text is to be seen all the same, a line each. */
  error?: { code: string; message: string; fix: string; look_first?: string };
}

export interface Paragraph {
  id: string;
  hash: string;
  text: string;
  /** 1 to 9 for headings. */
  heading_level?: number;
  /** Names the row of a table, and which cell of it, counted from 0. */
  row?: string;
  column?: number;
  /** What comments say there: the words beside which each stands, and its text. */
  remarks?: [string, string][];
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

export interface Person {
  name: string;
  address: string;
}

/** A mail that the person has open, as the server takes it. */
export interface OpenMail {
  message_id: string;
  references: string[];
  subject: string;
  sender: Person;
  to: Person[];
  cc: Person[];
  /** A day, 2026-11-26. */
  sent_on: string;
  owner: Person;
  html: string;
  text: string;
  attachments?: Attached[];
}

/** A file of a mail, in base64; without content where Outlook did not give it, or it is too large. */
export interface Attached {
  name: string;
  content: string;
  size_bytes: number;
}

/** A document to be added as a source. */
export interface Content {
  file: Blob;
  name: string;
  title: string;
  link: string;
}

/** A document that was added, in the source that holds it. */
export interface Given {
  source: string;
  key: string;
  title: string;
  link: string;
  error: { message: string; fix: string } | null;
}

export type Outcome = 'accepted' | 'edited' | 'rejected';

/** What became of a whole draft. */
export type Use = 'accepted' | 'edited' | 'regenerated';

export const ENDED: ReadonlySet<State> = new Set<State>(['delivered', 'failed', 'cancelled']);

/** Something that went wrong, in words for a person, with what to do. */
export class Failure extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly fix = '',
    readonly fields: Record<string, string> = {},
    readonly lookFirst: string[] = [],
  ) {
    super(message);
  }

  /** What a job failed with. */
  static of({ code, message, fix, look_first = '' }: NonNullable<Job['error']>): Failure {
    return new Failure(code, message, fix, {}, look_first.split('\n').filter(Boolean));
  }
}
