#!/usr/bin/env python3
"""Tunes Circuit with a scripted model on the real runtime: what is run and what is not, a kill at any moment, a dry run.

tune_with_model.py BIN_FOLDER
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

# Answers by the iteration that the question is about, so that a killed tuning is asked the same again.
MODEL = '''
import json, re, sys
messages = json.load(sys.stdin)["messages"]
questions = [m["content"] for m in messages if m["role"] == "user"]
iteration = int(re.search(r"mapping of iteration (\\d+)", questions[0]).group(1))
first = ["", "Region * * GPU FBMEM;\\nRegion * * CPU SYSMEM;"]
replies = [
    [json.dumps({"reasoning": "all <b>wires</b> into the framebuffer", "segments": {"region_decision": first[1]}})],
    ["```task_decision\\nTask * GPU,CPU\\n```"],
    ["I am not sure.", "```task_decision\\nTask * GPU,CPU;\\n```"],
    ["Neither.", "Nor this."],
]
print(replies[iteration][len(questions) - 1])
'''
SOURCES = ["run", "check", "run", "reply"]


def main():
    bin_folder = pathlib.Path(sys.argv[1]).resolve()
    work = pathlib.Path(tempfile.mkdtemp(prefix="tune_with_model."))
    (work / "model.py").write_text(MODEL)
    model = f"command:{sys.executable} {work}/model.py"

    def command(out, *more):
        return [bin_folder / "groma", "tune", "circuit", "--machine", "p100x4", "--virtual", "--llm", model,
                "--iterations", "4", "--json", "--out", work / out, *more]

    def tune(out, *more):
        done = subprocess.run(command(out, *more), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    whole = json.loads(tune("whole"))
    evaluations = whole["runs"][0]["evaluations"]
    assert [one["source"] for one in evaluations] == SOURCES, evaluations
    assert whole["ledger"]["model_calls"] == 6 and whole["ledger"]["runs"] == 2, whole["ledger"]
    assert evaluations[0]["reason"] == "all <b>wires</b> into the framebuffer", evaluations[0]
    assert whole["best"]["throughput"] > whole["start"]["throughput"], whole

    # A kill loses nothing and asks nothing twice.
    kills = 0
    for wait in (1.5, 4.0, 7.0):
        resume = ["--resume"] if (work / "killed" / "journal.db").exists() else []
        child = subprocess.Popen(command("killed", *resume), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        kills += child.poll() is None
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert kills > 0, "every tuning ended before its kill"
    killed = json.loads(tune("killed", "--resume"))
    assert killed["ledger"]["model_calls"] <= 7, killed["ledger"]  # a call may have been under way
    assert [one["source"] for one in killed["runs"][0]["evaluations"]] == SOURCES
    assert killed["best"]["mapping"] == whole["best"]["mapping"]

    dry = tune("dry", "--dry-run")
    assert "without a shell" in dry and "mapping of iteration 0" in dry, dry
    assert not (work / "dry").exists(), "a dry run leaves no folder"
    subprocess.run(["rm", "-rf", str(work)], check=True)
    print("passed")


if __name__ == "__main__":
    main()
