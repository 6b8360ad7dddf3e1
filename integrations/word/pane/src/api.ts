/** The job API as the pane uses it. */

import {
  type Content,
  Failure,
  type Given,
  type Job,
  type OpenMail,
  type Outcome,
  type Paragraph,
  type Passage,
  type Person,
  type Recipe,
  type Saved,
  type Target,
  type Use,
} from './model';

/** Returns the token of the pane. `claims` is what the sign-in service asked for. */
export interface TokenProvider {
  /** Whether the token that was given last is of a sign-in at Microsoft 365. */
  readonly isMicrosoft?: boolean;
  token(renew: boolean, claims?: string): Promise<string>;
}

export interface Asked {
  recipe: string;
  inputs: Record<string, unknown>;
}

/** What comes of a wish: a new version, an answer, or decisions about open changes. */
export type Refined = Job | { answer: string } | { decide: 'accepted' | 'rejected' | 'undo'; edits: string[] };

export type SurfaceName = 'word' | 'outlook';

const [ASK, INSERT] = ['ask', 'insert'];
const LONGEST_SILENCE_MILLISECONDS = 30_000;

export class Api {
  /** Whether the person may ask their sources, known once the recipes are. */
  canAsk = false;
  /** Whether a model is set up that writes, known once the recipes are. */
  canWrite = false;
  /** What writes at the cursor, known once the recipes are; null where the person may not use it. */
  insertRecipe: Recipe | null = null;

  constructor(
    private readonly tokens: TokenProvider,
    private readonly base: string,
    private readonly send: typeof fetch = (...asked) => fetch(...asked),
    private readonly surface: SurfaceName = 'word',
  ) {}

  /** Whether the person is signed in at Microsoft 365, and so reaches documents there. */
  get isMicrosoft(): boolean {
    return this.tokens.isMicrosoft ?? false;
  }

  /** Returns what the person may do here, the likeliest first: to texts, or all of it. */
  async recipes(all = false): Promise<Recipe[]> {
    const found = await this.json<{ recipes: Recipe[] }>('recipes');
    this.canWrite = found.recipes.some(({ needs, offered }) => needs === 'large' && offered);
    const here = found.recipes.filter((recipe) => recipe.surfaces.includes(this.surface)).map(onText);
    this.canAsk = here.some((recipe) => recipe.name === ASK && recipe.offered);
    this.insertRecipe = here.find((recipe) => recipe.name === INSERT) ?? null;
    return inOrder(all ? here : here.filter((recipe) => recipe !== this.insertRecipe && worksOnText(recipe)));
  }

  /** Asks the person's sources, or the mail; `follows` is the question before, whose subject is kept. */
  ask(question: string, follows: string, key: string, about: OpenMail | null = null): Promise<Job> {
    return this.submit({ recipe: ASK, inputs: follows ? { question, follows } : { question } }, about, key);
  }

  /** Asks what the paragraphs of a document say. */
  askDocument(question: string, follows: string, paragraphs: Paragraph[], key: string): Promise<Job> {
    return this.createJob({ recipe: ASK, inputs: follows ? { question, follows } : { question } }, paragraphs, key);
  }

  /** Stores a job about a mail, or about what its inputs say. */
  submit(asked: Asked, about: OpenMail | null, key: string): Promise<Job> {
    const form = { ...asked, surface: this.surface, ...(about ? { about } : {}) };
    return this.json('jobs', jsonBody(form, { 'Idempotency-Key': key }));
  }

  /** Says what should change in a draft; the result is a job that writes a new version, or an answer. */
  async refine(id: string, wish: string, key: string, open?: number[], text?: string): Promise<Refined> {
    const said = { wish, ...(open ? { open: open.map(String) } : {}), ...(text === undefined ? {} : { text }) };
    return this.json(`jobs/${encodeURIComponent(id)}/refine`, jsonBody(said, { 'Idempotency-Key': key }));
  }

  /** Gives values for the open places of a filled document, in their order; the result is a job that fills it once more. */
  giveValues(id: string, values: string[], paragraphs: Paragraph[] | undefined, key: string): Promise<Job> {
    return this.json(`jobs/${encodeURIComponent(id)}/values`, jsonBody({ values, paragraphs }, { 'Idempotency-Key': key }));
  }

