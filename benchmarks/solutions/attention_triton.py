"""Causal attention as one Triton kernel: online softmax over tiles of keys, full float32 products."""

import torch
import triton
import triton.language as tl


@triton.jit
def _forward(
    q, k, v, out, scale, heads, length, width, width_v,
    q_b, q_h, q_t, q_d, k_b, k_h, k_t, k_d, v_b, v_h, v_t, v_d, o_b, o_h, o_t, o_d,
    ROWS: tl.constexpr, COLUMNS: tl.constexpr, WIDTH: tl.constexpr, WIDTH_V: tl.constexpr,
):  # fmt: skip
    tile, batch, head = tl.program_id(0), tl.program_id(1) // heads, tl.program_id(1) % heads
    q += batch * q_b + head * q_h
    k += batch * k_b + head * k_h
    v += batch * v_b + head * v_h
    out += batch * o_b + head * o_h
    row = tile * ROWS + tl.arange(0, ROWS)
    d, e = tl.arange(0, WIDTH), tl.arange(0, WIDTH_V)
    own = tl.load(
        q + row[:, None] * q_t + d[None, :] * q_d,
        mask=(row[:, None] < length) & (d[None, :] < width), other=0.0,
    )  # fmt: skip
    top = tl.full((ROWS,), -float("inf"), tl.float32)
    total = tl.zeros((ROWS,), tl.float32)
    sums = tl.zeros((ROWS, WIDTH_V), tl.float32)
    # Tiles of keys that lie wholly after these rows are never touched.
    for start in range(0, tl.minimum((tile + 1) * ROWS, length), COLUMNS):
        column = start + tl.arange(0, COLUMNS)
        keys = tl.load(
            k + column[None, :] * k_t + d[:, None] * k_d,
            mask=(column[None, :] < length) & (d[:, None] < width), other=0.0,
        )  # fmt: skip
        scores = tl.dot(own, keys, input_precision="ieee") * scale
        scores = tl.where(row[:, None] >= column[None, :], scores, -float("inf"))
        higher = tl.maximum(top, tl.max(scores, 1))
        weights = tl.exp(scores - higher[:, None])
        shrink = tl.exp(top - higher)
        values = tl.load(
            v + column[:, None] * v_t + e[None, :] * v_d,
            mask=(column[:, None] < length) & (e[None, :] < width_v), other=0.0,
        )  # fmt: skip
        total = total * shrink + tl.sum(weights, 1)
        sums = sums * shrink[:, None] + tl.dot(weights, values, input_precision="ieee")
        top = higher
    tl.store(
        out + row[:, None] * o_t + e[None, :] * o_d, sums / total[:, None],
        mask=(row[:, None] < length) & (e[None, :] < width_v),
    )  # fmt: skip


def attention(q, k, v):
    b, h, t, d = q.shape
    e = v.shape[-1]
    out = torch.empty(b, h, t, e, device=q.device, dtype=q.dtype)
    rows, columns = 64, 32
    _forward[(triton.cdiv(t, rows), b * h)](
        q, k, v, out, d**-0.5, h, t, d, e,
        *q.stride(), *k.stride(), *v.stride(), *out.stride(),
        ROWS=rows, COLUMNS=columns,
        WIDTH=max(16, triton.next_power_of_2(d)), WIDTH_V=max(16, triton.next_power_of_2(e)),
        num_warps=4, num_stages=2,
    )  # fmt: skip
    return out
