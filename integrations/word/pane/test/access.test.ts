import { expect, test } from 'vitest';

import { Api, type TokenProvider } from '../src/api';
import { Failure } from '../src/model';
import { addressOf } from '../src/savedView';
import { signInWays, triesAnotherWay } from '../src/signinWays';
import { Texts } from '../src/strings';
import { FirstOf, SessionTokens } from '../src/tokens';

const has =
  (...sets: string[]) =>
  (set: string, version: string): boolean =>
    sets.includes(`${set} ${version}`);

test('nested app authentication goes first, then Office, then a window', () => {
  expect(signInWays(true, has('NestedAppAuth 1.1', 'IdentityAPI 1.3', 'DialogApi 1.2'))).toEqual([
    'nested',
    'office',
    'dialog',
  ]);
  expect(signInWays(true, has('DialogApi 1.2'))).toEqual(['dialog']);
  expect(signInWays(false, has())).toEqual(['popup']);
});

test('a person who refused is not asked in another way', () => {
  expect([13000, 13003, 13012].map(triesAnotherWay)).toEqual([true, true, true]);
  expect([13001, 13002, 13006, 13008, 13010].some(triesAnotherWay)).toBe(false);
});

function provider(...answers: (string | Failure)[]): TokenProvider & { asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    token: async (renew, claims) => {
      asked.push([renew, claims]);
      const answer = answers.shift()!;
      if (answer instanceof Failure) throw answer;
      return answer;
    },
  };
}

test('the next provider is asked only when one has nobody to give', async () => {
  expect(await new FirstOf([provider(new Failure('token', '')), provider('b')]).token(false)).toBe('b');
  await expect(new FirstOf([provider(new Failure('cancelled', '')), provider('b')]).token(false)).rejects.toThrow();
});

test('a refused token is renewed once, with the claims that the server wants', async () => {
  const tokens = provider('old', 'new');
  const bearers: (string | null)[] = [];
  const api = new Api(tokens, 'https://x/api/v1/', async (_url, init) => {
    bearers.push(new Headers(init?.headers).get('Authorization'));
    return bearers.length === 1
      ? Response.json({ error: { code: 'credential', message: '', fix: '', claims: '{"a":1}' } }, { status: 401 })
      : Response.json({ id: 'j', state: 'queued', recipe: 'r' });
  });
  await api.job('j');
  expect(bearers).toEqual(['Bearer old', 'Bearer new']);
  expect(tokens.asked).toEqual([
    [false, undefined],
    [true, '{"a":1}'],
  ]);
});

test('only a sign-in at Microsoft that was used opens drives', async () => {
  const entra = { ...provider('b', 'b'), isMicrosoft: true };
  const none = new Failure('token', '');
  const tokens = new FirstOf([provider('a', none), entra]);
  const api = new Api(tokens, '');
  const seen: boolean[] = [];
  for (let turn = 0; turn < 2; turn += 1) {
    await tokens.token(false);
    seen.push(api.isMicrosoft);
  }
  expect(seen).toEqual([false, true]);
});

const REFUSED = { code: 'microsoft_consent', message: 'Another proof.', fix: 'Connect again.', claims: '{"a":1}' };
const ASKED = { recipe: 'proofread', inputs: { tone: 'plain' } };
const TARGET = { link: 'https://x.sharepoint.com/a.docx', save: 'copy' } as const;

test('a link is asked for again once, as the same job, after a sign-in with the claims', async () => {
  const tokens = provider('old', 'new');
  const sent: unknown[] = [];
  const api = new Api(tokens, 'https://x/api/v1/', async (url, init) => {
    sent.push([url, JSON.parse(String(init?.body)), new Headers(init?.headers).get('Idempotency-Key')]);
    return sent.length === 1
      ? Response.json({ error: REFUSED }, { status: 401 })
      : Response.json({ id: 'j', state: 'queued', recipe: 'proofread' }, { status: 202 });
  });
  expect((await api.editLinked(ASKED, TARGET, 'key')).id).toBe('j');
  const expected = ['https://x/api/v1/documents/drive', { ...ASKED, ...TARGET }, 'key'];
  expect(sent).toEqual([expected, expected]);
  expect(tokens.asked.at(-1)).toEqual([true, '{"a":1}']);
});

test('a second refusal is an error with its fix', async () => {
  const tokens = provider('old', 'new', 'never');
  const api = new Api(tokens, '', async () => Response.json({ error: REFUSED }, { status: 401 }));
  const { code, message, fix } = REFUSED;
  await expect(api.editLinked(ASKED, TARGET, 'key')).rejects.toMatchObject({ code, message, fix });
  expect(tokens.asked).toHaveLength(2);
});

test('a result is linked over https alone', () => {
  const at = (link: string): string => addressOf({ name: 'a.docx', link });
  expect(at('https://x.sharepoint.com/a')).toBe('https://x.sharepoint.com/a');
  expect(['http://x/a', 'javascript:alert(1)', ' https://x', ''].map(at)).toEqual(['', '', '', '']);
});

test('a server that gives no session lets a token be typed in', async () => {
  const session = new SessionTokens('https://x/session', async () => new Response('', { status: 403 }));
  await expect(session.token(false)).rejects.toMatchObject({ code: 'token' });
});

test('texts are there in both languages', () => {
  expect(new Texts('de-DE').get('progress', { done: 1, total: 2 })).toBe('1 von 2 Absätzen');
  expect(new Texts('fr').get('progress', { done: 1, total: 2 })).toBe('1 of 2 paragraphs');
  expect(new Texts('de').title('Proofread')).toBe('Korrektur lesen');
});
