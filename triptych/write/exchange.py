"""Two folders change places in one step, for systems that can: renameat2 on Linux, renamex_np on macOS."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # <linux/fs.h>
_RENAME_SWAP = 2  # <sys/stdio.h> of macOS
# For C libraries that have no function of that name: the call's number, from the kernel's tables.
_SYSTEM_CALLS = {"x86_64": 316, "aarch64": 276, "riscv64": 276, "ppc64le": 357, "s390x": 347}


def exchange(first: str, second: str) -> None:
    """Both stay whole, and no one sees a moment between. OSError where that cannot be; ENOSYS where there is no such call."""
    ours, theirs = os.fsencode(first), os.fsencode(second)
    if sys.platform == "linux":
        failed = _exchange_on_linux(ours, theirs)
    elif sys.platform == "darwin":
        failed = ctypes.CDLL(None, use_errno=True).renamex_np(ours, theirs, ctypes.c_uint(_RENAME_SWAP))
    else:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), second)
    if failed:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), second)


def _exchange_on_linux(first: bytes, second: bytes) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    here, flags = ctypes.c_int(_AT_FDCWD), ctypes.c_uint(_RENAME_EXCHANGE)
    if hasattr(library, "renameat2"):
        return int(library.renameat2(here, first, here, second, flags))
    if (number := _SYSTEM_CALLS.get(platform.machine())) is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), os.fsdecode(second))
    return int(library.syscall(ctypes.c_long(number), here, first, here, second, flags))
