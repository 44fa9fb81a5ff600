# Which cells of which files do the counts behind the change of violent crime stand in?
contrasts <- as.data.frame(arrow::read_parquet("contrasts.parquet"))
counts <- as.data.frame(arrow::read_parquet("counts.parquet"))
wanted <- subset(contrasts, indicator == "anmalda-brott-ytd" & kind == "change" & category == "valdsbrott",
                 c("source", "area", "category", "period", "reference_period"))
names(wanted)[4] <- "newer"
cells <- merge(counts, wanted, by = c("source", "area", "category"))
cells <- cells[cells$period == cells$newer | cells$period == cells$reference_period, ]
cells <- cells[order(cells$area, cells$period), c("period", "value", "status", "file", "sheet", "cell")]
write.csv(cells, row.names = FALSE, quote = FALSE, na = "")
