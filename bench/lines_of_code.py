#!/usr/bin/env python3
"""Lines of each mapping at hand against lines of the C++ that `groma compile` makes of it, and of the experts' mappings against
the same by hand; neither blank lines nor comments count.

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
    experts()
    return 0


def experts():
    """Each expert.map against expert.cc, a mapper written by hand that decides the same: its own lines, then with those that all
    of them share."""
    shared = sum(lines((ROOT / f"apps/common/expert.{end}").read_text(), r"//.*") for end in ("h", "cc"))
    print(f"\n{'by hand':44} {'DSL':>5} {'C++':>5} {'times':>6} {'with shared':>13} {'times':>6}")
    sums = [0, 0]
    paths = [path for path in sorted(ROOT.glob("apps/*/expert.cc")) if path.parent.name != "common"]
    for path in paths:
        ours = lines(path.with_suffix(".map").read_text(), r"(#|//).*")
        theirs = lines(path.read_text(), r"//.*")
        times = theirs / ours, (theirs + shared) / ours
        sums = [sum + one for sum, one in zip(sums, times)]
        print(f"{str(path.relative_to(ROOT)):44} {ours:5} {theirs:5} {times[0]:6.1f} {theirs + shared:13} {times[1]:6.1f}")
    count = len(paths)
    print(f"{f'mean of {count} (the paper: 14)':44} {sums[0] / count:18.1f} {sums[1] / count:20.1f}")
    print(f"The part that the experts share has {shared} lines.")


sys.exit(main())
