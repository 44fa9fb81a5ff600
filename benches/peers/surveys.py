"""A survey of many respondents: ours, DuckDB's plain group-by (no variance) and `svy`, from the same Parquet on the same cores.

    python benches/peers/surveys.py RESPONDENTS QUESTIONS AREAS GROUPS [WAVES] [ROUNDS]

Needs `cargo build --release --workspace --examples`; DuckDB and `svy` for Python. The data are synthetic and made by DuckDB from
hashes, so every call makes the same. The files lie in a folder that is removed at the end.
"""
import os
import subprocess
import sys
import tempfile

import duckdb

respondents, questions, areas, groups = map(int, sys.argv[1:5])
waves = [2023, 2020][: int(sys.argv[5]) if len(sys.argv) > 5 else 1]
rounds = int(sys.argv[6]) if len(sys.argv) > 6 else 3
ours = os.path.join(os.path.dirname(__file__), "../../target/release/examples/surveys")


def chance(seed):
    return f"(hash(i * 1000003 + {seed}) % 1000000) / 1000000.0"


def make(folder, wave):
    names = [f"q{nth}" for nth in range(1, questions + 1)]
    answers = ", ".join(
        # Four in a hundred do not answer; the share depends on question and area.
        f"CASE WHEN {chance(wave + 7 * nth)} < 0.04 THEN NULL "
        f"WHEN {chance(wave + 7 * nth + 3)} < 0.05 + 0.4 * {nth} / {questions} + 0.1 * sin(area + {nth}) THEN 1 ELSE 0 END::BIGINT AS q{nth}"
        for nth in range(1, questions + 1)
    )
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute(
        f"""COPY (
            WITH people AS (SELECT i, 1 + hash(i + {wave}) % {areas} AS area FROM range({respondents}) AS t(i)),
            sizes AS (SELECT area, count(*) AS n FROM people GROUP BY area)
            SELECT i AS row, area::BIGINT AS stratum, area::BIGINT AS area,
                   (1 + hash(i + 3 * {wave}) % 7)::BIGINT AS "group",
                   20 * (0.5 + {chance(wave + 1)}) AS weight, (20 * n)::BIGINT AS population, {answers}
            FROM people JOIN sizes USING (area) ORDER BY i
        ) TO '{folder}/responses-peer-{wave}.parquet' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"""
    )
    return names


DUCKDB = """
import sys, time, duckdb
folder, questions, groups, waves, form = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4].split(","), sys.argv[5]
connection = duckdb.connect()
connection.execute("SET threads = 2"); connection.execute("SET enable_progress_bar = false")
# Each answer is 0 or 1. A mean is the least that a group-by can do; the quotient of sums is the estimate that ours makes, in the
# fastest of the forms that were tried (sum with FILTER takes six times as long).
forms = {"mean": "avg(q{n})", "weighted": "sum(weight * q{n}) / sum(CASE WHEN q{n} IS NOT NULL THEN weight END)"}
begin = time.perf_counter(); total = 0.0; cells = 0
for wave in waves:
    shares = ", ".join(forms[form].format(n=n) for n in range(1, questions + 1))
    by = "GROUPING SETS ((area), (area, \\"group\\"), (\\"group\\"), ())" if groups else "GROUPING SETS ((area), ())"
    rows = connection.execute(f"SELECT {shares} FROM '{folder}/responses-peer-{wave}.parquet' GROUP BY {by}").fetchall()
    cells += sum(len(row) for row in rows); total += sum(100 * value for row in rows for value in row if value is not None)
seconds = time.perf_counter() - begin
print(f"duckdb {duckdb.__version__}, {form}: {cells} shares, {seconds:.2f} s, sum of shares {total:.6f}, "
      + "peak" + [line for line in open("/proc/self/status") if line.startswith("VmHWM")][0][6:].rstrip())
"""

SVY = """
import sys, time
import polars as pl, svy
folder, questions, groups, waves = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4].split(",")
asked = min(questions, int(sys.argv[5]))
begin = time.perf_counter(); cells = 0
for wave in waves:
    data = pl.read_parquet(f"{folder}/responses-peer-{wave}.parquet").with_columns(pl.lit(1).alias("one"))
    sample = svy.Sample(data, svy.Design(stratum="stratum", wgt="weight"))
    for n in range(1, asked + 1):
        by = ("area", "group") if groups else "area"
        found = sample.estimation.mean(f"q{n}", by=by, drop_nulls=True)
        cells += len(found.estimates)
seconds = time.perf_counter() - begin
print(f"svy {svy.__version__}: {cells} means of {asked} questions, {seconds:.2f} s, "
      f"for all {questions} questions {seconds * questions / asked:.1f} s")
"""

with tempfile.TemporaryDirectory() as folder:
    for wave in waves:
        make(folder, wave)
    told = ",".join(map(str, waves))
    for _ in range(rounds):
        arguments = [folder, questions, areas, groups, *waves]
        for threads in (1, 2):
            environment = {**os.environ, "RAYON_NUM_THREADS": str(threads), "POLARS_MAX_THREADS": str(threads)}
            print(threads, "thread(s),", end=" ", flush=True)
            subprocess.run([ours, *map(str, arguments)], check=True, env=environment)
        for form in ("mean", "weighted"):
            subprocess.run([sys.executable, "-c", DUCKDB, folder, str(questions), str(groups), told, form], check=True)
    subprocess.run([sys.executable, "-c", SVY, folder, str(questions), str(groups), told, "4"], check=False)
