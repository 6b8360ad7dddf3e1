/** Server-sent events over fetch: EventSource cannot send a token, and cannot be told apart from an outage. */

import { type Edit, ENDED, Failure, type Job } from './model';

export interface SentEvent {
  id: string;
  kind: string;
  data: string;
}

/** Puts pieces of the stream together (HTML Living Standard, 9.2.6). */
export class EventParser {
  private rest = '';
  private event: SentEvent = { id: '', kind: 'message', data: '' };
  /** The id to go on from; it outlives the event that brought it. */
  lastId = '';

  push(piece: string): SentEvent[] {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.take(line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  private take(line: string): SentEvent[] {
    if (line === '') {
      const done = this.event;
      this.event = { id: '', kind: 'message', data: '' };
      return done.data === '' ? [] : [done];
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.event.kind = value;
    else if (field === 'data') this.event.data += this.event.data ? `\n${value}` : value;
    else if (field === 'id') this.lastId = this.event.id = value;
    return [];
  }
}

export interface Watcher {
  /** Opens the stream after the event of that id. */
  open(lastId: string, signal: AbortSignal): Promise<Response>;
  /** Reads the job itself. */
  read(): Promise<Job>;
  onState(state: string): void;
  onStep(text: string, done: number, total: number): void;
  onToken(text: string): void;
  /** Gets each change of a document as it is found. */
  onEdit?(edit: Edit): void;
  onConnection(isUp: boolean): void;
  wait(milliseconds: number): Promise<void>;
}

const FIRST_WAIT_MILLISECONDS = 500;
const LONGEST_WAIT_MILLISECONDS = 8000;
// The server sends a sign of life every 15 seconds; a connection silent for longer is dead.
const LONGEST_SILENCE_MILLISECONDS = 40_000;

/** Follows a job to its end, through outages of any length, and returns it. */
export async function follow(watcher: Watcher, silence = LONGEST_SILENCE_MILLISECONDS): Promise<Job> {
  let lastId = '';
  let wait = FIRST_WAIT_MILLISECONDS;
  for (;;) {
    const line = new Line(silence);
    try {
      const answer = await watcher.open(lastId, line.signal);
      watcher.onConnection(true);
      wait = FIRST_WAIT_MILLISECONDS;
      const parser = new EventParser();
      parser.lastId = lastId;
      const found = answer.status === 204 || !answer.body ? null : await readAll(answer.body, parser, watcher, line);
      lastId = parser.lastId;
      const job = found ?? (await watcher.read());
      if (ENDED.has(job.state)) return job;
    } catch (error) {
      // What the server refuses it will refuse again; anything else is the network or a restart.
      if (error instanceof Failure && error.code !== 'offline' && error.code !== 'outage') throw error;
      watcher.onConnection(false);
      wait = Math.min(wait * 2, LONGEST_WAIT_MILLISECONDS);
    } finally {
      line.close();
    }
    await watcher.wait(wait);
  }
}

/** One connection; its signal ends it after too long a silence. */
class Line {
  private readonly controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  readonly signal = this.controller.signal;

  constructor(private readonly silence: number) {
    this.heard();
  }

  heard(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.controller.abort(), this.silence);
  }

  close(): void {
    clearTimeout(this.timer);
  }
}

/** Returns the job when the stream reported its end, null when the stream ended or broke before. */
async function readAll(
  body: ReadableStream<Uint8Array>,
  parser: EventParser,
  watcher: Watcher,
  line: Line,
): Promise<Job | null> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  line.signal.addEventListener('abort', stop);
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return null;
      line.heard();
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        const job = handle(event, watcher);
        if (job) return job;
      }
    }
  } catch {
    return null;
  } finally {
    stop();
  }
}

function handle(event: SentEvent, watcher: Watcher): Job | null {
  const data = JSON.parse(event.data) as Record<string, unknown>;
  if (event.kind === 'token') watcher.onToken(String(data.text));
  else if (event.kind === 'edit') watcher.onEdit?.(data.edit as Edit);
  else if (event.kind === 'progress') watcher.onStep(String(data.text), Number(data.done), Number(data.total));
  else if (event.kind === 'state') {
    watcher.onState(String(data.state));
    // Only the last event holds the whole job.
    if ('id' in data) return data as unknown as Job;
  }
  return null;
}
