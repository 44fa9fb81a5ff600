# Reference cases of many areas and of autocorrelated and seasonal series: Rscript areas.R <folder of the CSV files>
source("cases.R")
json <- function(...) paste0("[", paste(sprintf(...), collapse = ","), "]")

begin("funnel", "R 4.2.2: the formulas with qnorm, qgamma, qchisq, quantile(type = 7); published: funnel limits of PHEindicatormethods 2.1.0, in percent;",
  "1e-10; 2e-6 for the published digits")
p <- 0.80642448; n <- c(1, 2, 3, 7); x <- c(1, 1, 2, 5)
input <- sprintf('{"kind":"share","baseline":%s,"areas":%s}', p, json('{"name":"n%d","count":%d,"denominator":%d}', n, x, n))
for (i in seq_along(n)) {
  row("N03", input, sprintf("/points/%d/inner/0", i - 1), max(0, p - z * sqrt(p * (1 - p) / n[i]))); row("N03", input, sprintf("/points/%d/inner/1", i - 1), min(1, p + z * sqrt(p * (1 - p) / n[i])))
  row("N03", input, sprintf("/points/%d/outer/0", i - 1), max(0, p - qnorm(0.999) * sqrt(p * (1 - p) / n[i])))
}
row("N03-published", input, "/points/0/inner/0", 0.03204264, "2e-6"); row("N03-published", input, "/points/2/inner/0", 0.35933491, "2e-6"); row("N03-published", input, "/points/2/outer/0", 0.10150815, "2e-6")
x <- c(76, 90, 117, 118, 55); n <- c(1092, 1092, 1092, 1092, 1092); p <- 0.09
input <- sprintf('{"kind":"share","baseline":0.09,"areas":%s}', json('{"name":"a%d","count":%d,"denominator":%d}', seq_along(x), x, n))
# Limits 0.0730, 0.1070 (inner) and 0.0632, 0.1168 (outer): 76/1092 = 0.0696, 90/1092 = 0.0824, 117/1092 = 0.1071, 118/1092 = 0.1081, 55/1092 = 0.0504.
labels <- c("low-inner", "inside", "high-inner", "high-inner", "low-outer")
row("H07", input, "/points/0/inner/0", 0.07302621398886, "1e-11"); row("H07", input, "/points/0/inner/1", 0.1069737860111, "1e-11"); row("H07", input, "/points/0/outer/0", 0.06323780319263, "1e-11")
for (i in seq_along(x)) row("H07", input, sprintf("/points/%d/label", i - 1), sprintf('"%s"', labels[i]), "0")
os <- (asin(sqrt(x / n)) - asin(sqrt(p))) * 2 * sqrt(n); q <- quantile(os, c(0.1, 0.9)); phi <- mean(pmin(pmax(os, q[1]), q[2])^2); w <- 4 * n
t2 <- max(0, (5 * phi - 4) / (sum(w) - sum(w^2) / sum(w)))
row("shares-cqc", input, "/overdispersion/phi", phi); row("shares-cqc", input, "/overdispersion/tau_squared", t2)
row("shares-cqc", input, "/points/0/adjusted_inner/0", sin(asin(sqrt(p)) - z * sqrt(1 / (4 * n[1]) + t2))^2); row("shares-cqc", input, "/points/3/adjusted_outer/1", sin(asin(sqrt(p)) + qnorm(0.999) * sqrt(1 / (4 * n[4]) + t2))^2)
few <- sprintf('{"kind":"share","baseline":0.09,"areas":%s}', json('{"name":"a%d","count":%d,"denominator":%d}', 1:4, x[1:4], n[1:4]))
row("four-areas", few, "/overdispersion", NA)
cnt <- c(120, 95, 143, 88, 210, 64, 175, 132, 99, 158); ex <- c(110, 120, 118, 97, 160, 90, 150, 128, 131, 149)
input <- sprintf('{"kind":"ratio","baseline":1,"areas":%s}', json('{"name":"a%d","count":%d,"denominator":%d}', seq_along(cnt), cnt, ex))
zs <- 2 * (sqrt(cnt) - sqrt(ex)); s <- 1 / (2 * sqrt(ex)); q <- quantile(zs, c(0.1, 0.9)); phi <- mean(pmin(pmax(zs, q[1]), q[2])^2); w <- 1 / s^2
t2 <- max(0, (10 * phi - 9) / (sum(w) - sum(w^2) / sum(w)))
row("H09", input, "/overdispersion/phi", phi); row("H09", input, "/overdispersion/tau_squared", t2); row("H09", input, "/overdispersion/quantiles/0", q[[1]]); row("H09", input, "/overdispersion/quantiles/1", q[[2]])
ci <- function(x, t) c(if (x == 0) 0 else qchisq(t, 2 * x) / 2, qchisq(t, 2 * x + 2, lower.tail = FALSE) / 2)
for (i in seq_along(cnt)) {
  at <- sprintf("/points/%d", i - 1); e <- ex[i]
  row("H09", input, paste0(at, "/adjusted_inner/0"), (1 - z * sqrt(s[i]^2 + t2))^2); row("H09", input, paste0(at, "/adjusted_inner/1"), (1 + z * sqrt(s[i]^2 + t2))^2)
  row("H08", input, paste0(at, "/inner/0"), qgamma(0.025, e) / e); row("H08", input, paste0(at, "/outer/1"), qgamma(0.001, e + 1, lower.tail = FALSE) / e)
  inner <- ci(cnt[i], 0.025) / e; outer <- ci(cnt[i], 0.001) / e
  place <- if (outer[1] > 1) "high-outer" else if (inner[1] > 1) "high-inner" else if (outer[2] < 1) "low-outer" else if (inner[2] < 1) "low-inner" else "inside"
  row("H08", input, paste0(at, "/label"), sprintf('"%s"', place), "0")
}
shmi <- sub("{", '{"overdispersion":"shmi",', input, fixed = TRUE)
ls <- log(cnt / ex) * sqrt(ex); q <- quantile(ls, c(0.1, 0.9)); kept <- ls >= q[1] & ls <= q[2]; phi <- mean(ls[kept]^2); w <- ex[kept]; k <- sum(kept)
t2 <- max(0, (k * phi - (k - 1)) / (sum(w) - sum(w^2) / sum(w)))
row("H09-shmi", shmi, "/overdispersion/phi", phi); row("H09-shmi", shmi, "/overdispersion/tau_squared", t2); row("H09-shmi", shmi, "/overdispersion/areas", k, "0")
for (i in c(1, 5, 10)) { row("H09-shmi", shmi, sprintf("/points/%d/adjusted_inner/0", i - 1), exp(-z * sqrt(1 / ex[i] + t2))); row("H09-shmi", shmi, sprintf("/points/%d/adjusted_outer/1", i - 1), exp(qnorm(0.999) * sqrt(1 / ex[i] + t2))) }
row("shmi-of-shares", sub("{", '{"overdispersion":"shmi",', sprintf('{"kind":"share","areas":%s}', json('{"name":"a%d","count":%d,"denominator":%d}', 1:5, 1:5, rep(50, 5))), fixed = TRUE), "", '"unknown overdispersion of shares `shmi`, expected one of cqc"', "0")
row("no-areas", '{"kind":"share","areas":[]}', "", '"`areas` has 0 values, expected at least 1"', "0")

