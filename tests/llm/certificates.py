#!/usr/bin/env python3
"""A server whose certificate nobody trusts, or that is another's, gets nothing: certificates.py ASK

Exit code 77: no openssl here to make certificates with.
"""
import http.server
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading

ASK = sys.argv[1]
KEY = "sk-proj-4fQ9zT0mW7"
seen = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        seen.append(self.headers["Authorization"])
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"choices": [{"message": {"content": "hello"}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass  # clients that hang up


def serve(folder, name):
    """A server at 127.0.0.1 with a certificate for that name; gives its port and the certificate's file."""
    key, certificate = folder / f"{name}.key", folder / f"{name}.crt"
    kind = "IP" if name[0].isdigit() else "DNS"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-keyout", key, "-out", certificate, "-subj", f"/CN={name}", "-addext", f"subjectAltName={kind}:{name}"],
                   check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1], certificate


def ask(port, certificates=None):
    environment = {name: value for name, value in os.environ.items() if name != "SSL_CERT_FILE"}
    environment["OPENAI_API_KEY"] = KEY
    if certificates:
        environment["SSL_CERT_FILE"] = str(certificates)
    done = subprocess.run([ASK, "--llm", "openai:m", "--llm-url", f"https://127.0.0.1:{port}", "hi"], env=environment,
                          capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def main():
    if not shutil.which("openssl"):
        print("SKIPPED: no openssl to make certificates with")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        port, certificate = serve(folder, "127.0.0.1")
        code, text = ask(port)
        assert code == 3 and "is not trusted" in text and "SSL_CERT_FILE" in text, text
        others_port, others = serve(folder, "models.example")
        code, text = ask(others_port, others)
        assert code == 3 and "is not trusted" in text, text
        assert not seen, "a request was sent to a server that is not trusted"
        code, text = ask(port, certificate)
        assert code == 0 and text.startswith("hello"), text
        assert seen == [f"Bearer {KEY}"]
    print("passed")


main()
