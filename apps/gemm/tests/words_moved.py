#!/usr/bin/env python3
"""Whether GPUs move as many words for a multiplication as the literature counts, by the copies that Legion makes.

words_moved.py GROMA PROGRAM MAPPING N LEAST MOST WORD …   On N GPUs. The words of a GPU: what it receives of B and C, and what
it sends of its sums. LEAST and MOST: those of the GPU with fewest and of the one with most, in n² words; WORDs: the program's
grid."""
import pathlib
import sys
from collections import Counter

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "apps/common"))
sys.dont_write_bytecode = True
import modelled_run  # noqa: E402

SIZE, MULTIPLICATIONS = 240, 2  # one is timed, the other warms up


def machine(count):
    """p100x4 with so many GPUs, each a peer of each: how fast does not matter here."""
    text = (ROOT / "machines/p100x4.toml").read_text()
    processors, runtime = text[:text.index("[[link]]")], text[text.index("[runtime]"):]
    gpus = [f"gpu{i}" for i in range(count)]
    pairs = [("host", gpu) for gpu in gpus] + [(a, b) for i, b in enumerate(gpus) for a in gpus[:i]]
    links = [f'[[link]]\nname = "{a}-{b}"\nfrom = "{a}"\nto = "{b}"\nbandwidth = "18.3 GB/s"\nlatency = "5 us"\n'
             f'peer = {"false" if a == "host" else "true"}\n' for a, b in pairs]
    return processors.replace("\ngpu = 4", f"\ngpu = {count}") + "\n".join(links) + runtime


def words_of_gpus(records, count):
    """In n² words, a GPU each, a multiplication: by matrix."""
    words = {f"GPU {i} FBMEM": Counter() for i in range(count)}
    for record in records:
        if record["record"] != "copy" or record["task"] == "taco_validate" or record.get("fill") or record["from"] == record["to"]:
            continue
        gpu = record["from" if record.get("reduction") else "to"]
        words[gpu][record["region"]] += record["bytes"] / 8 / SIZE**2 / MULTIPLICATIONS
    return words


def main():
    groma, path, mapping, count, *numbers = sys.argv[1:7]
    command = [path, "-n", str(SIZE), "--steps", str(MULTIPLICATIONS - 1), *sys.argv[7:]]
    _, records = modelled_run.logs(groma, mapping, machine(int(count)), command)
    words = words_of_gpus(records, int(count))
    for gpu, by_matrix in sorted(words.items()):
        parts = ", ".join(f"{matrix} {moved:.4f}" for matrix, moved in sorted(by_matrix.items()))
        print(f"{gpu}: {by_matrix.total():.4f} n² words ({parts})")
    totals = [by_matrix.total() for by_matrix in words.values()]
    wanted = zip([min(totals), max(totals)], map(float, numbers))
    return 0 if all(abs(moved - number) < 1e-6 for moved, number in wanted) else 1


sys.exit(main())
