#!/usr/bin/env python3
"""next_memory.py GROMA STENCIL MACHINE.toml: a working set beyond the framebuffer goes to the next memory of the list, and costs
what the host link's bandwidth says, in modelled runs of Stencil.

A point of a tile costs `stencil` 24 B (the input read once, the output read and written) and `increment` 16 B (the input read and
written); halos and operations are little beside it."""
import re
import subprocess
import sys
import tempfile
import tomllib

STAR, INCREMENT = 24, 16  # bytes of a point
RATES = {"ns": 1e-9, "us": 1e-6, "GB/s": 1e9}


def figure(text):
    number, unit = text.split()
    return float(number) * RATES[unit]


class Runs:
    def __init__(self, groma, program, machine):
        self.groma, self.program, self.machine = groma, program, machine

    def seconds(self, mapping, *arguments):
        """Of the timed steps."""
        with tempfile.NamedTemporaryFile("w", suffix=".map") as file:
            file.write(mapping + "\n")
            file.flush()
            run = subprocess.run([self.groma, "run", "--mapping", file.name, "--machine", self.machine, "--virtual", "--",
                                  self.program, *map(str, arguments)], capture_output=True, text=True)
        found = re.search(r"RESULT stencil .* seconds=(\S+) time=modelled", run.stdout)
        return float(found[1]) if found else None


def expect(what, condition):
    print("ok  " if condition else "FAIL", what)
    return condition


def what_does_not_fit_goes_to_the_next_memory(runs, gpu):
    """A tile of 16 MB with 4 MiB of framebuffer: its kernels then work over the host link."""
    steps, side = 5, 1000
    size = ["-nx", 2 * side, "-ny", 2 * side, "-tsteps", steps, "-tprune", 2]
    small = ["-ll:fsize", 4]
    both = "Task * GPU,CPU; Layout * * * SOA F_order; Region * * GPU FBMEM,ZCMEM;"
    alone = runs.seconds("Task * GPU,CPU; Region * * GPU FBMEM;", *size, *small)
    good = expect("a tile that does not fit ends the run where no other memory is allowed", alone is None)
    fits, spills = runs.seconds(both, *size), runs.seconds(both, *size, *small)
    link = steps * side * side * (STAR + INCREMENT) / figure(gpu["zero_copy_bandwidth"])
    good &= expect(f"over the host link {spills:.3g} s, where its bandwidth allows no less than {link:.3g} s",
                   link < spills < 1.5 * link)
    good &= expect(f"in the framebuffer {fits:.3g} s", fits < spills / 10)
    return good


def main():
    groma, program, machine = sys.argv[1:4]
    with open(machine, "rb") as file:
        described = tomllib.load(file)
    return 0 if what_does_not_fit_goes_to_the_next_memory(Runs(groma, program, machine), described["gpu"]) else 1


if __name__ == "__main__":
    sys.exit(main())
