"""Codes by which people and pages name a family without naming anybody."""

import secrets

# Crockford's base 32: no I, L, O or U, so that a code can be read aloud.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
# New codes have no 0 and 1 either: who copies one by hand reads O and I in them.
DRAWN = ALPHABET.replace("0", "").replace("1", "")


def new_reference() -> str:
    """Ten random characters: 49 bits, so that guessing one is hopeless."""
    return "".join(secrets.choice(DRAWN) for _ in range(LENGTH))


def in_groups(reference: str) -> str:
    """The code as people read it: 7K4PX-9M2QD."""
    return f"{reference[:5]}-{reference[5:]}"


# What people write for a digit that looks the same.
LOOKS_LIKE = str.maketrans("OIL", "011")
LONGEST_TYPED = 60


def as_stored(typed: str) -> str:
    """The code that somebody typed with goodwill; "" when it cannot be one."""
    if len(typed) > LONGEST_TYPED:
        return ""
    code = "".join(filter(str.isalnum, typed)).upper().translate(LOOKS_LIKE)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


class ReferenceConverter:
    """A reference in a URL, exactly as stored."""

    regex = f"[{ALPHABET}]{{{LENGTH}}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
