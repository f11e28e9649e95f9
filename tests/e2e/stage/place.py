# SPDX-License-Identifier: BSD-3-Clause
"""A private place on this host.

The law of this file: nothing that is done inside reaches the host. /etc is a
copy, /run, /dev and the logs are new and empty, the network is a loopback of
its own. When the first process of the place ends, the kernel ends all others
and forgets every mount.
"""

import ctypes
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
import time

# Made in the private copy of /etc: its presence proves that it is the copy.
MARK = "/etc/.mfa-stage"
HERE = "/run/stage"  # scratch files of the stage, on the private /run

NEEDED = {
    "unshare": "util-linux", "mount": "mount", "sshd": "openssh-server",
    "ssh": "openssh-client", "scp": "openssh-client", "login": "login",
    "sudo": "sudo", "su": "util-linux", "cron": "cron",
    "setpriv": "util-linux", "prlimit": "util-linux", "pamtester": "pamtester",
    "vsftpd": "vsftpd", "dovecot": "dovecot-imapd",
}

UNSHARE = ["unshare", "--mount", "--pid", "--net", "--uts", "--ipc", "--fork",
           "--kill-child", "--propagation", "private", "--mount-proc"]

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def inside():
    return os.path.exists(MARK)


def missing():
    """One sentence about what this machine lacks, or None."""
    if os.geteuid() != 0:
        return "needs root: run it with sudo"
    absent = [p for p in NEEDED if not shutil.which(p, path=SEARCH_PATH)]
    if absent:
        packages = sorted({NEEDED[p] for p in absent})
        return (f"needs the programs {', '.join(absent)}: "
                f"apt-get install {' '.join(packages)}")
    try:
        import pexpect  # noqa: F401
    except ImportError:
        return "needs Python's pexpect: apt-get install python3-pexpect"
    trial = subprocess.run(UNSHARE + ["true"], stderr=subprocess.PIPE,
                           stdin=subprocess.DEVNULL, text=True, check=False)
    if trial.returncode != 0:
        return ("needs leave to make namespaces (in a container: start it "
                "with --privileged): " + trial.stderr.strip())
    return None


def command(script, *arguments):
    """The command line that runs a Python script inside a new place."""
    outside = os.readlink("/proc/self/ns/mnt")
    return UNSHARE + [sys.executable, "-B", os.path.abspath(__file__), outside,
                      os.path.abspath(script), *arguments]


def _run(*argv):
    subprocess.run(argv, check=True, stdin=subprocess.DEVNULL)


def _mount_tmpfs(path, mode="755"):
    _run("mount", "-t", "tmpfs", "-o", f"mode={mode}", "tmpfs", path)


def _private_etc():
    copy = f"{HERE}/etc"
    os.makedirs(copy)
    _run("cp", "-a", "/etc/.", copy)
    open(copy + "/.mfa-stage", "w").close()
    _run("mount", "--bind", copy, "/etc")


def _private_dev():
    """The few devices that programs need, new terminals, and room for our
    own /dev/log. Devices are bound, because making them may be forbidden."""
    new = f"{HERE}/dev"
    os.makedirs(new)
    _mount_tmpfs(new)
    for name in ("null", "zero", "full", "random", "urandom", "tty"):
        open(f"{new}/{name}", "w").close()
        _run("mount", "--bind", f"/dev/{name}", f"{new}/{name}")
    os.mkdir(f"{new}/pts")
    _run("mount", "-t", "devpts", "-o",
         "newinstance,gid=5,mode=620,ptmxmode=666", "devpts", f"{new}/pts")
    os.mkdir(f"{new}/shm")
    _mount_tmpfs(f"{new}/shm", "1777")
    for link, target in (("ptmx", "pts/ptmx"), ("fd", "/proc/self/fd"),
                         ("stdin", "fd/0"), ("stdout", "fd/1"),
                         ("stderr", "fd/2")):
        os.symlink(target, f"{new}/{link}")
    _run("mount", "--move", new, "/dev")


def _empty_directories():
    for path in ("/var/log", "/var/spool/cron", "/var/mail", "/var/lib/sudo"):
        if os.path.isdir(path):
            _mount_tmpfs(path)
    os.makedirs("/var/spool/cron/crontabs", exist_ok=True)
    for path in ("/run/sshd", "/run/lock", "/run/sudo"):
        os.makedirs(path, exist_ok=True)
    for path in ("/run/utmp", "/var/log/wtmp", "/var/log/btmp",
                 "/var/log/lastlog", "/var/log/faillog"):
        open(path, "w").close()
    os.chmod("/var/log/btmp", 0o600)


def _loopback_up():
    siocgifflags, siocsifflags, iff_up = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        request = struct.pack("16sh14x", b"lo", 0)
        answer = fcntl.ioctl(s, siocgifflags, request)
        flags = struct.unpack("16sh14x", answer)[1]
        request = struct.pack("16sh14x", b"lo", flags | iff_up)
        fcntl.ioctl(s, siocsifflags, request)


def wait_for_port(port, seconds=10):
    """Until a server listens on the loopback; it meets one connection."""
    deadline = time.monotonic() + seconds
    while True:
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > deadline:
            raise AssertionError(f"nothing listens on port {port}")
        time.sleep(0.02)


def _furnish():
    _mount_tmpfs("/run")
    os.makedirs(HERE)
    _private_etc()
    _private_dev()
    _empty_directories()
    _loopback_up()
    # As systemd sets it; with the kernel's 10 a burst would lose log lines.
    with open("/proc/sys/net/unix/max_dgram_qlen", "w") as f:
        f.write("512")
    socket.sethostname("stage")
    with open("/etc/hostname", "w") as f:
        f.write("stage\n")
    with open("/etc/hosts", "w") as f:
        f.write("127.0.0.1 localhost stage\n::1 localhost\n")
    # No sssd or systemd of the host answers for our accounts.
    with open("/etc/nsswitch.conf", "w") as f:
        f.write("passwd: files\ngroup: files\nshadow: files\nhosts: files\n")


def _mind_orphans(child):
    """The first process of the place adopts every orphan; it ends with the
    status of the script."""
    while True:
        pid, status = os.wait()
        if pid == child:
            return os.waitstatus_to_exitcode(status)


def _clean_environment():
    kept = {k: os.environ[k] for k in ("TERM", "MFA_BUILD", "CI")
            if k in os.environ}
    os.environ.clear()
    os.environ.update(PATH=SEARCH_PATH, LANG="C.UTF-8", LC_ALL="C.UTF-8",
                      HOME="/root", **kept)


def _die_with_parent():
    pr_set_pdeathsig, sigkill = 1, 9
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, sigkill)


def _main(outside, script, *arguments):
    # Without this check a mistaken call would mount over the host's /etc.
    if os.getpid() != 1 or os.readlink("/proc/self/ns/mnt") == outside:
        sys.exit("place.py: not in a new namespace; nothing was changed")
    _clean_environment()
    os.umask(0o022)
    _furnish()
    child = os.fork()
    if child == 0:
        _die_with_parent()
        os.execv(sys.executable, [sys.executable, "-B", script, *arguments])
    try:
        status = _mind_orphans(child)
    except KeyboardInterrupt:
        status = 130
    sys.exit(status if 0 <= status else 128 - status)


if __name__ == "__main__":
    _main(*sys.argv[1:])
