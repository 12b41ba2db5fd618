"""The `next` key: the only key that can replace a participant's everyday keys. Written apart, to be kept
offline.

It is not encrypted on purpose: it must still help when the passphrase is lost. Whoever holds the file can
take over the identity, so the file says where to keep it.
"""

import os
import re
from pathlib import Path
from typing import Final

from lading.client import files
from lading.errors import UsageProblem
from lading.keys.signer import Ed25519Signer
from lading.statement import base64url

MARK: Final = "lading-next-key/1"
_LINE = re.compile(rf"^{MARK} ([A-Za-z0-9_-]{{43}})$", re.MULTILINE)
_LIMIT: Final = 16_384

ADVICE: Final = (
    "Move this file to two places that are not this computer, for example a USB stick in a safe and a "
    "printout with your lawyer, and then delete it here. It is the only way to replace a lost or stolen "
    "everyday key, and whoever holds it can take over the identity. No exchange will ever ask you for it."
)
"""What a person must know about the file; shown on the screen and written into the file."""

_PAGE: Final = """\
NEXT KEY of the Lading identity "{name}" ({legal_name})

WHAT THIS IS
  The spare key of your company's identity. Your everyday key signs offers, contracts and receipts; this
  key signs only one thing: the statement that replaces the everyday key after it was lost or stolen.

WHERE TO KEEP IT
  Not on this computer. Copy this file to two offline places, for example a USB stick in a safe and a
  printout with your lawyer or in a bank's deposit box, and then delete it here.

WHY IT MATTERS
  Whoever holds this file can take over the identity. Whoever loses both it and the everyday key has lost
  the identity for good; nobody can restore it, no exchange either. The file is not encrypted, so that it
  still helps when the passphrase is forgotten. No exchange will ever ask you for it.

Thumbprint (public, registered with your identity): {thumbprint}

{mark} {seed}
"""


def write(path: str | os.PathLike[str], key: Ed25519Signer, *, name: str, legal_name: str) -> Path:
    """Write the key and the words to a new private file. Never overwrites: `UsageProblem` where the path
    is taken.
    """
    target = Path(path).absolute()
    seed = base64url.encode(key.seed).decode("ascii")
    page = _PAGE.format(name=name, legal_name=legal_name, thumbprint=key.thumbprint, mark=MARK, seed=seed)
    try:
        created = files.create(target, page.encode())
    except OSError as error:
        hint = "Name a file in a folder that exists and that you may write to."
        raise UsageProblem(f"cannot write the next key to {target}: {error.strerror}", hint=hint) from None
    if not created:
        hint = "Name a file that does not exist yet: a next key is never overwritten."
        raise UsageProblem(f"{target} exists", hint=hint)
    return target


def read(path: str | os.PathLike[str]) -> Ed25519Signer:
    """The key in a file that `write` made, or in a copy of it. `UsageProblem` where there is none."""
    data = files.read(Path(path), _LIMIT)
    found = _LINE.findall((data or b"").decode("utf-8", "replace").replace("\r\n", "\n"))
    if len(found) != 1:
        raise UsageProblem(
            f"{path} holds no next key", hint=f'The file has one line that starts with "{MARK}".'
        )
    return Ed25519Signer.from_seed(base64url.decode(found[0].encode()))
