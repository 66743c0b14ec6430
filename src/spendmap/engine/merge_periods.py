"""Bills: a file restates an account's billing period as an earlier file held it.

A file (or the parts of one delivery) takes the place of the live file that it shares keys with in an account's billing
period, and of its own earlier form: rows it lacks are withdrawn, new keys are growth. A file that shares none adds. One
that shares keys with live files of two deliveries is asked about. A row's key is made here, of the columns that say
which line it is, so that a line is recognised whatever it costs now, and whichever version of spendmap wrote it.
Invariant: a replacement is a difference. A row that is there already stays, under the load that brought it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from spendmap.engine.duckdb import quoted
from spendmap.engine.merging import Earlier, Incoming, Merge, Plan, and_list, as_compared, content_hash, owner_of
from spendmap.ledger import TABLES
from spendmap.vocabulary import money_text

_SEPARATOR, _MISSING = "chr(31)", "chr(30)"
Part = tuple[str, str]  # the load that rows belong to now, and their scope


@dataclass
class _Decision:
    """What a delivery replaces: part -> the load that takes its rows; or why it must be asked about."""

    replaces: dict[Part, str] = field(default_factory=dict)
    question: tuple[str, str] | None = None


def merge_periods(connection: duckdb.DuckDBPyConnection, table: str, plan: Plan, result: Merge) -> None:
    """Make `entering` and `leaving`, one delivery after the other, and count them."""
    _Periods(connection, table, plan, result).go()


class _Periods:
    def __init__(self, connection: duckdb.DuckDBPyConnection, table: str, plan: Plan, result: Merge) -> None:
        self.connection, self.table, self.plan, self.result = connection, table, plan, result
        self.files: dict[str, Earlier] = {each.load_id: each for each in plan.earlier}
        self.money = "effective_cost" if "effective_cost" in TABLES[table].names else None
        self.scope = self._scope()

    def go(self) -> None:
        self._prepare()
        deliveries: dict[int, list[Incoming]] = {}
        for each in self.plan.incoming:
            deliveries.setdefault(each.number, []).append(each)
        for number in sorted(deliveries):
            self._deliver(deliveries[number])
        self._finish()

    # -- rows in a common form -----------------------------------------------------------------------

    def _scope(self) -> str:
        """SQL: account and billing period, as text. Without a billing period the month of the charge stands for it."""
        names = TABLES[self.table].names
        start = (
            "coalesce(strftime(billing_period_start, '%Y-%m-%d'), billing_month)"
            if "billing_period_start" in names
            else "billing_month"
        )
        parts = [*(f"coalesce(CAST({quoted(name)} AS VARCHAR), '')" for name in self.plan.account), start]
        return f"concat_ws(', ', {', '.join(parts)})"

    def _prepare(self) -> None:
        values = ", ".join(
            f"coalesce(CAST({as_compared(self.table, name)} AS VARCHAR), {_MISSING})" for name in self.plan.identity
        )
        common = f"""
            load_id, natural_key, billing_month, {self.scope} AS scope, charge_period_start AS began,
            md5(concat_ws({_SEPARATOR}, {self.scope}, {values})) AS h, {content_hash(self.table)} AS content,
            {self._amounts()} AS amounts,
            {"billing_currency" if self.money else "CAST(NULL AS VARCHAR)"} AS currency, {self.money or "0"} AS money
        """
        execute = self.connection.execute
        execute(f"CREATE TEMP TABLE fresh AS SELECT row_number() OVER () AS rid, source_line, {common} FROM staged")
        execute("CREATE TEMP TABLE leaving (natural_key VARCHAR, load_id VARCHAR, billing_month VARCHAR)")
        execute("CREATE TEMP TABLE owner (load_id VARCHAR, scope VARCHAR, part VARCHAR)")
        pairs = execute(f"SELECT DISTINCT load_id, {self.scope} FROM stored").fetchall()
        if pairs:
            owners = [(load, scope, owner_of(load, scope, self.plan.taken)) for load, scope in pairs]
            self.connection.executemany("INSERT INTO owner VALUES (?, ?, ?)", owners)
        execute("CREATE TEMP TABLE emptied (part VARCHAR)")
        names = {each.file_name for each in self.plan.incoming if each.is_empty}
        emptied = [(each.load_id,) for each in self.plan.earlier if each.file_name in names]
        if emptied:
            self.connection.executemany("INSERT INTO emptied VALUES (?)", emptied)
        execute(
            f"""
            CREATE TEMP TABLE held AS
            SELECT -row_number() OVER () AS rid, o.part, true AS is_stored,
                   {common.replace("load_id,", "s.load_id,", 1)}
            FROM (SELECT *, {self.scope} AS in_scope FROM stored) AS s
            JOIN owner AS o ON o.load_id = s.load_id AND o.scope = s.in_scope
            WHERE s.in_scope IN (SELECT DISTINCT scope FROM fresh) OR o.part IN (SELECT part FROM emptied)
            """
        )
        for load_id, count in execute("SELECT load_id, count(DISTINCT scope) FROM fresh GROUP BY 1").fetchall():
            self.result.scopes[load_id] = count

    def _amounts(self) -> str:
        """SQL: what orders rows with equal keys, so that the order of lines in a file says nothing."""
        kinds = {"money", "quantity"}
        return f"row({', '.join(c.name for c in TABLES[self.table].columns if c.type in kinds)})"

    # -- one delivery --------------------------------------------------------------------------------

    def _deliver(self, files: Sequence[Incoming]) -> None:
        loads = [each.load_id for each in files]
        decision = self._decide(files)
        if decision.question is not None:
            for load_id in loads:
                self.result.asked[load_id] = decision.question
            self.connection.execute("DELETE FROM fresh WHERE load_id = ANY(?)", [loads])
            return
        self._replace(files, decision.replaces)
        for each in files:
            self.files[each.load_id] = Earlier(each.load_id, each.file_name, each.delivery)

    def _decide(self, files: Sequence[Incoming]) -> _Decision:
        loads = [each.load_id for each in files]
        by_name = {each.file_name: each.load_id for each in files}
        answer = next((each.answers["replaces"] for each in files if each.answers.get("replaces")), None)
        if answer is None and any(each.answers.get("copy") == "no" for each in files):
            answer = "none"
        scopes = self._strings("SELECT DISTINCT load_id, scope FROM fresh WHERE load_id = ANY(?)", [loads])
        brings = {(load, scope) for load, scope in scopes}
        live = self._strings(
            "SELECT DISTINCT part, scope FROM held "
            "WHERE scope IN (SELECT scope FROM fresh WHERE load_id = ANY(?)) OR part IN (SELECT part FROM emptied)",
            [loads],
        )
        shared: dict[Part, dict[str, int]] = {}
        for part, scope, load, count in self.connection.execute(
            """
            SELECT h.part, h.scope, f.load_id, count(*)
            FROM (SELECT DISTINCT load_id, scope, h FROM fresh WHERE load_id = ANY(?)) AS f
            JOIN (SELECT DISTINCT part, scope, h FROM held) AS h USING (scope, h)
            GROUP BY ALL
            """,
            [loads],
        ).fetchall():
            shared.setdefault((part, scope), {})[load] = count
        decision = _Decision()
        others: dict[str, list[Part]] = {}
        for part, scope in sorted(live):
            own = by_name.get(self._name(part))
            if own is not None and ((own, scope) in brings or own in {e.load_id for e in files if e.is_empty}):
                decision.replaces[part, scope] = own
            elif scope in {scope for _, scope in brings}:
                others.setdefault(scope, []).append((part, scope))
        named = None if answer in (None, "none", "all") else [name.strip() for name in str(answer).split(",")]
        if named is not None and (unknown := [n for n in named if n not in {self._name(p) for p, _ in live}]):
            known = sorted({self._name(part) for part, _ in live}) or ["none"]
            decision.question = (
                f"--set replaces names {and_list(unknown)}, which holds nothing of the accounts and billing periods of "
                "this file.",
                f"Live files that do: {and_list(known)}.",
            )
            return decision
        for scope, parts in sorted(others.items()):
            sharing = [part for part in parts if part in shared]
            if named is not None:
                chosen = [part for part in parts if self._name(part[0]) in named]
            elif answer == "none":
                chosen = []
            elif answer == "all":
                chosen = sharing
            else:
                chosen = [part for part in sharing if not self._is_sibling(part[0], files)]
                question = self._question(scope, files, chosen, decision.replaces)
                if question is not None:
                    decision.question = question
                    return decision
            for part in chosen:
                counts = shared.get(part) or dict.fromkeys([load for load, its in brings if its == scope], 0)
                decision.replaces[part] = max(sorted(counts), key=lambda load: counts[load])
        return decision

    def _is_sibling(self, part: str, files: Sequence[Incoming]) -> bool:
        """A part of the same delivery that still lies beside this one: what both hold, they hold together."""
        other = self._file(part)
        return (
            other.is_present
            and other.delivery == files[0].delivery
            and other.file_name not in {each.file_name for each in files}
        )

    def _question(
        self, scope: str, files: Sequence[Incoming], sharing: Sequence[Part], own: Mapping[Part, str]
    ) -> tuple[str, str] | None:
        """What to ask when the live files a delivery shares keys with are of more than one delivery."""
        parts = [*sharing, *(part for part in own if part[1] == scope)]
        gone = [part for part in sharing if self._is_gone_sibling(part[0], files)]
        if len({self._file(part).delivery for part, _ in parts}) < 2 and not gone:
            return None
        names = sorted({self._name(part) for part, _ in (parts if not gone else sharing)})
        what = f"{len(names)} files that are loaded" if len(names) > 1 else "a part of the same export"
        return (
            f"it holds lines of {what} ({and_list(names)}) for {shown(scope)}, and it is not clear which it replaces.",
            f"Say it with `--set replaces={names[0]}` (several with commas), `--set replaces=all`, or "
            "`--set replaces=none` where it adds to them.",
        )

    def _is_gone_sibling(self, part: str, files: Sequence[Incoming]) -> bool:
        other = self._file(part)
        return (
            not other.is_present
            and other.delivery == files[0].delivery
            and other.file_name not in {each.file_name for each in files}
        )

    def _replace(self, files: Sequence[Incoming], replaces: Mapping[Part, str]) -> None:
        execute = self.connection.execute
        loads = [each.load_id for each in files]
        execute("CREATE OR REPLACE TEMP TABLE replacing (part VARCHAR, scope VARCHAR, successor VARCHAR)")
        if replaces:
            rows = [(part, scope, load) for (part, scope), load in sorted(replaces.items())]
            self.connection.executemany("INSERT INTO replacing VALUES (?, ?, ?)", rows)
        execute(
            """
            CREATE OR REPLACE TEMP TABLE matched AS
            SELECT s.rid AS held_rid, f.rid AS fresh_rid
            FROM (
                SELECT h.rid, r.successor, h.scope, h.h, h.content, row_number() OVER (
                    PARTITION BY r.successor, h.scope, h.h, h.content ORDER BY h.natural_key, h.rid) AS n
                FROM held AS h JOIN replacing AS r USING (part, scope)
            ) AS s
            JOIN (
                SELECT rid, load_id, scope, h, content, row_number() OVER (
                    PARTITION BY load_id, scope, h, content ORDER BY source_line) AS n
                FROM fresh WHERE load_id = ANY(?)
            ) AS f
                ON f.load_id = s.successor AND f.scope = s.scope AND f.h = s.h AND f.content = s.content AND f.n = s.n
            """,
            [loads],
        )
        self._say_what_is_replaced(files, replaces)
        execute(
            """
            CREATE OR REPLACE TEMP TABLE left_now AS
            SELECT h.rid, r.successor FROM held AS h JOIN replacing AS r USING (part, scope)
            WHERE h.rid NOT IN (SELECT held_rid FROM matched)
            """
        )
        for load_id, count in execute("SELECT successor, count(*) FROM left_now GROUP BY 1").fetchall():
            self.result.replaced[load_id] += count
        execute(
            "INSERT INTO leaving SELECT h.natural_key, l.successor, h.billing_month "
            "FROM held AS h JOIN left_now AS l USING (rid) WHERE h.is_stored"
        )
        execute("DELETE FROM held WHERE rid IN (SELECT rid FROM left_now)")
        execute(
            "UPDATE held SET part = r.successor FROM replacing AS r WHERE held.part = r.part AND held.scope = r.scope"
        )
        execute(
            """
            INSERT INTO held
            SELECT rid, load_id AS part, false AS is_stored, load_id, natural_key, billing_month, scope, began, h,
                   content, amounts, currency, money
            FROM fresh WHERE load_id = ANY(?) AND rid NOT IN (SELECT fresh_rid FROM matched)
            """,
            [loads],
        )
        for load_id, count in execute(
            "SELECT load_id, count(*) FROM fresh WHERE load_id = ANY(?) AND rid NOT IN (SELECT fresh_rid FROM matched) "
            "GROUP BY 1",
            [loads],
        ).fetchall():
            self.result.loaded[load_id] += count
        for (part, scope), load in replaces.items():
            self.result.takes.setdefault(load, []).append((part, scope))

    # -- what a person should know -------------------------------------------------------------------

    def _say_what_is_replaced(self, files: Sequence[Incoming], replaces: Mapping[Part, str]) -> None:
        """Another file's place taken, lines withdrawn with their money, an older export after a newer one."""
        if not replaces:
            return
        loads = [each.load_id for each in files]
        names = {each.load_id: each.file_name for each in files}
        gone: dict[Part, list[str]] = {}
        for part, scope, currency, count, money in self.connection.execute(
            """
            SELECT h.part, h.scope, h.currency, count(*), CAST(sum(h.money) AS DECIMAL(38,12))
            FROM held AS h JOIN replacing AS r USING (part, scope)
            WHERE NOT EXISTS (
                SELECT 1 FROM fresh AS f WHERE f.load_id = ANY(?) AND f.scope = h.scope AND f.h = h.h)
            GROUP BY ALL ORDER BY ALL
            """,
            [loads],
        ).fetchall():
            worth = f" ({currency} {money_text(money)})" if currency and money is not None else ""
            gone.setdefault((part, scope), []).append(f"{count:,} {'lines' if count > 1 else 'line'}{worth}")
        ends: dict[Part, Any] = {
            (part, scope): (before, now)
            for part, scope, before, now in self.connection.execute(
                """
                SELECT r.part, r.scope, max(h.began), (
                    SELECT max(f.began) FROM fresh AS f WHERE f.load_id = ANY(?) AND f.scope = r.scope)
                FROM replacing AS r JOIN held AS h USING (part, scope) GROUP BY r.part, r.scope
                """,
                [loads],
            ).fetchall()
        }
        for (part, scope), load in sorted(replaces.items()):
            said = []
            if self._name(part) != names[load]:
                said.append(f"takes the place of {self._name(part)} for {shown(scope)}")
            if (part, scope) in gone:
                said.append(f"{' and '.join(gone[part, scope])} of {shown(scope)} that it lacks withdrawn")
            before, now = ends.get((part, scope), (None, None))
            if before is not None and now is not None and now < before:
                said.append(
                    f"it ends on {now:%Y-%m-%d}, before {self._name(part)} ({before:%Y-%m-%d}): it seems to be the "
                    "older one; capture the newer one again to go back to it"
                )
            if said:
                self.result.note(load, "; ".join(said))

    # -- the end -------------------------------------------------------------------------------------

    def _finish(self) -> None:
        """Keys of what enters: the hash, and a number no stored row of the same hash has, by the amounts."""
        self.connection.execute(
            """
            CREATE TEMP TABLE entering AS
            WITH taken AS (
                SELECT h, max(TRY_CAST(regexp_extract(natural_key, '-([0-9]+)$', 1) AS BIGINT)) AS last
                FROM held WHERE is_stored AND starts_with(natural_key, h || '-') GROUP BY h
            ), numbered AS (
                SELECT *, row_number() OVER (PARTITION BY h ORDER BY amounts, content, load_id, rid) AS n
                FROM held WHERE NOT is_stored
            )
            SELECT n.natural_key, n.h || '-' || CAST(coalesce(t.last, 0) + n.n AS VARCHAR) AS final_key,
                   n.load_id, f.source_line, n.billing_month
            FROM numbered AS n JOIN fresh AS f ON f.rid = n.rid LEFT JOIN taken AS t ON t.h = n.h
            """
        )

    def _file(self, part: str) -> Earlier:
        return self.files.get(part) or Earlier(part, part, part)

    def _name(self, part: str) -> str:
        return self._file(part).file_name

    def _strings(self, sql: str, values: Iterable[object]) -> list[tuple[str, str]]:
        return [(str(a), str(b)) for a, b in self.connection.execute(sql, list(values)).fetchall()]


def shown(scope: str) -> str:
    """Account and billing period for a sentence; an account that is not stated is left out."""
    return scope.strip(", ")
