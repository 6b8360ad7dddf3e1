"""What all pages that the server writes have in common: the style sheet, the frame with its menu, parts of pages."""
