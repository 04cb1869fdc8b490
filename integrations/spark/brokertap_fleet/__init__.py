"""Captures of many hosts and days to one report and Parquet tables, on Apache Spark. See ../README.md."""
