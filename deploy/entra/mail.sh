#!/usr/bin/env bash
# Registers Inlaid at Entra for mail, with the least permissions, and prints the settings.
#
#   deploy/entra/mail.sh https://inlaid.example.com          people sign in, each for their own mailbox
#   deploy/entra/mail.sh --shared https://inlaid.example.com also mailboxes that others have shared with them
#   deploy/entra/mail.sh --app https://inlaid.example.com    also mailboxes that an administrator names
#   deploy/entra/mail.sh --groups https://inlaid.example.com also those of the members of groups
#
# `--app` and `--groups` need an administrator who may consent for the organisation. Run again, it brings the same registration up to
# date and makes no second one. Nothing here permits sending.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/registration.sh"

DELEGATED=(Mail.Read Mail.ReadWrite User.Read offline_access openid profile)
APPLICATION=(Mail.Read Mail.ReadWrite)

with_app=no
while [[ "${1:-}" == --* ]]; do
  case "$1" in
    --shared) DELEGATED+=(Mail.Read.Shared Mail.ReadWrite.Shared) ;;
    --app) with_app=yes ;;
    --groups) with_app=yes APPLICATION+=(GroupMember.Read.All User.ReadBasic.All) ;;
    *) break ;;
  esac
  shift
done
if [[ "${1:-}" != https://* ]]; then
  echo "usage: $0 [--shared] [--app | --groups] https://PUBLIC-ADDRESS-OF-INLAID" >&2
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
