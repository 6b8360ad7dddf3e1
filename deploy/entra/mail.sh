#!/usr/bin/env bash
# Registers Inlaid at Entra for mail, with the least permissions, and prints the settings.
#
#   deploy/entra/mail.sh https://inlaid.example.com          people sign in, each for their own mailbox
#   deploy/entra/mail.sh --app https://inlaid.example.com    also mailboxes that an administrator names
#
# `--app` needs an administrator who may consent for the organisation. Run again, it brings the same registration up to
# date and makes no second one. Nothing here permits sending.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/registration.sh"

DELEGATED=(Mail.Read Mail.ReadWrite User.Read offline_access openid profile)
APPLICATION=(Mail.Read Mail.ReadWrite)

with_app=no
if [[ "${1:-}" == --app ]]; then
  with_app=yes
  shift
fi
if [[ "${1:-}" != https://* ]]; then
  echo "usage: $0 [--app] https://PUBLIC-ADDRESS-OF-INLAID" >&2
  exit 2
fi
public_url="${1%/}"

register "$public_url"
ask oauth2PermissionScopes Scope "${DELEGATED[@]}"
if [[ "$with_app" == yes ]]; then
  ask appRoles Role "${APPLICATION[@]}"
  az ad app permission admin-consent --id "$app_id"
fi
print_settings "$public_url"
