# Reference cases of trends and of several years: Rscript trends.R <folder of the CSV files> (needs MASS)
source("cases.R")
json <- function(...) paste0("[", paste(sprintf(...), collapse = ","), "]")
# glm reports errors from the weights of the step before the last: a second fit that starts from the
# first makes both the same.
settled <- function(formula, family) {
  first <- quiet(glm(formula, family, control = list(epsilon = 1e-300, maxit = 40)))
  assign("start_at", coef(first), globalenv())
  quiet(glm(formula, family, start = start_at, control = list(epsilon = 1e-300, maxit = 40)))
}
few <- '"`points` has 2 values, expected at least 3 (two points are not a trend: compare them directly)"'

begin("share-trend", "R 4.2.2: prop.trend.test with calendar scores, chisq.test; slope: lm with the weights of prop.trend.test; 1e-10 (departure 1e-9: a difference)")
share_trend <- function(case, time, x, n) {
  input <- sprintf('{"rounds":%s}', json('{"time":%s,"count":%d,"n":%d}', time, x, n))
  a <- prop.trend.test(x, n, score = time); t <- chisq.test(rbind(x, n - x), correct = FALSE); p <- sum(x) / sum(n)
  l <- lm(x / n ~ time, weights = n / (p * (1 - p)))
  row(case, input, "/trend/statistic", unname(a$statistic)); row(case, input, "/trend/p_value", a$p.value); row(case, input, "/between_rounds/statistic", unname(t$statistic))
  dep <- unname(t$statistic) - unname(a$statistic)
  row(case, input, "/departure/statistic", dep, "1e-9"); row(case, input, "/departure/p_value", pchisq(dep, length(x) - 2, lower.tail = FALSE), "1e-9")
  row(case, input, "/slope", unname(coef(l)[2])); row(case, input, "/z", sign(coef(l)[2]) * sqrt(unname(a$statistic)))
  row(case, input, "/few_points", if (length(x) < 5) "true" else "false", "0")
}
share_trend("D01", c(2014, 2016, 2018, 2020, 2022), c(62, 55, 48, 44, 33), c(700, 690, 680, 705, 690))
share_trend("three-rounds", c(2014, 2017, 2018), c(30, 22, 25), c(210, 190, 230))
row("two-rounds", '{"rounds":[{"time":1,"count":2,"n":9},{"time":2,"count":2,"n":9}]}', "", few, "0")
row("across-a-break", '{"rounds":[{"time":2015,"count":2,"n":9},{"time":2016,"count":2,"n":9},{"time":2017,"count":5,"n":9}],"breaks":{"at":[2017]}}', "",
  '"`breaks.at` is 2017, expected a break outside the series, or `linked` set to true when the series was re-linked"', "0")
row("linked-break", '{"rounds":[{"time":2015,"count":2,"n":9},{"time":2016,"count":2,"n":9},{"time":2017,"count":5,"n":9}],"breaks":{"at":[2017],"linked":true}}', "/points", 3, "0")

begin("count-trend", "R 4.2.2: glm(poisson, quasipoisson; 40 steps), MASS 7.3-58 glm.nb(epsilon = 1e-12); chi-square for trend by its formula;",
  "1e-10; negative binomial 1e-6 (glm.nb stops its alternation there)")
