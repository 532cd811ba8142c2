"""Writes the checkpoint as GGUF (matrices Q8_0, norms F32) and the reference file for the loading test.

Never changes a weight beyond the rounding of Q8_0. The reference is computed on the rounded weights, read back from the file.
"""
import argparse
import json
from pathlib import Path

import gguf
import jax.numpy as jnp
import numpy as np
from gguf import GGMLQuantizationType as Kind

import grammar
import model
import tokenizer
import train

TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def write(params, words, out, c=model.CONFIG):
    w = gguf.GGUFWriter(str(out), "qwen3")
    w.add_name("hauspost-embedded")
    w.add_license("EUPL-1.2")
    w.add_description("Chooses, never writes: which category fits a mail, does a sentence answer a question")
    w.add_languages(["de", "en"])
    w.add_uint32("general.dtype", 0)  # candle builds its rotation tables in half precision without it
    w.add_context_length(c["context"])
    w.add_embedding_length(c["width"])
    w.add_block_count(c["layers"])
    w.add_feed_forward_length(c["inner"])
    w.add_head_count(c["heads"])
    w.add_head_count_kv(c["kv_heads"])
    w.add_key_length(c["head"])
    w.add_value_length(c["head"])
    w.add_rope_freq_base(c["base"])
    w.add_layer_norm_rms_eps(c["eps"])
    w.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    saved = json.loads(Path(words).read_text(encoding="utf-8"))
    by_id = {i: t for t, i in saved["model"]["vocab"].items()} | {t["id"]: t["content"] for t in saved["added_tokens"]}
    special = {t["id"] for t in saved["added_tokens"]}
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("qwen2")
    w.add_token_list([by_id[i] for i in range(c["vocab"])])
    w.add_token_types([int(gguf.TokenType.CONTROL if i in special else gguf.TokenType.NORMAL) for i in range(c["vocab"])])
    w.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in saved["model"]["merges"]])
    ids = {by_id[i]: i for i in special}
    w.add_bos_token_id(ids["<|endoftext|>"])
    w.add_eos_token_id(ids["<|im_end|>"])
    w.add_pad_token_id(ids["<|endoftext|>"])
    w.add_add_bos_token(False)
    w.add_add_eos_token(False)
    w.add_chat_template(TEMPLATE)
    for name, value in params.items():
        if name == "probe":
            continue
        value = np.asarray(value, np.float32)
        if value.ndim == 1:
            w.add_tensor(name, value)
        else:
            w.add_tensor(name, gguf.quants.quantize(value, Kind.Q8_0), raw_dtype=Kind.Q8_0)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def read_back(path):
    """The weights as they are in the file, dequantised."""
    return {t.name: jnp.asarray(gguf.quants.dequantize(t.data, t.tensor_type).reshape([int(n) for n in reversed(t.shape)])) for t in gguf.GGUFReader(str(path)).tensors}


REFERENCES = [
    grammar.render("relevance", grammar.relevance_user("Wie lange kann ich die Lampe zurückgeben?", "Die Rückgabe ist 30 Tage ab Erhalt möglich.")),
    grammar.render("label", grammar.label_user("Guten Tag,\nwo bleibt mein Paket? Die Bestellung 48213 ist nicht angekommen.\nAnna Muster",
                                               [("return", "Rückgabe, Umtausch, Widerruf eines Kaufs"), ("delivery", "Lieferung, Versand, Sendungsverfolgung"), ("invoice", "Rechnung, falscher Betrag")])),
]


def reference(path, words, out):
    params, tok, cases = read_back(path), tokenizer.load(words), []
    for text in REFERENCES:
        ids = tok.encode(text, add_special_tokens=False).ids
        last = np.asarray(model.logits(params, model.hidden(params, jnp.asarray([ids]))[0])[0, -1])
        cases.append({"prompt": text, "ids": ids, "argmax": int(last.argmax()), "argmax_token": tok.decode([int(last.argmax())]), "first_logits": [round(float(x), 5) for x in last[:8]], "logit_of_argmax": round(float(last.max()), 5)})
    out.write_text(json.dumps({"about": "Last-position logits in float32 on the Q8_0 weights of ../hauspost-embedded.gguf", "tolerance": 0.1, "cases": cases}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--run", type=Path, required=True, help="folder that train.py wrote")
    args.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "hauspost-embedded.gguf")
    args = args.parse_args()
    params, _, progress = train.load(args.run / "checkpoint.npz")
    write(params, args.run / "tokenizer.json", args.out)
    reference(args.out, args.run / "tokenizer.json", Path(__file__).parent / "reference.json")
    count = sum(int(np.prod(v.shape)) for k, v in params.items() if k != "probe")
    print(json.dumps({"bytes": args.out.stat().st_size, "parameters": count, **progress}))


if __name__ == "__main__":
    main()
