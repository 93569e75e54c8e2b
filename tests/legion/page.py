#!/usr/bin/env python3
"""Runs the commands of a page and compares what they print with what the page shows.

    page.py PAGE GROMA

Of each ```console block the lines after "$ " are run by the shell, in order, in one temporary folder
that has the repository's apps/ in it and the files of blocks with a name (```toml mine.toml). Every other line must come out of the block's commands, numbers
aside and in any order; a line that is or ends with … stands for anything.
"""
import pathlib
import re
import subprocess
import sys
import tempfile


def words(line):
    """The line without its numbers, wrapping and column widths."""
    return re.sub(r"\d+(\.\d+)?(e[+-]?\d+)?", "#", " ".join(line.split()))


def blocks(text):
    return re.findall(r"^```console\n(.*?)^```", text, re.M | re.S)


def write_files(text, folder):
    for name, content in re.findall(r"^```\w+ ([\w.-]+)\n(.*?)^```", text, re.M | re.S):
        (pathlib.Path(folder) / name).write_text(content, encoding="utf-8")


def run(block, folder, environment):
    # A backslash at the end of a line goes on.
    lines = block.replace("\\\n", " ").splitlines()
    commands = [line[2:] for line in lines if line.startswith("$ ")]
    shown = [line for line in lines if not line.startswith("$ ")]
    printed = ""
    for command in commands:
        done = subprocess.run(command, shell=True, cwd=folder, env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        printed += done.stdout
    came = words(printed)
    missing = []
    for line in shown:
        part = words(line.split("…")[0])
        if part and part not in came:
            missing.append(line)
    if missing:
        print("---- " + "; ".join(commands))
        print(printed)
        print("---- the page shows, and it did not come:")
        print("\n".join(missing))
    return not missing


def main():
    import os
    page, groma = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    environment = dict(os.environ, PATH=f"{groma.parent}:{os.environ['PATH']}")
    text = page.read_text(encoding="utf-8")
    found = blocks(text)
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "apps").symlink_to(page.parent.parent / "apps")
        write_files(text, folder)
        good = [run(block, folder, environment) for block in found]
    print(f"{sum(good)} of {len(found)} blocks are as shown")
    return 0 if found and all(good) else 1


sys.exit(main())
