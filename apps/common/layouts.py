#!/usr/bin/env python3
"""layouts.py GROMA APPLICATION FOLDER PROGRAM ARGUMENT…: `groma check` with the application's description and a modelled run of
the program say the same of every mapping in the folder: nothing, or, where its name begins with fail_, that a variant does not take
the layout, with the same statement at fault."""
import json
import pathlib
import re
import subprocess
import sys

MACHINE = "p100x4"


def call(*arguments):
    return subprocess.run(list(map(str, arguments)), capture_output=True, text=True, check=False)


def foretold(groma, application, mapping):
    """What `groma check` says: code and line of each mistake."""
    checked = call(groma, "check", mapping, "--app", application, "--machine", MACHINE, "--json")
    return [(found["code"], found["line"]) for found in json.loads(checked.stdout)["diagnostics"]]


def told(groma, mapping, program):
    """What the run says: the same, or None when it ended badly for another reason."""
    run = call(groma, "run", "--mapping", mapping, "--machine", MACHINE, "--virtual", "--", *program)
    found = re.findall(r"\.map:(\d+):\d+: error: .* \[(E\d+)\]", run.stdout + run.stderr)
    if not found and run.returncode != 0:
        print(run.stdout, run.stderr)
        return None
    return [(code, int(line)) for line, code in found]


def main():
    groma, application, folder, *program = sys.argv[1:]
    good, mappings = True, sorted(pathlib.Path(folder).glob("*.map"))
    for mapping in mappings:
        before, then = foretold(groma, application, mapping), told(groma, mapping, program)
        if mapping.name.startswith("fail_"):
            right = len(before) == 1 and before[0][0] == "E0502" and then == [("E0707", before[0][1])]
        else:
            right = before == [] and then == []
        print("ok  " if right else "FAIL", f"{mapping.name}: check {before}, run {then}")
        good &= right
    return 0 if good and mappings else 1


sys.exit(main())
