# Reference cases of seasonal counts, surveillance without years and simple forecasts: Rscript series.R <folder of the CSV files>
source("cases.R")
quietly <- suppressPackageStartupMessages
quietly(library(surveillance)); quietly(library(forecast))
monthly <- c(61,55,70,72,88,95,90,93,80,77,69,64,49,71,58,95,82,118,84,109,70,92,61,83,83,47,91,74,113,92,121,86,101,73,88,55,70,66,85,79,104,99,117,98,93,84,80,69)
list_of <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ","), "]")

begin("seasonal-count-trend", "R 4.2.2: glm(count ~ factor(season) + time - 1 + offset(log(exposure)), quasipoisson), fitted from its own solution so that weights have converged; 1e-9")
seasonal <- function(case, x, m, exposure = NULL) {
  input <- sprintf('{"counts":%s,"period":%d%s}', list_of(x), m, if (is.null(exposure)) "" else sprintf(',"exposures":%s', list_of(exposure))); e <- if (is.null(exposure)) rep(1, length(x)) else exposure
  s <- factor((seq_along(x) - 1) %% m); t <- (seq_along(x) - 1) / m; strict <- glm.control(epsilon = 1e-15, maxit = 200)
  g <- glm(x ~ s + t - 1 + offset(log(e)), quasipoisson, control = strict); g <- quiet(glm(x ~ s + t - 1 + offset(log(e)), quasipoisson, control = strict, start = coef(g))); h <- glm(x ~ t + offset(log(e)), quasipoisson, control = strict)
  phi <- summary(g)$dispersion; used <- max(1, phi); b <- unname(coef(g)["t"]); se <- sqrt(summary(g)$cov.unscaled["t", "t"] * used); df <- g$df.residual
  row(case, input, "/slope", b, "1e-9"); row(case, input, "/slope_error", se, "1e-9"); row(case, input, "/dispersion", phi, "1e-9"); row(case, input, "/test/p_value", 2 * pt(-abs(b / se), df), "1e-9")
  row(case, input, "/apc_interval/lower", 100 * (exp(b - qt(0.975, df) * se) - 1), "1e-8"); row(case, input, "/apc_interval/upper", 100 * (exp(b + qt(0.975, df) * se) - 1), "1e-9")
  level <- coef(g)[1:m]; for (i in c(1, m)) row(case, input, sprintf("/seasonal_indices/%d", i - 1), unname(exp(level[i] - mean(level))), "1e-9")
  f <- (deviance(h) - deviance(g)) / (m - 1) / used; row(case, input, "/season_test/f", f, "1e-9"); row(case, input, "/season_test/p_value", pf(f, m - 1, df, lower.tail = FALSE), "1e-8")
}
seasonal("months", monthly, 12L); seasonal("quarters", c(31, 45, 52, 38, 33, 49, 55, 37, 36, 50, 61, 42, 35, 55, 66, 44), 4L); seasonal("with-days", monthly, 12L, rep(c(31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 4))
row("M02-two-years", sprintf('{"counts":%s,"period":12}', list_of(monthly[1:24])), "", '"`counts` has 24 values, expected at least 36 (three whole cycles)"', "0")
row("M12-break", sprintf('{"counts":%s,"period":12,"breaks":{"at":[2]}}', list_of(monthly)), "", '"`breaks.at` is 2, expected a break outside the series, or `linked` set to true when the series was re-linked"', "0")

begin("ears", "surveillance 1.20.3: earsC(sts, control = list(method, baseline, minSigma, alpha)); 1e-10")
ears <- function(case, x, method, baseline = 7, least = 1, alpha = NULL) {
  input <- sprintf('{"counts":%s,"variant":"%s","baseline":%d,"minimum_deviation":%s%s}', list_of(x), tolower(method), baseline, least, if (is.null(alpha)) "" else sprintf(',"alpha":%s', alpha))
  control <- list(method = method, baseline = baseline, minSigma = least); if (!is.null(alpha)) control$alpha <- alpha
  s <- earsC(sts(x), control = control); u <- as.numeric(upperbound(s)); a <- as.logical(alarms(s))
  for (i in seq_along(u)) { row(case, input, sprintf("/points/%d/bound", i - 1), u[i]); row(case, input, sprintf("/points/%d/alarm", i - 1), if (a[i]) "true" else "false", "0") }
}
days <- c(4, 6, 5, 3, 7, 5, 6, 4, 5, 7, 6, 19, 15, 4, 5, 5, 5, 5, 5, 5, 5, 8)
ears("c1", days, "C1"); ears("c2", days, "C2"); ears("c3", days, "C3"); ears("c2-baseline-3", days[8:18], "C2", 3L, 0.5, 0.01)
row("short", '{"counts":[1,2,3,4,5,6,7],"variant":"c1"}', "", '"`counts` has 7 values, expected at least 8 (the baseline and one count to judge)"', "0")

begin("naive-forecast", "forecast 8.20: snaive, naive, rwf(drift = TRUE), meanf; 1e-10")
y <- ts(monthly, frequency = 12, start = c(2020, 1))
ahead <- function(case, rule, f, h, x = monthly) {
  input <- sprintf('{"counts":%s,"rule":"%s","period":12,"horizon":%d}', list_of(x), rule, h)
  for (i in unique(c(1, min(12, h), h))) {
    at <- sprintf("/points/%d", i - 1); row(case, input, paste0(at, "/value"), f$mean[i]); row(case, input, paste0(at, "/lower"), max(0, f$lower[i])); row(case, input, paste0(at, "/upper"), f$upper[i])
    row(case, input, paste0(at, "/cut_at_zero"), if (f$lower[i] < 0) "true" else "false", "0")
  }
}
ahead("G01", "seasonal-naive", snaive(y, h = 24, level = 95), 24L); ahead("naive", "naive", naive(y, h = 24, level = 95), 24L); ahead("drift", "drift", rwf(y, h = 24, drift = TRUE, level = 95), 24L); ahead("mean", "mean", meanf(y, h = 3, level = 95), 3L)
row("G01-printed", sprintf('{"counts":%s,"rule":"seasonal-naive","period":12,"horizon":24}', list_of(monthly)), "/points/12/lower", 16.05053012482, "1e-12")
row("short", '{"counts":[1,2,3,4,5,6],"period":4}', "", '"`counts` has 6 values, expected at least 8 (two whole cycles)"', "0"); row("repeats", '{"counts":[3,4,3,4,3,4],"period":2}', "", '"naive-forecast is undefined: the series repeats itself exactly"', "0")

begin("forecast-accuracy", "R 4.2.2: the formulas of the vector with snaive of forecast 8.20; 1e-10")
tr <- window(y, end = c(2022, 12)); te <- window(y, start = c(2023, 1)); f <- snaive(tr, h = 12, level = 95); e <- te - f$mean
input <- sprintf('{"actual":%s,"forecast":%s,"training":%s,"period":12,"lower":%s,"upper":%s}', list_of(te), list_of(f$mean), list_of(tr), list_of(f$lower[, 1]), list_of(f$upper[, 1]))
row("G12", input, "/mae", mean(abs(e))); row("G12", input, "/rmse", sqrt(mean(e^2))); row("G12", input, "/mase", mean(abs(e)) / mean(abs(diff(tr, 12)))); row("G12", input, "/smape", 200 * mean(abs(e) / (abs(te) + abs(f$mean)))); row("G12", input, "/rmsse", sqrt(mean(e^2)) / sqrt(mean(diff(tr, 12)^2)))
out <- pmax(f$lower[, 1] - te, 0) + pmax(te - f$upper[, 1], 0); row("G12", input, "/winkler", mean(f$upper[, 1] - f$lower[, 1] + 2 / 0.05 * out)); row("G12", input, "/coverage", mean(out == 0))
narrow <- sprintf('{"actual":%s,"forecast":%s,"lower":%s,"upper":%s,"level":0.8}', list_of(te), list_of(f$mean), list_of(f$mean - 5), list_of(f$mean + 5)); out <- pmax(abs(e) - 5, 0)
row("limits-too-narrow", narrow, "/winkler", mean(10 + 10 * out)); row("limits-too-narrow", narrow, "/coverage", mean(out == 0)); row("limits-too-narrow", narrow, "/mase", NA)
row("zero", '{"actual":[0,1],"forecast":[0,1]}', "/smape", NA); row("empty", '{"actual":[],"forecast":[]}', "", '"`actual` has 0 values, expected at least 1"', "0")
row("lengths", '{"actual":[1,2],"forecast":[1]}', "", '"`number of forecasts` is 1 but `number of actual values` is 2, expected one value per actual value"', "0")

begin("forecast-comparison", "forecast 8.20: dm.test(power, h); 1e-10")
e1 <- as.numeric(te) - as.numeric(f$mean); e2 <- as.numeric(te) - as.numeric(naive(tr, h = 12)$mean)
dm <- function(case, h, power) {
  input <- sprintf('{"errors":%s,"other_errors":%s,"horizon":%d,"power":%s}', list_of(e1), list_of(e2), h, power); d <- dm.test(e1, e2, h = h, power = power)
  row(case, input, "/test/statistic", unname(d$statistic)); row(case, input, "/test/p_value", unname(d$p.value))
}
dm("G15", 1L, 2); dm("absolute", 1L, 1); dm("two-ahead", 2L, 2)
row("equal", '{"errors":[1,2,3],"other_errors":[1,2,3]}', "", '"forecast-comparison is undefined: the difference of the losses has no usable variance"', "0")

begin("forecast-score", "R 4.2.2: pnorm, dnorm; 1e-10")
crps <- function(case, m, s, x) { q <- (x - m) / s; input <- sprintf('{"actual":%s,"mean":%s,"deviation":%s}', x, m, s); row(case, input, "/crps", s * (q * (2 * pnorm(q) - 1) + 2 * dnorm(q) - 1 / sqrt(pi))); row(case, input, "/logarithmic", -dnorm(x, m, s, log = TRUE)) }
crps("G14", 100, 12, 87); crps("on-it", 5, 2, 5); crps("far", 0, 1, 40)
row("no-spread", '{"actual":1,"mean":1,"deviation":0}', "", '"`deviation` is 0, expected a finite number above 0"', "0")
