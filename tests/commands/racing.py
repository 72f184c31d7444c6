"""Many hands at one file: jobs done by threads, in one process or in two that start at one instant."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from commands.convener import Convener
from commands.presume import settle_due
from tests.commands.office import Office

THREADS = 8
BATCH = 3
"""How many are settled in one transaction: few, so that halts come between."""


@dataclass(frozen=True)
class Job:
    """Something said; no line: the clock settles a batch, and convenes."""

    line: str = ""
    by: str = ""
    key: str = ""


Done = tuple[Job, str]
"""A job, and the template of its reply."""


def do(office: Office, job: Job) -> Done:
    if not job.line:
        settle_due(office.desk, BATCH)
        Convener(office.desk)()
        return job, "settled"
    return job, office.say(job.line, by=job.by, key=job.key or f"{job.line}{job.by}").template


def in_threads(office: Office, jobs: Sequence[Job], threads: int = THREADS) -> list[Done]:
    """All jobs, in their order, by so many threads that begin together."""
    gate = threading.Barrier(threads)
    left = iter(jobs)
    lock = threading.Lock()

    def work() -> list[Done]:
        gate.wait()
        done = []
        while (job := _next(left, lock)) is not None:
            done.append(do(office, job))
        return done

    with ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(work) for _ in range(threads)]
        return [done for future in futures for done in future.result()]


def _next(left: Iterable[Job], lock: threading.Lock) -> Job | None:
    with lock:
        return next(iter(left), None)


def in_processes(file: Path, now: datetime, jobs: Sequence[Job]) -> list[Done]:
    """The jobs dealt out to two processes, each with half the threads."""
    spawn = multiprocessing.get_context("spawn")
    gate, results = spawn.Barrier(2), spawn.Queue()
    workers = [
        spawn.Process(target=_process, args=(file, now, list(jobs[n::2]), gate, results))
        for n in range(2)
    ]
    for worker in workers:
        worker.start()
    done = [result for _ in workers for result in results.get(timeout=60)]
    for worker in workers:
        worker.join()
    results.close()
    results.join_thread()
    return done


def _process(file: Path, now: datetime, jobs: list[Job], gate: Any, results: Any) -> None:
    office = Office(file, now)
    gate.wait()
    results.put(in_threads(office, jobs, THREADS // 2))
    office.database.close()
