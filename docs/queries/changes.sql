-- A total may be told without its largest mover: `without_category`.
-- What changed beyond chance, after correction for the number of tests? The most certain first.
SELECT area, category, without_category, value, reference_value, verdict
FROM 'contrasts.parquet'
WHERE indicator = 'anmalda-brott-ytd' AND kind = 'change' AND verdict IN ('increase', 'decrease')
ORDER BY q, area, category;
