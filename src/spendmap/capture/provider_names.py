"""One spelling per provider: what telemetry, gateways and SDKs call the company that ran the model.

Invariant: a name this table does not know is kept as written, in lower case; it is never guessed.
Ids are those of the price catalogue (genai-prices 0.2), so a provider's prices are found by the same word.
"""

from __future__ import annotations

from spendmap.vocabulary.masking import lowered

PROVIDERS: dict[str, tuple[str, ...]] = {
    "anthropic": ("anthropic", "anthropic_text"),
    "aws": (
        "aws",
        "aws.bedrock",
        "aws_bedrock",
        "amazon-bedrock",
        "amazon_bedrock",
        "bedrock",
        "bedrock_converse",
        "bedrock_mantle",
        "sagemaker",
        "sagemaker_chat",
        "aws.sagemaker",
        "amazon",
    ),
    "azure": (
        "azure",
        "azure.ai.openai",
        "az.ai.openai",
        "azure.ai.inference",
        "az.ai.inference",
        "azure_openai",
        "azure-openai",
        "azure_ai",
        "azure_text",
        "azure.openai",
    ),
    "cerebras": ("cerebras",),
    "cohere": ("cohere", "cohere_chat"),
    "databricks": ("databricks",),
    "deepseek": ("deepseek",),
    "fireworks": ("fireworks", "fireworks_ai"),
    "google": (
        "google",
        "gcp",
        "gcp.vertex_ai",
        "gcp.gemini",
        "gcp.gen_ai",
        "gcp.vertex.agent",
        "vertex_ai",
        "vertexai",
        "vertex_ai_beta",
        "vertex_ai-anthropic_models",
        "gemini",
        "google_genai",
        "google-genai",
        "google_vertexai",
    ),
    "groq": ("groq",),
    "ibm": ("ibm", "ibm.watsonx.ai", "watsonx", "watsonx_text"),
    "mistral": ("mistral", "mistral_ai", "mistralai", "codestral"),
    "moonshotai": ("moonshot", "moonshot_ai", "moonshotai"),
    "openai": ("openai", "text-completion-openai", "custom_openai"),
    "openrouter": ("openrouter",),
    "perplexity": ("perplexity", "perplexity_ai"),
    "together": ("together", "together_ai", "togetherai"),
    "voyageai": ("voyage", "voyageai", "voyage_ai"),
    "x-ai": ("x_ai", "xai", "x-ai"),
}
"""Provider id -> the names seen for it: OTel gen_ai.provider.name and gen_ai.system, OpenInference llm.provider,
LiteLLM custom_llm_provider."""

_ID_OF = {name: provider for provider, names in PROVIDERS.items() for name in names}


def provider_id(name: str | None) -> str | None:
    """The catalogue's id of a provider; an unknown name in lower case; `None` for nothing."""
    if not name:
        return None
    found = _ID_OF.get(name)
    if found is not None:
        return found
    lower = name.strip().lower()
    return (_ID_OF.get(lower) or lowered(name)) or None


def is_known_provider(name: str) -> bool:
    """Whether the table knows the name (used before a prefix of a model name is read as a provider)."""
    return name.lower() in _ID_OF
