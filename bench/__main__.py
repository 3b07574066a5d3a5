"""`make bench`: the production server, with the demonstration in a folder of its own, measured.

`make bench ARGS="--rows lesson,learn --seconds 5"` measures a part of it, for longer.
`make bench ARGS=caches` measures each cache of the content alone, on and off.
`make bench ARGS=calls` counts the functions that are called for each act of an attempt.
`make bench ARGS=grown` measures each page and list on an empty site and on one of ten thousand
learners.
`make bench ARGS=certificates` makes five hundred certificates, and checks one, a list and a file.
`make bench ARGS=first-visit` measures in a browser what a first visit costs on a slow phone.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from psycopg import sql

from bench import first_visit
from bench.cache_table import as_table as caches_table
from bench.call_table import as_table as calls_table
from bench.certifying_table import as_table as certificates_table
from bench.first_visit_table import as_table as first_visit_table
from bench.first_visit_table import heaviest
from bench.grown_table import as_table as grown_table
from bench.report import as_table
from bench.rows import ROWS, Row, Share, SiteFacts
from tests.servers import ROOT, SiteServer, SiteTemplate, on_postgres, site_template

CLIENTS = (1, 16)
CERTIFICATES = 500
fork = multiprocessing.get_context("fork")


def main() -> int:
    chosen = options()
    rows = [row for row in ROWS if not chosen.rows or row.name in chosen.rows]
    with tempfile.TemporaryDirectory(prefix="peerwork-bench-") as folder:
        show("Making a site with the demonstration, which takes a minute ...")
        template = site_template(Path(folder))
        try:
            if chosen.what == "grown":
                return show_grown(template, Path(folder))
            with template.running_copy(Path(folder)) as server:
                if chosen.what == "caches":
                    return show_caches(server)
                if chosen.what == "calls":
                    return show_calls(server)
                if chosen.what == "certificates":
                    return show_certificates(server)
                if chosen.what == "first-visit":
                    return show_first_visits(server, chosen.rounds)
                report = measure(server, rows, chosen.seconds, with_certificate=not chosen.rows)
        finally:
            if template.database:
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                on_postgres(drop.format(sql.Identifier(template.database)))
    show(as_table(report))
    report_path = ROOT / "var" / "bench.json"
    report_path.parent.mkdir(exist_ok=True)
    report_path.write_text(json.dumps(report, indent=2) + "\n")
    show(f"\nKept in {report_path.relative_to(ROOT)}.")
    return 0


def show_caches(server: SiteServer) -> int:
    """Print what each page costs with each cache off, which takes some minutes."""
    show("Making a class of learners ...")
    facts = inside(server, "people")
    show("Asking for each page with every cache on, with each one off, and with all off ...")
    show(caches_table(inside(server, "caches", facts, timeout=1800)))
    return 0


def show_calls(server: SiteServer) -> int:
    """Print how many functions are called for each act, which takes a minute."""
    facts = inside(server, "people")
    show(calls_table(inside(server, "calls", facts)))
    return 0


def show_certificates(server: SiteServer) -> int:
    """Print what certificates cost to make and to check, which takes two minutes."""
    server.stop()  # so that the worker shares its processor with nobody
    show("Putting 500 certificates on the register ...")
    count = {"count": CERTIFICATES}
    issued = inside(server, "issue", count)["seconds"]
    show("Making them on one processor ...")
    with one_processor():
        began = time.time()
        server.start_worker()
    finish = inside(server, "made", count, timeout=1200)
    worked = cpu_of(server.processes["worker"].pid)
    server.stop_worker()
    show("Checking ...")
    checks = inside(server, "checks", count)
    show(certificates_table(issued, (finish["at"] - began, worked), finish["bytes"], checks))
    return 0


@contextmanager
def one_processor() -> Iterator[None]:
    """Whatever is started meanwhile has one processor, with all the processes that it starts."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def show_first_visits(server: SiteServer, rounds: int) -> int:
    """Print what each page costs on a first visit, which takes some minutes."""
    show("Making a class of learners ...")
    facts = inside(server, "people")
    # Counting them begins a conversation and a quiz of its own.
    facts["queries"] = inside(server, "queries", facts)
    facts |= inside(server, "opened", facts)
    server.start_worker()
    show("Opening each page on a slow phone and a slow network ...")
    figures = first_visit.measure(server.port, facts, rounds, show)
    show(f"\n{first_visit_table(figures)}\n")
    for page in figures:
        show("\n".join([f"{page['title']}, largest: {page['largest']}", *heaviest(page)]))
    return 0


def show_grown(template: SiteTemplate, folder: Path) -> int:
    """Print what each page costs on an empty site and on a grown one, which takes ten minutes."""
    figures = []
    for name in ("empty", "grown"):
        (folder / name).mkdir()
        with template.running_copy(folder / name) as server:
            facts = inside(server, "people")
            if name == "grown":
                show("Making 10,000 learners, 1,000,000 responses and 20,000 credentials ...")
                # It says by itself how far it is.
                command = [sys.executable, "-m", "bench.growing"]
                subprocess.run(command, cwd=ROOT, env=server.env, check=True)
            show(f"Asking for each page of the {name} site ...")
            figures.append(inside(server, "grown", facts, timeout=1800))
    show(grown_table(*figures))
    return 0


