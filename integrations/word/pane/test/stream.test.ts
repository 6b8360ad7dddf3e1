import { expect, test } from 'vitest';

import { Failure, type Job } from '../src/model';
import { EventParser, follow, type Watcher } from '../src/stream';

const DONE: Job = { id: 'j', state: 'delivered', recipe: 'proofread' };

function stream(...pieces: string[]): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece));
      controller.close();
    },
  });
  return new Response(body);
}

function watcher(answers: (() => Response)[], read: () => Job = () => ({ ...DONE, state: 'running' })) {
  const asked: string[] = [];
  const told: string[] = [];
  const made: Watcher = {
    open: async (lastId) => {
      asked.push(lastId);
      const answer = answers.shift();
      if (!answer) throw new Failure('offline', '');
      return answer();
    },
    read: async () => read(),
    onState: (state) => told.push(state),
    onStep: (_text, done, total) => told.push(`${done}/${total}`),
    onToken: (text) => told.push(text),
    onConnection: (isUp) => told.push(isUp ? 'up' : 'down'),
    wait: async () => undefined,
  };
  return { made, asked, told };
}

test('events are put together however the stream is cut', () => {
  const text = 'retry: 2000\n\nid: 1-0\nevent: token\ndata: {"text":"Grüße\\n"}\n\n: still here\n\nevent: state\r\ndata: {}\r\n\r\n';
  const parser = new EventParser();
  const events = [...text].flatMap((piece) => parser.push(piece));
  expect(events).toEqual([
    { id: '1-0', kind: 'token', data: '{"text":"Grüße\\n"}' },
    { id: '', kind: 'state', data: '{}' },
  ]);
  expect(parser.lastId).toBe('1-0');
});

test('a job is followed through an outage and goes on after the last event', async () => {
  const { made, asked, told } = watcher([
    () => stream('id: 5-1\nevent: token\ndata: {"text":"He"}\n\n'),
    () => {
      throw new Failure('offline', '');
    },
    () => stream(`id: 5-2/end\nevent: state\ndata: ${JSON.stringify(DONE)}\n\n`),
  ]);
  expect(await follow(made)).toEqual(DONE);
  expect(asked).toEqual(['', '5-1', '5-1']);
  expect(told).toEqual(['up', 'He', 'down', 'up', 'delivered']);
});

test('a line that is silent for too long is given up for a new one', async () => {
  let isCancelled = false;
  const silent = new ReadableStream<Uint8Array>({ cancel: () => void (isCancelled = true) });
  const { made, asked } = watcher([() => new Response(silent), () => new Response(null, { status: 204 })], () =>
    isCancelled && asked.length > 1 ? DONE : { ...DONE, state: 'running' },
  );
  expect(await follow(made, 20)).toEqual(DONE);
  expect(asked).toHaveLength(2);
});

test('a job that had ended already is read', async () => {
  const { made } = watcher([() => new Response(null, { status: 204 })], () => DONE);
  expect(await follow(made)).toEqual(DONE);
});

test('what the server refuses is not asked again', async () => {
  const { made, asked } = watcher([
    () => {
      throw new Failure('not_found', 'There is no such job.');
    },
  ]);
  await expect(follow(made)).rejects.toThrow('no such job');
  expect(asked).toHaveLength(1);
});
