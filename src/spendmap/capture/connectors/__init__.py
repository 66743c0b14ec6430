"""One module per source format, each with a `CONNECTOR`: a few facts about the format and how to read a file of it.

Reads files; writes nothing. How to add one: `docs/guides/add-a-connector.md`.
"""
