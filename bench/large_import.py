"""One gigabyte of JSON lines: memory of the import, and how quickly the site answers meanwhile."""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

from bench.lines import write_bytes

PORT = 8799


def run(size: int = 10**9) -> None:
    """Import while the site is running, and print peak memory and answer times."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_bytes(Path(folder) / "large.jsonl", size)
        lines = sum(1 for _ in path.open("rb"))
        environment = {**os.environ, "ENTREGENT_HOME": f"{folder}/home"}
        command = [sys.executable, "-m", "entregent"]
        site = subprocess.Popen(
            [*command, "run", "--port", str(PORT)], env=environment, stdout=subprocess.DEVNULL
        )
        try:
            _until_it_answers()
            answers: list[float] = []
            done = threading.Event()
            asking = threading.Thread(target=_ask, args=(answers, done))
            asking.start()
            begun = time.perf_counter()
            worker = subprocess.Popen(
                [*command, "listen", "import", str(path)],
                env=environment,
                stdout=subprocess.DEVNULL,
            )
            peak = _peak_mb(worker)
            took = time.perf_counter() - begun
            done.set()
            asking.join()
        finally:
            site.terminate()
            site.wait()
    answers.sort()
    print(f"import of {size / 1e9:.1f} GB, {lines:,} lines, beside the site and its worker:")
    print(f"  {lines / took:,.0f} lines a second, exit code {worker.returncode}")
    print(f"  peak memory of the import {peak:,.0f} MB")
    print(
        f"  answers of the site: {len(answers)}, median {statistics.median(answers):.3f} s, "
        f"95 % under {answers[int(len(answers) * 0.95)]:.3f} s, slowest {answers[-1]:.3f} s"
    )


def _until_it_answers() -> None:
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{PORT}/", timeout=2)
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the site did not start")


def _ask(answers: list[float], done: threading.Event) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=60) as client:
        while not done.is_set():
            begun = time.perf_counter()
            client.get("/", follow_redirects=True)
            answers.append(time.perf_counter() - begun)
            time.sleep(0.25)


def _peak_mb(worker: subprocess.Popen[bytes]) -> float:
    peak = 0.0
    status = Path(f"/proc/{worker.pid}/status")
    while worker.poll() is None:
        try:
            words = dict(line.split(":", 1) for line in status.read_text().splitlines())
            peak = max(peak, int(words["VmHWM"].split()[0]) / 1024)
        except (OSError, KeyError, ValueError):
            break
        time.sleep(0.2)
    worker.wait()
    return peak


if __name__ == "__main__":
    run()
