# Reference cases of overdispersion: Rscript dispersion.R <folder of the CSV files> (needs limma)
source("cases.R")

begin("dispersion", "R 4.2.2, limma 3.54.1: squeezeVar(phi, df) of Pearson dispersions, pchisq; 1e-9 (trigammaInverse stops at 1e-8 of its step)")
history <- function(case, years) {
  input <- sprintf('{"areas":[%s]}', paste(sapply(seq_along(years), function(i) sprintf('{"name":"a%d","years":[%s]}', i, paste(sprintf('{"count":%d}', years[[i]]), collapse = ","))), collapse = ","))
  phi <- sapply(years, function(x) sum((x - mean(x))^2 / mean(x)) / (length(x) - 1)); df <- sapply(years, length) - 1
  s <- quiet(limma::squeezeVar(phi, df)); number_or_null <- function(x) if (is.finite(x)) x else NA
  row(case, input, "/prior", s$var.prior[1], "1e-9"); row(case, input, "/prior_df", number_or_null(s$df.prior[1]), "1e-8")
  for (i in seq_along(years)) {
    row(case, input, sprintf("/areas/%d/own", i - 1), phi[i]); row(case, input, sprintf("/areas/%d/shrunk", i - 1), s$var.post[i], "1e-9")
    row(case, input, sprintf("/areas/%d/test/p_value", i - 1), pchisq(phi[i] * df[i], df[i], lower.tail = FALSE))
  }
}
history("scattered", list(c(72, 95, 61, 87), c(40, 41, 40, 39), c(25, 13, 30, 19, 44), c(300, 420, 280), c(55, 56, 52, 57, 55, 54), c(10, 31, 8, 17)))
history("alike", list(c(72, 80, 71, 87), c(40, 44, 39, 51), c(25, 23, 30, 19)))
input <- '{"areas":[{"name":"a","years":[{"count":4},{"count":9},{"count":2}]},{"name":"b","years":[{"count":3},{"count":5}]}]}'
row("two-years-borrow", input, "/areas/1/own", NA); row("two-years-borrow", input, "/areas/1/shrunk", sum((c(4, 9, 2) - 5)^2 / 5) / 2)
row("no-history", '{"areas":[{"name":"b","years":[{"count":3},{"count":5}]}]}', "", '"`areas with three years of events` has 0 values, expected at least 1"', "0")

begin("dispersed-ratio", "R 4.2.2: poisson.test; log ratio by its formula with pt, qt, pnorm; 1e-10")
dispersed <- function(case, a, b, phi, df = NA) {
  input <- sprintf('{"baseline":{"count":%d},"current":{"count":%d},"dispersion":%s%s}', a, b, phi, if (is.na(df)) "" else sprintf(',"df":%s', df))
  se <- sqrt(max(1, phi) * (1 / a + 1 / b)); s <- log(b / a) / se; q <- if (is.na(df)) z else qt(0.975, df)
  row(case, input, "/poisson/exact/p_value", poisson.test(c(b, a))$p.value); row(case, input, "/widened/statistic", s); row(case, input, "/widened/p_value", if (is.na(df)) 2 * pnorm(-abs(s)) else 2 * pt(-abs(s), df))
  row(case, input, "/widened_interval/lower", b / a * exp(-q * se)); row(case, input, "/widened_interval/upper", b / a * exp(q * se))
}
dispersed("damage", 761, 530, 3, 8); dispersed("known", 761, 530, 3); dispersed("below-one", 87, 60, 0.4, 3)
row("to-zero", '{"baseline":{"count":12},"current":{"count":0},"dispersion":2}', "/widened", NA)
