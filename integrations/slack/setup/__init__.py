"""Setting Slack up: the app manifest, installing by OAuth, and the health check of `inlaid doctor`."""

# The addresses that the web process answers.
EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
