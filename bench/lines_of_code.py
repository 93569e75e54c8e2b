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
    """The experts' mappers by hand against the mappings that decide the same. One is for several programs: against their mean."""
    shared = code_of(ROOT / "apps/common")
    print(f"\n{'by hand':44} {'DSL':>5} {'C++':>5} {'times':>6} {'with shared':>13} {'times':>6}")
    sums = [0, 0]
    mappers = sorted(path.parent for path in ROOT.glob("apps/*/expert.cc") if path.parent.name != "common")
    for folder in mappers:
        mappings = [folder / "expert.map"] if (folder / "expert.map").exists() else mappings_of_no_mapper()
        ours = sum(lines(path.read_text(), r"(#|//).*") for path in mappings) / len(mappings)
        own = code_of(folder)
        sums = [sums[0] + own / ours, sums[1] + (own + shared) / ours]
        name = f"{folder.relative_to(ROOT)}/expert*" + (f", for {len(mappings)} mappings" if len(mappings) > 1 else "")
        print(f"{name:44} {ours:5.0f} {own:5} {own / ours:6.1f} {own + shared:13} {(own + shared) / ours:6.1f}")
    count = len(mappers)
    print(f"{f'mean of {count} (the paper: 14)':44} {sums[0] / count:18.1f} {sums[1] / count:20.1f}")
    print(f"What the mappers by hand share (apps/common/expert.*) has {shared} lines.")


def code_of(folder):
    """Lines of the mapper by hand in the folder."""
    files = [path for path in folder.glob("expert*.[hc]*") if not path.stem.endswith("_test")]
    return sum(lines(path.read_text(), r"//.*") for path in files)


def mappings_of_no_mapper():
    """Those of programs that have no mapper of their own: the multiplications', whose mapper is apps/gemm/expert.cc."""
    return [path for path in sorted(ROOT.glob("apps/*/expert.map")) if (path.parent / "main.cc").exists()
            and "gemm" in (path.parent / "main.cc").read_text()]


sys.exit(main())
