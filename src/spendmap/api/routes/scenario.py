"""What a period would have cost under other inputs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from spendmap.api.answers import Basis, Currency, ModelsInForce, Period, json_answer
from spendmap.reports.scenario import ScenarioReport, scenario_report

router = APIRouter()

Set = Annotated[
    list[str] | None,
    Query(
        alias="set",
        description="NAME:VALUE or NAME=VALUE, repeatable: usage:2, adoption:1.3, context:1.5, price:anthropic:1.2, "
        "price:openai/gpt-4.1:0.8, swap:gpt-4.1=gpt-5-mini, quality:worse, retries:%2B0.10, review:1.5, rejection:0.3",
    ),
]


@router.get("/api/scenario", response_model=ScenarioReport, summary="Replay a period under other inputs")
def read_scenario(
    request: Request,
    models: ModelsInForce,
    changes: Set = None,
    period: Period = None,
    basis: Basis = "effective",
    currency: Currency = None,
) -> Response:
    """Baseline, scenario and delta by category, owner and vendor; what was held fixed; a range; the assumptions."""
    return json_answer(
        request,
        models,
        lambda model: scenario_report(
            model,
            [as_change(each) for each in changes or ()],
            today=models.today(),
            period=period,
            basis=basis,
            currency=currency,
        ),
    )


def as_change(text: str) -> str:
    """A change as the address writes it (`usage:2`), as the command line writes it (`usage=2`).

    A plus sign that was not escaped arrives as a space: ` 0.10` is `+0.10`.
    """
    if "=" not in text:
        name, found, value = text.rpartition(":")
        text = f"{name}={value}" if found else text
    name, found, value = text.partition("=")
    return f"{name}{found}+{value.strip()}" if value.startswith(" ") else text
