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

test('files are given one after the other, without pictures in the text, and what is too large or not given is named', async () => {
  const big = 'A'.repeat(4 * 1024 * 1024);
  const contents: Record<string, object> = {
    a: { format: 'base64', content: big },
    c: { format: 'eml', content: 'Subject: Gr\u00fc\u00dfe' },
    d: { format: 'url', content: 'https://drive.example/x' },
  };
  let open = 0;
  let most = 0;
  const getAttachmentContentAsync = (id: string, done: Done): void => {
    most = Math.max(most, ++open);
    setTimeout(() => {
      open -= 1;
      done(contents[id] ? { status: 'succeeded', value: contents[id] } : { status: 'failed', error: {} });
    });
  };
  const file = (id: string, name: string, size: number, more: object = {}) => ({ id, name, size, isInline: false, contentType: '', ...more });
  const attachments = [
    file('z', 'logo.png', 9, { isInline: true }),
    file('y', 'photo.jpg', 9, { contentType: 'image/jpeg' }),
    file('a', 'offer.pdf', 3 * 1024 * 1024),
    file('b', 'film.pptx', 3 * 1024 * 1024),
    file('c', 'RE: Pumps', 20),
    file('d', 'Drive.docx', 20),
    file('e', 'gone.docx', 20),
    file('f', 'sixth.docx', 20),
    file('g', 'seventh.docx', 20),
  ];
  vi.stubGlobal('Office', outlook(8, { ...MAIL, attachments, getAttachmentContentAsync }));
  const item = openItem();
  if (item.kind !== 'read') throw new Error(item.kind);
  const found = (await item.mail.readWithFiles()).attachments ?? [];
  const large = 5 * 1024 * 1024 + 1;
  expect(found.map(({ name, content, size_bytes }) => [name, content.length, size_bytes])).toEqual([
    ['offer.pdf', big.length, 3 * 1024 * 1024],
    ['film.pptx', 0, large],
    ['RE: Pumps.eml', 24, 20],
    ['Drive.docx', 0, 20],
    ['gone.docx', 0, 20],
    ['sixth.docx', 0, 20],
  ]);
  expect(atob(found[2]!.content)).toBe(String.fromCharCode(...new TextEncoder().encode('Subject: Gr\u00fc\u00dfe')));
  expect(most).toBe(1);
});

test('an Outlook that gives no files names them, and a mail without any is told as it is', async () => {
  const attachments = [{ id: 'a', name: 'offer.pdf', size: 9, isInline: false, contentType: '' }];
  vi.stubGlobal('Office', outlook(5, { ...MAIL, attachments }));
  const old = openItem();
  if (old.kind !== 'read') throw new Error(old.kind);
  expect((await old.mail.readWithFiles()).attachments).toEqual([{ name: 'offer.pdf', content: '', size_bytes: 9 }]);
  vi.stubGlobal('Office', outlook(8, MAIL));
  const bare = openItem();
  if (bare.kind !== 'read') throw new Error(bare.kind);
  expect('attachments' in (await bare.mail.readWithFiles())).toBe(false);
});
