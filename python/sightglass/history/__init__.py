"""Raw events over time: Parquet segments on disk, asked through DuckDB. Imported where it is needed."""
