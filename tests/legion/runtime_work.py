#!/usr/bin/env python3
"""Modelled runs repeat, and the runtime's own work hides behind that of the GPUs where there is enough of it.

runtime_work.py BIN_FOLDER ROOT
"""
import pathlib
import re
import subprocess
import sys
import tempfile

CIRCUIT = ["-npp", "5000", "-wpp", "20000", "-l", "20", "-p", "40", "-pps", "10", "-prune", "5", "-i", "100", "--modelled"]


def main():
    bin_folder, root = (pathlib.Path(word).resolve() for word in sys.argv[1:])

    def throughput(*words):
        run = subprocess.run([bin_folder / "groma", *words], capture_output=True, text=True, check=True)
        return float(re.search(r"throughput\"?[=:] ?([0-9.]+)", run.stdout).group(1))

    with tempfile.TemporaryDirectory() as name:
        free = pathlib.Path(name, "free.toml")
        text = (root / "machines/p100x4.toml").read_text()
        free.write_text(re.sub(r"^(per_(traced_)?task) = \".*?\"", r'\1 = "0 us"', text, flags=re.M))
        assert free.read_text() != text
        mapping = pathlib.Path(name, "all.map")
        mapping.write_text("Task * GPU,CPU;\nRegion * * GPU FBMEM;\nRegion * * CPU SYSMEM;\n")
        run = ["run", "--mapping", mapping, "--virtual", "--machine"]
        program = ["--", bin_folder / "circuit", *CIRCUIT]
        charged, uncharged = throughput(*run, "p100x4", *program), throughput(*run, free, *program)
    print(f"Circuit: {charged} GFLOP/s, {uncharged} without work of the runtime")
    assert 0.9 * uncharged < charged < uncharged

    once, again = (throughput("eval", "--own-mapper", "--app", "pumma", "--machine", "p100x4", "--virtual", "--json")
                   for _ in range(2))
    print(f"PUMMA under Legion's default mapper: {once} GFLOP/s, then {again}")
    assert abs(once - again) < 0.005 * once
    print("passed")


if __name__ == "__main__":
    main()
