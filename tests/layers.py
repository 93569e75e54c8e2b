#!/usr/bin/env python3
"""Checks that an include only points up the list of folders, and only along a link edge of the folder's CMakeLists.txt."""
import pathlib
import re
import sys

ORDER = ["base", "diagnostics", "machine", "app", "lang", "mapping", "codegen", "sim", "vgpu", "legion", "eval", "guide",
         "llm", "tune", "report", "lsp", "cli"]
VGPU_MAY_USE = {"base", "machine", "vgpu"}
ROOT = pathlib.Path(__file__).resolve().parent.parent / "src"


def link_edges(folder):
    """The groma libraries that a folder's targets link, as folder names."""
    text = "".join(path.read_text() for path in (ROOT / folder).rglob("CMakeLists.txt"))
    return {name for name in ORDER if re.search(rf"\bgroma_{name}(_\w+)?\b", text)}


def closure(folder, edges):
    seen, todo = set(), [folder]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += edges.get(name, ())
    return seen


def main():
    folders = [path.name for path in sorted(ROOT.iterdir()) if path.is_dir()]
    edges = {folder: link_edges(folder) for folder in folders}
    wrong = [f"src/{folder}: not in the list of folders" for folder in folders if folder not in ORDER]
    for path in sorted(ROOT.rglob("*.[hc]*")):
        folder = path.relative_to(ROOT).parts[0]
        if path.suffix not in (".h", ".cc") or folder not in ORDER:
            continue
        reachable = closure(folder, edges)
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
            if not match:
                continue
            target = match.group(1)
            where = f"{path.relative_to(ROOT.parent)}:{number}"
            if re.match(r"(legion\.h|legion/|realm|mappers/)", target) and folder != "legion":
                if not (ROOT / target).exists():
                    wrong.append(f"{where}: {target} belongs under src/legion and apps")
            if target == "cuda.h" and folder != "vgpu":
                wrong.append(f"{where}: cuda.h belongs under src/vgpu and apps")
            other = target.split("/")[0]
            if other not in ORDER or not (ROOT / target).exists():
                continue
            # Plain C declarations for programs; they link nothing.
            if target == "vgpu/groma_vgpu.h":
                continue
            if ORDER.index(other) > ORDER.index(folder):
                wrong.append(f"{where}: {folder} must not include {other}, which stands below it")
            elif folder == "vgpu" and other not in VGPU_MAY_USE:
                wrong.append(f"{where}: vgpu may include base and machine alone")
            elif other not in reachable:
                wrong.append(f"{where}: {folder} includes {other} but does not link groma_{other}")
    print("\n".join(wrong) if wrong else f"layers: {len(folders)} folders, no include points down")
    return 1 if wrong else 0


sys.exit(main())
