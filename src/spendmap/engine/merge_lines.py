"""Ledgers: when a line of one file is the line of another, and when two equal lines are two purchases.

A line with a reference is the same as one of another file only with equal supplier, date, amount and memo beside it.
Lines without one are compared file by file, as multisets on the common days (the days inside both files'
first-to-last range): with at least three distinct equal lines over two days the files overlap, and where one contains
the other there, each line counts the larger number; where neither does it is asked about. With fewer equal lines
both files add. The same file name replaces on the days that both versions span. Source: docs/decisions/0013.
Invariant: within a file nothing is ever merged: equal lines of one file are different purchases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import duckdb

from spendmap.engine.merging import (
    EQUAL_DAYS,
    EQUAL_LINES,
    REFERENCED,
    WHOLE,
    Incoming,
    Merge,
    Plan,
    and_list,
    content_hash,
    owner_of,
)
from spendmap.ledger import TABLES
from spendmap.vocabulary import money_text


@dataclass
class _Overlaps:
    """What a file has in common with the others: groups it is merged with, groups it adds to, what is unclear."""

    merged: list[str] = field(default_factory=list)
    adding: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


def merge_lines(connection: duckdb.DuckDBPyConnection, table: str, plan: Plan, result: Merge) -> None:
    """Make `entering` and `leaving`, one file after the other, and count them."""
    _Lines(connection, table, plan, result).go()


class _Lines:
    def __init__(self, connection: duckdb.DuckDBPyConnection, table: str, plan: Plan, result: Merge) -> None:
        self.connection, self.table, self.plan, self.result = connection, table, plan, result
        self.group: dict[str, str] = {}  # file name -> the group of files that overlap
        for each in plan.earlier:
            self._join(each.file_name, each.merged_with)

    def go(self) -> None:
        self._prepare()
        for each in self.plan.incoming:
            self._file(each)
        self._finish()

    def _join(self, name: str, others: Sequence[str]) -> None:
        """Files that overlap are one group."""
        group = self.group.setdefault(name, name)
        for other in others:
            old = self.group.setdefault(other, other)
            self.group = {key: group if value == old else value for key, value in self.group.items()}

    def _prepare(self) -> None:
        names = TABLES[self.table].names
        own_day = "CAST(charge_period_start AS DATE)"
        # A line that is for another month keeps the day it was written on beside it.
        day = f"coalesce(TRY_CAST(tags['posting_date'] AS DATE), {own_day})" if "tags" in names else own_day
        common = f"""
            load_id, natural_key, billing_month, regexp_replace(natural_key, '-[0-9]+$', '') AS h,
            starts_with(natural_key, '{REFERENCED}') AS is_ref, {content_hash(self.table)} AS content, {day} AS day,
            billing_currency AS currency, effective_cost AS money
        """
        execute = self.connection.execute
        execute(
            f"""
            CREATE TEMP TABLE fresh AS
            SELECT row_number() OVER () AS rid, source_line, *,
                   row_number() OVER (PARTITION BY load_id, h ORDER BY source_line) AS occurrence
            FROM (SELECT source_line, {common} FROM staged)
            """
        )
        execute("CREATE TEMP TABLE named (load_id VARCHAR, file_name VARCHAR)")
        loads = {each.load_id: each.file_name for each in self.plan.earlier}
        loads |= {each.load_id: each.file_name for each in self.plan.incoming}
        if loads:
            self.connection.executemany("INSERT INTO named VALUES (?, ?)", list(loads.items()))
        execute(
            f"""
            CREATE TEMP TABLE held AS
            SELECT -row_number() OVER () AS rid, true AS is_stored, coalesce(n.file_name, s.load_id) AS file_name, s.*
            FROM (SELECT {common} FROM stored) AS s LEFT JOIN named AS n ON n.load_id = s.load_id
            """
        )
        execute("CREATE TEMP TABLE leaving (natural_key VARCHAR, load_id VARCHAR, billing_month VARCHAR)")

    # -- one file ------------------------------------------------------------------------------------

    def _file(self, file: Incoming) -> None:
        self._spans(file)
        overlaps = self._overlaps(file)
        if overlaps.unclear:
            self._ask(file, overlaps.unclear)
            return
        self._allow(file, overlaps)
        self._replace(file)
        self._tell(file, overlaps)

    def _spans(self, file: Incoming) -> None:
        """Tables `incoming`, `own` (what this file's name brought, on the days it spans) and `other`."""
        execute = self.connection.execute
        execute("CREATE OR REPLACE TEMP TABLE incoming AS SELECT * FROM fresh WHERE load_id = ?", [file.load_id])
        every = "true" if file.is_empty else "h.day BETWEEN s.first AND s.last"
        execute(
            f"""
            CREATE OR REPLACE TEMP TABLE own AS
            SELECT h.* FROM held AS h, (SELECT min(day) AS first, max(day) AS last FROM incoming) AS s
            WHERE h.file_name = ? AND {every}
            """,
            [file.file_name],
        )
        groups = [(name, group) for name, group in self.group.items()] or [("", "")]
        execute("CREATE OR REPLACE TEMP TABLE grouped (file_name VARCHAR, grp VARCHAR)")
        self.connection.executemany("INSERT INTO grouped VALUES (?, ?)", groups)
        execute(
            """
            CREATE OR REPLACE TEMP VIEW other AS
            SELECT h.*, coalesce(g.grp, h.file_name) AS grp
            FROM held AS h LEFT JOIN grouped AS g ON g.file_name = h.file_name
            """
        )
        execute(
            """
            CREATE OR REPLACE TEMP TABLE common_days AS
            SELECT o.grp, greatest(min(o.day), s.first) AS first, least(max(o.day), s.last) AS last
            FROM other AS o, (SELECT min(day) AS first, max(day) AS last FROM incoming) AS s
            WHERE o.file_name <> ?
            GROUP BY o.grp, s.first, s.last
            HAVING greatest(min(o.day), s.first) <= least(max(o.day), s.last)
            """,
            [file.file_name],
        )

    def _overlaps(self, file: Incoming) -> _Overlaps:
        execute = self.connection.execute
        execute(
            """
            CREATE OR REPLACE TEMP TABLE compared AS
            WITH mine AS (
                SELECT c.grp, i.h, any_value(i.day) AS day, count(*) AS n, any_value(i.currency) AS currency,
                       any_value(i.money) AS money
                FROM incoming AS i JOIN common_days AS c ON i.day BETWEEN c.first AND c.last
                WHERE NOT i.is_ref GROUP BY c.grp, i.h
            ), theirs AS (
                SELECT c.grp, o.h, any_value(o.day) AS day, count(*) AS n
                FROM other AS o JOIN common_days AS c ON c.grp = o.grp AND o.day BETWEEN c.first AND c.last
                WHERE NOT o.is_ref AND o.file_name <> ? GROUP BY c.grp, o.h
            )
            SELECT coalesce(m.grp, t.grp) AS grp, coalesce(m.h, t.h) AS h, coalesce(m.day, t.day) AS day,
                   coalesce(m.n, 0) AS mine, coalesce(t.n, 0) AS theirs, m.currency, m.money
            FROM mine AS m FULL JOIN theirs AS t ON t.grp = m.grp AND t.h = m.h
            """,
            [file.file_name],
        )
        answer = file.answers.get("overlap") or ("different" if file.answers.get("copy") == "no" else "")
        found = _Overlaps()
        for group, equal, days, more_of_theirs, more_of_mine in execute(
            """
            SELECT grp, count(*) FILTER (mine > 0 AND theirs > 0),
                   count(DISTINCT day) FILTER (mine > 0 AND theirs > 0),
                   count(*) FILTER (theirs > mine), count(*) FILTER (mine > theirs)
            FROM compared GROUP BY grp ORDER BY grp
            """
        ).fetchall():
            overlap = equal >= EQUAL_LINES and days >= EQUAL_DAYS
            if not equal or answer == "different":
                continue
            if answer == "same" or (overlap and not (more_of_theirs and more_of_mine)):
                found.merged.append(group)
            elif overlap:
                found.unclear.append(group)
            else:
                found.adding.append(group)
        return found

    def _ask(self, file: Incoming, groups: list[str]) -> None:
        names = self._files_of(groups, file)
        count, first, last = self.connection.execute(
            "SELECT count(*), min(day), max(day) FROM compared WHERE mine > 0 AND theirs > 0 AND grp = ANY(?)", [groups]
        ).fetchall()[0]
        self.result.asked[file.load_id] = (
            f"{count} of its lines from {first} to {last} are also in {and_list(names)}, and each of the two has lines "
            "there that the other lacks; without references it is not clear whether they are the same purchases.",
            "Say it with `--set overlap=same` (each line counts once) or `--set overlap=different` (both files count).",
        )

    def _allow(self, file: Incoming, overlaps: _Overlaps) -> None:
        """Table `wanted`: the lines of the file that no other file stands for."""
        execute = self.connection.execute
        is_copy = file.answers.get("copy") == "no" or file.answers.get("overlap") == "different"
        execute(
            """
            CREATE OR REPLACE TEMP TABLE allowed AS
            SELECT h, sum(n) AS n FROM (
                SELECT h, theirs AS n FROM compared WHERE grp = ANY(?) AND mine > 0
                UNION ALL
                SELECT h, count(*) AS n FROM held WHERE is_ref AND file_name <> ? AND NOT ? GROUP BY h
            ) GROUP BY h
            """,
            [overlaps.merged, file.file_name, is_copy],
        )
        execute(
            """
            CREATE OR REPLACE TEMP TABLE wanted AS
            SELECT i.* FROM incoming AS i LEFT JOIN allowed AS a ON a.h = i.h WHERE i.occurrence > coalesce(a.n, 0)
            """
        )

    def _replace(self, file: Incoming) -> None:
        execute = self.connection.execute
        execute(
            """
            CREATE OR REPLACE TEMP TABLE matched AS
            SELECT o.rid AS held_rid, w.rid AS fresh_rid
            FROM (SELECT rid, h, content, row_number() OVER (PARTITION BY h, content ORDER BY natural_key, rid) AS n
                  FROM own) AS o
            JOIN (SELECT rid, h, content, row_number() OVER (PARTITION BY h, content ORDER BY source_line) AS n
                  FROM wanted) AS w ON w.h = o.h AND w.content = o.content AND w.n = o.n
            """
        )
        gone = "FROM own WHERE rid NOT IN (SELECT held_rid FROM matched)"
        self.result.replaced[file.load_id] += _number(execute(f"SELECT count(*) {gone}"))
        execute(
            f"INSERT INTO leaving SELECT natural_key, ?, billing_month {gone} AND is_stored",
            [file.load_id],
        )
        found = {str(row[0]) for row in execute("SELECT DISTINCT load_id FROM own").fetchall()}
        # A load whose rows all stood in an earlier one is taken over too: it is whose they are, and none names it.
        replaced = found | {owner_of(load, WHOLE, self.plan.taken) for load in found} - {file.load_id}
        self.result.takes[file.load_id] = [(load, WHOLE) for load in sorted(replaced)]
        execute(f"DELETE FROM held WHERE rid IN (SELECT rid {gone})")
        entering = "FROM wanted WHERE rid NOT IN (SELECT fresh_rid FROM matched)"
        self.result.loaded[file.load_id] += _number(execute(f"SELECT count(*) {entering}"))
        execute(
            f"""
            INSERT INTO held
            SELECT rid, false AS is_stored, ? AS file_name, load_id, natural_key, billing_month, h, is_ref, content,
                   day, currency, money {entering}
            """,
            [file.file_name],
        )

    def _tell(self, file: Incoming, overlaps: _Overlaps) -> None:
        """What the file shares with others: which loads stand for its lines, which equal lines were added."""
        execute = self.connection.execute
        self.group.setdefault(file.file_name, file.file_name)
        if overlaps.merged:
            names = self._files_of(overlaps.merged, file)
            self.result.merged_with[file.load_id] = names
            lines = _number(
                execute("SELECT sum(least(mine, theirs)) FROM compared WHERE grp = ANY(?)", [overlaps.merged])
            )
            self.result.note(
                file.load_id,
                f"overlaps {and_list(names)}: {_lines(lines)} of both counted once, the larger number of each",
            )
            self._join(file.file_name, names)
        leans_on = execute(
            """
            SELECT DISTINCT o.load_id FROM other AS o JOIN allowed AS a ON a.h = o.h
            WHERE o.file_name <> ? AND a.h IN (SELECT h FROM incoming) ORDER BY 1
            """,
            [file.file_name],
        ).fetchall()
        taken = {
            **self.plan.taken,
            **{(old, scope): new for new, pairs in self.result.takes.items() for old, scope in pairs},
        }
        self.result.leans_on[file.load_id] = sorted({owner_of(row[0], WHOLE, taken) for row in leans_on})
        if overlaps.adding:
            money: dict[str, str] = {}
            count = 0
            for currency, lines, amount in execute(
                """
                SELECT currency, sum(least(mine, theirs)), CAST(sum(money * least(mine, theirs)) AS DECIMAL(38,12))
                FROM compared WHERE mine > 0 AND theirs > 0 AND grp = ANY(?) GROUP BY currency ORDER BY currency
                """,
                [overlaps.adding],
            ).fetchall():
                count += int(lines)
                money[currency] = format(amount, "f")
            names = self._files_of(overlaps.adding, file)
            self.result.equal_lines[file.load_id] = {"lines": count, "files": names, "effective_cost": money}
            self.result.note(
                file.load_id,
                f"{_lines(count)} ({_worth(money)}) {'are' if count > 1 else 'is'} also in {and_list(names)}; too few "
                "to show that the files overlap, so both count. `--set overlap=same` counts them once",
            )

    def _files_of(self, groups: Sequence[str], but: Incoming) -> list[str]:
        names = {name for name, group in self.group.items() if group in groups} | set(groups)
        return sorted(names - {but.file_name})

    def _finish(self) -> None:
        """Keys of what enters: the hash, and a number no stored line of the same hash has."""
        self.connection.execute(
            """
            CREATE TEMP TABLE entering AS
            WITH taken AS (
                SELECT h, max(TRY_CAST(regexp_extract(natural_key, '-([0-9]+)$', 1) AS BIGINT)) AS last
                FROM held WHERE is_stored GROUP BY h
            ), numbered AS (
                SELECT h.*, f.source_line, row_number() OVER (
                    PARTITION BY h.h ORDER BY h.load_id, f.source_line, h.rid) AS n
                FROM held AS h JOIN fresh AS f ON f.rid = h.rid WHERE NOT h.is_stored
            )
            SELECT n.natural_key, n.h || '-' || CAST(coalesce(t.last, 0) + n.n AS VARCHAR) AS final_key,
                   n.load_id, n.source_line, n.billing_month
            FROM numbered AS n LEFT JOIN taken AS t ON t.h = n.h
            """
        )


def _number(answer: duckdb.DuckDBPyConnection) -> int:
    row = answer.fetchone()
    return int(row[0] or 0) if row else 0


def _lines(count: int) -> str:
    return f"{count:,} {'lines' if count != 1 else 'line'}"


def _worth(money: Mapping[str, str]) -> str:
    return ", ".join(f"{currency} {money_text(Decimal(amount))}" for currency, amount in money.items())
