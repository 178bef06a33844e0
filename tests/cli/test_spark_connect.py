"""A named query asked of Spark over the wire, as the program does it: by Spark Connect."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.cli.test_lake_query import told

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not here: the extra spark"),
    pytest.mark.skipif(shutil.which("java") is None, reason="Java is not here: Spark needs it"),
]

SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
PATIENCE_S = 180
__all__ = ["told"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server of Spark Connect listens, on this machine."""
    import pyspark

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("connect")
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.warehouse.dir": folder / "warehouse",
    }
    submit = Path(pyspark.__path__[0]) / "bin" / "spark-submit"
    told = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [submit, "--master", "local[2]", "--class", SERVER, *told, "spark-internal"],
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(port, server, folder / "log")
        yield f"sc://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(60)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(log.read_text())


def test_the_program_gets_the_same_rows_over_the_wire(told: Program, address: str) -> None:
    asked = ("lake", "query", "search", "--words", "navette*", "--json")
    ours = told(*asked, ENTREGENT_ENGINE="duckdb")
    # What it is asked first, a server compiles first.
    patient = replace(told, patience_s=600)
    theirs = patient(*asked, ENTREGENT_ENGINE="spark", ENTREGENT_SPARK=address)
    assert theirs.code == 0, theirs.err
    assert theirs.json == ours.json
    assert len(theirs.json["rows"]) == 2


def test_a_server_that_is_not_there_is_said_in_a_sentence(told: Program) -> None:
    done = told(
        "lake", "query", "paths", ENTREGENT_ENGINE="spark", ENTREGENT_SPARK="sc://127.0.0.1:9"
    )
    assert done.code == 2
    assert "Spark" in done.err
    assert done.out == b""
