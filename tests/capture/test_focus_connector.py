"""FOCUS cost exports: every version, every form of the file, and what is refused."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tabular_support import DATA, read, shared, write

from spendmap.capture.connectors.focus import CONNECTOR
from spendmap.capture.focus_columns import focus_version
from spendmap.vocabulary.errors import SettingError, SourceUnreadableError

HEADER = "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ServiceName,ChargeDescription,Tags"


def focus(folder: Path, *rows: str, header: str = HEADER) -> Path:
    return write(folder, "\n".join([header, *rows]) + "\n")


def line(billed: str = "1", **other: str) -> str:
    values = {
        "EffectiveCost": "1",
        "BillingCurrency": "USD",
        "ChargePeriodStart": "2026-10-01T00:00:00Z",
        "ChargePeriodEnd": "2026-10-02T00:00:00Z",
        "ServiceName": "Bedrock",
        "ChargeDescription": "",
        "Tags": "",
    } | other
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([billed, *(values[name] for name in HEADER.split(",")[1:])])
    return out.getvalue()


def test_a_1_0_export_reads_with_null_words_quoted_newlines_and_a_stray_column() -> None:
    found = read(CONNECTOR, DATA / "focus_1_0.csv")
    assert found.version == "1.0"
    assert (found.rows_read, found.rejects) == (3, [])
    tiny, machine, credit = found.rows
    # NULL is missing, not the word and not nought.
    assert tiny["contracted_cost"] is None
    assert tiny["charge_class"] is None
    assert tiny["billed_cost"] == Decimal("0.0000008")
    assert tiny["service_provider_name"] == "Cloudy"  # ProviderName before 1.3
    assert tiny["publisher_name"] == "Cloudy, Inc."
    assert tiny["charge_period_start"] == datetime(2024, 9, 18, 22, tzinfo=UTC).replace(tzinfo=None)
    assert dict(machine["tags"]) == {"env": "prod", "size": "3"}
    assert machine["charge_description"] == "Two lines\nof words"
    # The second record spans lines 3 and 4, so the third starts on line 5.
    assert [row["source_line"] for row in found.rows] == [2, 3, 5]
    assert credit["charge_category"] == "Credit"
    assert {row["statement"] for row in found.rows} == {"cost_export"}
    assert {row["evidence"] for row in found.rows} == {"invoiced"}
    # 0.0000008 + 12.5 - 2.5 billed; the missing contracted cost adds nothing: 12.5 - 2.5.
    assert found.sums("USD") == {
        "billed_cost": Decimal("10.0000008"),
        "effective_cost": Decimal("10.0000008"),
        "contracted_cost": Decimal("10"),
        "list_cost": Decimal("12.5000008"),
    }


@pytest.mark.parametrize(
    ("columns", "version"),
    [
        ("ProviderName PublisherName", "1.0"),
        ("ProviderName PublisherName SkuMeter", "1.1"),
        ("ProviderName PublisherName SkuMeter InvoiceId", "1.2"),
        ("ProviderName PublisherName InvoiceId ContractApplied", "1.3"),
        ("ProviderName ServiceProviderName HostProviderName", "1.3"),
        ("ServiceProviderName HostProviderName", "1.4"),
        ("ServiceProviderName InvoiceDetailId", "1.4"),
        ("ServiceProviderName HostProviderName PrincipalId", "1.5 draft"),
    ],
)
def test_the_version_follows_the_newest_column_of_the_header(columns: str, version: str) -> None:
    assert focus_version(columns.split()) == version


def test_amounts_finer_than_the_ledger_are_rounded_half_even_and_the_raw_sum_is_kept(tmp_path: Path) -> None:
    found = read(
        CONNECTOR,
        focus(
            tmp_path,
            line("0.0000000000005"),  # half of the last place, even neighbour 0
            line("0.0000000000015"),  # half, even neighbour 2
            line("0.00000000000150000000000000000000000000000001"),  # more than half, by a hair
            line("2.5E-12"),  # half again, with an exponent: 2
            line("-0.0000000000025"),
            line("1e3"),
        ),
    )
    pico = Decimal("1e-12")
    assert [row["billed_cost"] for row in found.rows] == [0, 2 * pico, 2 * pico, 2 * pico, -2 * pico, 1000]
    assert found.sums("USD")["billed_cost"] == Decimal(
        "1000.00000000000350000000000000000000000000000001"
    )  # 0.5 + 1.5 + 1.5 + 2.5 - 2.5


def test_an_amount_at_the_edge_of_the_ledger_is_kept_and_one_beyond_is_quarantined(tmp_path: Path) -> None:
    found = read(
        CONNECTOR,
        focus(
            tmp_path,
            line("9999999999999999.999999999999"),
            line("9999999999999999.9999999999995"),  # rounds up to 10**16, which has no room
            line("10000000000000000"),
            line("1e400"),
            line("nan"),
            line("1e-70"),
        ),
    )
    assert [row["billed_cost"] for row in found.rows] == [Decimal("9999999999999999.999999999999")]
    assert [reject.line for reject in found.rejects] == [3, 4, 5, 6, 7]
    assert found.sums("USD")["billed_cost"] == Decimal("9999999999999999.999999999999")


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-01T00:00:00Z",
        "2026-10-01 00:00:00",
        "2026-10-01",
        "2026-10-01T02:00:00+02:00",
        "2026-09-30T19:00:00-05:00",
        "2026-10-01T00:00:00.000Z",
        "2026/10/01",
    ],
)
def test_a_date_in_any_iso_form_is_the_same_instant_in_utc(tmp_path: Path, written: str) -> None:
    found = read(CONNECTOR, focus(tmp_path, line(ChargePeriodStart=written)))
    assert found.rows[0]["charge_period_start"].isoformat() == "2026-10-01T00:00:00"


def test_tags_come_as_json_as_pairs_or_as_a_list_and_persons_in_them_become_hashes(tmp_path: Path) -> None:
    found = read(
        CONNECTOR,
        focus(
            tmp_path,
            line(Tags='{"team": "search", "n": 2, "live": true, "none": null, "deep": {"a": [1]}}'),
            line(Tags='"team": "search", "n": "2"'),
            line(Tags='[{"key": "team", "value": "search"}]'),
            line(Tags="team=search;n=2"),
            line(Tags='{"team": "sea'),
            line(Tags='{"Owner": "team-data", "Contact": "jane.doe@example.com", "createdBy": "jdoe"}'),
            line(Tags="{}"),
        ),
    )
    tags = [dict(row["tags"]) if row["tags"] else None for row in found.rows]
    assert tags[0] == {"team": "search", "n": "2", "live": "true", "deep": '{"a": [1]}'}
    assert tags[1] == {"team": "search", "n": "2"}
    assert tags[2] == {"team": "search"}
    assert tags[3] == {"team": "search", "n": "2"}
    assert tags[4] == {"x_Unreadable": '{"team": "sea'}  # a cut-off tag does not cost the row its money
    assert found.context is not None
    assert tags[5] == {
        "Owner": f"principal:{found.context.hash_principal('team-data')}",
        "Contact": f"principal:{found.context.hash_principal('jane.doe@example.com')}",
        "createdBy": f"principal:{found.context.hash_principal('jdoe')}",
    }
    assert tags[6] is None


def test_e_mail_addresses_and_card_numbers_of_descriptions_stay_outside(tmp_path: Path) -> None:
    found = read(
        CONNECTOR, focus(tmp_path, line(ChargeDescription="for jane.doe@example.com, card 4111-1111-1111-1111"))
    )
    assert found.rows[0]["charge_description"] == "for [email], card [number]"


def test_identical_lines_are_two_charges_and_the_same_file_gives_the_same_keys(tmp_path: Path) -> None:
    file = focus(tmp_path, line("5"), line("5"), line("6"))
    first, again = read(CONNECTOR, file), read(CONNECTOR, file)
    assert first.total("billed_cost") == 16
    assert [row["natural_key"] for row in first.rows] == [row["natural_key"] for row in again.rows]
    assert first.rows[0]["natural_key"].removesuffix("-1") == first.rows[1]["natural_key"].removesuffix("-2")


def test_bad_rows_are_quarantined_with_line_and_reason_and_the_others_go_on(tmp_path: Path) -> None:
    found = read(
        CONNECTOR,
        focus(
            tmp_path,
            line("1"),  # 2
            line("$1,234.50"),  # 3
            line("1,234"),  # 4
            line(BillingCurrency="XQX"),  # 5
            line(BillingCurrency=""),  # 6
            line(ChargePeriodStart="yesterday"),  # 7
            line(ChargePeriodEnd="2026-09-01T00:00:00Z"),  # 8
            line(""),  # 9
            "1,2,USD",  # 10: cut off
            line("7") + ",extra",  # 11
            line("8"),  # 12
        ),
    )
    assert [row["billed_cost"] for row in found.rows] == [1, 8]
    reasons = {reject.line: reject.reason for reject in found.rejects}
    assert reasons[3] == (
        "BilledCost: '$1,234.50' is not a plain decimal number, as FOCUS demands; `--set amounts=spreadsheet` reads it"
    )
    assert "1,234" in reasons[4]
    assert reasons[5] == "BillingCurrency: 'XQX' is no currency of ISO 4217"
    assert reasons[6] == "BillingCurrency is missing"
    assert reasons[7] == "ChargePeriodStart: a text of 9 characters is not a date"
    assert reasons[8] == "ChargePeriodEnd is before the start of the period"
    assert reasons[9] == "BilledCost is missing"
    assert reasons[10] == "3 fields where the header has 8"
    assert reasons[11] == "9 fields where the header has 8"
    assert found.rows_read == 11
    # Refused rows are not in the sums: 1 + 8.
    assert found.sums("USD")["billed_cost"] == 9


def test_a_refused_row_shows_no_description_and_no_tag(tmp_path: Path) -> None:
    found = read(CONNECTOR, focus(tmp_path, line("x", ChargeDescription="secret words", Tags='{"a": "hidden"}')))
    assert "Bedrock" in found.rejects[0].row
    assert "secret" not in found.rejects[0].row
    assert "hidden" not in found.rejects[0].row


def test_text_that_a_spreadsheet_would_run_is_only_text(tmp_path: Path) -> None:
    found = read(CONNECTOR, focus(tmp_path, line(ServiceName="=cmd()|' /C calc'!A0")))
    assert found.rows[0]["service_name"] == "=cmd()|' /C calc'!A0"


def test_spreadsheet_amounts_read_when_they_are_asked_for(tmp_path: Path) -> None:
    found = read(CONNECTOR, focus(tmp_path, line("$1,234.50"), line("(10.00)")), amounts="spreadsheet")
    assert [row["billed_cost"] for row in found.rows] == [Decimal("1234.5"), -10]


QUANTITIES = "BilledCost;ListUnitPrice;ConsumedQuantity;BillingCurrency;ChargePeriodStart"


@pytest.mark.parametrize(
    ("numbers", "settings", "expected"),
    [
        (("1.234,50", "0,5", "1.250"), {"decimal": ","}, ("1234.50", "0.5", "1250")),
        (("1.234,50", "0,5", "1.250"), {"amounts": "spreadsheet"}, ("1234.50", "0.5", "1250")),  # 0,5 settles the file
        (("€ 12,00", "1,250", "3"), {"decimal": ","}, ("12", "1.250", "3")),
        (("1,234.50", "0.5", "1,250"), {"amounts": "spreadsheet"}, ("1234.50", "0.5", "1250")),
        (("1.250", "1.250", "1.250"), {"amounts": "spreadsheet"}, ("1.250", "1.250", "1.250")),  # as FOCUS demands
        (("(1.234,50)", "", "7"), {"decimal": ",", "amounts": "plain"}, ("-1234.50", None, "7")),
        (("1.250", "0.5", "1e3"), {"decimal": "."}, ("1.250", "0.5", "1000")),
    ],
)
def test_one_decimal_sign_holds_for_costs_and_quantities(
    tmp_path: Path, numbers: tuple[str, ...], settings: dict[str, str], expected: tuple[str | None, ...]
) -> None:
    file = write(tmp_path, f"{QUANTITIES}\n{';'.join(numbers)};EUR;2026-10-01\n")
    (row,) = read(CONNECTOR, file, **settings).rows
    assert [row[name] for name in ("billed_cost", "list_unit_price", "consumed_quantity")] == [
        None if each is None else Decimal(each) for each in expected
    ]


def test_a_cost_with_a_comma_names_the_setting_that_reads_it(tmp_path: Path) -> None:
    file = write(tmp_path, f"{QUANTITIES}\n1.234,50;1;1;EUR;2026-10-01\n")
    assert "`--set decimal=,` reads it" in read(CONNECTOR, file).reasons[0]
    with pytest.raises(SettingError, match="decimal 'komma'"):
        read(CONNECTOR, file, decimal="komma")


def test_a_decimal_sign_says_nothing_of_numbers_that_are_no_text(tmp_path: Path) -> None:
    columns = {
        "BilledCost": pa.array([Decimal("1.250")]),
        "BillingCurrency": ["EUR"],
        "ChargePeriodStart": ["2026-10-01"],
    }
    pq.write_table(pa.table(columns), tmp_path / "f.parquet")
    with pytest.raises(SettingError, match="BilledCost, which hold numbers"):
        read(CONNECTOR, tmp_path / "f.parquet", decimal=",")
    (row,) = read(CONNECTOR, tmp_path / "f.parquet", decimal=".").rows
    assert row["billed_cost"] == Decimal("1.250")
    pq.write_table(pa.table(columns | {"BilledCost": ["1.250"]}), tmp_path / "t.parquet")
    (row,) = read(CONNECTOR, tmp_path / "t.parquet", decimal=",").rows
    assert row["billed_cost"] == 1250


def test_a_header_without_the_core_columns_is_not_focus(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadableError, match="lacks BilledCost, BillingCurrency, ChargePeriodStart") as refused:
        read(CONNECTOR, write(tmp_path, "Date,Supplier,Amount\n2026-01-01,X,1\n"))
    assert "Date, Supplier, Amount" in refused.value.message


@pytest.mark.parametrize(
    ("header", "dataset"),
    [
        ("ContractCommitmentId,ContractCommitmentCategory,BillingCurrency", "Contract Commitment"),
        ("InvoiceDetailGrain,BilledCost,BillingCurrency,BillingPeriodStart", "Invoice Detail"),
        ("BillingPeriodStatus,BillingPeriodStart,BillingPeriodEnd", "Billing Period"),
    ],
)
def test_another_dataset_of_focus_is_refused_by_name(tmp_path: Path, header: str, dataset: str) -> None:
    with pytest.raises(SourceUnreadableError, match=f"the FOCUS dataset {dataset}"):
        read(CONNECTOR, write(tmp_path, header + "\n"))


def test_a_read_column_that_appears_twice_is_refused_and_an_unread_one_is_not(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadableError, match="BilledCost appears twice"):
        read(
            CONNECTOR, write(tmp_path, "BilledCost,BilledCost,BillingCurrency,ChargePeriodStart\n1,2,USD,2026-01-01\n")
        )
    twice = write(tmp_path, "x_A,x_A,BilledCost,BillingCurrency,ChargePeriodStart\na,b,1,USD,2026-01-01\n")
    assert len(read(CONNECTOR, twice).rows) == 1


def test_names_in_snake_case_or_capitals_are_the_same_columns(tmp_path: Path) -> None:
    file = write(tmp_path, "billed_cost,BILLINGCURRENCY,Billing Period Start\n3,usd,2026-10-01\n")
    found = read(CONNECTOR, file)
    assert found.rows[0]["billed_cost"] == 3
    assert found.rows[0]["billing_currency"] == "USD"
    # Without a charge period the billing period says when.
    assert found.rows[0]["charge_period_start"].isoformat() == "2026-10-01T00:00:00"


def test_us_dates_are_recognised_by_billing_periods_that_start_on_the_first(tmp_path: Path) -> None:
    header = "BilledCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart"
    us = write(tmp_path, f"{header}\n1,USD,4/1/25,5/1/25,4/2/25\n")
    assert read(CONNECTOR, us).rows[0]["charge_period_start"].isoformat() == "2025-04-02T00:00:00"
    british = write(tmp_path, f"{header}\n1,USD,01/04/2025,01/05/2025,02/04/2025\n")
    assert read(CONNECTOR, british).rows[0]["charge_period_start"].isoformat() == "2025-04-02T00:00:00"


def test_dates_that_can_be_read_two_ways_are_refused_until_someone_says_which(tmp_path: Path) -> None:
    file = focus(tmp_path, line(ChargePeriodStart="03/04/2026", ChargePeriodEnd="05/04/2026"))
    with pytest.raises(SourceUnreadableError, match="day/month or month/day") as refused:
        read(CONNECTOR, file)
    assert "--set date_format=dd/mm/yyyy" in refused.value.next_step
    told = read(CONNECTOR, file, date_format="dd/mm/yyyy")
    assert told.rows[0]["charge_period_start"].isoformat() == "2026-04-03T00:00:00"


def test_an_unknown_setting_value_is_refused(tmp_path: Path) -> None:
    file = focus(tmp_path, line())
    with pytest.raises(SettingError, match="amounts"):
        read(CONNECTOR, file, amounts="any")
    with pytest.raises(SettingError, match="date_format"):
        read(CONNECTOR, file, date_format="sideways")


@pytest.mark.parametrize("kind", ["decimals", "doubles", "texts"])
def test_parquet_reads_as_the_same_charges_as_csv(tmp_path: Path, kind: str) -> None:
    amounts = {
        "decimals": pa.array([Decimal("0.1000000000000001"), Decimal(-2)], pa.decimal128(38, 16)),
        "doubles": pa.array([0.1000000000000001, -2.0], pa.float64()),
        "texts": pa.array(["0.1000000000000001", "-2"]),
    }[kind]
    starts = [datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC)]
    table = pa.table(
        {
            "BilledCost": amounts,
            "BillingCurrency": pa.array(["USD", "USD"]).dictionary_encode(),
            "ChargePeriodStart": pa.array(starts, pa.timestamp("ns", "UTC")),
            "ChargePeriodEnd": pa.array(["2026-10-02", "2026-10-03T00:00:00Z"]),
            "Tags": pa.array([[("team", "search")], None], pa.map_(pa.string(), pa.string())),
            "x_Extra": pa.array([1, 2]),
        }
    )
    pq.write_table(table, tmp_path / "f.parquet")
    found = read(CONNECTOR, tmp_path / "f.parquet")
    assert [row["billed_cost"] for row in found.rows] == [Decimal("0.1"), -2]
    assert found.sums("USD")["billed_cost"] == Decimal("-1.8999999999999999")
    assert [row["charge_period_start"].isoformat() for row in found.rows] == [
        "2026-10-01T00:00:00",
        "2026-10-02T00:00:00",
    ]
    assert found.rows[0]["tags"] == [("team", "search")]
    assert [row["source_line"] for row in found.rows] == [1, 2]


def test_a_damaged_parquet_or_gzip_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadableError, match="not a readable Parquet"):
        read(CONNECTOR, write(tmp_path, b"PAR1" + b"\x00" * 50, "f.parquet"))
    whole = gzip.compress(("\n".join([HEADER, *[line(str(i)) for i in range(3000)]])).encode())
    with pytest.raises(SourceUnreadableError, match="cannot be read to its end"):
        read(CONNECTOR, write(tmp_path, whole[: len(whole) // 2], "f.csv.gz"))


def test_the_sums_of_the_real_files_agree_with_a_reading_by_csv_and_decimal_alone() -> None:
    names = {
        "focus_sample_1.0_1000rows.csv": ("1.0", 1000),
        "focus_1_3_cost_and_usage_aws.csv": ("1.3", 1000),
        "focus_1_3_cost_and_usage_azure.csv": ("1.3", 1000),
        "focus_1_3_cost_and_usage_gcp.csv": ("1.3", 1000),
        "focus_toolkit_1_2_aws_10000rows.csv.gz": ("1.2", 10000),
        "focus_spec_ai_multi_model_usage.csv": ("1.5 draft", 4),
        "focus_spec_ai_drawdown_via_prepayment.csv": ("1.5 draft", 3),
        "focus_spec_ai_cached_tokens_via_csp_marketplace.csv": ("1.5 draft", 2),
    }
    for name, (version, rows) in names.items():
        file = shared(f"focus/{name}")
        found = read(CONNECTOR, file)
        assert (found.version, found.rows_read, found.rejects) == (version, rows, []), name
        raw = gzip.decompress(file.read_bytes()) if name.endswith(".gz") else file.read_bytes()
        records = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
        for cost, focus_name in (
            ("billed_cost", "BilledCost"),
            ("effective_cost", "EffectiveCost"),
            ("list_cost", "ListCost"),
            ("contracted_cost", "ContractedCost"),
        ):
            truth = sum((Decimal(r[focus_name]) for r in records if r[focus_name] not in ("NULL", "")), Decimal(0))
            assert found.sums("USD")[cost] == truth, (name, cost)
            # Rounding to 12 places moves each row by half of the last place at most.
            assert abs(found.total(cost) - truth) <= rows * Decimal("0.0000000000005")


def test_the_specification_s_own_saas_examples_read_or_say_what_they_need() -> None:
    folder = shared("focus/focus_spec_v1.2_saas")
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as stream:
            records = list(csv.DictReader(stream))
        found = read(CONNECTOR, file)
        assert found.rows_read == len(records)
        if file.name.startswith("simple"):  # they write "$10,000.00 ", which FOCUS does not allow
            assert found.rows == []
            assert all("--set amounts=spreadsheet" in reason for reason in found.reasons)
            found = read(CONNECTOR, file, amounts="spreadsheet")
        assert found.rejects == []
        truth = sum(Decimal(r["BilledCost"].strip().replace("$", "").replace(",", "")) for r in records)
        assert found.total("billed_cost") == truth
        assert {row["charge_period_start"].day for row in found.rows} == {1}  # 4/1/25 is the first of April


def test_the_real_commitment_and_cur_files_are_refused() -> None:
    for name in ("focus_1_3_contract_commitment_aws.csv", "focus_converters_aws_cur_anonymous.csv"):
        with pytest.raises(SourceUnreadableError):
            read(CONNECTOR, shared(f"focus/{name}"))


def test_the_spec_s_token_rows_keep_their_model_identity() -> None:
    found = read(CONNECTOR, shared("focus/focus_spec_ai_cached_tokens_via_csp_marketplace.csv"))
    details = dict(found.rows[0]["sku_price_details"])
    assert details["ModelId"] == "solora-neptune-5.0"
    assert details["TokenCacheAction"] == "Read"
    assert found.rows[0]["service_provider_name"] == "Solora AI"
    assert found.rows[0]["host_provider_name"] == "Aura Web"
