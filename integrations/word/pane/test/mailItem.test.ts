import { OfficeMockObject } from 'office-addin-mock';
import { afterEach, expect, test, vi } from 'vitest';

import { openItem } from '../src/mailItem';

type Done = (result: object) => void;

/** An Outlook with this mail; what a set of Mailbox brings is there from that version on. */
function outlook(version: number, item: object | null): OfficeMockObject {
  return new OfficeMockObject({
    host: 'outlook',
    AsyncResultStatus: { Succeeded: 'succeeded' },
    CoercionType: { Html: 'html', Text: 'text' },
    context: {
      requirements: { isSetSupported: (_set: string, wanted: string) => version >= Number(wanted.split('.')[1]) },
      mailbox: { userProfile: { displayName: 'Ann Lee', emailAddress: 'ann@contoso.com' }, item: item ?? undefined },
    },
  });
}

const given = (value: unknown) => (done: Done) => done({ status: 'succeeded', value });
const MAIL = {
  itemType: 'message',
  subject: 'Pumps',
  internetMessageId: '<one@x.example>',
  from: { displayName: 'Tom', emailAddress: 'tom@x.example' },
  to: [{ displayName: 'Ann Lee', emailAddress: 'ann@contoso.com' }],
  cc: [],
  dateTimeCreated: new Date(2026, 10, 25, 23, 30),
  body: { getAsync: (form: string, done: Done) => given(form === 'html' ? '<p>Hi</p>' : 'Hi')(done) },
  getAllInternetHeadersAsync: given('References: <root@x.example>'),
};

afterEach(() => vi.unstubAllGlobals());

test('a mail is told with its heads, and the ids before it where Outlook tells them', async () => {
  for (const [version, references] of [
    [5, []],
    [8, ['<root@x.example>']],
  ] as const) {
    vi.stubGlobal('Office', outlook(version, MAIL));
    const item = openItem();
    if (item.kind !== 'read') throw new Error(item.kind);
    expect(await item.mail.read()).toEqual({
      message_id: '<one@x.example>',
      references,
      subject: 'Pumps',
      sender: { name: 'Tom', address: 'tom@x.example' },
      to: [{ name: 'Ann Lee', address: 'ann@contoso.com' }],
      cc: [],
      sent_on: '2026-11-25',
      owner: { name: 'Ann Lee', address: 'ann@contoso.com' },
      html: '<p>Hi</p>',
      text: '',
    });
  }
});

test('a page that is too long is told as plain text', async () => {
  const body = { getAsync: (form: string, done: Done) => given(form === 'html' ? 'x'.repeat(900_001) : 'Hi')(done) };
  vi.stubGlobal('Office', outlook(5, { ...MAIL, body }));
  const item = openItem();
  if (item.kind !== 'read') throw new Error(item.kind);
  expect(await item.mail.read()).toMatchObject({ html: '', text: 'Hi' });
});

test('a mail is known by its id in the mailbox, since a sender may use a Message-ID twice', () => {
  const idOf = (itemId: string | undefined): string => {
    vi.stubGlobal('Office', outlook(5, { ...MAIL, itemId }));
    const item = openItem();
    if (item.kind !== 'read') throw new Error(item.kind);
    return item.mail.id;
  };
  expect([idOf('AAMk1'), idOf('AAMk2')]).toEqual(['AAMk1', 'AAMk2']);
  expect(idOf('')).toBe('<one@x.example>');
});

test('nothing, an appointment and a mail that is written are told apart', () => {
  vi.stubGlobal('Office', outlook(5, null));
  expect(openItem().kind).toBe('none');
  vi.stubGlobal('Office', outlook(5, { ...MAIL, itemType: 'appointment' }));
  expect(openItem().kind).toBe('other');
  vi.stubGlobal('Office', outlook(5, { itemType: 'message', subject: { getAsync: given('') } }));
  expect(openItem().kind).toBe('compose');
});
