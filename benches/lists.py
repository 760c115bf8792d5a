#!/usr/bin/env python3
"""Measures every page of the console and every list of the API over a large installation: `wardgate dev seed`.

usage: benches/lists.py [--binary FILE] [--database URL] [--people N] [--organisations N] [--audit-rows N] [--times N]

  --binary FILE       what to measure (target/release/wardgate; build it first with `cargo build --release`)
  --database URL      an empty PostgreSQL database; without it SQLite in a temporary folder
  --people N          people (100000)
  --organisations N   organisations (200)
  --audit-rows N      rows of the audit trail (1000000)
  --times N           how often each page is asked for (15)

Prints a table in Markdown: milliseconds from request to answer over loopback, an open connection included. The exit code
is 1 when the median of a page is above 100 ms.
"""

import argparse
import http.client
import importlib.machinery
import importlib.util
import json
import pathlib
import re
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
MOST = 100  # ms


def load(path):
    loader = importlib.machinery.SourceFileLoader("measure", str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("measure", loader))
    loader.exec_module(module)
    return module


measure = load(ROOT / "scripts/measure")

PAGES = [
    "/admin",
    "/admin/people",
    "/admin/people?q=fischer",
    "/admin/people?q=person77",
    "/admin/people?state=blocked",
    "/admin/people?state=disabled",
    "/admin/invites",
    "/admin/invites?state=open",
    "/admin/organisations",
    "/admin/organisations?q=hospital+1",
    "/admin/clients",
    "/admin/notices",
    "/admin/messages",
    "/admin/keys",
    "/admin/audit",
    "/admin/audit?act=invitation.created",
    "/admin/audit?refused=yes",
    "/admin/settings",
]
CALLS = [
    "/people",
    "/people?q=fischer",
    "/people?state=unverified",
    "/people?limit=100",
    "/invites",
    "/invites?state=open",
    "/organisations",
    "/clients",
    "/messages",
    "/keys",
    "/audit",
    "/audit?act=session.begun",
    "/audit?refused=true",
    "/audit?act=nothing.like.it",
]


class Asker:
    """Somebody signed in to the console, whose token is one for the API too."""

    def __init__(self, server, times):
        self.server, self.times, self.slow = server, times, []
        self.browser = measure.sign_up(server, 1, "--role", "admin")
        self.browser.open("/admin")
        token = next(value for name, value in self.browser.cookies.items() if name.endswith("console"))
        self.token = {"Authorization": f"Bearer {token}"}

    def get(self, path):
        """Status, text, and milliseconds."""
        connection = http.client.HTTPConnection("localhost", self.server.port, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        headers = self.token if path.startswith("/api/") else {"Cookie": cookies}
        begun = time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        text = response.read().decode()
        taken = (time.perf_counter() - begun) * 1000
        connection.close()
        return response.status, text, taken

    def row(self, path):
        taken = []
        for _ in range(self.times):
            status, text, ms = self.get(path)
            if status == 404:
                return ""
            if status != 200:
                raise measure.Failed(f"{path} answered {status}: {text[:300]}")
            taken.append(ms)
        median = statistics.median(taken)
        if median > MOST:
            self.slow.append(path)
        shown = re.sub(r"[0-9a-f-]{36}", "ID", re.sub(r"after=[^&]+", "after=…", path))
        print(f"| `{shown}` | {median:.1f} | {max(taken):.1f} |", flush=True)
        return text


def next_page(text):
    found = re.search(r'href="([^"]*after=[^"]*)"', text)
    return found and found[1].replace("&amp;", "&").replace("&#x3D;", "=")


def measure_all(asker):
    print("| page or call | median, ms | slowest, ms |\n|---|---|---|")
    for path in PAGES:
        text = asker.row(path)
        for _ in range(1 if text and next_page(text) else 0):
            asker.row(next_page(text))
        one = re.search(r'href="(/admin/(?:people|organisations)/[0-9a-f-]{36})"', text)
        if one and "?" not in path:
            asker.row(one[1])
    for call in CALLS:
        text = asker.row(f"/api/v1{call}")
        listed = json.loads(text) if text else {}
        after = listed.get("next") if isinstance(listed, dict) else None
        if after:
            asker.row(f"/api/v1{call}{'&' if '?' in call else '?'}after={after}")
        person = re.search(r"[0-9a-f-]{36}", text) if call == "/people" else None
        for part in ["", "/history", "/sessions"] if person else []:
            asker.row(f"/api/v1/people/{person[0]}{part}")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target/release/wardgate")
    parser.add_argument("--database")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--organisations", type=int, default=200)
    parser.add_argument("--audit-rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wardgate-lists-") as folder:
        server = measure.Server(given.binary, folder, measure.free_port())
        if given.database:
            text = server.config.read_text()
            server.config.write_text(re.sub(r'url = "sqlite:[^"]*"', f'url = "{given.database}"', text))
        begun = time.perf_counter()
        counts = ("--people", given.people, "--organisations", given.organisations, "--audit-rows", given.audit_rows)
        server.command("dev", "seed", *map(str, counts))
        print(f"seeded in {time.perf_counter() - begun:.0f} s\n", flush=True)
        server.start()
        server.command("organisation", "add", "Hospital")
        asker = Asker(server, given.times)
        measure_all(asker)
        server.stop()
    if asker.slow:
        print(f"\nabove {MOST} ms: {', '.join(asker.slow)}")
    return 1 if asker.slow else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except measure.Failed as failed:
        sys.exit(f"benches/lists.py: {failed}")
