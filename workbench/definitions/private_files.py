"""Files for their owner alone: nobody else may read them, and each is old or new at any moment."""

import os
import secrets
from pathlib import Path


def write_private(path: Path, raw: bytes) -> None:
    """Put bytes in a file that only its owner may read, in one step.

    Raises:
        OSError: it cannot be written; what was there before is untouched.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