count_trend <- function(case, time, y, pop, negative_binomial = FALSE) {
  points <- json('{"time":%d,"count":%d,"exposure":%s}', time, y, pop); t <- time - time[1]
  input <- sprintf('{"points":%s,"allow_underdispersion":true}', points); cautious <- sprintf('{"points":%s}', points)
  g <- settled(y ~ t + offset(log(pop)), poisson); s <- summary(g)$coef; df <- length(y) - 2
  row(case, input, "/intercept", s[1, 1]); row(case, input, "/poisson/slope", s[2, 1]); row(case, input, "/poisson/slope_error", s[2, 2])
  row(case, input, "/poisson/test/p_value", s[2, 4], "1e-9"); row(case, input, "/poisson/apc", 100 * (exp(s[2, 1]) - 1)); row(case, input, "/poisson/apc_interval/lower", 100 * (exp(s[2, 1] - z * s[2, 2]) - 1))
  row(case, input, "/poisson/apc_interval/upper", 100 * (exp(s[2, 1] + z * s[2, 2]) - 1)); row(case, input, "/deviance", deviance(g), "1e-9"); row(case, input, "/pearson", sum(residuals(g, "pearson")^2))
  q <- summary(settled(y ~ t + offset(log(pop)), quasipoisson))
  row(case, input, "/dispersion", q$dispersion); row(case, input, "/quasi_poisson/slope_error", q$coef[2, 2]); row(case, input, "/quasi_poisson/test/p_value", q$coef[2, 4])
  row(case, input, "/quasi_poisson/slope_interval/lower", q$coef[2, 1] - qt(0.975, df) * q$coef[2, 2]); row(case, input, "/quasi_poisson/slope_interval/upper", q$coef[2, 1] + qt(0.975, df) * q$coef[2, 2])
  row(case, cautious, "/quasi_poisson/slope_error", s[2, 2] * sqrt(max(1, q$dispersion)))
  e <- pop * sum(y) / sum(pop); x2 <- sum(t * (y - e))^2 / (sum(e * t^2) - sum(e * t)^2 / sum(e))
  row(case, input, "/chi_square_for_trend/statistic", x2); row(case, input, "/chi_square_for_trend/p_value", pchisq(x2, 1, lower.tail = FALSE))
  if (negative_binomial) {
    n <- MASS::glm.nb(y ~ t + offset(log(pop)), control = glm.control(epsilon = 1e-14, maxit = 500)); b <- summary(n)$coef
    row(case, input, "/theta", n$theta, "1e-6"); row(case, input, "/negative_binomial/slope", b[2, 1], "1e-6"); row(case, input, "/negative_binomial/slope_error", b[2, 2], "1e-6"); row(case, input, "/negative_binomial/test/p_value", b[2, 4], "1e-6")
  } else row(case, input, "/negative_binomial", NA)
}
y <- c(850, 910, 880, 940, 1010, 990, 1065, 1120); pop <- c(69000, 69400, 69900, 70100, 70500, 70700, 71000, 71300)
count_trend("D03-D04", 2016:2023, y, pop)
count_trend("D05-overdispersed", 1:10, c(12, 30, 9, 41, 22, 55, 18, 63, 27, 70), rep(1, 10), TRUE)
count_trend("D07", 1:5, c(940, 1010, 990, 1065, 1120), c(70100, 70500, 70700, 71000, 71300))
count_trend("with-zeros", 2016:2022, c(0, 2, 0, 5, 1, 9, 4), rep(1, 7), TRUE)
row("two-points", '{"points":[{"time":1,"count":2},{"time":2,"count":2}]}', "", few, "0")
row("one-year-with-events", '{"points":[{"time":1,"count":0},{"time":2,"count":0},{"time":3,"count":4}]}', "", '"count-trend is undefined: fewer than two points have events"', "0")

begin("linear-trend", "R 4.2.2: lm, summary, confint; Durbin-Watson by its formula; 1e-10")
linear <- function(case, time, y) {
  input <- sprintf('{"points":%s}', json('{"time":%s,"value":%s}', time, y)); l <- lm(y ~ time); s <- summary(l)$coef; e <- residuals(l)
  row(case, input, "/slope", s[2, 1]); row(case, input, "/slope_error", s[2, 2]); row(case, input, "/test/statistic", s[2, 3]); row(case, input, "/test/p_value", s[2, 4])
  row(case, input, "/r_squared", summary(l)$r.squared); row(case, input, "/durbin_watson", sum(diff(e)^2) / sum(e^2))
  row(case, input, "/slope_interval/lower", confint(l)[2, 1]); row(case, input, "/slope_interval/upper", confint(l)[2, 2])
}
linear("D08", 2016:2023, y); linear("uneven-times", c(2008, 2011, 2014, 2017, 2020, 2023), c(21.4, 20.1, 22.7, 24.3, 23.8, 26))
row("exact-line", '{"points":[{"time":1,"value":2},{"time":2,"value":4},{"time":3,"value":6}]}', "", '"linear-trend is undefined: all values lie exactly on a line"', "0")
row("times-fall", '{"points":[{"time":1,"value":2},{"time":3,"value":4},{"time":2,"value":6}]}', "", '"`time` is 2 but `previous time` is 3, expected rising times"', "0")

