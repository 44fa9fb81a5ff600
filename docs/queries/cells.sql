-- Which cells of which files do the counts behind the change of violent crime stand in?
SELECT c.period, c.value, c.status, c.file, c.sheet, c.cell
FROM 'counts.parquet' AS c
JOIN 'contrasts.parquet' AS k
  ON c.source = k.source AND c.area = k.area AND c.category = k.category AND c.period IN (k.period, k.reference_period)
WHERE k.indicator = 'anmalda-brott-ytd' AND k.kind = 'change' AND k.category = 'valdsbrott'
ORDER BY c.area, c.period;