begin("quantile-groups", "R 4.2.2: rank(ties.method = 'min') and the formula of PHEindicatormethods 2.1.0; whole numbers, exact")
groups <- function(case, x, k, high) {
  input <- sprintf('{"values":[%s],"groups":%d,"highest_first":%s}', paste(x, collapse = ","), k, if (high) "true" else "false")
  r <- rank(if (high) -x else x, ties.method = "min"); n <- length(x); g <- k + 1 - ceiling((n + 1 - r) * k / n)
  for (i in seq_along(x)) { row(case, input, sprintf("/ranks/%d", i - 1), r[i], "0"); row(case, input, sprintf("/groups/%d", i - 1), g[i], "0") }
}
groups("H10-quintiles", c(12, 7.5, 30.1, 7.5, 18, 22, 3, 41, 19, 20, 5), 5L, TRUE); groups("lowest-first", c(12, 7.5, 30.1, 7.5, 18, 22, 3), 3L, FALSE)
row("missing", '{"values":[3,null,5],"groups":2,"highest_first":true}', "/groups/1", NA)
row("too-few-areas", '{"values":[3,null,5],"groups":5,"highest_first":true}', "", '"`groups` is 5 but `number of values` is 2, expected at most as many groups as values"', "0")

begin("inequality", "R 4.2.2: lm(value ~ midpoint, weights = share), confint; 1e-10")
sii <- function(case, n, v) {
  input <- sprintf('{"groups":%s}', json('{"population":%s,"value":%s}', n, v)); s <- n / sum(n); m <- cumsum(s) - s / 2; l <- lm(v ~ m, weights = s)
  row(case, input, "/slope_index", unname(coef(l)[2])); row(case, input, "/interval/lower", confint(l)[2, 1]); row(case, input, "/interval/upper", confint(l)[2, 2])
  row(case, input, "/relative_index", unname(sum(coef(l)) / coef(l)[1])); row(case, input, "/test/p_value", summary(l)$coef[2, 4])
}
sii("five-groups", c(9000, 11000, 10000, 8000, 7000), c(4.1, 5, 6.4, 6.9, 8.8)); sii("ten-groups", c(900, 870, 1010, 990, 640, 720, 860, 930, 1200, 980), c(12, 14, 11, 15, 17, 16, 19, 18, 23, 22))
on <- function(case, scale, n, v) {
  g <- list(log = log, logit = qlogis)[[scale]]; h <- list(log = exp, logit = plogis)[[scale]]; d <- list(log = exp, logit = dlogis)[[scale]]
  input <- sprintf('{"scale":"%s","groups":%s}', scale, json('{"population":%s,"value":%s}', n, v)); s <- n / sum(n); m <- cumsum(s) - s / 2; l <- lm(g(v) ~ m, weights = s)
  a <- unname(coef(l)[1]); b <- unname(coef(l)[2]); V <- vcov(l); tq <- qt(0.975, length(n) - 2); index <- h(a + b) - h(a); half <- function(x) tq * sqrt(drop(t(x) %*% V %*% x))
  row(case, input, "/slope_index", index); row(case, input, "/interval/lower", index - half(c(d(a + b) - d(a), d(a + b)))); row(case, input, "/interval/upper", index + half(c(d(a + b) - d(a), d(a + b))))
  rii <- h(a + b) / h(a); wide <- exp(half(c(d(a + b) / h(a + b) - d(a) / h(a), d(a + b) / h(a + b))))
  row(case, input, "/relative_index", rii); row(case, input, "/relative_interval/lower", rii / wide); row(case, input, "/relative_interval/upper", rii * wide); row(case, input, "/test/p_value", summary(l)$coef[2, 4])
}
on("log-rates", "log", c(9000, 11000, 10000, 8000, 7000), c(4.1, 5, 6.4, 6.9, 8.8)); on("logit-shares", "logit", c(900, 870, 1010, 990, 640), c(0.06, 0.09, 0.08, 0.13, 0.17))
row("share-of-one", '{"scale":"logit","groups":[{"population":1,"value":0.2},{"population":1,"value":1},{"population":1,"value":0.3}]}', "", '"`value` is 1, expected a share above 0 and below 1 on the logit scale"', "0")
row("two-groups", '{"groups":[{"population":1,"value":2},{"population":1,"value":3}]}', "", '"`groups` has 2 values, expected at least 3"', "0")

