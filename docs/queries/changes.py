# What changed beyond chance, after correction for the number of tests? The most certain first.
import polars as pl

changes = (
    pl.scan_parquet("contrasts.parquet")
    .filter(pl.col("indicator") == "anmalda-brott-ytd", pl.col("kind") == "change")
    .filter(pl.col("verdict").is_in(["increase", "decrease"]))
    .sort("q", "area", "category")
    .select("area", "category", "without_category", "value", "reference_value", "verdict")
    .collect()
)
print(changes.write_csv(), end="")