begin("joinpoint", "R 4.2.2: lm(log(rate), weights = count) without and with every candidate joinpoint; 1e-9")
joinpoint <- function(case, time, y, pop) {
  input <- sprintf('{"points":%s}', json('{"time":%d,"count":%d,"exposure":%s}', time, y, pop)); k <- length(y); r <- log(y / pop)
  l0 <- lm(r ~ time, weights = y); s <- summary(l0)$coef; sse0 <- sum(y * residuals(l0)^2); apc <- function(b) 100 * (exp(b) - 1)
  row(case, input, "/sse_without", sse0, "1e-9"); row(case, input, "/without/apc", apc(s[2, 1]), "1e-9"); row(case, input, "/without/test/p_value", s[2, 4], "1e-9")
  h <- qt(0.975, k - 2) * s[2, 2]; row(case, input, "/without/interval/lower", apc(s[2, 1] - h), "1e-9"); row(case, input, "/without/interval/upper", apc(s[2, 1] + h), "1e-9")
  ks <- time[3:(k - 2)]; S <- sapply(ks, function(j) { l <- lm(r ~ time + pmax(time - j, 0), weights = y); sum(y * residuals(l)^2) })
  for (i in seq_along(ks)) row(case, input, sprintf("/candidates/%d/sse", i - 1), S[i], "1e-8")
  best <- ks[which.min(S)]; row(case, input, "/best_candidate", best, "0")
  b0 <- log(sse0 / k) + 2 * log(k) / k; b1 <- log(min(S) / k) + 4 * log(k) / k; row(case, input, "/bic_without", b0, "1e-9"); row(case, input, "/bic_with", b1, "1e-9")
  if (b1 < b0) {
    b <- unname(coef(lm(r ~ time + pmax(time - best, 0), weights = y))); slopes <- c(b[2], b[2] + b[3])
    row(case, input, "/joinpoint", best, "0"); row(case, input, "/segments/0/apc", apc(slopes[1]), "1e-9"); row(case, input, "/segments/1/apc", apc(slopes[2]), "1e-9")
    row(case, input, "/aapc", apc(((best - time[1]) * slopes[1] + (time[k] - best) * slopes[2]) / (time[k] - time[1])), "1e-9")
  } else { row(case, input, "/joinpoint", NA); row(case, input, "/aapc", apc(s[2, 1]), "1e-9") }
}
joinpoint("D10", 2012:2023, c(520, 545, 560, 590, 610, 640, 655, 620, 585, 560, 530, 505), rep(1, 12)); joinpoint("D09", 2016:2023, y, pop)
row("zero-count", '{"points":[{"time":1,"count":2},{"time":2,"count":0},{"time":3,"count":4}]}', "", '"`count` is 0, expected counts above 0 (use `count-trend`)"', "0")

begin("rank-trend", "R 4.2.2: cor.test(kendall exact, spearman), median of pairwise slopes; K01: pymannkendall 1.4.3 original_test, its printed values; 1e-10")
input <- sprintf('{"points":%s}', json('{"time":%d,"value":%s}', 2016:2023, y)); k <- cor.test(2016:2023, y, method = "kendall")
row("D12", input, "/exact/p_value", k$p.value); row("D12", input, "/tau", unname(k$estimate)); row("D13", input, "/spearman", cor(2016:2023, y, method = "spearman"))
d <- outer(y, y, "-") / outer(2016:2023, 2016:2023, "-"); row("D13", input, "/sen_slope", median(d[lower.tri(d)]))
input <- sprintf('{"points":%s}', json('{"time":%d,"value":%s}', 0:7, y))
row("K01", input, "/s", 24, "0"); row("K01", input, "/variance", 65.33333333333, "1e-12"); row("K01", input, "/mann_kendall/statistic", 2.845512041006, "1e-12")
row("K01", input, "/mann_kendall/p_value", 0.004434008303101, "1e-12"); row("K01", input, "/sen_slope", 36.66666666667, "1e-12"); row("K01", input, "/sen_intercept", 836.6666666667, "1e-12")
x <- c(12, 15, 15, 14, 17, 17, 17, 20, 19, 22); input <- sprintf('{"points":%s}', json('{"time":%d,"value":%s}', 0:9, x))
row("K01-ties", input, "/s", 35, "0"); row("K01-ties", input, "/variance", 120.3333333333, "1e-12"); row("K01-ties", input, "/mann_kendall/p_value", 0.001938741865913, "1e-12")
row("K01-ties", input, "/sen_slope", 1, "1e-12"); row("K01-ties", input, "/exact", NA); row("K01-ties", input, "/spearman", cor(0:9, x, method = "spearman"))
set.seed(1); x <- round(cumsum(rnorm(40)) * 100); input <- sprintf('{"points":%s}', json('{"time":%d,"value":%s}', 1:40, x))
if (!anyDuplicated(x)) row("forty-points", input, "/exact/p_value", cor.test(1:40, x, method = "kendall", exact = TRUE)$p.value, "1e-9")
e <- x - median({ d <- outer(x, x, "-") / outer(1:40, 1:40, "-"); d[lower.tri(d)] }) * 1:40
row("forty-points", input, "/lag_one_autocorrelation", acf(e, 1, plot = FALSE)$acf[2])
row("all-equal", '{"points":[{"time":1,"value":2},{"time":2,"value":2},{"time":3,"value":2}]}', "", '"rank-trend is undefined: all values are equal"', "0")

