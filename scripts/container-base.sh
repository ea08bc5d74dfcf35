#!/usr/bin/env bash
# Makes the container tests possible on a machine that reaches no image registry: starts a container engine when none answers (as root),
# and builds the base image of the sample implementations out of Debian's own packages. Does nothing where both are there.
#
#   scripts/container-base.sh      exit 0: an engine answers and has the image; 1: not, and why is on standard error
set -u
image=debian:bookworm-slim
# What the samples need. With an image from a registry, their Dockerfiles install it themselves.
packages=python3-minimal,libpython3-stdlib,curl,jq,openjdk-17-jdk-headless

say() { printf 'container-base: %s\n' "$*" >&2; }
answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }
# The daemon that the caller started, if the first way does not work, is ended before the next is tried.
daemon=

# start NAME OPTION...: true when the engine answers within 20 s.
start() {
  local folder
  folder=$(mktemp -d /tmp/container-engine.XXXXXX)
  setsid dockerd --data-root "$folder/data" "$@" >"$folder/dockerd.log" 2>&1 </dev/null &
  daemon=$!
  for _ in $(seq 100); do
    answers && say "engine started, its files and its log are in $folder" && return 0
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.2
  done
  say "dockerd $* did not come up: $(grep -v level=info "$folder/dockerd.log" | tail -n 2)"
  kill "$daemon" 2>/dev/null
  wait "$daemon" 2>/dev/null
  rm -rf "$folder"
  return 1
}

command -v docker >/dev/null || { say "there is no docker command here"; exit 1; }
if ! answers; then
  [ "$(id -u)" = 0 ] || { say "no engine answers, and only root may start one"; exit 1; }
  command -v dockerd >/dev/null || { say "no engine answers, and there is no dockerd here"; exit 1; }
  # Without iptables containers are reached by the bridge alone; without a bridge, by the network of this machine.
  start || start --iptables=false || start --iptables=false --bridge=none || exit 1
fi

docker image inspect "$image" >/dev/null 2>&1 && exit 0
command -v mmdebstrap >/dev/null || { say "there is no $image here, and no mmdebstrap to make it"; exit 1; }
log=$(mktemp)
# Documentation is left out, but Java's packages want a place for their manual pages.
mmdebstrap --mode=auto --variant=minbase --include="$packages" \
  --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --essential-hook='mkdir -p "$1/usr/share/man/man1"' \
  --skip=cleanup/reproducible bookworm - 2>"$log" |
  docker import - "$image" >/dev/null
made=("${PIPESTATUS[@]}")
if [ "${made[0]}" != 0 ] || [ "${made[1]}" != 0 ]; then
  say "could not make $image: $(grep -E '^(E|W):' "$log" | tail -n 2)"
  docker image rm "$image" >/dev/null 2>&1
  rm -f "$log"
  exit 1
fi
rm -f "$log"
say "made $image"
