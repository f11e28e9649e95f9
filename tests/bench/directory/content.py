# SPDX-License-Identifier: BSD-3-Clause
"""Who is in the directory that is measured, as LDIF.

A thousand people spread over all of it have accounts on this host. Whatever the
size, each is in the same number of groups: five of 2,000, the one of 50,000,
and by that in six more, nested. So what a lookup costs depends on the size
alone.
"""

from slapd import group, group_dn, person, person_dn

GROUPS = 2000
MEMBERS = 100  # of each
EVERYBODY = "everybody"
EVERYBODY_HAS = 50_000
NESTED = 5
OUTERMOST = "level0"
WATCHED_GROUP = "watched"
ACCOUNTS = 1000
FIRST_UID = 1_000_000
# Nobody signs in as this one; what happens to it last says that all of a
# change is there.
WATCHED = 1
# These have no account and, but for changes, no group.
FRESH = range(WATCHED + 1, 3000)


def name(number):
    return f"u{number:07d}"


def accounts(size):
    return range(0, size, size // ACCOUNTS)


def passwd(size):
    """Lines for the accounts and the one that is watched."""
    return "".join(
        f"{name(n)}:x:{FIRST_UID + n}:{FIRST_UID}::/nonexistent:/bin/false\n"
        for n in [WATCHED, *accounts(size)])


def others(size):
    """People without an account, over and over."""
    while True:
        yield from without_account(range(FRESH.stop, size), size)


def without_account(numbers, size):
    step = size // ACCOUNTS
    return (number for number in numbers if number % step)


def entries(size):
    """Pieces of LDIF."""
    for n in range(size):
        yield person(name(n), FIRST_UID + n,
                     f"mail: {name(n)}@example.org\ngivenName: G{n % 3000}\n")
    known, unknown = list(accounts(size)), others(size)
    for g in range(GROUPS):
        inside = known[g % (GROUPS // 5)::GROUPS // 5]
        inside += [next(unknown) for _ in range(MEMBERS - len(inside))]
        yield group(f"g{g:04d}", *(person_dn(name(n)) for n in inside))
    unknown = others(size)
    everybody = known + [next(unknown)
                         for _ in range(min(EVERYBODY_HAS, size // 2)
                                        - len(known))]
    yield group(EVERYBODY, *(person_dn(name(n)) for n in everybody))
    for level in range(NESTED):
        yield group(f"level{level}", group_dn(f"level{level + 1}"))
    yield group(f"level{NESTED}", group_dn(EVERYBODY))
    yield group(WATCHED_GROUP, person_dn("nobody"))


def change(dn, how, attribute, value):
    return (f"dn: {dn}\nchangetype: modify\n{how}: {attribute}\n"
            f"{attribute}: {value}\n\n")


def lock(count, size):
    """LDIF that disables so many people, the watched one last."""
    unknown = others(size)
    numbers = [next(unknown) for _ in range(count - 1)] + [WATCHED]
    return "".join(change(person_dn(name(n)), "add", "pwdAccountLockedTime",
                          "000001010000Z") for n in numbers)


def join(count, size):
    """LDIF by which as many groups get one member more."""
    newcomers = without_account(FRESH, size)
    changes = [change(group_dn(f"g{g:04d}"), "add", "member",
                      person_dn(name(next(newcomers))))
               for g in range(count - 1)]
    return "".join(changes) + change(group_dn(WATCHED_GROUP), "add", "member",
                                     person_dn(name(WATCHED)))


def join_everybody():
    """LDIF by which the largest group gets the watched one."""
    return change(group_dn(EVERYBODY), "add", "member",
                  person_dn(name(WATCHED)))


# The same groups, asked for in other words: another fingerprint, so that all
# is brought in full.
SAME_GROUPS = "(&(objectClass=groupOfNames)(cn=*))"
