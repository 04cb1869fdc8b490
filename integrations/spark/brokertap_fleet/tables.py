"""brokertap's tables (NDJSON, one file each) as Parquet; those with many rows parted by day and host."""
import re
from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from . import storage
from .captures import Capture

SPARK_TYPES = {"VARCHAR": "STRING", "TIMESTAMP_NS": "TIMESTAMP", "BIGINT": "BIGINT", "DOUBLE": "DOUBLE", "BOOLEAN": "BOOLEAN"}
# Of parted tables: the time that gives a row's day (UTC), and the number of the capture that gives its host.
DAYS = {"findings": "first_time", "incidents": "from_time", "connections": "opened", "requests": "sent"}
SOURCES = {"findings": "get(frame_sources, 0)", "incidents": "source", "connections": "first_source", "requests": "source"}
# Most are small, and would wait for each other.
AT_ONCE = 4
CAPTURES = "path STRING, host STRING, bytes BIGINT, sha256 STRING, left_out STRING"


def schemas(sql: str) -> dict[str, str]:
    """Each table's columns in Spark's DDL, from the program's own (`schema --sql duckdb`)."""
    found = {}
    for table, columns in re.findall(r"CREATE TABLE (\w+) \((.*?)^\);", sql, re.S | re.M):
        typed = re.findall(r"^    (\w+) (\w+)(\[\])?", columns, re.M)
        found[table] = ", ".join(
            f"`{name}` " + (f"ARRAY<{SPARK_TYPES[kind]}>" if is_list else SPARK_TYPES[kind]) for name, kind, is_list in typed)
    return found


class Tables:
    """The tables of one run."""

    def __init__(self, spark: SparkSession, rows: str, captures: list[Capture]):
        """`rows`: URI of the folder with NDJSON and its schema."""
        self.spark, self.rows = spark, rows
        self.schemas = schemas(storage.text(rows, "schema.sql") or "")
        self.captures = spark.createDataFrame([(c.path, c.host, c.bytes, c.digest, c.left_out) for c in captures], CAPTURES)

    def read(self, table: str) -> DataFrame:
        """A table's rows; times have microseconds."""
        path = storage.for_spark(self.rows, f"{table}.ndjson")
        return self.spark.read.schema(self.schemas[table]).option("mode", "FAILFAST").json(path)

    def write(self, output: str) -> None:
        """Writes all tables as Parquet, each to a folder of its name, in place of those that are there."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda table: self._write(table, storage.for_spark(output, table)), [*self.schemas, "files"]))

    def _write(self, table: str, place: str) -> None:
        if table in DAYS:
            rows = self.parted(table).repartition("day", "host")
            rows.write.partitionBy("day", "host").parquet(place, "overwrite")
        else:
            rows = self.files() if table == "files" else self.read(table)
            rows.coalesce(1).write.parquet(place, "overwrite")

    def parted(self, table: str) -> DataFrame:
        """A table's rows with `day` and `host`; `unknown` where no capture is named."""
        rows = self.read(table)
        kept = rows.columns
        if table == "incidents":
            rows = rows.join(self.incident_sources(), "id", "left")
        hosts = self.read("sources").join(self.captures, f.col("name") == f.col("path"))
        hosts = f.broadcast(hosts.select(f.col("source").alias("_source"), "host"))
        rows = rows.withColumn("_source", f.expr(SOURCES[table])).join(hosts, "_source", "left")
        return rows.select(*kept, f.to_date(DAYS[table]).alias("day"), f.coalesce("host", f.lit("unknown")).alias("host"))

    def incident_sources(self) -> DataFrame:
        """(id, source): the first capture that shows the first finding of each incident."""
        findings = self.read("findings").select(f.col("id").alias("finding_id"), "first_time", "frame_sources")
        parts = self.read("incident_findings").join(findings, "finding_id")
        first = f.min_by(f.get("frame_sources", f.lit(0)), f.struct("first_time", "finding_id"))
        return parts.groupBy(f.col("incident_id").alias("id")).agg(first.alias("source"))

    def files(self) -> DataFrame:
        """What became of each capture: `state` is read, damaged (read up to where it is), copy, left-out, or lost."""
        if self.schemas:
            sources = self.read("sources").select(f.col("name").alias("path"), "packets", "truncated", "fault")
        else:
            sources = self.spark.createDataFrame([], "path STRING, packets BIGINT, truncated BOOLEAN, fault STRING")
        state = (
            f.when(f.col("left_out").startswith("copy of "), "copy")
            .when(f.col("left_out").isNotNull(), "left-out")
            .when(f.col("packets").isNull(), "lost")
            .when(f.col("truncated") | f.col("fault").isNotNull(), "damaged")
            .otherwise("read"))
        return self.captures.join(sources, "path", "left").select(
            "path", "host", "bytes", "sha256", "packets", state.alias("state"), f.coalesce("left_out", "fault").alias("reason")
        ).orderBy("path")
