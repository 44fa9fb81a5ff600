"""Workbook -> Parquet by other readers, for the workbook that `cargo bench --workspace --bench workbook` makes.

    python benches/peers/workbook.py WORKBOOK [ROUNDS]

Each way runs in a process of its own, in turns; printed are the best and the median wall time, the least processor time
and the largest peak of resident memory. A way whose library or extension is not there is named and left out.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def fastexcel_pyarrow(book, out):
    import fastexcel
    import pyarrow
    import pyarrow.parquet

    sheet = fastexcel.read_excel(book).load_sheet(0, dtypes="string")
    pyarrow.parquet.write_table(pyarrow.table(sheet.to_arrow()), out, compression="zstd")


def fastexcel_polars(book, out):
    import fastexcel

    fastexcel.read_excel(book).load_sheet(0).to_polars().write_parquet(out, compression="zstd")


def duckdb_excel(book, out):
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    try:
        connection.execute("LOAD excel")
    except duckdb.Error:
        # From the package registry: `pip install duckdb==1.5.5 duckdb-extension-excel==1.5.5`.
        import duckdb_extension_excel

        folder = Path(duckdb_extension_excel.__file__).parent / "extensions" / f"v{duckdb.__version__}"
        connection.execute(f"LOAD '{folder}/excel.duckdb_extension'")
    query = f"SELECT * FROM read_xlsx('{book}', all_varchar = true)"
    connection.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")


WAYS = {way.__name__: way for way in (fastexcel_polars, fastexcel_pyarrow, duckdb_excel)}


def one(name, book):
    """Runs a way once, and prints wall time, processor time (s) and peak memory (MiB)."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        WAYS[name](book, str(Path(folder) / "out.parquet"))
        wall = time.perf_counter() - begin
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def main():
    if sys.argv[1] == "--one":
        return one(sys.argv[2], sys.argv[3])
    book, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    taken = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name in list(taken):
            command = [sys.executable, __file__, "--one", name, book]
            run = subprocess.run(command, capture_output=True, text=True)
            if run.returncode == 0:
                taken[name].append([float(number) for number in run.stdout.split()])
            else:
                print(f"{name}: left out ({run.stderr.strip().splitlines()[-1]})")
                del taken[name]
    for name, runs in taken.items():
        wall, cpu, peak = zip(*runs)
        print(
            f"{name:18} best {min(wall):.3f} s  median {statistics.median(wall):.3f} s  "
            f"least CPU {min(cpu):.2f} s  peak {max(peak):.0f} MiB"
        )


if __name__ == "__main__":
    main()
