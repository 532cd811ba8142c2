"""The network, written out in JAX: Qwen3 exactly as candle's `quantized_qwen3` computes it, and nothing more.

Never loads or stores files. Weights are kept as in GGUF, (rows out, columns in), so that export copies them as they are.
"""
import jax
import jax.numpy as jnp
import numpy as np

CONFIG = dict(vocab=2048, width=128, layers=5, heads=4, kv_heads=2, head=32, inner=256, context=1024, eps=1e-6, base=10000.0)


def init(seed, c=CONFIG):
    """Random weights, but queries start near keys and outputs near transposed values: matching and copying, the whole work of this
    model, are then there from the first step instead of having to be found (a few hundred steps on two cores)."""
    rng = np.random.default_rng(seed)
    d, q, kv = c["width"], c["heads"] * c["head"], c["kv_heads"] * c["head"]

    def matrix(rows, columns, scale=1.0):
        return (rng.standard_normal((rows, columns)) * scale / np.sqrt(columns)).astype(np.float32)

    out = 1.0 / np.sqrt(2 * c["layers"])
    params = {"token_embd.weight": (rng.standard_normal((c["vocab"], d)) * 0.05).astype(np.float32), "output_norm.weight": np.ones(d, np.float32)}
    for i in range(c["layers"]):
        p = f"blk.{i}."
        params |= {
            p + "attn_norm.weight": np.ones(d, np.float32), p + "ffn_norm.weight": np.ones(d, np.float32),
            p + "attn_q_norm.weight": np.ones(c["head"], np.float32), p + "attn_k_norm.weight": np.ones(c["head"], np.float32),
            p + "attn_q.weight": matrix(q, d), p + "attn_k.weight": matrix(kv, d), p + "attn_v.weight": matrix(kv, d), p + "attn_output.weight": matrix(d, q, out),
            p + "ffn_gate.weight": matrix(c["inner"], d), p + "ffn_up.weight": matrix(c["inner"], d), p + "ffn_down.weight": matrix(d, c["inner"], out),
        }
        groups, h = c["heads"] // c["kv_heads"], c["head"]
        for j in range(c["heads"]):
            own, shared = slice(j * h, (j + 1) * h), slice(j // groups * h, (j // groups + 1) * h)
            params[p + "attn_q.weight"][own] = 0.7 * params[p + "attn_q.weight"][own] + 0.7 * params[p + "attn_k.weight"][shared]
            params[p + "attn_output.weight"][:, own] = 0.7 * params[p + "attn_output.weight"][:, own] + 0.7 * out * params[p + "attn_v.weight"][shared].T
    return params


def _norm(x, weight, eps):
    return x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + eps) * weight


def _rope(x, c):
    """Rotates halves (NeoX order), positions from 0."""
    half = c["head"] // 2
    angle = jnp.arange(x.shape[-2])[:, None] * (c["base"] ** (-jnp.arange(half) / half))[None]
    cos, sin = jnp.cos(angle), jnp.sin(angle)
    a, b = x[..., :half], x[..., half:]
    return jnp.concatenate([a * cos - b * sin, b * cos + a * sin], -1)


def hidden(params, ids, c=CONFIG, tap=None):
    """Normed last hidden states (batch, time, width), the residual after `tap` layers, and where the last layer looked."""
    b, t = ids.shape
    x, tapped, looked = params["token_embd.weight"][ids], None, None
    mask = jnp.tril(jnp.ones((t, t), bool))
    for i in range(c["layers"]):
        if i == tap:
            tapped = x
        w = lambda name: params[f"blk.{i}.{name}.weight"]
        h = _norm(x, w("attn_norm"), c["eps"])

        def split(name, heads):
            return (h @ w(name).T).reshape(b, t, heads, c["head"]).transpose(0, 2, 1, 3)

        q = _rope(_norm(split("attn_q", c["heads"]), w("attn_q_norm"), c["eps"]), c)
        k = _rope(_norm(split("attn_k", c["kv_heads"]), w("attn_k_norm"), c["eps"]), c)
        v = split("attn_v", c["kv_heads"])
        groups = c["heads"] // c["kv_heads"]
        k, v = jnp.repeat(k, groups, 1), jnp.repeat(v, groups, 1)
        score = jnp.where(mask, q @ k.swapaxes(2, 3) / np.sqrt(c["head"]), -1e9)
        looked = jax.nn.softmax(score, -1)
        y = (looked @ v).transpose(0, 2, 1, 3).reshape(b, t, -1)
        x = x + y @ w("attn_output").T
        h = _norm(x, w("ffn_norm"), c["eps"])
        x = x + (jax.nn.silu(h @ w("ffn_gate").T) * (h @ w("ffn_up").T)) @ w("ffn_down").T
    return _norm(x, params["output_norm.weight"], c["eps"]), tapped, looked


def logits(params, states):
    return states @ params["token_embd.weight"].T


def is_matrix(name):
    return name.startswith("blk.") and "norm" not in name
