#!/bin/sh
# s3fs 2026.9.0 (fsspec 2026.9.0) against moto 5.2.5: a report whose writing failed halfway is published as if it were whole.
# Expected: an object store shows an object when its upload is completed; an error inside `with fs.open(...)` completes nothing.
# Seen: leaving the block closes the file, closing completes the upload: 10 of 20 bytes stand there, also of 60 of 120 MB in parts.
#   Inside `with fs.transaction` it is the same, unless the error leaves the transaction too.
# What it means: whoever relies on the store for "whole or not at all" writes elsewhere first and uploads with put_file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet s3fs==2026.9.0 'moto[server]==5.2.5'
cat > "$folder/halves.py" <<'PY'
import logging
import os
import sys

logging.disable(logging.CRITICAL)
os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_DEFAULT_REGION="us-east-1")
import fsspec  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

server = ThreadedMotoServer(port=18763, verbose=False)
server.start()
store = fsspec.filesystem("s3", client_kwargs={"endpoint_url": "http://127.0.0.1:18763"})
store.mkdir("reports")


def write_half(name, size):
    with store.open(f"reports/{name}", "wb") as report:
        report.write(b"x" * (size // 2))
        raise RuntimeError("the second half could not be made")


def try_half(name, size):
    try:
        write_half(name, size)
    except RuntimeError:
        pass


try_half("small.pdf", 20)
try_half("large.pdf", 120 * 2**20)
with store.transaction:
    try_half("caught-inside.pdf", 20)
try:
    with store.transaction:
        write_half("left-the-transaction.pdf", 20)
except RuntimeError:
    pass
store.invalidate_cache()
seen = {name.removeprefix("reports/"): store.size(name) for name in sorted(store.ls("reports"))}
server.stop()
print("published after an error halfway, with its bytes:", seen)
sys.exit(seen != {"caught-inside.pdf": 10, "large.pdf": 60 * 2**20, "small.pdf": 10})
PY
"$folder/venv/bin/python" "$folder/halves.py"
