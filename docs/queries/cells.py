# Which cells of which files do the counts behind the change of violent crime stand in?
import polars as pl

of_interest = pl.scan_parquet("contrasts.parquet").filter(
    pl.col("indicator") == "anmalda-brott-ytd", pl.col("kind") == "change", pl.col("category") == "valdsbrott"
)
cells = (
    pl.scan_parquet("counts.parquet")
    .join(of_interest.select("source", "area", "category", newer="period", older="reference_period"),
          on=["source", "area", "category"])
    .filter((pl.col("period") == pl.col("newer")) | (pl.col("period") == pl.col("older")))
    .sort("area", "period")
    .select("period", "value", "status", "file", "sheet", "cell")
    .collect()
)
print(cells.write_csv(), end="")