  /** Says what should change in a draft as the person has it now, so that the answers they gave are kept; nothing of it counts as used. */
  async refineText({ id, draft }: Job, text: string, wish: string): Promise<Refined> {
    return this.refine(id, wish, crypto.randomUUID(), undefined, text === draft?.text ? undefined : text);
  }

  /** Returns the draft that waits in the person's mailbox for the thread of a mail. */
  async waitingDraft({ message_id, references }: Pick<OpenMail, 'message_id' | 'references'>): Promise<Job | null> {
    const asked = new URLSearchParams([['message_id', message_id], ...references.map((one) => ['before', one])]);
    const { job } = await this.json<{ job: string | null }>(`waiting-draft?${asked}`);
    return job ? this.job(job) : null;
  }

  /** Opens what an answer cites, with the person's current rights. */
  passage(id: string, number: number): Promise<Passage> {
    return this.json(`jobs/${encodeURIComponent(id)}/passages/${number}`);
  }

  /** Returns, as sentences, which sources of a draft its recipients may not read. */
  async remarks(id: string, owner: Person, to: readonly Person[]): Promise<string[]> {
    const path = `jobs/${encodeURIComponent(id)}/remarks`;
    return (await this.json<{ remarks: string[] }>(path, jsonBody({ owner, to: to.slice(0, 500) }))).remarks;
  }

  /** Stores a job about paragraphs; `subject` is what lists name it by, '' for its first words. */
  createJob(asked: Asked, paragraphs: Paragraph[], key: string, subject = ''): Promise<Job> {
    const form = { ...asked, paragraphs, surface: this.surface, ...(subject ? { subject } : {}) };
    return this.json('jobs', jsonBody(form, { 'Idempotency-Key': key }));
  }

  uploadDocument(asked: Asked, file: File, key: string): Promise<Job> {
    const form = new FormData();
    form.set('file', file);
    form.set('recipe', asked.recipe);
    form.set('inputs', JSON.stringify(asked.inputs));
    form.set('surface', 'word');
    return this.json('documents/edit', { method: 'POST', body: form, headers: { 'Idempotency-Key': key } });
  }

  editLinked(asked: Asked, target: Target, key: string): Promise<Job> {
    return this.json('documents/drive', jsonBody({ ...asked, ...target }, { 'Idempotency-Key': key }));
  }

  saved(id: string): Promise<Saved> {
    return this.json(`jobs/${encodeURIComponent(id)}/saved`);
  }

  job(id: string): Promise<Job> {
    return this.json(`jobs/${encodeURIComponent(id)}`);
  }

