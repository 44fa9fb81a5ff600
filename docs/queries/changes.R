# What changed beyond chance, after correction for the number of tests? The most certain first.
contrasts <- as.data.frame(arrow::read_parquet("contrasts.parquet"))
shown <- subset(contrasts, indicator == "anmalda-brott-ytd" & kind == "change" & verdict %in% c("increase", "decrease"))
columns <- c("area", "category", "without_category", "value", "reference_value", "verdict")
shown <- shown[order(shown$q, shown$area, shown$category), columns]
write.csv(shown, row.names = FALSE, quote = FALSE, na = "")
