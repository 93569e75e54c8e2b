#!/usr/bin/env python3
"""The benchmark programs in one table: their baselines, and how many mappings drawn at random fail.

    ./dev bench apps [--machine M] [--random N [--part whole|usable]] [--repeat R] [--app NAME …] [--json]

Each evaluation is kept in a file as it ends (--results): what is there is not measured again, so that a run that was
stopped goes on. A result counts as long as program, groma's libraries, mapping and machine are the same."""
import argparse
import collections
import hashlib
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import tomllib
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
BASELINES = ("start", "expert", "decompose", "default")
PARTS = ("whole", "usable")  # of the space of mappings: docs/space.md
PAPER_SHARE = 74 / 90        # of the random mappings of the nine published programs that failed
MIB = 1 << 20


class Environment(Exception):
    """What the run needs is not there; says what to do."""


def call(groma, *words):
    done = subprocess.run([groma, *map(str, words)], capture_output=True, text=True)
    if done.returncode != 0:
        raise Environment(f"`groma {' '.join(map(str, words))}` failed:\n{done.stderr.strip()}")
    return done.stdout


def digest(*parts):
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, pathlib.Path) else part.encode()
        total.update(len(data).to_bytes(8, "little") + data)
    return total.hexdigest()[:16]


class Results:
    """Evaluations by key, a line each in a file; a line that was cut off by a kill is passed over."""

    def __init__(self, path):
        self.path, self.by_key = path, {}
        if path.exists():
            for line in path.read_text(errors="replace").splitlines():
                try:
                    one = json.loads(line)
                    self.by_key[one["key"]] = one
                except (ValueError, KeyError, TypeError):
                    pass
        path.parent.mkdir(parents=True, exist_ok=True)

    def add(self, one):
        self.by_key[one["key"]] = one
        with self.path.open("a+b") as file:
            file.seek(0, os.SEEK_END)
            if file.tell() > 0:
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")
            file.write(json.dumps(one).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


class Job:
    """One evaluation: of an app under a mapping text, or under its own mapper."""

    def __init__(self, app, what, number, text, identity):
        self.app, self.what, self.number, self.text = app, what, number, text
        self.key = f"{app} {what} {number} {digest(text or '', identity)}"

    @property
    def name(self):
        return f"{self.app} {self.what} {self.number}"


def seed_of(app, seed):
    """Apps draw independently of each other, also where their spaces are alike."""
    return zlib.crc32(f"{app} {seed}".encode())


def jobs_of(app, options, groma, machine_text):
    folder = options.apps / app
    program = tomllib.loads((folder / f"{app}.toml").read_text())
    build = pathlib.Path(groma).resolve().parent.parent
    files = [folder / f"{app}.toml", build / "bin" / pathlib.Path(program["command"][0]).name,
             build / "lib/libgroma_mapper.so", build / "lib/vgpu/libcuda.so.1"]
    identity = digest(machine_text, *(file for file in files if file.exists()))
    for what in BASELINES:
        file = folder / program.get(what, f"{what}.map")
        if what != "default" and not file.exists():
            continue
        text = None if what == "default" else file.read_text()
        for number in range(1, options.repeat + 1):
            yield Job(app, what, number, text, identity)
    for part in options.part if options.random > 0 else ():
        words = ["space", app, "--machine", options.machine, "--sample", options.random, "--seed", seed_of(app, options.seed), "--json"]
        drawn = json.loads(call(groma, *words, *(["--usable"] if part == "usable" else [])))
        for sample in drawn["samples"]:
            yield Job(app, part, sample["number"], sample["mapping"], identity)


def evaluate(job, options, groma, folder):
    """The outcome as a result line. Peak memory: of the largest process of the evaluation."""
    words = [groma, "eval", "--app", job.app, "--machine", options.machine, "--json"]
    if options.machine != "laptop":
        words.append("--virtual")
    if job.text is None:
        words.append("--own-mapper")
    else:
        mapping = folder / "bench.map"
        mapping.write_text(job.text)
        words.append(str(mapping))
    with (folder / "out").open("w+") as out, (folder / "err").open("w+") as err:
        child = subprocess.Popen(words, stdout=out, stderr=err)
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except KeyboardInterrupt:
            # It got the signal too and ends what it started.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            os.wait4(child.pid, 0)
            raise
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
        err.seek(0)
        said = err.read()
    if child.returncode not in (0, 1) or not text:
        if child.returncode in (130, -signal.SIGINT):
            raise KeyboardInterrupt
        raise Environment(f"`{' '.join(words)}` ended with {child.returncode}:\n{said.strip()}")
    outcome = json.loads(text)
    kept = ("status", "throughput", "unit", "seconds", "wall_seconds", "fidelity", "time_valid", "reason", "cases")
    one = {"key": job.key, "app": job.app, "what": job.what, "number": job.number,
           **{name: outcome.get(name) for name in kept}}
    one["host_bytes"] = usage.ru_maxrss * 1024
    memories = outcome.get("breakdown", {}).get("memories", [])
    one["framebuffer_bytes"] = max((m["peak"] for m in memories if m["memory"].endswith("FBMEM")), default=0)
    return one


def progress(options, done, total, job, what):
    terminal = sys.stderr.isatty()
    if options.quiet or (what == "…" and not terminal):
        return
    line = f"[{done}/{total}] {job.name}: {what}"
    sys.stderr.write(f"\r\033[K{line[:140]}" if terminal else f"{line}\n")
    sys.stderr.flush()


def figure(one):
    if one["status"] != "ok":
        return f"{one['status']} in {one['wall_seconds']:.1f} s"
    return f"{one['throughput']:.6g} {one['unit']} in {one['wall_seconds']:.1f} s"


def run(jobs, results, options, groma):
    """Evaluates what is not there yet; whether all of it was done."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            for done, job in enumerate(jobs, 1):
                if job.key not in results.by_key:
                    progress(options, done, len(jobs), job, "…")
                    results.add(evaluate(job, options, groma, pathlib.Path(folder)))
                progress(options, done, len(jobs), job, figure(results.by_key[job.key]))
        except KeyboardInterrupt:
            return False
        finally:
            if sys.stderr.isatty() and not options.quiet:
                sys.stderr.write("\r\033[K")
    return True


def spread(values):
    """How far apart the runs are, relative to their median; None of fewer than two."""
    return (max(values) - min(values)) / statistics.median(values) if len(values) > 1 else None


def baseline(ones):
    good = [one for one in ones if one["status"] == "ok"]
    failed = [one["status"] for one in ones if one["status"] != "ok"]
    if not good:
        return {"throughput": 0, "failed": failed}
    return {"throughput": statistics.median(one["throughput"] for one in good), "failed": failed,
            "spread": spread([one["seconds"] for one in good]),
            "time_valid": all(one["time_valid"] is not False for one in good)}


def cause(one):
    """"crashed", "runtime_error (A3.4)": the status and AutoGuide's first case."""
    return one["status"] + (f" ({one['cases'][0]})" if one.get("cases") else "")


def wall_seconds(ones):
    return {"wall_seconds": statistics.median(one["wall_seconds"] for one in ones),
            "longest_wall_seconds": max(one["wall_seconds"] for one in ones)}


def random_part(ones):
    failed = [one for one in ones if one["status"] != "ok"]
    good = [one["throughput"] for one in ones if one["status"] == "ok"]
    return {"drawn": len(ones), "failed": len(failed), "causes": dict(collections.Counter(map(cause, failed)).most_common()),
            "best": max(good, default=0), "mean": sum(good) / len(ones) if ones else 0, **wall_seconds(ones)}


def summary(apps, jobs, results, options):
    here = [results.by_key[job.key] for job in jobs if job.key in results.by_key]
    document = {"machine": options.machine, "repeat": options.repeat, "seed": options.seed,
                "fidelity": sorted({one["fidelity"] for one in here if one["fidelity"]}),
                "paper_share": PAPER_SHARE, "done": len(here), "of": len(jobs), "apps": []}
    for app in apps:
        mine = [one for one in here if one["app"] == app]
        if not mine:
            continue
        runs = [one for one in mine if one["what"] in BASELINES]
        row = {"name": app, "unit": next((one["unit"] for one in runs if one["unit"]), "")}
        for what in BASELINES:
            ones = [one for one in runs if one["what"] == what]
            if ones:
                row[what] = baseline(ones)
        spreads = [(row[what]["spread"], what) for what in BASELINES if row.get(what, {}).get("spread") is not None]
        row["spread"], row["spread_of"] = max(spreads, default=(None, None))
        if runs:
            row |= wall_seconds(runs)
            row["host_bytes"] = max(one["host_bytes"] for one in runs)
            row["framebuffer_bytes"] = max(one["framebuffer_bytes"] for one in runs)
        for part in PARTS:
            ones = [one for one in mine if one["what"] == part]
            if ones:
                row[part] = random_part(ones)
        document["apps"].append(row)
    for part in PARTS:
        parts = [row[part] for row in document["apps"] if part in row]
        if parts:
            drawn, failed = sum(p["drawn"] for p in parts), sum(p["failed"] for p in parts)
            document[part] = {"drawn": drawn, "failed": failed, "share": failed / drawn}
    return document


def cell(base):
    if base is None:
        return "-"
    if base["throughput"] == 0:
        return base["failed"][0] if base["failed"] else "-"
    text = f"{base['throughput']:.5g}" + ("" if base["time_valid"] else " (time not valid)")
    return text + (f" ({len(base['failed'])} failed)" if base["failed"] else "")


def ratio(above, below):
    return f"{above['throughput'] / below['throughput']:.2f}" if above and below and below["throughput"] else "-"


def wall(row):
    return f"{row['wall_seconds']:.1f} ({row['longest_wall_seconds']:.1f}) s"


def print_columns(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip())


def print_table(document):
    kind = " and ".join(document["fidelity"]) or "nothing yet"
    print(f"Throughput {kind} on {document['machine']}.")
    if any("wall_seconds" in row for row in document["apps"]):
        print_baselines(document)
    for part in PARTS:
        if part in document:
            print_random(document, part)


def better(row):
    """Of the expert's and the default mapper's result, the one of higher throughput."""
    return max((row[what] for what in ("expert", "default") if (row.get(what) or {}).get("throughput")),
               key=lambda result: result["throughput"], default=None)


def print_baselines(document):
    print(f"Medians of {document['repeat']}; spread of the runs' seconds: the widest of them;\nwall time of one evaluation: median "
          "(longest); memory: largest process on the host, fullest framebuffer.\n")
    rows = [("app", "unit", *BASELINES, "default/expert", "spread", "wall", "host", "framebuffer")]
    for row in document["apps"]:
        if "wall_seconds" not in row:
            continue
        rows.append((row["name"], row["unit"], *(cell(row.get(what)) for what in BASELINES),
                     ratio(row.get("default"), row.get("expert")),
                     "-" if row["spread"] is None else f"{100 * row['spread']:.2f} % ({row['spread_of']})",
                     wall(row), f"{row['host_bytes'] / MIB:.0f} MiB", f"{row['framebuffer_bytes'] / MIB:.0f} MiB"))
    print_columns(rows)


def print_random(document, part):
    what = {"whole": "the whole space", "usable": "its usable part"}[part]
    print(f"\nMappings drawn from {what} (docs/space.md), seed {document['seed']}; best and mean (failures as 0) next to the expert, best next to\nthe better "
          "of expert and default:\n")
    rows = [("app", "drawn", "failed", "best", "mean", "best/better", "wall", "causes: status (AutoGuide's case)")]
    for row in document["apps"]:
        if part not in row:
            continue
        one = row[part]
        against = lambda key: ratio({"throughput": one[key]}, row.get("expert"))
        causes = ", ".join(f"{name} {count}" for name, count in one["causes"].items())
        rows.append((row["name"], str(one["drawn"]), str(one["failed"]), against("best"), against("mean"),
                     ratio({"throughput": one["best"]}, better(row)), wall(one), causes))
    print_columns(rows)
    all_of = document[part]
    print(f"{all_of['failed']} of {all_of['drawn']} failed: {100 * all_of['share']:.1f} % (the paper, nine programs on hardware: "
          f"{100 * PAPER_SHARE:.1f} %)")


def parse(words):
    parser = argparse.ArgumentParser(prog="./dev bench apps", description=__doc__.split("\n")[0])
    parser.add_argument("--machine", default="p100x4", help="a machine (groma machine), or local: this computer (default p100x4)")
    parser.add_argument("--random", type=int, default=10, metavar="N",
                        help="mappings drawn for each app, N of the whole space and N of its usable part (default 10; 0: none)")
    parser.add_argument("--part", action="append", choices=PARTS, help="of the space, this part alone (default: both)")
    parser.add_argument("--repeat", type=int, default=3, metavar="R", help="runs of each baseline (default 3; 0: drawn mappings alone)")
    parser.add_argument("--seed", type=int, default=1, help="of the drawn mappings (default 1); each app draws for itself")
    parser.add_argument("--app", action="append", metavar="NAME", help="this app alone; may be given again (default: groma apps)")
    parser.add_argument("--results", type=pathlib.Path, help="the file of evaluations (default build/bench/apps-MACHINE.jsonl)")
    parser.add_argument("--json", action="store_true", help="the table as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--groma", default=str(ROOT / "build/release/bin/groma"), help=argparse.SUPPRESS)
    parser.add_argument("--apps", type=pathlib.Path, default=ROOT / "apps", help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if options.repeat < 0 or options.random < 0:
        parser.error("--repeat and --random are at least 0")
    options.part = [part for part in PARTS if part in (options.part or PARTS)]
    if options.machine == "local":
        options.machine = "laptop"
    name = pathlib.Path(options.machine).stem
    options.results = options.results or ROOT / f"build/bench/apps-{name}.jsonl"
    return options


def main(words):
    options = parse(words)
    groma = options.groma
    try:
        known = [app["name"] for app in json.loads(call(groma, "apps", "--json"))["apps"]]
        unknown = [app for app in options.app or [] if app not in known]
        if unknown:
            print(f"bench apps: no app {unknown[0]}; there are: {', '.join(known)}", file=sys.stderr)
            return 2
        apps = options.app or known
        machine_text = "" if options.machine == "laptop" else call(groma, "machine", "show", options.machine)
        jobs = [job for app in apps for job in jobs_of(app, options, groma, machine_text)]
        results = Results(options.results)
        complete = run(jobs, results, options, groma)
    except Environment as error:
        print(f"bench apps: {error}", file=sys.stderr)
        return 3
    document = summary(apps, jobs, results, options)
    if options.json:
        print(json.dumps(document, indent=2))
    else:
        print_table(document)
    if not complete:
        print(f"\nbench apps: stopped with {document['done']} of {document['of']} evaluations, which are in {options.results}; "
              "the same command goes on", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
