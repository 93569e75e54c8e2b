"""A modelled run of a program under a mapping, by its logs."""
import json
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = """groma_program = 1
name = "modelled-run"
command = {}
[metric]
pattern = '^RESULT .* throughput=([-+.0-9e]+) '
unit = "1/s"
better = "higher"
virtual_clock = true
"""


def logs(groma, mapping, machine, command):
    """The driver's report and the mapper log's records. `machine`: a description's name or text. Ends the test when the run does
    not end well."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if "\n" in machine:
            (folder / "machine.toml").write_text(machine)
            machine = folder / "machine.toml"
        (folder / "program.toml").write_text(PROGRAM.format(json.dumps(command)))
        run = subprocess.run([groma, "eval", mapping, "--program", folder / "program.toml", "--machine", machine, "--virtual",
                              "--keep", folder / "run"], capture_output=True, text=True, check=False)
        if "status      ok" not in run.stdout:
            sys.exit(run.stdout + run.stderr)
        driver = json.loads((folder / "run/vgpu.json").read_text())
        return driver, [json.loads(line) for line in (folder / "run/mapper.jsonl").read_text().splitlines()]
