"""What Birch declares: who works there, whom it pays, what it uses AI for."""

REGISTER = {
    "departments.yaml": """departments:
  - {id: product, name: Product, owner: Ada, headcount: 6}
  - {id: support, name: Support, owner: Cem, headcount: 5}
  - {id: engineering, name: Engineering, owner: Dag, headcount: 9}
  - {id: people, name: People, owner: Eve, headcount: 2}
labour_rates:
  - {id: reviewer-1, role: reviewer, hourly_rate: "50.00", currency: USD, valid_from: 2026-01-01, valid_to: 2026-09-16}
  - {id: reviewer-2, role: reviewer, hourly_rate: "60.00", currency: USD, valid_from: 2026-09-16}
""",
    "vendors.yaml": """vendors:
  - id: openai
    name: OpenAI
    kind: ai_native
    accounts:
      - id: org-birch
        invoice_lag_months: 1
        keys: [{provider_name: openai}, {billing_account_id: org-birch}, {invoice_issuer_name: "OpenAI, LLC"}]
      - id: org-research
        keys: [{invoice_issuer_name: OpenAI Ireland Ltd}]
      - id: chatgpt
        keys: [{invoice_issuer_name: "OPENAI *CHATGPT SUBSCR"}]
  - id: pinecone
    name: Pinecone
    kind: ai_native
    accounts:
      - {id: main, invoice_lag_months: 1, keys: [{invoice_issuer_name: "Pinecone Systems, Inc."}]}
contracts:
  - {id: grammarly-2026, name: Grammarly annual, vendor: grammarly, start_date: 2026-01-01, end_date: 2026-12-31,
     term_months: 12, commitment: "1200.00", currency: USD, payment_terms: yearly in advance}
""",
    "tools.yaml": """tools:
  - {id: chatgpt, name: ChatGPT Team, vendor: openai, vendor_account: chatgpt, capability: chat,
     category: internal_tools, department: people, owner: Eve, keys: [{invoice_issuer_name: "OPENAI *CHATGPT SUBSCR"}]}
  - {id: copilot, name: GitHub Copilot Business, vendor: github, capability: coding, category: internal_tools,
     department: engineering, owner: Dag, keys: [{product: GitHub Copilot Business}, {invoice_issuer_name: "GitHub, Inc."}]}
  - {id: claude-code, name: Claude Code, vendor: anthropic, capability: coding, category: internal_tools,
     department: engineering, owner: Dag, keys: [{tool: claude_code}]}
  - {id: cursor, name: Cursor, vendor: cursor, capability: coding, category: internal_tools, department: engineering,
     owner: Dag, keys: [{product: Cursor Business}]}
""",
    "use_cases.yaml": """use_cases:
  - id: answers
    name: Answers
    category: product_inference
    department: product
    owner:
      - {value: Ada, to: 2026-09-16}
      - {value: Bo, from: 2026-09-16, evidence: note of the September board}
    keys: [{use_case: answers}]
  - {id: triage, name: Triage, category: product_inference, department: support, owner: Cem, keys: [{use_case: triage}]}
agents:
  - {id: scout, name: Scout, department: engineering, owner: Dag, keys: [{agent_id: scout}]}
evaluation_suites:
  - {id: gold, name: Gold answers, use_case: answers, owner: Ada, cadence: weekly, gate: held, keys: [{eval_suite: gold}]}
""",
}
