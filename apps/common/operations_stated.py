#!/usr/bin/env python3
"""Whether the tasks of a modelled run state as many operations together as the algorithm has.

operations_stated.py GROMA MAPPING SINGLE DOUBLE PROGRAM WORD …   SINGLE, DOUBLE: operations of single and double precision of
all tasks. What reductions add where sums meet is the runtime's and not among them."""
import sys

sys.dont_write_bytecode = True
import modelled_run  # noqa: E402


def main():
    groma, mapping, single, double, *command = sys.argv[1:]
    driver, _ = modelled_run.logs(groma, mapping, "p100x4", command)
    works = [work for work in driver["kernels"] + driver["cpu_work"] if not work["name"].startswith("reduction ")]
    right = True
    for precision, wanted in ("single", single), ("double", double):
        stated = sum(work[precision + "_flops"] for work in works)
        print(f"{precision} precision: {stated:.1f} operations stated, {wanted} wanted")
        right &= abs(stated - float(wanted)) <= 1e-12 * stated
    return 0 if right else 1


sys.exit(main())
