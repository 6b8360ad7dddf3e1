"""Two deployments: one with tokens, one with sign-in."""

from integrations.word.manifest import AddinDeployment

CLIENT_ID = "6e1b7b3c-36cc-4e1c-9e3a-3c3c0e2b7a11"


PLAIN = AddinDeployment("https://inlaid.example.com", "", "1.1.0")


SIGNED = AddinDeployment("https://inlaid.example.com:8443", CLIENT_ID, "1.1.0")
