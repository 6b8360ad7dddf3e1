/** What the Word that the pane runs in can do. */

export interface Abilities {
  /** WordApi 1.4: tracking, comments, text without deletions. */
  reviews: boolean;
  /** WordApi 1.6: ids of paragraphs, tracked changes one by one. */
  ids: boolean;
  /** WordApi 1.5: footnotes and endnotes. */
  notes: boolean;
  /** WordApiDesktop 1.2: text boxes. */
  boxes: boolean;
}

/** Asks Word for each by the requirement set that brings it. */
export function abilitiesOf(isSupported: (version: string, set?: string) => boolean): Abilities {
  return {
    reviews: isSupported('1.4'),
    notes: isSupported('1.5'),
    ids: isSupported('1.6'),
    boxes: isSupported('1.2', 'WordApiDesktop'),
  };
}
