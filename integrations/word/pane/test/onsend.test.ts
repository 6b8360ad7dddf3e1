import { describe, expect, it, test } from 'vitest';

import script from '../public/onsend.js?raw';
import { gapsOf, linesOf } from '../src/mailHtml';
import { BODIES, TEXTS } from './gaps';


interface Answer {
  allowEvent: boolean;
  errorMessage?: string;
  cancelLabel?: string;
  commandId?: string;
}

interface Outlook {
  html?: string;
  isText?: boolean;
  version?: number;
  language?: string;
  read?: 'fails' | 'throws' | 'is nothing' | 'is of no form';
}

/** Runs the script as Outlook does, presses Send, and returns the answer; it has to be given exactly once. */
function send({ html = '', isText = false, version = 15, language = 'en-US', read }: Outlook): Answer {
  const handlers: Record<string, (event: object) => void> = {};
  const answers: Answer[] = [];
  const getAsync = (form: string, done: (result: object) => void): void => {
    if (form !== (isText ? 'text' : 'html')) throw new Error('which form?');
    if (read === 'throws') throw new Error('no body');
    if (read === 'fails') done({ status: 'failed', error: { code: 9020 } });
    else done({ status: 'succeeded', value: read === 'is nothing' ? undefined : html });
  };
  const getTypeAsync = (done: (result: object) => void): void =>
    done(read === 'is of no form' ? { status: 'failed', error: { code: 9020 } } : { status: 'succeeded', value: isText ? 'text' : 'html' });
  const Office = {
    AsyncResultStatus: { Succeeded: 'succeeded' },
    CoercionType: { Html: 'html', Text: 'text' },
    actions: { associate: (name: string, handler: (event: object) => void) => (handlers[name] = handler) },
    context: {
      displayLanguage: language,
      mailbox: { item: { body: { getAsync, getTypeAsync } } },
      requirements: { isSetSupported: (_set: string, wanted: string) => version >= Number(wanted.split('.')[1]) },
    },
  };
  // Nothing but office.js: no page, no network, as in classic Outlook on Windows.
  new Function('Office', script)(Office);
  handlers['onMessageSendHandler']!({ completed: (answer: Answer) => answers.push(answer) });
  expect(answers).toHaveLength(1);
  return answers[0]!;
}

describe('what is a gap, and what is a quote', () => {
  it.each(BODIES)('%s', (_name, html, questions) => {
    expect(gapsOf(linesOf(html, true)).map(({ question }) => question)).toEqual(questions);
    const answer = send({ html });
    expect(answer.allowEvent).toBe(questions.length === 0);
    for (const question of questions) expect(answer.errorMessage).toContain(question);
  });
});

describe('what is a gap, and what is a quote, in a plain text', () => {
  it.each(TEXTS)('%s', (_name, html, questions) => {
    expect(gapsOf(linesOf(html, false)).map(({ question }) => question)).toEqual(questions);
    const answer = send({ html, isText: true });
    expect(answer.allowEvent).toBe(questions.length === 0);
    for (const question of questions) expect(answer.errorMessage).toContain(question);
    if (questions.length) expect(answer.errorMessage).not.toContain('What did you write?');
  });
});

test('a mail whose form is not told is looked at all the same', () => {
  expect(send({ html: '<p>[[By when?]]</p>', read: 'is of no form' }).allowEvent).toBe(false);
});

test('ready answers of a question are not part of it', () => {
  expect(send({ html: '<p>[[which fee? | EUR 1 | EUR 2]]</p>' }).errorMessage).toBe('This mail still has 1 open question: which fee?');
});

test('the alert counts and names the questions, in the language of Outlook', () => {
  expect(send({ html: '<p>[[By when?]] [[Which price?]]</p>' }).errorMessage).toBe(
    'This mail still has 2 open questions: By when? \u00b7 Which price?',
  );
  expect(send({ html: '<p>[[Bis wann?]]</p>', language: 'de-DE' })).toEqual({
    allowEvent: false,
    errorMessage: 'Diese E-Mail enth\u00e4lt noch 1 offene Frage: Bis wann?',
    cancelLabel: 'Ausf\u00fcllen',
    commandId: 'OpenCompose',
  });
  expect(send({ html: '<p>[[By when?]]</p>', version: 12 })).not.toHaveProperty('commandId');
  const many = Array.from({ length: 40 }, (_, at) => `<p>[[Question ${at} of a very long list of them?]]</p>`).join('');
  expect(send({ html: many }).errorMessage!.length).toBeLessThanOrEqual(480);
});

test('whatever goes wrong lets the mail go', () => {
  for (const read of ['fails', 'throws', 'is nothing'] as const) expect(send({ read })).toEqual({ allowEvent: true });
});

// What grows with the square of the length would take minutes.
test('a body made to hurt takes no longer than its length', { timeout: 60_000 }, () => {
  for (const piece of ['<', '[[', '&#', '<div ', '<!--', '<div id=', '<style>', '<blockquote ', ' \r\n', '<a "', '<hr>', '<hr><p> ', '<p>De: a']) {
    const html = piece.repeat(Math.floor(200_000 / piece.length));
    const begun = performance.now();
    send({ html });
    linesOf(html, true);
    expect(performance.now() - begun, piece).toBeLessThan(5_000);
  }
  for (const piece of ['> ', '>\n', 'From:', 'From:\n', 'De: a\r', 'a:', '-', '_', '_\n', '\r', '\n', '----- ', '[[a\n']) {
    const html = `${piece.repeat(Math.floor(200_000 / piece.length))}x`;
    const begun = performance.now();
    send({ html, isText: true });
    linesOf(html, false);
    expect(performance.now() - begun, piece).toBeLessThan(5_000);
  }
});
