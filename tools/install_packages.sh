#!/usr/bin/env bash
# Installs the distribution's packages that a set needs. Does nothing when all are there.
# usage: install_packages.sh SET...   (build, test, console)
set -euo pipefail

build_packages=(
  g++ make cmake ninja-build ccache git ca-certificates
  libcaf-dev libsimdjson-dev libssl-dev libboost1.81-dev libeigen3-dev nlohmann-json3-dev
  libspdlog-dev libfmt-dev libcli11-dev libtomlplusplus-dev libsqlite3-dev zlib1g-dev libzstd-dev
)
console_packages=(npm)
test_packages=(catch2 librapidcheck-dev libbenchmark-dev sqlite3 openssl clang-14 libclang-rt-14-dev clang-format clang-tidy chromium)

wanted=()
for set in "$@"; do
  case "$set" in
    build) wanted+=("${build_packages[@]}") ;;
    test) wanted+=("${test_packages[@]}") ;;
    console) wanted+=("${console_packages[@]}") ;;
    *) echo "install_packages.sh: unknown set '$set' (build, test, console)" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  echo "These packages are missing and you are neither root nor can use sudo without a password." >&2
  echo "Run once as root:  apt-get install ${missing[*]}" >&2
  exit 2
fi

echo "Installing ${#missing[@]} packages: ${missing[*]}"
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
if ! { "${as_root[@]}" apt-get -qq update &&
       "${as_root[@]}" apt-get -qq install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "Installing packages failed; the whole log is in $log" >&2
  exit 2
fi
rm -f "$log"
