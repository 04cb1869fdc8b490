# A Debian with nothing on it, to try packages in. To be sourced, behind lib.sh. Needs root.

cannot() {
    if [ "${CI:-}" = true ]; then fail "$(basename "$0") cannot run here: $*"; fi
    say "$(basename "$0") SKIPPED: $*"
    exit 77
}

need_root() {
    [ "$(id -u)" = 0 ] || cannot "it needs root, to make a Debian in a folder"
    command -v apt-get >/dev/null || cannot "it needs a Debian"
    unshare --mount --pid --fork --net --cgroup true 2>/dev/null || cannot "this system lets nobody make namespaces"
}

# Debian's base system into a folder, from where this machine has its packages from.
make_bare() {
    local root=$1 mirror suite
    read -r mirror suite < <(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' \
        | awk '$2 !~ /-/ { print; exit }') || fail "apt-get has no sources; try apt-get update"
    debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$root.log" 2>&1 || { cat "$root.log" >&2; fail "debootstrap failed"; }
    rm "$root/etc/apt/sources.list"
    cp -r /etc/apt/sources.list* /etc/apt/apt.conf* /etc/apt/keyrings "$root/etc/apt/" 2>/dev/null || true
    rm -f "$root"/etc/apt/apt.conf.d/*docker*
    cp /etc/resolv.conf "$root/etc/"
    inside "$root" apt-get update -q >>"$root.log"
}

# Runs a command in it, with a /proc, and with this machine's network.
inside() {
    local root=$1
    shift
    unshare --mount --pid --fork bash -c 'mount -t proc proc "$0/proc" && exec env LC_ALL=C.UTF-8 chroot "$0" "$@"' "$root" "$@"
}

install_inside() {
    local root=$1
    shift
    inside "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" >>"$root.log" 2>&1 \
        || { tail -30 "$root.log" >&2; fail "cannot be installed: $*"; }
}

# Boots it: systemd is the first process of namespaces of its own, without a network. `booted` is the process.
booted=
control_group=$(findmnt -n -t cgroup2 -o TARGET | head -1)/brokertap-check-$$

boot() {
    local root=$1
    mkdir "$control_group" || cannot "this system has no control groups (version 2)"
    (echo "$BASHPID" >"$control_group/cgroup.procs" \
        && exec unshare --pid --mount --net --uts --ipc --cgroup --fork bash -c "$(declare -f raise); raise \"\$0\"" "$root") 2>"$root.boot" &
    booted_by=$!
    wait_for 30 "systemd" eval 'booted=$(pgrep -P $booted_by) && in_booted systemctl is-system-running 2>/dev/null | grep -qE "running|degraded"'
}

raise() {
    local root=$1 device number
    mount --make-rprivate / && mount --bind "$root" "$root"
    # It is this machine's kernel: nothing of it can be set from inside, its clock and modules neither.
    mount -t proc proc "$root/proc" && mount --bind "$root/proc/sys" "$root/proc/sys"
    mount -o remount,bind,ro "$root/proc/sys" && mount -t sysfs -o ro sysfs "$root/sys" && mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
    mount -t tmpfs tmpfs "$root/run" && mount -t tmpfs tmpfs "$root/dev" && mount -t tmpfs tmpfs "$root/tmp"
    # Nodes of its own: what systemd sets of their modes and owners must not be set of this machine's.
    for device in null:3 zero:5 full:7 random:8 urandom:9; do
        number=${device##*:}
        mknod -m 666 "$root/dev/${device%%:*}" c 1 "$number"
    done
    mknod -m 666 "$root/dev/tty" c 5 0
    mkdir "$root/dev/pts" "$root/dev/shm" && mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
    ln -s pts/ptmx "$root/dev/ptmx"
    ip link set lo up
    # Services have namespaces of their own, which takes a root that is the namespace's and not only this process's.
    cd "$root" && pivot_root . mnt && umount -l mnt
    exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        setpriv --bounding-set -sys_time,-sys_module,-sys_rawio,-syslog /lib/systemd/systemd --system --show-status=0
}

in_booted() { nsenter --target "$booted" --all env LC_ALL=C.UTF-8 "$@"; }

# With this machine's programs, in its network alone.
beside_booted() { nsenter --target "$booted" --net "$@"; }

shut_down() {
    if [ -n "$booted" ]; then kill -KILL "$booted"; wait "$booted_by" 2>/dev/null || true; fi
    if [ -d "$control_group" ]; then find "$control_group" -depth -type d -exec rmdir {} \; ; fi
    booted=
}

# wait_for SECONDS WHAT COMMAND...
wait_for() {
    local end=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || fail "waited in vain for $what"
        sleep 0.3
    done
}
