"""How sellers, models, tiers and regions are written in usage, beside what the catalogue's own matching knows.

Pure data; `aliases` reads it.
"""

from __future__ import annotations

import re

PROVIDER_WORDS: dict[str, str] = {
    # OTel gen_ai.provider.name values the catalogue's own matching would get wrong or miss
    "azure.ai.openai": "azure",
    "az.ai.openai": "azure",
    "azure.ai.inference": "azure",
    "az.ai.inference": "azure",
    "azure_openai": "azure",
    "azure_ai": "azure",
    "azure_text": "azure",
    "aws.bedrock": "aws",
    "bedrock": "aws",
    "bedrock_converse": "aws",
    "amazon_bedrock": "aws",
    "gemini": "google",
    "vertex_ai": "google",
    "together_ai": "together",
    "cohere_chat": "cohere",
    "gcp.gemini": "google",
    "gcp.gen_ai": "google",
    "gcp.vertex_ai": "google",
    "gcp": "google",
    "x_ai": "x-ai",
    "mistral_ai": "mistral",
    "moonshot_ai": "moonshotai",
    "fireworks_ai": "fireworks",
}

STANDARD_WORDS = frozenset({"", "standard", "default", "auto", "on_demand", "standard_only"})
SCOPED_TIER = re.compile(r"(azure|region):(.+)")
"""`azure:data_zone`, `region:us`: a tier word that names where the call ran."""

FINE_TUNED = re.compile(r"^ft:|\.ft-")
BEDROCK_AREA = re.compile(r"^(?:(?:us|eu|apac|jp|au|ca)(?:-gov)?-[a-z]+-\d/)?(?:(?:us|eu|apac|jp|au|ca|global)\.)?")
"""Where Bedrock runs a model, before its name. Models that cost more there are listed with it."""

AZURE_AREA = re.compile(r"^(?:azure/)?(us|eu|apac|us-gov|global|global-standard|standard|regional)/(.+)")
"""`us/gpt-4o`: a deployment type before the model."""

AZURE_ZONES = {"us": "data_zone", "eu": "data_zone", "global": "global", "global-standard": "global"}

EVERYWHERE_WORDS = frozenset({"", "global", "globalstandard", "not_available"})

WRAPPERS = (
    re.compile(r"^arn:[^/]*:(?:inference-profile|foundation-model|provisioned-model)/"),
    re.compile(r"^publishers/[^/]+/models/"),
    re.compile(r"^projects/.*/models/"),
    re.compile(r"^models/"),
)
