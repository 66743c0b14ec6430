"""AI Spend Map: one shared, evidence-based picture of everything a company spends on AI."""

__version__ = "0.1.0"
