"""Writing a reply: its inputs, its greeting, the writer's style, and the mail file. Pure; nothing sends."""
