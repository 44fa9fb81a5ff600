#!/usr/bin/env python3
"""Do other readers see the store of a release as it is?

Reads every Parquet table of a release with DuckDB, pyarrow and polars and checks that the three see the same rows (every
value of every row), the same types and the same metadata. Prints a table; exits with 1 when anything differs.

    pip install duckdb pyarrow polars
    python benches/peers/read_store.py data/out/kungsholmen-sdo-2023-v41/latest/store
"""

import datetime
import hashlib
import json
import pathlib
import struct
import sys

import duckdb
import polars
import pyarrow.parquet

# One name per type of the contract, as each reader calls it.
DUCKDB = {"VARCHAR": "text", "BIGINT": "int", "DOUBLE": "real", "DATE": "date"}
ARROW = {"string": "text", "int64": "int", "double": "real", "date32[day]": "date"}
POLARS = {"String": "text", "Int64": "int", "Float64": "real", "Date": "date"}
KEYS = ["lagesbild.table", "lagesbild.schema_version", "lagesbild.software", "lagesbild.inputs"]


def digest(rows):
    """SHA-256 over all values of all rows in their order; a real number counts with all its bits."""
    sha = hashlib.sha256()
    for row in rows:
        for value in row:
            if value is None:
                sha.update(b"n")
            elif isinstance(value, float):
                sha.update(b"r" + struct.pack("<d", value))
            elif isinstance(value, int):
                sha.update(b"i" + str(value).encode())
            elif isinstance(value, datetime.date):
                sha.update(b"d" + value.isoformat().encode())
            else:
                sha.update(b"t" + value.encode() + b"\0")
    return sha.hexdigest()


def with_duckdb(path):
    db = duckdb.connect()
    # One thread keeps the order of the file.
    db.execute("SET threads TO 1; SET preserve_insertion_order TO true")
    cursor = db.execute("SELECT * FROM read_parquet(?)", [str(path)])
    types = [(column[0], DUCKDB.get(str(column[1]), str(column[1]))) for column in cursor.description]
    rows = cursor.fetchall()
    pairs = db.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(path)]).fetchall()
    metadata = {bytes(key).decode(): bytes(value).decode() for key, value in pairs}
    facts = db.execute("SELECT DISTINCT compression FROM parquet_metadata(?)", [str(path)]).fetchall()
    created = db.execute("SELECT created_by FROM parquet_file_metadata(?)", [str(path)]).fetchone()[0]
    return types, rows, metadata, {fact[0] for fact in facts}, created


def with_pyarrow(path):
    file = pyarrow.parquet.ParquetFile(path)
    table = file.read()
    types = [(field.name, ARROW.get(str(field.type), str(field.type))) for field in file.schema_arrow]
    rows = list(zip(*[column.to_pylist() for column in table.columns])) if table.num_rows else []
    metadata = {key.decode(): value.decode() for key, value in (file.metadata.metadata or {}).items()}
    groups = range(file.metadata.num_row_groups)
    columns = [file.metadata.row_group(group).column(at) for group in groups for at in range(file.metadata.num_columns)]
    described = sum(b"description" in (field.metadata or {}) for field in file.schema_arrow)
    sorting = [[column.column_index for column in file.metadata.row_group(group).sorting_columns] for group in groups]
    return types, rows, metadata, {column.compression for column in columns}, file.metadata.created_by, described, sorting


def with_polars(path):
    frame = polars.read_parquet(path)
    types = [(name, POLARS.get(str(kind), str(kind))) for name, kind in frame.schema.items()]
    metadata = polars.read_parquet_metadata(path)
    return types, frame.rows(), metadata


def main(folder):
    paths = sorted(pathlib.Path(folder).glob("*.parquet"))
    if not paths:
        sys.exit(f"{folder}: no Parquet file there")
    print(f"duckdb {duckdb.__version__}, pyarrow {pyarrow.__version__}, polars {polars.__version__}")
    print(f"{'table':<18}{'rows':>7}{'columns':>9}{'types':>7}{'values':>8}{'metadata':>10}  SHA-256 of all values")
    faults = []
    for path in paths:
        table = path.stem
        duck_types, duck_rows, duck_metadata, duck_codec, duck_created = with_duckdb(path)
        arrow_types, arrow_rows, arrow_metadata, arrow_codec, created, described, sorting = with_pyarrow(path)
        polars_types, polars_rows, polars_metadata = with_polars(path)
        digests = [digest(rows) for rows in (duck_rows, arrow_rows, polars_rows)]
        metadata = [{key: found.get(key) for key in KEYS} for found in (duck_metadata, arrow_metadata, polars_metadata)]

        def check(good, what):
            if not good:
                faults.append(f"{table}: {what}")
            return "same" if good else "DIFFER"

        types = check(duck_types == arrow_types == polars_types, f"types {duck_types} {arrow_types} {polars_types}")
        numbers = {len(duck_rows), len(arrow_rows), len(polars_rows)}
        values = check(len(set(digests)) == 1 and len(numbers) == 1, f"rows {numbers}, digests {digests}")
        same = check(metadata[0] == metadata[1] == metadata[2], f"metadata {metadata}")
        check(metadata[0]["lagesbild.table"] == table, f"the table says that it is {metadata[0]['lagesbild.table']}")
        inputs = json.loads(metadata[0]["lagesbild.inputs"])
        check(inputs and all(len(one["sha256"]) == 64 for one in inputs), f"inputs {inputs}")
        known = {"text", "int", "real", "date"}
        check(all(kind in known for _, kind in arrow_types), f"a type outside the contract in {arrow_types}")
        check(duck_codec == arrow_codec == {"ZSTD"}, f"compression {duck_codec} {arrow_codec}")
        software = metadata[0]["lagesbild.software"]
        check(software == created == duck_created, f"software {software}, created by {created}, {duck_created}")
        check(described == len(arrow_types), f"{described} of {len(arrow_types)} columns are described")
        check(all(sorting), f"sorting columns {sorting}")
        # A null comes first; texts by their bytes.
        order = [[(row[at] is not None, row[at].encode() if isinstance(row[at], str) else row[at] or 0) for at in sorting[0]]
                 for row in arrow_rows] if sorting and len(sorting) == 1 else []
        check(order == sorted(order), "the rows are not sorted as the file says")
        print(f"{table:<18}{len(duck_rows):>7}{len(duck_types):>9}{types:>7}{values:>8}{same:>10}  {digests[0][:16]}")
    for fault in faults:
        print(fault, file=sys.stderr)
    print("the three readers agree" if not faults else f"{len(faults)} differences")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
