"""What people see in Slack: Block Kit from our values and back. Pure: no call, no database."""