def options() -> argparse.Namespace:
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(prog="make bench", description="Measures the site's speed.")
    parser.add_argument(
        "what",
        nargs="?",
        choices=["pages", "caches", "calls", "grown", "certificates", "first-visit"],
        default="pages",
        help=(
            "pages under load (the default), each cache on and off, calls, a grown site, what "
            "certificates cost, or first visits on a slow phone"
        ),
    )
    parser.add_argument(
        "--rows",
        type=lambda text: text.split(","),
        default=[],
        help=f"only these, with commas between them: {','.join(names)}",
    )
    parser.add_argument("--seconds", type=float, default=3, help="for each row and each load (3)")
    parser.add_argument(
        "--rounds", type=int, default=first_visit.ROUNDS, help="of each first visit (5)"
    )
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.rows) - set(names))
    if unknown:
        parser.error(f"There is no row {', '.join(unknown)}. Choose from {', '.join(names)}.")
    return chosen


def show(words: str) -> None:
    print(words, flush=True)


def measure(
    server: SiteServer, rows: list[Row], seconds: float, *, with_certificate: bool
) -> dict[str, Any]:
    show("Making a class of learners ...")
    # Sign-ins then come from as many addresses as there are people.
    server.env["TRUSTED_PROXIES"] = "1"
    server.restart()
    facts = inside(server, "people")
    queries = inside(server, "queries", facts)
    report: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} processors, Python {platform.python_version()}",
        "database": "PostgreSQL" if "DATABASE_URL" in server.env else "SQLite",
        "seconds": seconds,
        "rows": [],
    }
    server.start_worker()
    for row in rows:
        show(f"  {row.title} ...")
        for clients in CLIENTS:
            report["rows"].append(
                {
                    "name": row.name,
                    "title": row.title,
                    "target": str(row.target),
                    "clients": clients,
                    "queries": queries.get(row.name),
                    **under_load(server, row, facts, clients, seconds),
                }
            )
        report["rows"][-1]["missed"] = missed(row, report["rows"][-1])
    report["memory"] = {name: memory_of(process.pid) for name, process in server.processes.items()}
    if with_certificate:
        show("  certificates rendered ...")
        report["certificate"] = inside(server, "certificate")
    return report


def inside(
    server: SiteServer, action: str, facts: SiteFacts | None = None, *, timeout: float = 300
) -> dict[str, Any]:
    """What the site's own code says, asked in a process with the site's own settings."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.inside", action],
        cwd=ROOT,
        env=server.env,
        input=json.dumps(facts),
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    if done.returncode:
        raise SystemExit(f"bench.inside {action} failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


# Under load ------------------------------------------------------------------------------


def under_load(
    server: SiteServer, row: Row, facts: SiteFacts, clients: int, seconds: float
) -> dict[str, Any]:
    """What so many clients at once see for so many seconds, and what it costs the server."""
    ready, go = fork.Barrier(clients + 1), fork.Barrier(clients + 1)
    results = fork.Queue()
    processes = [
        fork.Process(
            target=be_a_client,
            args=(server.port, row, facts, Share(number, clients), seconds, ready, go, results),
        )
        for number in range(clients)
    ]
    for process in processes:
        process.start()
    try:
        ready.wait(timeout=120)
        before = cpu_of(server.processes["web"].pid)
        began = time.perf_counter()
        go.wait(timeout=10)
        answers = [results.get(timeout=seconds + 60) for _ in processes]
        lasted = time.perf_counter() - began
        used = cpu_of(server.processes["web"].pid) - before
    except threading.BrokenBarrierError:
        raise SystemExit(f"{row.title}: {results.get(timeout=5)}") from None
    finally:
        for process in processes:
            process.join(timeout=5)
            process.kill()
    for answer in answers:
        if isinstance(answer, str):
            raise SystemExit(f"{row.title}: {answer}")
    took = sorted(seconds_taken for answer in answers for seconds_taken in answer)
    return {
        "count": len(took),
        "rate": len(took) / lasted,
        "p50": statistics.median(took) * 1000,
        "p95": took[min(len(took) - 1, int(len(took) * 0.95))] * 1000,
        "cpu": used / len(took) * 1000,
    }


def be_a_client(
    port: int,
    row: Row,
    facts: SiteFacts,
    share: Share,
    seconds: float,
    ready: Any,
    go: Any,
    results: Any,
) -> None:
    took: list[float] = []
    try:
        acts = row.script(port, facts, share)
        next(acts)
        ready.wait()
        go.wait()
        ends_at = time.perf_counter() + seconds
        for seconds_taken in acts:
            took.append(seconds_taken)
            if time.perf_counter() >= ends_at:
                break
    except threading.BrokenBarrierError:
        return  # Another client says why.
    except Exception as error:
        results.put(f"{type(error).__name__}: {error}")
        ready.abort()
        return
    results.put(took)


def cpu_of(pid: int) -> float:
    """The processor seconds that a server has used, with all of its processes."""
    top = psutil.Process(pid)
    spent = 0.0
    for process in [top, *top.children(recursive=True)]:
        times = process.cpu_times()
        spent += times.user + times.system
    return spent


def memory_of(pid: int) -> dict[str, Any]:
    """Megabytes of a server and its processes. What they share is counted once in `pss`."""
    top = psutil.Process(pid)
    each = [process.memory_full_info() for process in [top, *top.children(recursive=True)]]
    return {
        "processes": len(each),
        "rss": sum(memory.rss for memory in each) / 2**20,
        "pss": sum(memory.pss for memory in each) / 2**20,
    }


def missed(row: Row, figures: dict[str, Any]) -> list[str]:
    """Each figure that did not reach its target, and what it reached of it."""
    target = row.target
    sentences = []
    if target.rate and figures["rate"] < target.rate:
        sentences.append(f"{figures['rate'] / target.rate:.0%} of the rate")
    if target.cpu and figures["cpu"] > target.cpu:
        sentences.append(f"{figures['cpu'] / target.cpu:.0%} of the CPU")
    if target.p95 and figures["p95"] > target.p95:
        sentences.append(f"{figures['p95'] / target.p95:.0%} of the p95")
    return sentences


if __name__ == "__main__":
    sys.exit(main())
