#!/usr/bin/env python3
"""Runs the examples of docs/providers.md and docs/formats/exchange.md: page.py DOCS ASK

The first line of a console block is options for ASK (and variables before them), the rest what must come, word for word.
"""
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

DOCS, ASK = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def ask(options, folder, variables=None):
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    done = subprocess.run([ASK, *options, "Map it."], cwd=folder, env={**environment, **(variables or {})},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else done.stderr.removeprefix("ask: ")


def as_shown(block, folder):
    line, _, shown = block.partition("\n")
    words = shlex.split(line)
    first = next(i for i, word in enumerate(words) if word.startswith("--"))
    came = ask(words[first:], folder, dict(word.split("=", 1) for word in words[:first]))
    if came.strip() == shown.strip():
        return True
    print(f"---- {line}\n---- the page shows:\n{shown}\n---- it prints:\n{came}")
    return False


def keys(value):
    """The shape of a JSON value: its keys, all the way down."""
    if isinstance(value, dict):
        return {name: keys(part) for name, part in value.items()}
    return [keys(part) for part in value] if isinstance(value, list) else None


def exchange_is_as_shown(folder):
    example = json.loads(blocks((DOCS / "formats/exchange.md").read_text(encoding="utf-8"), "json")[0])
    (folder / "shown.jsonl").write_text(json.dumps(example) + "\n")
    settings = ["--reply-tokens", "64", "--temperature", "0.7", "--seed", "7"]
    replayed = ask(["--replay", "shown.jsonl", *settings], folder)
    ask(["--llm", "command:echo hello", "--journal", "made.jsonl", *settings], folder)
    made = json.loads((folder / "made.jsonl").read_text())
    good = replayed.strip() == example["reply"]["text"] and keys(made) == keys(example)
    if not good:
        print(f"---- the exchange shown is replayed as: {replayed}\n---- one that was made: {made}")
    return good


def main():
    page = (DOCS / "providers.md").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for program in blocks(page, "python"):
            (folder / program.split("\n")[0].removeprefix("# ")).write_text(program)
        shown = blocks(page, "console")
        good = [as_shown(block, folder) for block in shown] + [exchange_is_as_shown(folder)]
    print(f"{sum(good)} of {len(good)} examples are as shown")
    return 0 if len(shown) > 5 and all(good) else 1


sys.exit(main())
