#!/usr/bin/env bash
# Makes the container tests possible on a machine that reaches no image registry: starts a container engine when none answers (as root), and makes the
# base image of the sample implementations out of Debian's own packages: those of this machine where it has them all, which takes seconds and no
# network; else with mmdebstrap, which takes minutes. Does nothing where engine and image are there.
#
#   scripts/container-base.sh      exit 0: an engine answers and has the image; 1: not, and why is on standard error
set -u -o pipefail
image=debian:bookworm-slim
codename=bookworm
# What the samples need. With an image from a registry, their Dockerfiles install it themselves.
packages=(python3-minimal libpython3-stdlib curl jq openjdk-17-jdk-headless)
# What no sample reads.
left_out=('/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' '/usr/lib/jvm/*/jmods/*')

say() { printf 'container-base: %s\n' "$*" >&2; }
answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# start OPTION...: true when the engine answers within 20 s.
start() {
  local folder daemon
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

# True where this machine is of that release and has the packages.
has_all() {
  grep -qx "VERSION_CODENAME=$codename" /etc/os-release && dpkg-query -W "${packages[@]}" >/dev/null 2>&1
}

# Every package that is wanted, with those that it depends on and those that any Debian has.
closure() {
  apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "${packages[@]}" |
    grep '^[a-z0-9]'
  dpkg-query -W -f '${Package} ${Essential}\n' | sed -n 's/ yes$//p'
}

# The files of this machine's own packages, and of all else only what makes them work, as a tar file on standard output.
from_this_machine() {
  local exclude=() pattern
  for pattern in "${left_out[@]}"; do exclude+=(--exclude=".$pattern"); done
  {
    closure | sort -u | xargs dpkg-query -L 2>/dev/null | grep '^/.' | sed -E 's#^/(bin|sbin|lib|lib64)/#/usr/\1/#'
    # Made when packages were installed: who there is, where libraries and certificates are, which program a name stands for.
    printf '%s\n' /etc/passwd /etc/group /etc/ld.so.cache /bin /sbin /lib /lib64
    find /etc/alternatives /etc/ssl/certs /usr/lib/jvm -name '*.jsa' -o -type l -o -path '*/certs/*.crt' -o -path '*/certs/java/*'
    find /usr/bin -lname '/etc/alternatives/*'
  } | sort -u | sed 's#^#.#' | tar --create --directory / --no-recursion --ignore-failed-read --wildcards "${exclude[@]}" --files-from - 2>/dev/null
}

from_debian() {
  local options=() pattern
  for pattern in "${left_out[@]}"; do options+=("--dpkgopt=path-exclude=$pattern"); done
  # Java's packages want a place for their manual pages.
  mmdebstrap --mode=auto --variant=apt --include="$(IFS=, && echo "${packages[*]}")" --dpkgopt=force-unsafe-io "${options[@]}" \
    --essential-hook='mkdir -p "$1/usr/share/man/man1"' --skip=cleanup/reproducible "$codename" -
}

works() {
  docker run --rm "$image" sh -c 'python3 -c "import ssl, http.server" && javac --version && curl --version && jq --version' >/dev/null 2>&1
}

# make HOW: true when an image came of it with which the samples can be built.
make() {
  "$1" 2>"$log" | docker import - "$image" >/dev/null 2>>"$log" && works && return 0
  docker image rm "$image" >/dev/null 2>&1
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
log=$(mktemp)
trap 'rm -f "$log"' EXIT
has_all && make from_this_machine && say "made $image of this machine's own packages" && exit 0
command -v mmdebstrap >/dev/null || { say "this machine has not all of ${packages[*]}, and no mmdebstrap to make $image"; exit 1; }
make from_debian && say "made $image with mmdebstrap" && exit 0
say "could not make $image: $(grep -E '^(E|W):|rror' "$log" | tail -n 2)"
exit 1
