/** What a document says beside its body: headers and footers, foot- and endnotes, text boxes. */

import type { Abilities } from './wordParagraphs';

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
  return found.flatMap(({ items }) => items);
}
