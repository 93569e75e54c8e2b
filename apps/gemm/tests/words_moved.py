#!/usr/bin/env python3
"""Whether 8 GPUs move as many words for a multiplication as the literature counts, by the copies that Legion makes.

words_moved.py GROMA PROGRAM MAPPING LEAST MOST WORD …   The words of a GPU: what it receives of B and C, and what it sends of
its sums. LEAST and MOST: those of the GPU with fewest and of the one with most, in n² words; WORDs: the program's grid."""
import json
import pathlib
import subprocess
import sys
import tempfile
from collections import Counter

ROOT = pathlib.Path(__file__).resolve().parents[3]
SIZE, MULTIPLICATIONS, GPUS = 240, 2, 8  # one is timed, the other warms up


def machine():
    """p100x4 with 8 GPUs, each a peer of each: how fast does not matter here."""
    text = (ROOT / "machines/p100x4.toml").read_text()
    processors, runtime = text[:text.index("[[link]]")], text[text.index("[runtime]"):]
    gpus = [f"gpu{i}" for i in range(GPUS)]
    pairs = [("host", gpu) for gpu in gpus] + [(a, b) for i, b in enumerate(gpus) for a in gpus[:i]]
    links = [f'[[link]]\nname = "{a}-{b}"\nfrom = "{a}"\nto = "{b}"\nbandwidth = "18.3 GB/s"\nlatency = "5 us"\n'
             f'peer = {"false" if a == "host" else "true"}\n' for a, b in pairs]
    return processors.replace("\ngpu = 4", f"\ngpu = {GPUS}") + "\n".join(links) + runtime


def program(path, words):
    """A program file for the small size."""
    command = json.dumps([path, "-n", str(SIZE), "--steps", str(MULTIPLICATIONS - 1), *words])
    return (f"groma_program = 1\nname = \"words\"\ncommand = {command}\n[metric]\n"
            "pattern = '^RESULT .* throughput=([-+.0-9e]+) '\nunit = \"GFLOP/s\"\nbetter = \"higher\"\nvirtual_clock = true\n")


def words_of_gpus(log):
    """In n² words, a GPU each, a multiplication."""
    words = Counter({f"GPU {i} FBMEM": 0 for i in range(GPUS)})
    for record in map(json.loads, log.splitlines()):
        if record["record"] != "copy" or record["task"] == "taco_validate" or record.get("fill") or record["from"] == record["to"]:
            continue
        gpu = record["from" if record.get("reduction") else "to"]
        words[gpu] += record["bytes"] / 8 / SIZE**2 / MULTIPLICATIONS
    return words


def main():
    groma, path, mapping, *numbers = sys.argv[1:6]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "machine.toml").write_text(machine())
        (folder / "program.toml").write_text(program(path, sys.argv[6:]))
        run = subprocess.run([groma, "eval", mapping, "--program", folder / "program.toml", "--machine", folder / "machine.toml",
                              "--virtual", "--keep", folder / "run"], capture_output=True, text=True, check=False)
        if "status      ok" not in run.stdout:
            print(run.stdout, run.stderr)
            return 1
        words = words_of_gpus((folder / "run/mapper.jsonl").read_text())
    for gpu, moved in sorted(words.items()):
        print(f"{gpu}: {moved:.4f} n² words")
    wanted = zip([min(words.values()), max(words.values())], map(float, numbers))
    return 0 if all(abs(moved - number) < 1e-6 for moved, number in wanted) else 1


sys.exit(main())
