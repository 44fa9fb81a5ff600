#!/usr/bin/env bash
# A register of offences to Parquet: ours (read, coded, validated) and DuckDB's plain copy, in turns on the same cores.
#   bash benches/peers/offences.sh ROWS [ROUNDS]
# Needs `cargo build --release --workspace --examples`, and DuckDB for Python. The files lie in a folder that is removed at the end.
set -euo pipefail
rows=$1 rounds=${2:-3}
ours=$(dirname "$0")/../../target/release/examples/offences
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$ours" generate "$folder/register.csv" "$rows"
cat "$folder/register.csv" > /dev/null
for _ in $(seq "$rounds"); do
    "$ours" copy "$folder/register.csv" "$folder/ours"
    python3 - "$folder" <<'PYTHON'
import resource, sys, time
import duckdb

folder = sys.argv[1]
connection = duckdb.connect()
connection.execute("SET threads = 2")
begin = time.perf_counter()
query = f"SELECT * FROM read_csv('{folder}/register.csv')"
connection.execute(f"COPY ({query}) TO '{folder}/duckdb.parquet' (FORMAT parquet)")
wall = time.perf_counter() - begin
used = resource.getrusage(resource.RUSAGE_SELF)
print(f"duckdb {duckdb.__version__}: {wall:.2f} s, {used.ru_utime + used.ru_stime:.2f} s CPU, peak {used.ru_maxrss} kB")
PYTHON
done
ls -l "$folder/ours/offences.parquet" "$folder/duckdb.parquet" | awk '{print $5, $9}'
