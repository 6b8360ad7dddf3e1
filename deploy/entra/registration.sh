# Sourced by the scripts beside it: one registration at Entra for all of Inlaid, brought up to date by each of them.
# Needs the Azure command line, signed in as somebody who may register applications.

NAME="${ENTRA_APP_NAME:-Inlaid}"
GRAPH=00000003-0000-0000-c000-000000000000 # Microsoft Graph, the same in every tenant
SIGNED_IN=(/graph/signed-in /console/signed-in) # where mailboxes and the console take a sign-in back

# Finds the registration, or makes it, and adds the web redirects; those that are there already are kept. A secret is
# made only with the registration. Sets app_id, object_id and secret.
register() {
  local public_url="$1" path
  app_id="$(az ad app list --display-name "$NAME" --query "[?displayName=='$NAME'].appId | [0]" --output tsv)"
  secret=""
  if [[ -z "$app_id" ]]; then
    app_id="$(az ad app create --display-name "$NAME" --sign-in-audience AzureADMyOrg --query appId --output tsv)"
    az ad sp create --id "$app_id" --output none
    secret="$(az ad app credential reset --id "$app_id" --append --display-name inlaid --years 1 --query password --output tsv)"
  fi
  object_id="$(az ad app show --id "$app_id" --query id --output tsv)"
  local redirects
  mapfile -t redirects < <(az ad app show --id "$app_id" --query "web.redirectUris[]" --output tsv)
  for path in "${SIGNED_IN[@]}"; do
    redirects+=("$public_url$path")
  done
  mapfile -t redirects < <(printf '%s\n' "${redirects[@]}" | sed '/^$/d' | sort -u)
  az ad app update --id "$app_id" --web-redirect-uris "${redirects[@]}"
}

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

# Adds permissions: `ask oauth2PermissionScopes Scope NAME...` for people, `ask appRoles Role NAME...` for the app.
ask() {
  local list="$1" kind="$2" name id wanted=()
  shift 2
  for name in "$@"; do
    id="$(permission_id "$list" "$name")"
    wanted+=("$id=$kind")
  done
  az ad app permission add --id "$app_id" --api "$GRAPH" --api-permissions "${wanted[@]}" --output none
}

print_settings() {
  local tenant
  tenant="$(az account show --query tenantId --output tsv)"
  echo "INLAID_PUBLIC_URL=$1"
  echo "INLAID_MICROSOFT_TENANT_ID=$tenant"
  echo "INLAID_MICROSOFT_TENANTS=$tenant"
  echo "INLAID_MICROSOFT_CLIENT_ID=$app_id"
  if [[ -n "$secret" ]]; then
    echo "INLAID_MICROSOFT_CLIENT_SECRET=$secret"
  fi
}
