#!/usr/bin/env bash
# Registers Inlaid at Entra for the pane in Word and for documents in OneDrive and SharePoint, and prints the settings.
#
#   deploy/entra/word.sh https://inlaid.example.com            each person consents, where the organisation lets them
#   deploy/entra/word.sh --consent https://inlaid.example.com  an administrator consents for everybody
#
# Run again, it brings the same registration up to date and makes no second one.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/registration.sh"

DELEGATED=(Files.ReadWrite.All User.Read offline_access openid profile)
SCOPE=access_as_user
PAGES=(taskpane redirect signin) # those of the pane that sign in
OFFICE=ea5a67f6-b6f3-4338-b240-c655ddc3cc8e # all Office programs

with_consent=no
if [[ "${1:-}" == --consent ]]; then
  with_consent=yes
  shift
fi
if [[ "${1:-}" != https://* ]]; then
  echo "usage: $0 [--consent] https://PUBLIC-ADDRESS-OF-INLAID" >&2
  exit 2
fi
public_url="${1%/}"
host="${public_url#https://}"
host="${host%%/*}"

# Quotes words as a JSON list.
json_list() {
  local joined
  joined="$(printf '"%s",' "$@")"
  printf '[%s]' "${joined%,}"
}

change() {
  az rest --method PATCH --uri "https://graph.microsoft.com/v1.0/applications/$object_id" \
    --headers Content-Type=application/json --body "$1"
}

register "$public_url"

mapfile -t redirects < <(az ad app show --id "$app_id" --query "spa.redirectUris[]" --output tsv)
redirects+=("brk-multihub://$host")
for page in "${PAGES[@]}"; do
  redirects+=("$public_url/word/$page.html")
done
mapfile -t redirects < <(printf '%s\n' "${redirects[@]}" | sed '/^$/d' | sort -u)

scope_id="$(az ad app show --id "$app_id" --query "api.oauth2PermissionScopes[?value=='$SCOPE'].id | [0]" --output tsv)"
scope_id="${scope_id:-$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen)}"
scope='{"id": "'"$scope_id"'", "value": "'"$SCOPE"'", "type": "User", "isEnabled": true,
  "adminConsentDisplayName": "Use Inlaid", "adminConsentDescription": "Lets Office call Inlaid as the person who uses it.",
  "userConsentDisplayName": "Use Inlaid", "userConsentDescription": "Lets Office call Inlaid as you."}'

change '{"identifierUris": ["api://'"$host/$app_id"'"], "spa": {"redirectUris": '"$(json_list "${redirects[@]}")"'},
  "api": {"requestedAccessTokenVersion": 2, "oauth2PermissionScopes": ['"$scope"']}}'
# In a second step: a program can be allowed only a scope that is there.
change '{"api": {"preAuthorizedApplications":
  [{"appId": "'"$OFFICE"'", "delegatedPermissionIds": ["'"$scope_id"'"]}]}}'

ask oauth2PermissionScopes Scope "${DELEGATED[@]}"
if [[ "$with_consent" == yes ]]; then
  az ad app permission admin-consent --id "$app_id"
fi
print_settings "$public_url"
