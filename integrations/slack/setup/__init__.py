"""Setting Slack up: the app manifest, installing by OAuth, and the health check of `inlaid doctor`."""
