"""What the map says: one typed report per page, asked by the command line, the API and the exports alike.

Reads the published roll-ups (`read_model`) and, for lineage, the Parquet files they name. Writes nothing and imports no
web framework. The map and what is drawn from roll-ups alone import no catalogue and no database: they cost
milliseconds. The question card, sources, reconciliation and readiness also read the register, and scenarios replay rows
on an engine; they load what they need when they are asked (`declared` says why).
Leaves formatting to `cli` and `web`: money leaves here as exact decimal text.
"""
