#!/usr/bin/env python3
"""bench/apps.py with a groma that answers from a list instead of running anything."""
import contextlib
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import apps  # noqa: E402

# Baselines: start 50, expert 100, default 110 and, the second time, 111. Drawn mappings say what they give.
GROMA = """#!/usr/bin/env python3
import json, pathlib, sys, time
folder, words = pathlib.Path(__file__).resolve().parent, sys.argv[1:]
if words[0] == "apps":
    print(json.dumps({"apps": [{"name": "one"}, {"name": "two"}]}))
elif words[0] == "machine":
    print((folder / "machine").read_text())
elif words[0] == "space":
    texts = ["crashed", "60"] if "--usable" in words else ["mapping_error A3.4", "mapping_error A3.4"]
    print(json.dumps({"samples": [{"number": i + 1, "mapping": text} for i, text in enumerate(texts)]}))
elif words[0] == "eval":
    with (folder / "evaluated").open("a") as file:
        file.write("x")
    count = (folder / "evaluated").stat().st_size
    try:
        while (folder / "hang").exists() and count >= 3:
            time.sleep(0.01)
    except KeyboardInterrupt:
        sys.exit(130)
    text = str(110 + (count > 5)) if "--own-mapper" in words else pathlib.Path(words[-1]).read_text()
    status, *cases = text.split() if not text.isdigit() else ["ok"]
    value = float(text) if text.isdigit() else 0
    print(json.dumps({"status": status, "throughput": value, "unit": "X/s", "seconds": 100 / value if value else 0,
                      "wall_seconds": 2.0, "fidelity": "modelled", "time_valid": True, "reason": "", "cases": cases,
                      "breakdown": {"memories": [{"memory": "GPU 0 FBMEM", "peak": 3 << 20, "capacity": 1}]}}))
    sys.exit(0 if status == "ok" else 1)
"""


class Apps(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.groma = self.folder / "build/bin/groma"
        self.groma.parent.mkdir(parents=True)
        self.groma.write_text(GROMA)
        self.groma.chmod(0o755)
        (self.groma.parent / "machine").write_text("a machine")
        for app in ("one", "two"):
            (self.folder / app).mkdir()
            (self.folder / app / f"{app}.toml").write_text('command = ["prog"]\nstart = "start.map"\nexpert = "expert.map"\n')
            (self.folder / app / "start.map").write_text("50")
            (self.folder / app / "expert.map").write_text("100")
        self.results = self.folder / "results.jsonl"

    def words(self, *more):
        return ["--groma", str(self.groma), "--apps", str(self.folder), "--results", str(self.results), "--quiet", "--repeat", "2",
                "--random", "2", "--app", "one", *more]

    def bench(self, *more):
        """What it printed and its exit code."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = apps.main(self.words(*more))
        return out.getvalue(), code

    def evaluated(self):
        return (self.groma.parent / "evaluated").stat().st_size

    def test_the_table_has_medians_spread_and_causes(self):
        out, code = self.bench("--json")
        self.assertEqual(code, 0)
        document = json.loads(out)
        row = document["apps"][0]
        self.assertEqual([row[what]["throughput"] for what in ("start", "expert", "default")], [50, 100, 110.5])
        self.assertNotIn("decompose", row)
        # 100 / 110 s and 100 / 111 s: 0.00819 apart, next to their median 0.905.
        self.assertAlmostEqual(row["spread"], 0.00905, places=5)
        self.assertEqual(row["framebuffer_bytes"], 3 << 20)
        self.assertGreater(row["host_bytes"], 1 << 20)
        wall = {"wall_seconds": 2.0, "longest_wall_seconds": 2.0}
        self.assertEqual(row["whole"], {"drawn": 2, "failed": 2, "causes": {"mapping_error (A3.4)": 2}, "best": 0, "mean": 0, **wall})
        self.assertEqual(row["usable"], {"drawn": 2, "failed": 1, "causes": {"crashed": 1}, "best": 60, "mean": 30, **wall})
        self.assertEqual(document["usable"], {"drawn": 2, "failed": 1, "share": 0.5})

    def test_people_are_told_what_kind_of_figures_these_are(self):
        out, _ = self.bench()
        self.assertIn("Throughput modelled on p100x4", out)
        self.assertIn("mapping_error (A3.4) 2", out)
        self.assertIn("2 of 2 failed: 100.0 % (the paper, nine programs on hardware: 82.2 %)", out)

    def test_an_app_with_blocks_by_decompose_has_them_in_the_table(self):
        (self.folder / "one/decompose.map").write_text("90")
        out, _ = self.bench("--random", "0", "--app", "two")
        lines = [line.split() for line in out.splitlines()]
        self.assertIn(["app", "unit", "start", "expert", "decompose", "default"], [line[:6] for line in lines])
        self.assertIn(["one", "X/s", "50", "100", "90"], [line[:5] for line in lines])
        self.assertIn(["two", "X/s", "50", "100", "-"], [line[:5] for line in lines])

    def test_drawn_mappings_of_one_part_alone_make_a_table(self):
        out, code = self.bench("--repeat", "0", "--part", "whole", "--app", "two")
        self.assertEqual(code, 0)
        self.assertEqual(self.evaluated(), 4)
        self.assertNotIn("expert", out.splitlines()[0])
        self.assertIn("4 of 4 failed", out)
        self.assertNotIn("usable", out)

    def test_what_is_there_is_not_measured_again(self):
        first, _ = self.bench("--json")
        count = self.evaluated()
        self.assertEqual(count, 10)  # 3 × 2 baselines, 2 × 2 drawn
        second, _ = self.bench("--json")
        self.assertEqual(self.evaluated(), count)
        self.assertEqual(first, second)

    def test_another_mapping_or_machine_is_measured(self):
        self.bench()
        (self.folder / "one/expert.map").write_text("101")
        self.bench()
        self.assertEqual(self.evaluated(), 12)
        (self.groma.parent / "machine").write_text("another machine")
        self.bench()
        self.assertEqual(self.evaluated(), 22)

    def test_a_results_file_cut_off_anywhere_goes_on(self):
        self.bench()
        whole = self.results.read_bytes()
        for cut in range(0, len(whole), 97):
            self.results.write_bytes(whole[:cut])
            kept = apps.Results(self.results)
            self.assertLessEqual(len(kept.by_key), 10)
            kept.add({"key": "new"})
            again = apps.Results(self.results).by_key
            self.assertIn("new", again)
            self.assertEqual(len(again), len(kept.by_key))

    def test_ctrl_c_loses_nothing(self):
        (self.groma.parent / "hang").touch()
        child = subprocess.Popen([HERE / "apps.py", *self.words()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                 start_new_session=True)
        evaluated = self.groma.parent / "evaluated"
        for _ in range(3000):
            if evaluated.exists() and self.evaluated() == 3:
                break
            time.sleep(0.01)
        os.killpg(child.pid, signal.SIGINT)
        out, err = child.communicate(timeout=20)
        self.assertEqual(child.returncode, 130, err)
        self.assertIn("stopped with 2 of 10 evaluations", err)
        self.assertIn("one", out)
        (self.groma.parent / "hang").unlink()
        evaluated.unlink()
        self.bench()
        self.assertEqual(self.evaluated(), 8)

    def test_an_unknown_app_is_told(self):
        _, code = self.bench("--app", "three")
        self.assertEqual(code, 2)


if __name__ == "__main__":
    unittest.main()
