/** The text of a document outside its body: headers and footers, footnotes and endnotes, text boxes. */

import type { Abilities } from './wordAbilities';

/** Returns their paragraphs in order, with `wanted` loaded of each after the next sync. */
export async function storyParagraphs(
  context: Word.RequestContext,
  can: Abilities,
  wanted: string,
): Promise<Word.Paragraph[]> {
  const { document } = context;
  const { sections } = document;
  sections.load('items');
  const notes = can.notes ? [document.body.footnotes, document.body.endnotes] : [];
  notes.forEach((one) => one.load('items'));
  const boxes = can.boxes ? document.body.shapes.getByTypes(['TextBox' as Word.ShapeType]) : null;
  boxes?.load('items');
  await context.sync();
  const bodies = [
    // Only the usual ones: asking after one for first or even pages may make it.
    ...sections.items.flatMap((section) => [section.getHeader('Primary'), section.getFooter('Primary')]),
    ...notes.flatMap(({ items }) => items.map(({ body }) => body)),
    ...(boxes?.items ?? []).map(({ body }) => body),
  ];
  const found = bodies.map((body) => {
    const { paragraphs } = body;
    paragraphs.load(wanted);
    return paragraphs;
  });
  await context.sync();
  return withoutRepeated(
    found.map(({ items }) => items),
    sections.items.length * 2,
    can.ids,
  );
}

/** Returns each paragraph once: a section that continues the header before it repeats the same ones. */
export function withoutRepeated(
  bodies: readonly (readonly Word.Paragraph[])[],
  headers: number,
  hasIds: boolean,
): Word.Paragraph[] {
  const seen = new Set<string>();
  return bodies.flatMap((paragraphs, number) => {
    if (number >= headers) return [...paragraphs];
    // Headers and footers take turns. Without ids, equal text is all that tells the same one.
    const texts = JSON.stringify(paragraphs.map((one) => (hasIds ? one.uniqueLocalId : one.text)));
    const key = hasIds ? texts : `${number % 2}${texts}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [...paragraphs];
  });
}
