#!/bin/sh
# Installs the two judges of the office tests: LibreOffice Writer with its Python bridge, and the Open XML SDK validator.
# Usage: tests/office/install.sh [FOLDER]   FOLDER holds the validator; .venv/ooxml-validate by default.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-$root/.venv/ooxml-validate}

if ! command -v soffice >/dev/null || ! /usr/bin/python3 -c 'import uno' 2>/dev/null; then
    if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi
    $as_root apt-get update -qq
    # Without the uiconfig package Writer crashes on every document with comments.
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends \
        libreoffice-writer-nogui libreoffice-uiconfig-writer python3-uno
fi

if [ ! -d "$folder/node_modules/@ooxml-tools/validate" ]; then
    mkdir -p "$folder"
    npm install --silent --no-audit --no-fund --no-save --prefix "$folder" @ooxml-tools/validate@0.4.6
fi