  async cancel(id: string): Promise<void> {
    await this.request(`jobs/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
  }

  /** Reports what became of one edit; `text` is the paragraph with those of its changes that were taken. */
  async outcome(id: string, outcome: Outcome, edit: number, text?: string): Promise<void> {
    const told = text === undefined ? { outcome } : { outcome, text };
    await this.request(`jobs/${encodeURIComponent(id)}/outcome`, jsonBody({ ...told, edit: String(edit) }));
  }

  /** Reports what became of a whole draft; `text` is the part that was used. */
  async used(id: string, outcome: Use, text?: string): Promise<void> {
    const told = text === undefined ? { outcome } : { outcome, text };
    await this.request(`jobs/${encodeURIComponent(id)}/outcome`, jsonBody(told));
  }

  async paragraphs(id: string): Promise<Paragraph[]> {
    return (await this.json<{ paragraphs: Paragraph[] }>(`jobs/${encodeURIComponent(id)}/paragraphs`)).paragraphs;
  }

  /** Returns the document with these edits, some of them with another text. */
  async document(id: string, edits: number[], texts: Record<number, string>): Promise<Blob> {
    const path = `jobs/${encodeURIComponent(id)}/document`;
    return (await this.request(path, jsonBody({ edits: edits.map(String), texts }))).blob();
  }

  events(id: string, lastId: string, signal: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = lastId ? { 'Last-Event-ID': lastId } : {};
    return this.request(`jobs/${encodeURIComponent(id)}/events`, { headers, signal });
  }

  /** The documents that the person has added as sources. */
  async given(): Promise<Given[]> {
    const { sources } = await this.json<{ sources: { id: string; connector: string; shared: boolean }[] }>(
      'sources?own=true',
    );
    const own = sources.filter(({ connector, shared }) => connector === 'uploads' && !shared);
    const found = own.map(async ({ id }) => {
      const { documents } = await this.json<{ documents: Omit<Given, 'source'>[] }>(
        `sources/${encodeURIComponent(id)}?limit=200`,
      );
      return documents.map((one) => ({ ...one, source: id }));
    });
    return (await Promise.all(found)).flat();
  }

  /** Adds a document and returns its future entry in the list; it replaces one of the same name. */
  async give({ file, name, title, link }: Content): Promise<Given> {
    const form = new FormData();
    form.set('file', file, name);
    form.set('title', title);
    form.set('link', link);
    const { id } = await this.json<{ id: string }>('sources/uploads', { method: 'POST', body: form });
    return { source: id, key: `${title}\n${link}`, title, link, error: null };
  }

  async takeAway({ source, key }: Given): Promise<void> {
    const path = `sources/${encodeURIComponent(source)}/documents?key=${encodeURIComponent(key)}`;
    await this.request(path, { method: 'DELETE' });
  }

  private async json<T>(path: string, init: RequestInit = {}): Promise<T> {
    const answer = await this.request(path, init);
    return (await answer.json()) as T;
  }

  private async request(path: string, init: RequestInit): Promise<Response> {
    const first = await this.once(path, init, await this.tokens.token(false));
    if (first.status !== 401) return checked(first);
    const claims = await claimsOf(first.clone());
    return checked(await this.once(path, init, await this.tokens.token(true, claims)));
  }

  private async once(path: string, init: RequestInit, token: string): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${token}`);
    // The office program may speak another language than the browser that it runs in.
    const language = globalThis.document?.documentElement.lang;
    if (language) headers.set('Accept-Language', language);
    // A stream may be silent for a long time; its own signal ends it.
    const signal = init.signal ?? AbortSignal.timeout(LONGEST_SILENCE_MILLISECONDS);
    try {
      return await this.send(this.base + path, { ...init, headers, signal, cache: 'no-store', credentials: 'omit' });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new Failure('offline', '');
    }
  }
}

/** What people want most often in a document, last what a small model finds in few of them; the rest follow by title. */
const FIRST = ['proofread', 'shorten', 'rewrite', 'plain', 'summarize', 'consistency', 'actions', 'translate', 'title', 'fill', 'scan', 'risks'];

function inOrder(recipes: Recipe[]): Recipe[] {
  const rank = ({ name }: Recipe): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return recipes.sort((one, other) => rank(one) - rank(other) || one.title.localeCompare(other.title));
}

/** A document and a mail are whole texts, of which a small model may not be asked for less. */
function onText(recipe: Recipe): Recipe {
  return { ...recipe, offered: recipe.offered && (recipe.offered_for_documents ?? true) };
}

/** The document takes the place of the main input, so that has to be a text, not a question. */
function worksOnText(recipe: Recipe): boolean {
  return recipe.inputs.some((input) => input.name === recipe.main_input && input.type === 'text');
}

function jsonBody(value: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', body: JSON.stringify(value), headers: { 'Content-Type': 'application/json', ...headers } };
}

async function checked(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const error = (await errorOf(answer)) ?? { code: 'internal', message: '', fix: '' };
  const code = answer.status === 503 ? 'outage' : error.code;
  throw new Failure(code, error.message, error.fix, error.fields);
}

interface ErrorBody {
  code: string;
  message: string;
  fix: string;
  fields?: Record<string, string>;
  claims?: string;
}

async function errorOf(answer: Response): Promise<ErrorBody | undefined> {
  try {
    return ((await answer.json()) as { error?: ErrorBody }).error;
  } catch {
    return undefined;
  }
}

async function claimsOf(answer: Response): Promise<string | undefined> {
  return (await errorOf(answer))?.claims;
}
