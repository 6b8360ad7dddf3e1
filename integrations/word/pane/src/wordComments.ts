/** The comments of the open document: what is said there already is not said again. */

/** Returns by Word's id of each paragraph the words that its comments stand beside, with what these say. */
export async function remarksOf(context: Word.RequestContext): Promise<Map<string, [string, string][]>> {
  const comments = context.document.body.getComments();
  comments.load('items/content');
  await context.sync();
  const places = comments.items.map((comment) => {
    const range = comment.getRange();
    range.load('text');
    const { paragraphs } = range;
    paragraphs.load('items/uniqueLocalId');
    return { comment, range, paragraphs };
  });
  await context.sync();
  const found = new Map<string, [string, string][]>();
  for (const { comment, range, paragraphs } of places) {
    const guid = paragraphs.items[0]?.uniqueLocalId ?? '';
    found.set(guid, [...(found.get(guid) ?? []), [range.text, comment.content]]);
  }
  return found;
}