begin("several-years", "R 4.2.2: poisson.test on the years' total, glm(quasipoisson) with a dummy for this year, pchisq; 1e-10")
years <- function(case, x, b, t = rep(1, length(x)), tb = 1) {
  input <- sprintf('{"years":%s,"current":{"count":%d,"exposure":%s}}', json('{"count":%d,"exposure":%s}', x, t), b, tb); p <- poisson.test(c(b, sum(x)), T = c(tb, sum(t)))
  row(case, input, "/expected", sum(x) / sum(t) * tb); row(case, input, "/poisson/ratio", unname(p$estimate)); row(case, input, "/poisson/interval/lower", p$conf.int[1]); row(case, input, "/poisson/min_likelihood/p_value", p$p.value)
  if (length(x) > 2) {
    g <- summary(settled(c(x, b) ~ rep(0:1, c(length(x), 1)) + offset(log(c(t, tb))), quasipoisson))
    row(case, input, "/dispersion", g$dispersion); df <- length(x) - 1; row(case, input, "/dispersion_test/p_value", pchisq(g$dispersion * df, df, lower.tail = FALSE))
    se <- g$coef[2, 2] * sqrt(max(1, g$dispersion) / g$dispersion); row(case, input, "/quasi_poisson/p_value", 2 * pt(-abs(g$coef[2, 1] / se), df), "1e-9")
    row(case, input, "/quasi_poisson_interval/upper", exp(g$coef[2, 1] + qt(0.975, df) * se), "1e-9")
  } else { row(case, input, "/dispersion", NA); row(case, input, "/quasi_poisson", NA) }
}
years("overdispersed", c(72, 95, 61, 87), 60); years("calm", c(80, 82, 79), 96); years("unequal-days", c(300, 341, 322, 298, 355), 287, c(365, 366, 365, 365, 365), 287); years("two-years", c(16, 11), 9)

begin("rounded-share", "R 4.2.2: prop.test(correct = FALSE) over all counts that round to the percentage; counts exact, p 1e-9")
allowed <- function(p, n, d = 0) { x <- 0:n; x[abs(100 * x / n - p) <= 0.5 * 10^-d + 1e-12] }
fixed <- function(case, p, n, p0, verdict) {
  input <- sprintf('{"share":{"percent":%s,"n":%d},"against":{"kind":"fixed","share":%s}}', p, n, p0); x <- allowed(p, n); ps <- sapply(x, function(x) quiet(prop.test(x, n, p0, correct = FALSE)$p.value))
  row(case, input, "/counts/0", min(x), "0"); row(case, input, "/counts/1", max(x), "0"); row(case, input, "/p_range/0", min(ps), "1e-9"); row(case, input, "/p_range/1", max(ps), "1e-9"); row(case, input, "/verdict", sprintf('"%s"', verdict), "0")
}
fixed("3-of-1092-against-8", 3, 1092, 0.08, "significant"); fixed("7-of-1092-against-9", 7, 1092, 0.09, "rounding-decides"); fixed("50-of-1092-against-51", 50, 1092, 0.51, "not-significant")
input <- '{"share":{"percent":7,"n":1092},"against":{"kind":"rounded","percent":9,"n":300}}'
ps <- outer(allowed(7, 1092), allowed(9, 300), Vectorize(function(x, y) quiet(prop.test(c(x, y), c(1092, 300), correct = FALSE)$p.value)))
row("two-rounded", input, "/p_range/0", min(ps), "1e-9"); row("two-rounded", input, "/p_range/1", max(ps), "1e-9"); row("two-rounded", input, "/other_counts/0", min(allowed(9, 300)), "0"); row("two-rounded", input, "/other_counts/1", max(allowed(9, 300)), "0")
input <- '{"share":{"percent":2.5,"n":1000,"decimals":1}}'
row("edges-allowed", input, "/counts/0", 25, "0"); row("edges-allowed", input, "/counts/1", 25, "0"); row("edges-allowed", input, "/p_range", NA)
row("no-such-count", '{"share":{"percent":3,"n":10}}', "", '"`percent` is 3 but `n` is 10, expected a percentage that some whole count of n rounds to"', "0")
