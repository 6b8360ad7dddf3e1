"""What the app answers, by Slack's kinds: commands, shortcuts, submitted views, actions, events; one table of all."""
