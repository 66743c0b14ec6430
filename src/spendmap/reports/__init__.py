"""What the map says: one typed report per page, asked by the command line, the API and the exports alike.

Reads the published roll-ups (`read_model`) and, for lineage only, the Parquet files they name.
Writes nothing. Imports no catalogue, no database and no web framework: a report costs milliseconds. Only the question
card reads the register, and loads its database when the first card is asked for (`declared` says why).
Leaves formatting to `cli` and `web`: money leaves here as exact decimal text.
"""
