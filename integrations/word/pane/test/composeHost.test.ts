import { OfficeMockObject } from 'office-addin-mock';
import { afterEach, expect, test, vi } from 'vitest';

import type { Api } from '../src/api';
import { ComposeHost } from '../src/composeHost';
import { namesOf } from '../src/gapsView';
import { JobKey } from '../src/jobKey';

type Done = (result: object) => void;

const given = (value: unknown) => (done: Done) => done({ status: 'succeeded', value });

/** A mail in plain text that is written, and what is selected in it. */
function draft(text: string, data = ''): { host: ComposeHost; text: () => string } {
  let body = text;
  vi.stubGlobal(
    'Office',
    new OfficeMockObject({
      host: 'outlook',
      AsyncResultStatus: { Succeeded: 'succeeded' },
      CoercionType: { Html: 'html', Text: 'text' },
      context: { mailbox: { userProfile: { displayName: 'Ann Lee', emailAddress: 'ann@contoso.com' } } },
    }),
  );
  const item = {
    to: { getAsync: given([{ displayName: 'Kim Park', emailAddress: 'kim@x.example' }]) },
    cc: { getAsync: given([]) },
    bcc: { getAsync: given([{ displayName: '', emailAddress: 'bo@x.example' }]) },
    body: {
      getTypeAsync: given('text'),
      getAsync: (_form: string, done: Done) => given(body)(done),
      setAsync: (source: string, _options: object, done: Done) => {
        body = source;
        given(undefined)(done);
      },
    },
    getSelectedDataAsync: (_form: string, done: Done) => given({ data, sourceProperty: 'body' })(done),
  };
  const words = { bodyOnly: 'Select in the body.', selectMore: 'Select more.' };
  return { host: new ComposeHost(item as unknown as Office.MessageCompose, words), text: () => body };
}

afterEach(() => vi.unstubAllGlobals());

test('of gaps that ask the same, the answer goes into the one that was meant', async () => {
  const { host, text } = draft('[[Which day?]] and [[by when?]]\n[[Which day?]]');
  expect(await host.fill('Which day?', 1, 'Monday')).toBe(true);
  expect(text()).toBe('[[Which day?]] and [[by when?]]\nMonday');
  expect(await host.fill('Which day?', 1, 'Tuesday')).toBe(false);
  expect(await host.fill('Which day?', 0, 'Friday')).toBe(true);
  expect(text()).toBe('Friday and [[by when?]]\nMonday');
});

test('gaps that ask the same have names of their own', () => {
  const [first, other, second] = namesOf([{ question: 'a' }, { question: 'b' }, { question: 'a' }]);
  expect(new Set([first, other, second]).size).toBe(3);
  expect(namesOf([{ question: 'a' }])).toEqual([first]);
});

test('a selection that stands more than once is not guessed', async () => {
  const { host } = draft('It is late.\nThe report is late.', 'is late.');
  await expect(host.submit({} as Api, { recipe: 'shorten', inputs: {} }, 'selection', 'k')).rejects.toMatchObject({
    code: 'mail',
    message: 'Select more.',
  });
});

test('the key of a job holds for what was asked, and not for anything else', () => {
  const key = new JobKey();
  const first = key.of({ recipe: 'reply', inputs: {} });
  expect(key.of({ recipe: 'reply', inputs: {} })).toBe(first);
  const other = key.of({ recipe: 'reply', inputs: { instruction: 'yes' } });
  expect(other).not.toBe(first);
  expect(key.of({ recipe: 'reply', inputs: {} })).not.toBe(other);
  const last = key.of({ recipe: 'summarize', inputs: {} });
  key.drop();
  expect(key.of({ recipe: 'summarize', inputs: {} })).not.toBe(last);
});

test('those whom the mail is addressed to now are told with who writes it', async () => {
  const { host } = draft('Hi');
  expect(await host.recipients()).toEqual({
    owner: { name: 'Ann Lee', address: 'ann@contoso.com' },
    to: [
      { name: 'Kim Park', address: 'kim@x.example' },
      { name: '', address: 'bo@x.example' },
    ],
  });
});

test('notes are no questions, and go with their lines', async () => {
  const { host, text } = draft('Hi Tom,\n\n[[Look]] [[Look]]\n\n[[Which day?]]\n\nYes. [[Look]]\nAnn');
  expect(await host.notes()).toBe(0);
  host.hints = new Set(['Look']);
  expect(await host.notes()).toBe(3);
  expect((await host.gaps()).map(({ question }) => question)).toEqual(['Which day?']);
  await host.removeNotes();
  expect(text()).toBe('Hi Tom,\n\n[[Which day?]]\n\nYes. \nAnn');
});
