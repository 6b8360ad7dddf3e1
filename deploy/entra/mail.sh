#!/usr/bin/env bash
# Registers Inlaid at Entra for mail, with the least permissions, and prints the settings.
#
#   deploy/entra/mail.sh https://inlaid.example.com          people sign in, each for their own mailbox
#   deploy/entra/mail.sh --app https://inlaid.example.com    also mailboxes that an administrator names
#
# Needs the Azure command line, signed in as somebody who may register applications; `--app` also needs an
# administrator who may consent for the organisation. Run again, it brings the same registration up to date and
# makes no second one; a secret is made only with the registration. Nothing here permits sending.
set -euo pipefail

NAME="${ENTRA_APP_NAME:-Inlaid}"
GRAPH=00000003-0000-0000-c000-000000000000 # Microsoft Graph, the same in every tenant
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

# The id of a permission by its name, so that no list of ids can grow old here.
permission_id() {
  local found
  found="$(az ad sp show --id "$GRAPH" --query "$1[?value=='$2'].id | [0]" --output tsv)"
  if [[ -z "$found" ]]; then
    echo "Microsoft Graph has no permission $2 here." >&2
    exit 1
  fi
  printf '%s' "$found"
}

app_id="$(az ad app list --display-name "$NAME" --query "[?displayName=='$NAME'].appId | [0]" --output tsv)"
secret=""
if [[ -z "$app_id" ]]; then
  app_id="$(az ad app create --display-name "$NAME" --sign-in-audience AzureADMyOrg --query appId --output tsv)"
  az ad sp create --id "$app_id" --output none
  secret="$(az ad app credential reset --id "$app_id" --append --display-name inlaid --years 1 --query password --output tsv)"
fi

# Redirects that are there already (Word's pane) are kept.
mapfile -t redirects < <(az ad app show --id "$app_id" --query "web.redirectUris[]" --output tsv)
redirects+=("$public_url/graph/signed-in")
mapfile -t redirects < <(printf '%s\n' "${redirects[@]}" | sed '/^$/d' | sort -u)
az ad app update --id "$app_id" --web-redirect-uris "${redirects[@]}"

wanted=()
for name in "${DELEGATED[@]}"; do
  id="$(permission_id oauth2PermissionScopes "$name")"
  wanted+=("$id=Scope")
done
if [[ "$with_app" == yes ]]; then
  for name in "${APPLICATION[@]}"; do
    id="$(permission_id appRoles "$name")"
    wanted+=("$id=Role")
  done
fi
az ad app permission add --id "$app_id" --api "$GRAPH" --api-permissions "${wanted[@]}" --output none
if [[ "$with_app" == yes ]]; then
  az ad app permission admin-consent --id "$app_id"
fi

echo "INLAID_PUBLIC_URL=$public_url"
echo "INLAID_MICROSOFT_TENANT_ID=$(az account show --query tenantId --output tsv)"
echo "INLAID_MICROSOFT_CLIENT_ID=$app_id"
if [[ -n "$secret" ]]; then
  echo "INLAID_MICROSOFT_CLIENT_SECRET=$secret"
fi
