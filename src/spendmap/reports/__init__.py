"""What the map says: one typed report per page, asked by the command line, the API and the exports alike.

Reads the published roll-ups (`read_model`) and, for lineage only, the Parquet files they name.
Writes nothing. Imports no catalogue, no register and no web framework: a report costs milliseconds.
Leaves formatting to `cli` and `web`: money leaves here as exact decimal text.
"""
