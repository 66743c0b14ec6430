"""Where transforms run and where the ledger is kept. The only package that imports duckdb, pyspark or pyiceberg.

`transform` holds the SQL dialect and its checks, `duckdb`/`spark` run it, `store` keeps the Iceberg
tables, `reader` opens the published roll-ups. Import the module you need: each is heavy in its own way.
"""
