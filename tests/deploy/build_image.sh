#!/bin/bash
# Builds the image of deploy/Dockerfile without Docker and tries it, on Debian, as root, where packages can be fetched.
# The base is Debian with its own Python instead of `python:3.13-slim`, which only a registry of images has; every other
# line is the Dockerfile's.
# Usage: tests/deploy/build_image.sh [FOLDER]   FOLDER keeps the base and the images; by default nothing is kept.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-$(mktemp -d)}
mkdir -p "$folder"

packages=()
for program in buildah debootstrap; do command -v "$program" >/dev/null || packages+=("$program"); done
[ -e /usr/lib/podman/netavark ] || packages+=(netavark)
if [ ${#packages[@]} -gt 0 ]; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
fi

export BUILDAH_ISOLATION=chroot
images() { buildah --root "$folder/images" --runroot "$folder/run" --storage-driver vfs "$@"; }
if [ -z "${1:-}" ]; then trap 'rm -rf "$folder"' EXIT; fi

if [ ! -e "$folder/base/usr/bin/python" ]; then
    debootstrap --variant=minbase --include=ca-certificates,python3,python3-pip,python3-venv trixie "$folder/base"
    # What the image of Python has too: pip that installs into the system, and `python`. The certificates are this machine's.
    rm -f "$folder"/base/usr/lib/python3*/EXTERNALLY-MANAGED
    ln -s python3 "$folder/base/usr/bin/python"
    cp /etc/ssl/certs/ca-certificates.crt "$folder/base/etc/ssl/certs/ca-certificates.crt"
fi
if ! images inspect --type image localhost/python:3.13-slim >/dev/null 2>&1; then
    base=$(images from scratch)
    images add --quiet "$base" "$folder/base" / >/dev/null
    images config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$base"
    images commit --quiet --rm "$base" localhost/python:3.13-slim >/dev/null
fi

# Higher limits than one's own are refused.
limits=(--ulimit "nofile=$(ulimit -Sn):$(ulimit -Hn)" --ulimit "nproc=$(ulimit -Su):$(ulimit -Hu)")
images build --pull=never --network host "${limits[@]}" \
    --env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    --file "$root/deploy/Dockerfile" --tag localhost/inlaid "$root"
images images

made=$(images from --pull=never --network host "${limits[@]}" localhost/inlaid)
run() { images run "$made" -- "$@"; }
run inlaid --version
run python -c 'import sys; from core.text.dictionaries import NAMES, find_dictionary
sys.exit(not all(map(find_dictionary, NAMES)))'
run python - --system <"$root/deploy/sbom.py" >"$folder/sbom.json"
grep -c '"purl"' "$folder/sbom.json" | sed 's/$/ components in the SBOM/'

# The command of the image answers its own health check, also while there is no broker.
images run --env INLAID_BROKER_URL=redis://127.0.0.1:1 "$made" -- python - <<'PYTHON'
import subprocess, sys, time, urllib.error, urllib.request

web, until = subprocess.Popen(["inlaid", "web"]), time.monotonic() + 60
while time.monotonic() < until and web.poll() is None:
    try:
        urllib.request.urlopen("http://127.0.0.1:8000/healthz", timeout=4)
        break
    except urllib.error.URLError:
        time.sleep(0.5)
else:
    sys.exit("The web process did not become healthy.")
web.terminate()
web.wait()
PYTHON
echo "The image was built, and its web process is healthy."
