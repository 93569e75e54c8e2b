#!/usr/bin/env python3
"""Lines of each mapping at hand against lines of the C++ that `groma compile` makes of it; neither blank lines nor comments count.

lines_of_code.py [GROMA]   GROMA: build/release/bin/groma"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUPPORT = ["mapping_values", "mapping_factors", "mapping_spaces", "mapping_statements", "groma_mapping", "mapping_machine",
           "mapping_instances", "groma_mapping_mapper"]


def lines(text, comment):
    return sum(1 for line in text.splitlines() if re.sub(comment, "", line).strip())


def main():
    groma = sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release/bin/groma"
    files = sorted(ROOT.glob("tests/golden/mappings/*.map")) + sorted(ROOT.glob("apps/*/*.map"))
    support = sum(lines((ROOT / f"src/legion/support/{name}.h").read_text(), r"//.*") for name in SUPPORT)
    print(f"{'mapping':44} {'DSL':>5} {'C++':>5} {'times':>6} {'with support':>13} {'times':>6}")
    sums = [0, 0]
    for path in files:
        made = subprocess.run([groma, "compile", path], capture_output=True, text=True)
        if made.returncode != 0:
            print(f"{path.relative_to(ROOT)}: {made.stderr}")
            return 1
        ours, theirs = lines(path.read_text(), r"(#|//).*"), lines(made.stdout, r"//.*")
        sums = [sums[0] + ours, sums[1] + theirs]
        print(f"{str(path.relative_to(ROOT)):44} {ours:5} {theirs:5} {theirs / ours:6.1f} {theirs + support:13} "
              f"{(theirs + support) / ours:6.1f}")
    count = len(files)
    print(f"{f'mean of {count}':44} {sums[0] / count:5.1f} {sums[1] / count:5.1f} {sums[1] / sums[0]:6.1f} "
          f"{sums[1] / count + support:13.1f} {(sums[1] + count * support) / sums[0]:6.1f}")
    print(f"The support headers, which every mapper shares, have {support} lines.")
    return 0


sys.exit(main())
