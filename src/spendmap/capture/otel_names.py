"""Every span and resource attribute the OpenTelemetry connector reads, with the specification it comes from.

The only place where dotted attribute names of the conventions stand. Within one concept the first name wins.
Invariant: an attribute that is not listed here is never copied, so content (messages, prompts, tool arguments)
cannot enter the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass

CURRENT = "OTel GenAI semantic conventions, development, 2026-09"
OLD = "OTel GenAI semantic conventions 1.27 to 1.37 and earlier drafts"
OPENINFERENCE = "OpenInference, 2026-08"
OPENLLMETRY = "OpenLLMetry (traceloop)"
SENTRY = "Sentry AI conventions, 2025"
RESOURCE = "OTel resource conventions 1.36"
OWN = "spendmap"


@dataclass(frozen=True)
class Name:
    """An attribute, what it means in the ledger, and who specifies it."""

    concept: str
    attribute: str
    specification: str


NAMES: tuple[Name, ...] = (
    Name("provider", "gen_ai.provider.name", CURRENT),
    Name("provider", "gen_ai.system", OLD),
    Name("provider", "llm.provider", OPENINFERENCE),
    Name("provider", "llm.system", OPENINFERENCE),
    Name("operation", "gen_ai.operation.name", CURRENT),
    Name("operation", "llm.request.type", OPENLLMETRY),
    Name("kind", "openinference.span.kind", OPENINFERENCE),
    Name("kind", "traceloop.span.kind", OPENLLMETRY),
    Name("request_model", "gen_ai.request.model", CURRENT),
    Name("response_model", "gen_ai.response.model", CURRENT),
    Name("response_model", "llm.model_name", OPENINFERENCE),
    Name("response_model", "embedding.model_name", OPENINFERENCE),
    Name("response_model", "reranker.model_name", OPENINFERENCE),
    Name("input", "gen_ai.usage.input_tokens", CURRENT),
    Name("input", "gen_ai.usage.prompt_tokens", OLD),
    Name("input", "llm.token_count.prompt", OPENINFERENCE),
    Name("input", "llm.usage.prompt_tokens", OPENLLMETRY),
    Name("output", "gen_ai.usage.output_tokens", CURRENT),
    Name("output", "gen_ai.usage.completion_tokens", OLD),
    Name("output", "llm.token_count.completion", OPENINFERENCE),
    Name("output", "llm.usage.completion_tokens", OPENLLMETRY),
    Name("total", "gen_ai.usage.total_tokens", OLD),
    Name("total", "llm.usage.total_tokens", OPENLLMETRY),
    Name("total", "llm.token_count.total", OPENINFERENCE),
    Name("cache_read", "gen_ai.usage.cache_read.input_tokens", CURRENT),
    Name("cache_read", "gen_ai.usage.cache_read_input_tokens", OLD),
    Name("cache_read", "gen_ai.usage.cached_input_tokens", OLD),
    Name("cache_read", "gen_ai.usage.input_tokens.cached", SENTRY),
    Name("cache_read", "llm.token_count.prompt_details.cache_read", OPENINFERENCE),
    Name("cache_read", "llm.usage.cache_read_input_tokens", OPENLLMETRY),
    Name("cache_write", "gen_ai.usage.cache_write.input_tokens", CURRENT),
    Name("cache_write", "gen_ai.usage.cache_creation.input_tokens", OLD),
    Name("cache_write", "gen_ai.usage.cache_creation_input_tokens", OLD),
    Name("cache_write", "gen_ai.usage.input_tokens.cache_write", SENTRY),
    Name("cache_write", "llm.token_count.prompt_details.cache_write", OPENINFERENCE),
    Name("cache_write", "llm.usage.cache_creation_input_tokens", OPENLLMETRY),
    Name("cache_write_5m", "gen_ai.usage.cache_creation.ephemeral_5m_input_tokens", OLD),
    Name("cache_write_1h", "gen_ai.usage.cache_creation.ephemeral_1h_input_tokens", OLD),
    Name("reasoning", "gen_ai.usage.reasoning.output_tokens", CURRENT),
    Name("reasoning", "gen_ai.usage.reasoning_tokens", OLD),
    Name("reasoning", "gen_ai.usage.output_tokens.reasoning", SENTRY),
    Name("reasoning", "llm.token_count.completion_details.reasoning", OPENINFERENCE),
    Name("reasoning", "llm.usage.reasoning_tokens", OPENLLMETRY),
    Name("input_audio", "gen_ai.usage.audio.input_tokens", CURRENT),
    Name("input_audio", "llm.token_count.prompt_details.audio", OPENINFERENCE),
    Name("audio_cache_read", "gen_ai.usage.audio.cache_read.input_tokens", CURRENT),
    Name("output_audio", "gen_ai.usage.audio.output_tokens", CURRENT),
    Name("output_audio", "llm.token_count.completion_details.audio", OPENINFERENCE),
    Name("input_image", "gen_ai.usage.image.input_tokens", CURRENT),
    Name("image_cache_read", "gen_ai.usage.image.cache_read.input_tokens", CURRENT),
    Name("output_image", "gen_ai.usage.image.output_tokens", CURRENT),
    Name("web_searches", "gen_ai.usage.web_search_requests", OWN),
    Name("cost", "gen_ai.usage.cost", "vendors' addition to OTel GenAI"),
    Name("cost", "llm.cost.total", OPENINFERENCE),
    Name("response_id", "gen_ai.response.id", CURRENT),
    Name("response_id", "llm.response.id", OPENINFERENCE),
    Name("response_id", "llm.response_id", OPENINFERENCE),
    Name("response_id", "output.id", OPENINFERENCE),
    Name("response_id", "ai.response.id", "Vercel AI SDK telemetry"),
    Name("http_method", "http.request.method", "OTel HTTP conventions 1.36"),
    Name("http_method", "http.method", "OTel HTTP conventions, before 1.20"),
    Name("http_status", "http.response.status_code", "OTel HTTP conventions 1.36"),
    Name("http_status", "http.status_code", "OTel HTTP conventions, before 1.20"),
    Name("service_tier", "openai.response.service_tier", CURRENT),
    Name("service_tier", "gen_ai.openai.response.service_tier", OLD),
    Name("asked_tier", "openai.request.service_tier", CURRENT),
    Name("asked_tier", "gen_ai.openai.request.service_tier", OLD),
    Name("is_streamed", "gen_ai.request.stream", CURRENT),
    Name("is_streamed", "gen_ai.response.streaming", SENTRY),
    Name("is_streamed", "llm.is_streaming", OPENLLMETRY),
    Name("error", "error.type", CURRENT),
    Name("agent_id", "gen_ai.agent.id", CURRENT),
    Name("agent_name", "gen_ai.agent.name", CURRENT),
    Name("agent_name", "agent.name", OPENINFERENCE),
    Name("workflow", "gen_ai.workflow.name", CURRENT),
    Name("workflow", "traceloop.workflow.name", OPENLLMETRY),
    Name("workflow", "workflow", OWN),
    Name("workflow_run_id", "gen_ai.conversation.id", CURRENT),
    Name("workflow_run_id", "session.id", OPENINFERENCE),
    Name("person", "enduser.id", "OTel general attributes"),
    Name("person", "enduser.pseudo.id", "OTel general attributes"),
    Name("person", "user.id", OPENINFERENCE),
    Name("customer_id", "customer.id", OWN),
    Name("customer_id", "tenant.id", OWN),
    Name("customer_id", "app.customer_id", OWN),
    Name("customer_id", "customer_id", OWN),
    Name("use_case", "use_case", OWN),
    Name("use_case", "spendmap.use_case", OWN),
    Name("feature", "feature", OWN),
    Name("feature", "spendmap.feature", OWN),
    Name("cost_center", "cost_center", OWN),
    Name("cost_center", "spendmap.cost_center", OWN),
    Name("tool", "spendmap.tool", OWN),
    Name("eval_suite", "gen_ai.evaluation.suite", OWN),
    Name("eval_suite", "eval.suite", OWN),
    Name("eval_suite", "eval_suite", OWN),
    Name("project", "spendmap.project", OWN),
    Name("project", "openinference.project.name", OPENINFERENCE),
    Name("project", "service.name", RESOURCE),
    Name("team", "team", OWN),
    Name("team", "spendmap.team", OWN),
    Name("environment", "deployment.environment.name", RESOURCE),
    Name("environment", "deployment.environment", OLD),
    Name("tag", "gen_ai.agent.version", CURRENT),
    Name("tag", "gen_ai.data_source.id", CURRENT),
    Name("tag", "gen_ai.output.type", CURRENT),
    Name("tag", "gen_ai.prompt.name", CURRENT),
    Name("tag", "server.address", CURRENT),
    Name("tag", "service.namespace", RESOURCE),
    Name("tag", "service.version", RESOURCE),
    Name("tag", "cloud.account.id", RESOURCE),
    Name("tag", "k8s.namespace.name", RESOURCE),
    Name("labels", "tag.tags", OPENINFERENCE),
)

CONCEPT_OF: dict[str, tuple[str, int]] = {name.attribute: (name.concept, rank) for rank, name in enumerate(NAMES)}
"""Attribute -> its concept and rank; of two attributes of one concept the lower rank wins."""

GENAI_PREFIXES = ("gen_ai.", "llm.", "openinference.span.kind", "embedding.", "reranker.", "traceloop.")
"""A span with an attribute that starts so is a GenAI span: a row of this source."""

PRICED_OPERATIONS: dict[str, str] = {
    "chat": "chat",
    "text_completion": "text_completion",
    "completion": "text_completion",
    "generate_content": "generate_content",
    "responses": "chat",
    "response": "chat",
    "embeddings": "embeddings",
    "embedding": "embeddings",
    "rerank": "rerank",
}
"""gen_ai.operation.name (and OpenLLMetry's request type) of spans that are model calls -> the ledger's operation."""

PRICED_KINDS: dict[str, str] = {"LLM": "chat", "EMBEDDING": "embeddings", "RERANKER": "rerank"}
"""openinference.span.kind of spans that are model calls -> the ledger's operation."""

AGENT_OPERATIONS = frozenset({"invoke_agent", "create_agent", "agent"})
"""Operations and span kinds (lower case) whose agent is inherited by everything below them."""