begin("autocorrelated-trend", "pymannkendall 1.4.3: original_test, hamed_rao_modification_test, yue_wang_..., pre_whitening_..., trend_free_pre_whitening_...;",
  "its printed z and p; p below 1e-4 from R's pnorm, because 1 - cdf loses digits there; 1e-10")
series <- function(case, x, z_values) {
  input <- sprintf('{"points":%s}', json('{"time":%d,"value":%s}', seq_along(x), x)); fields <- c("plain", "hamed_rao", "yue_wang", "pre_whitened", "trend_free_pre_whitened")
  for (i in seq_along(fields)) { row(case, input, sprintf("/%s/statistic", fields[i]), z_values[i]); row(case, input, sprintf("/%s/p_value", fields[i]), 2 * pnorm(-abs(z_values[i])), "1e-9") }
}
series("rising", c(12, 14, 13, 17, 19, 18, 22, 21, 24, 23, 27, 26, 25, 29, 31, 30, 28, 33, 35, 34), c(5.353306897315163, 5.353306897315163, 11.212761526092251, 1.8192497142074309, 5.107893428351633))
series("swinging", c(5, 9, 2, 8, 4, 11, 3, 7, 12, 6, 15, 1), c(0.34286274066187084, 1.1107595492889555, 1.2147466786646444, 1.4012980994907414, 0.9341987329938275))
monthly <- c(61,55,70,72,88,95,90,93,80,77,69,64,49,71,58,95,82,118,84,109,70,92,61,83,83,47,91,74,113,92,121,86,101,73,88,55,70,66,85,79,104,99,117,98,93,84,80,69)
series("K03", monthly, c(1.636282954104105, 1.901443306129909, 4.757952412119251, 0.9445964246082421, 1.4122498304899098))
row("uneven", '{"points":[{"time":1,"value":2},{"time":2,"value":3},{"time":4,"value":2},{"time":5,"value":6}]}', "", '"autocorrelated-trend is undefined: the times are not equally spaced"', "0")

begin("seasonal-trend", "pymannkendall 1.4.3: seasonal_test(values, period = 4), its printed values; 1e-10")
input <- '{"values":[31,45,52,38,33,49,55,37,36,50,61,42,35,55,66,44],"period":4}'
row("quarters", input, "/s", 20, "0"); row("quarters", input, "/variance", 34.666666666666664); row("quarters", input, "/tau", 0.8333333333333334); row("quarters", input, "/sen_slope", 3, "0")
row("quarters", input, "/test/statistic", 3.226989547312098); row("quarters", input, "/test/p_value", 0.001251000300597882, "1e-9")
row("two-years", '{"values":[1,2,3,4,5,6,7,8],"period":4}', "", '"`values` has 8 values, expected at least 12 (three whole cycles)"', "0")
