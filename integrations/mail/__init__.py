"""Mail: reading, deciding, and composing drafts; nothing here sends."""
