"""What the app answers, by subject: what is asked for, drafts, the Home tab, messages. One table holds it all."""
