import { describe, expect, it, test } from 'vitest';

import { coveredBy } from '../src/composeHost';
import { hunks } from '../src/diff';
import { asHtml, filledIn, piecesOf } from '../src/draftText';
import { changed, gapsOf, linesOf, withAnswer, withoutGap } from '../src/mailHtml';
import { dayOf, referencesOf } from '../src/mailItem';

const edited = (html: string, before: string, after: string, isHtml = true): string => {
  const line = linesOf(html, isHtml).find(({ text }) => text === before)!;
  return changed(html, [{ line, hunks: hunks(before, after) }], isHtml);
};

describe('the lines of a mail', () => {
  it('are what a reader sees as lines, without what is quoted', () => {
    const html =
      '<html><head><style>p{}</style></head><body><p>Hi&nbsp;Tom,</p>\r\n<div>one<br>two <b>bo</b>ld &amp; more</div>' +
      '<ul><li>three</li></ul><!--[if gte mso 9]>no<![endif]--><p>&nbsp;</p><div id=divRplyFwdMsg>From</div><p>no</p>';
    expect(linesOf(html, true).map(({ text }) => text)).toEqual(['Hi Tom,', 'one', 'two bold & more', 'three']);
  });

  it('of a plain text are its lines', () => {
    expect(linesOf('Hi <Tom>,\r\n\r\n R&amp;D \n', false).map(({ text }) => text)).toEqual(['Hi <Tom>,', 'R&amp;D']);
  });
});

describe('a change', () => {
  it('touches nothing but its words', () => {
    const html = '<p class=x>Teh <b>report</b>&nbsp;is <i>la<u>te</u></i>. <img src="cid:1"></p><p>Rest &copy; it</p>';
    expect(edited(html, 'Teh report is late.', 'The report is early.')).toBe(
      '<p class=x>The <b>report</b>&nbsp;is <i>early<u></u></i>. <img src="cid:1"></p><p>Rest &copy; it</p>',
    );
  });

  it('is text, whatever stands in it', () => {
    expect(edited('<p>a c</p>', 'a c', 'a <img src=x onerror=alert(1)> & c')).toBe(
      '<p>a &lt;img src=x onerror=alert(1)&gt; &amp; c</p>',
    );
    expect(edited('a c', 'a c', 'a <b> c', false)).toBe('a <b> c');
  });

  it('may come at the end, and take a sign of two units away', () => {
    expect(edited('<p>Yes</p>', 'Yes', 'Yes, please')).toBe('<p>Yes, please</p>');
    expect(edited('<p>Yes &#128512; ok</p>', 'Yes \u{1f600} ok', 'Yes ok')).toBe('<p>Yes ok</p>');
  });

  it('in two lines at once leaves both in place', () => {
    const html = '<p>teh one</p><p>teh two</p>';
    const changes = linesOf(html, true).map((line) => ({ line, hunks: hunks(line.text, line.text.replace('teh', 'the')) }));
    expect(changed(html, changes, true)).toBe('<p>the one</p><p>the two</p>');
  });
});

test('an answer takes the place of its gap, with the mark that made it seen', () => {
  const html = '<p>It is [[<mark>\u270f\ufe0f</mark> which <b>price</b>?]].</p>';
  const [line] = linesOf(html, true);
  const [gap] = gapsOf([line!]);
  expect(withAnswer(html, line!, gap!, '5 < 6', true)).toBe('<p>It is 5 &lt; 6<b></b>.</p>');
});

test('a selection is the lines that it covers, in part at its ends', () => {
  const lines = ['Hi Tom,', 'one two three', 'four', 'Hi Tom,', 'five'];
  expect(coveredBy(lines, 'two')).toEqual([[1]]);
  expect(coveredBy(lines, 'two three\nfour\n\nHi ')).toEqual([[1, 2, 3]]);
  expect(coveredBy(lines, 'Tom')).toEqual([[0], [3]]);
  expect(coveredBy(lines, '  \n')).toEqual([]);
  expect(coveredBy(lines, 'elsewhere')).toEqual([]);
});

test('a draft is shown in pieces, each gap and each remark at its place', () => {
  const gaps = [{ place: '[[When?]]', question: 'When?', choices: [] }];
  const finding = (place: string) => ({ check: 'c', severity: 'warn' as const, place, sentence: 's' });
  const text = 'We come [[When?]] and pay 5 EUR.';
  const pieces = piecesOf(text, gaps, [finding('5 EUR'), finding('When?'), finding('not there'), finding('')]);
  expect(pieces).toEqual([
    { text: 'We come ' },
    { text: '[[When?]]', gap: 0 },
    { text: ' and pay ' },
    { text: '5 EUR', finding: 0 },
    { text: '.' },
  ]);
  expect(filledIn(pieces, [''])).toBe(text);
  expect(filledIn(pieces, [' on Monday '])).toBe('We come on Monday and pay 5 EUR.');
  expect(filledIn(pieces, ['$& $1'])).toBe('We come $& $1 and pay 5 EUR.');
});

test('a text for a mail has paragraphs and lines, and no mark-up of its own', () => {
  expect(asHtml('Hi "<b>",\n\na & b\nc\n\n\nd')).toBe('<p>Hi &quot;&lt;b&gt;&quot;,</p><p>a &amp; b<br>c</p><p>d</p>');
});

test('the mails before are told by the heads, folded or not', () => {
  const heads = 'Subject: x\r\nReferences: <a@b.c>\r\n <d@e.f>\r\nIn-Reply-To: <d@e.f>\r\n';
  expect(referencesOf(heads)).toEqual(['<a@b.c>', '<d@e.f>']);
  expect(referencesOf('In-Reply-To: <d@e.f>')).toEqual(['<d@e.f>']);
  expect(referencesOf('Subject: <no@id.x>')).toEqual([]);
  expect(dayOf(new Date(NaN))).toBe('');
});

test.each([
  ['a paragraph of its own', '<p>A</p><p class="x"><b>[[<mark>\u270f\ufe0f</mark> n]]</b></p><p>B</p>', '<p>A</p><p>B</p>'],
  ['a line between others', '<p>A<br>\n[[n]]<br>\nB</p>', '<p>A<br>\nB</p>'],
  ['the last line of a paragraph', '<p>A<br>\n[[n]]</p>', '<p>A</p>'],
  ['beside other words', '<p>A [[n]] B</p>', '<p>A  B</p>'],
  ['over tags that do not match', '<p>A</p><p><b>[[n</b>]]</p>', '<p>A</p><p><b></b></p>'],
])('a gap that goes takes its line with it: %s', (_name, source, left) => {
  const lines = linesOf(source, true);
  const [gap] = gapsOf(lines);
  expect(withoutGap(source, lines[gap!.line]!, gap!, true)).toBe(left);
});
