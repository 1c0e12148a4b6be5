"""Tensors in memory that judge and worker share, always at the same addresses.

Two regions, each an anonymous file that neither side can resize: *inputs*, written by the judge
once its clock runs, and *outputs*, poisoned by the judge before and copied by it at *done*. Where a
tensor lies follows from the shapes alone (`layout`), so no offset is ever taken from the worker.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from typing import Any

ALIGN = 64
REGION = 256 << 20  # bytes of each region; sparse, so only what is used costs memory
MAX_DIMS = 16

DTYPES = (
    "float32", "float64", "float16", "bfloat16", "complex64", "complex128",
    "int8", "int16", "int32", "int64", "uint8", "bool",
)  # fmt: skip

_SEALS = 0x0001 | 0x0002 | 0x0004  # F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW
_F_ADD_SEALS = 1033


def new_region(size: int = REGION) -> int:
    """A file descriptor of ``size`` zero bytes that nobody can truncate (where the system has seals)."""
    if hasattr(os, "memfd_create"):
        import fcntl

        fd = os.memfd_create("interviewer", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(fd, size)
        fcntl.fcntl(fd, _F_ADD_SEALS, _SEALS)
        return fd
    with tempfile.TemporaryFile() as file:
        os.ftruncate(file.fileno(), size)
        return os.dup(file.fileno())


def map_region(fd: int) -> mmap.mmap:
    return mmap.mmap(fd, os.fstat(fd).st_size)


def layout(sizes: list[int], start: int = 0) -> list[int]:
    """Offsets of blocks of ``sizes`` bytes laid one after the other."""
    offsets = []
    for size in sizes:
        offsets.append(start)
        start += -(-max(size, 1) // ALIGN) * ALIGN
    return offsets


def extent(shape: tuple[int, ...], stride: tuple[int, ...]) -> int:
    """How many elements a strided tensor spans in memory."""
    if 0 in shape:
        return 0
    return 1 + sum((n - 1) * s for n, s in zip(shape, stride, strict=True))


def view(torch: Any, region: mmap.mmap, entry: dict) -> Any:
    """A tensor on the region, as ``entry`` (dtype, shape, stride, offset) says: no copy."""
    dtype = getattr(torch, entry["dtype"])
    shape, stride = tuple(entry["shape"]), tuple(entry["stride"])
    count = extent(shape, stride)
    if count == 0:
        return torch.empty(shape, dtype=dtype)
    flat = torch.frombuffer(region, dtype=dtype, count=count, offset=entry["offset"])
    return flat.as_strided(shape, stride)


def describe(tensors: list[Any], start: int = 0) -> list[dict]:
    """The table of input tensors: dtype, shape, stride, offset. Raises ValueError when too large."""
    sizes = [extent(tuple(t.shape), t.stride()) * t.element_size() for t in tensors]
    offsets = layout(sizes, start)
    if offsets and offsets[-1] + sizes[-1] > REGION:
        raise ValueError(f"inputs of {sum(sizes) >> 20} MB: more than {REGION >> 20} MB")
    return [
        {
            "dtype": str(t.dtype).removeprefix("torch."),
            "shape": list(t.shape),
            "stride": list(t.stride()),
            "offset": offset,
        }
        for t, offset in zip(tensors, offsets, strict=True)
    ]
