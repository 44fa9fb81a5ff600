# Reference cases of counts and shares: Rscript counts.R <folder of the CSV files>
# Every expected number is R's own function; where R has none, the formula is written out here.
source("cases.R")

begin("count-ratio", "R 4.2.2: poisson.test (ratio, interval, min-likelihood p), pbinom and dbinom (central p, mid-p),",
  "score and Wald from their formulas; tolerance 1e-10: R's beta quantiles are good to about 1e-12",
  "ln_p_value of the last case: pbinom(log.p = TRUE); unit ratio case of zero counts: undefined is null",
  "score limits: prop.test(b, a + b, correct = FALSE) as odds; mid-p limits: uniroot(tol = 1e-15) on pbinom - dbinom / 2; 1e-9")
# Mid-p limits of the odds b : a.
mid_limits <- function(a, b, level) {
  tail <- (1 - level) / 2; n <- a + b
  at <- function(f, low, high) quiet(uniroot(f, c(low, high), tol = 1e-15, maxiter = 10000)$root)
  center <- qlogis(min(max(b / n, 0.5 / n), 1 - 0.5 / n))
  c(if (b == 0) 0 else exp(at(function(u) pbinom(b - 1, n, plogis(u), lower.tail = FALSE) - dbinom(b, n, plogis(u)) / 2 - tail, center - 30, center + 0.5)),
    if (a == 0) NA else exp(at(function(u) pbinom(b, n, plogis(u)) - dbinom(b, n, plogis(u)) / 2 - tail, center - 0.5, center + 30)))
}
two_counts <- function(case, a, b, t0 = 1, t1 = 1, level = 0.95) {
  input <- sprintf('{"baseline":{"count":%d,"exposure":%s},"current":{"count":%d,"exposure":%s},"level":%s}', a, t0, b, t1, level)
  test <- poisson.test(c(b, a), T = c(t1, t0), conf.level = level)
  n <- a + b; p0 <- t1 / (t0 + t1)
  lower <- pbinom(b, n, p0); upper <- pbinom(b - 1, n, p0, lower.tail = FALSE)
  half <- 0.5 * dbinom(b, n, p0)
  row(case, input, "/difference", b - a * t1 / t0)
  row(case, input, "/ratio", if (a == 0) NA else (b / t1) / (a / t0))
  row(case, input, "/percent_change", if (a == 0) NA else 100 * ((b / t1) / (a / t0) - 1), "1e-9")
  row(case, input, "/interval/lower", test$conf.int[1])
  row(case, input, "/interval/upper", if (is.finite(test$conf.int[2])) test$conf.int[2] else NA)
  row(case, input, "/exact/p_value", min(1, 2 * min(lower, upper)))
  row(case, input, "/mid_p/p_value", if (n == 0) 1 else min(1, 2 * min(lower - half, upper - half)), "1e-9")
  row(case, input, "/min_likelihood/p_value", test$p.value)
  if (n > 0) {
    zs <- (b - n * p0) / sqrt(n * p0 * (1 - p0))
    row(case, input, "/score/statistic", zs)
    row(case, input, "/score/p_value", 2 * pnorm(-abs(zs)))
    share <- quiet(prop.test(b, n, conf.level = level, correct = FALSE))$conf.int
    row(case, input, "/score_interval/lower", if (b == 0) 0 else share[1] / (1 - share[1]) * t0 / t1, "1e-9")
    row(case, input, "/score_interval/upper", if (a == 0) NA else share[2] / (1 - share[2]) * t0 / t1, "1e-9")
    mid <- mid_limits(a, b, level) * t0 / t1
    row(case, input, "/mid_p_interval/lower", mid[1], "1e-9"); row(case, input, "/mid_p_interval/upper", mid[2], "1e-9")
  } else {
    row(case, input, "/score", NA)
    row(case, input, "/score_interval/lower", 0); row(case, input, "/score_interval/upper", NA)
    row(case, input, "/mid_p_interval/lower", 0); row(case, input, "/mid_p_interval/upper", NA)
  }
  if (a > 0 && b > 0) {
    wald <- (b / t1) / (a / t0) * exp(c(-1, 1) * qnorm(1 - (1 - level) / 2) * sqrt(1 / a + 1 / b))
    row(case, input, "/wald/lower", wald[1]); row(case, input, "/wald/upper", wald[2])
  } else row(case, input, "/wald", NA)
}
for (i in seq_along(categories)) two_counts(paste0("B01-", categories[i]), k22[i], k23[i])
for (i in seq_along(categories)) two_counts(paste0("B02-", categories[i]), f22[i], f23[i])
two_counts("B06-unequal-exposure", 87, 60, 11100, 11400)
printed <- '{"baseline":{"count":87,"exposure":11100},"current":{"count":60,"exposure":11400}}'
row("K05-printed", printed, "/min_likelihood/p_value", 0.02059483509147, "1e-12"); row("K05-printed", printed, "/exact/p_value", 0.02086550158729, "1e-12"); row("K05-printed", printed, "/mid_p/p_value", 0.01706431849234, "1e-12")
two_counts("B07-to-zero", 5, 0)
two_counts("B07-from-zero", 0, 5)
two_counts("B07-both-zero", 0, 0)
two_counts("B15-calendar-days", 9335, 9184, 289, 288)
two_counts("five-years-mean", 400, 100, 5, 1)
two_counts("tiny-exposure-share", 120000, 3, 70000, 1)
two_counts("level-99.8", 87, 60, 1, 1, 0.998)
two_counts("millions", 2000000, 2003000)
input <- '{"baseline":{"count":60000},"current":{"count":50000}}'
row("below-double-range", input, "/ln_p_value", log(2) + pbinom(50000, 110000, 0.5, log.p = TRUE))
input <- '{"baseline":{"count":1},"current":{"count":2},"level":95}'
row("refused", input, "", '"input of `count-ratio`: `level` is 95, expected a number from 0.5 to below 1 (0.95 means 95 %)"', "0")

begin("rate-difference", "R 4.2.2: score limits: rates that maximise the likelihood under a difference by uniroot on its derivative, limits by",
  "uniroot around them (tol = 1e-15), 1e-8 because the roots are nested; Wald by its formula; exact test: pbinom; 1e-10")
rate_difference <- function(case, a, b, t0 = 1, t1 = 1, per = 1, level = 0.95) {
  input <- sprintf('{"baseline":{"count":%d,"exposure":%s},"current":{"count":%d,"exposure":%s},"per":%s,"level":%s}', a, t0, b, t1, per, level)
  z <- qnorm(1 - (1 - level) / 2); observed <- b / t1 - a / t0; n <- a + b
  # Derivative of the log likelihood by r0 when r1 = r0 + d, from the smallest r0 allowed.
  constrained <- function(d) {
    slope <- function(r0) (if (a == 0) 0 else a / r0) + (if (b == 0) 0 else b / (r0 + d)) - t0 - t1
    least <- max(0, -d); most <- least + n / min(t0, t1) + 1 / max(t0, t1)
    near <- least + most * 1e-300 + least * 1e-15
    if (slope(near) <= 0) return(least)
    uniroot(slope, c(near, most), tol = 1e-300, maxiter = 100000)$root
  }
  # Where the smaller rate is at the edge r0 = -d, the current rate is zero.
  score <- function(d) { r0 <- constrained(d); (observed - d) / sqrt(max(r0 + d, 0) / t1 + r0 / t0) }
  width <- 20 * z * sqrt((n + z^2)) * (1 / t0 + 1 / t1)
  inside <- width * 1e-12
  row(case, input, "/difference", observed * per)
  row(case, input, "/interval/lower", per * uniroot(function(d) score(d) - z, c(observed - width, observed - inside), tol = 1e-17, maxiter = 10000)$root, "1e-8")
  row(case, input, "/interval/upper", per * uniroot(function(d) score(d) + z, c(observed + inside, observed + width), tol = 1e-17, maxiter = 10000)$root, "1e-8")
  if (n > 0) {
    wald <- per * (observed + c(-1, 1) * z * sqrt(b / t1^2 + a / t0^2))
    row(case, input, "/wald/lower", wald[1]); row(case, input, "/wald/upper", wald[2])
    pooled <- observed / sqrt(n / (t0 + t1) * (1 / t0 + 1 / t1))
    row(case, input, "/score/statistic", pooled); row(case, input, "/score/p_value", 2 * pnorm(-abs(pooled)))
    p0 <- t1 / (t0 + t1)
    row(case, input, "/exact/p_value", min(1, 2 * pbinom(b, n, p0), 2 * pbinom(b - 1, n, p0, lower.tail = FALSE)))
  } else { row(case, input, "/wald", NA); row(case, input, "/score", NA); row(case, input, "/exact/p_value", 1) }
}
for (i in c(1, 2, 3, 7, 9)) rate_difference(paste0("kungsholmen-", categories[i]), k22[i], k23[i])
for (i in c(2, 3, 9)) rate_difference(paste0("fridhemsplan-", categories[i]), f22[i], f23[i])
rate_difference("per-1000", 87, 60, 11100, 11400, 1000)
rate_difference("to-zero", 5, 0); rate_difference("from-zero", 0, 5); rate_difference("both-zero", 0, 0)
rate_difference("both-zero-unequal", 0, 0, 1, 4)
rate_difference("five-years-mean", 400, 100, 5, 1); rate_difference("level-99.8", 87, 60, 1, 1, 1, 0.998)
row("no-exposure", '{"baseline":{"count":1,"exposure":0},"current":{"count":2}}', "",
  '"input of `rate-difference`: `exposure` is 0, expected a finite number above 0"', "0")

begin("rate-benchmark", "R 4.2.2: poisson.test(x, T, r) (limits, min-likelihood p), ppois and dpois (central, mid-p), score by its formula; 1e-10")
rate_benchmark <- function(case, x, t, r, per = 1, level = 0.95) {
  input <- sprintf('{"observed":{"count":%d,"exposure":%s},"benchmark":%s,"per":%s,"level":%s}', x, t, r, per, level)
  e <- r / per * t; test <- poisson.test(x, t, r / per, conf.level = level)
  lower <- ppois(x, e); upper <- ppois(x - 1, e, lower.tail = FALSE); half <- dpois(x, e) / 2
  row(case, input, "/expected", e); row(case, input, "/value", x / t * per); row(case, input, "/ratio", x / e)
  row(case, input, "/interval/lower", test$conf.int[1] * per); row(case, input, "/interval/upper", test$conf.int[2] * per)
  row(case, input, "/ratio_interval/lower", test$conf.int[1] * t / e); row(case, input, "/ratio_interval/upper", test$conf.int[2] * t / e)
  row(case, input, "/central/p_value", min(1, 2 * min(lower, upper)))
  row(case, input, "/mid_p/p_value", min(1, 2 * (min(lower, upper) - half)), "1e-9")
  row(case, input, "/min_likelihood/p_value", test$p.value)
  row(case, input, "/score/statistic", (x - e) / sqrt(e)); row(case, input, "/score/p_value", 2 * pnorm(-abs((x - e) / sqrt(e))))
  row(case, input, "/by_interval", side(r / per, test$conf.int), "0")
}
rate_benchmark("per-1000", 60, 11400, 7, 1000); rate_benchmark("above", 87, 11100, 6, 1000); rate_benchmark("zero", 0, 1, 4)
rate_benchmark("one", 1, 2, 3.5); rate_benchmark("equal", 5, 1, 5); rate_benchmark("large", 9184, 71000, 131, 1000)
rate_benchmark("far", 530, 1, 761); rate_benchmark("level-99.8", 60, 11400, 7, 1000, 0.998)
row("rate-of-zero", '{"observed":{"count":3},"benchmark":0}', "", '"`benchmark` is 0, expected a finite number above 0"', "0")

# The equations that fisher.test solves, solved to 1e-13: its own uniroot stops at the default
# tolerance of 1.2e-4, so its estimate and limits are right to four or five digits only.
conditional <- function(x, level = 0.95) {
  m <- sum(x[, 1]); n <- sum(x[, 2]); k <- sum(x[1, ]); at <- x[1, 1]
  support <- max(0, k - n):min(k, m); logdc <- dhyper(support, m, n, k, log = TRUE)
  d <- function(t) { w <- logdc + t * support; w <- exp(w - max(w)); w / sum(w) }
  solve <- function(f) exp(quiet(uniroot(f, c(-30, 30), tol = 1e-14, maxiter = 10000)$root))
  tail <- (1 - level) / 2
  c(estimate = if (at == max(support)) NA else if (at == min(support)) 0 else solve(function(t) sum(support * d(t)) - at),
    lower = if (at == min(support)) 0 else solve(function(t) log(sum(d(t)[support >= at])) - log(tail)),
    upper = if (at == max(support)) NA else solve(function(t) log(sum(d(t)[support <= at])) - log(tail)))
}

begin("part-vs-rest", "R 4.2.2: fisher.test (min-likelihood p), phyper (central p), pnorm; Wald test with dispersion: its formula; 1e-10;",
  "estimate and limits: the equations of fisher.test solved with uniroot(tol = 1e-14) instead of its default 1.2e-4; 1e-9")
part <- function(case, p22, p23, w22, w23, phi = 1) {
  input <- sprintf('{"part_baseline":%d,"part_current":%d,"whole_baseline":%d,"whole_current":%d,"dispersion":%s}', p22, p23, w22, w23, phi)
  m <- matrix(c(p23, p22, w23 - p23, w22 - p22), 2); test <- fisher.test(m)
  row(case, input, "/rest_current", w23 - p23, "0")
  row(case, input, "/ratio_of_ratios", (p23 / p22) / ((w23 - p23) / (w22 - p22)))
  solved <- conditional(m)
  row(case, input, "/conditional_ratio_of_ratios", solved[["estimate"]], "1e-9")
  row(case, input, "/interval/lower", solved[["lower"]], "1e-9")
  row(case, input, "/interval/upper", solved[["upper"]], "1e-9")
  row(case, input, "/min_likelihood/p_value", test$p.value)
  # The cell part-now among all part events, drawn from now and before.
  lower <- phyper(m[1, 1], sum(m[1, ]), sum(m[2, ]), sum(m[, 1]))
  upper <- phyper(m[1, 1] - 1, sum(m[1, ]), sum(m[2, ]), sum(m[, 1]), lower.tail = FALSE)
  row(case, input, "/central/p_value", min(1, 2 * min(lower, upper)))
  if (all(m > 0)) {
    l <- log(m[1] * m[4] / (m[2] * m[3])); se <- sqrt(phi * sum(1 / m))
    row(case, input, "/wald/statistic", l / se); row(case, input, "/wald/p_value", 2 * pnorm(-abs(l / se)))
  }
}
part("B09-total", 1319, 1013, 9335, 9184)
for (i in 2:11) part(paste0("B09-", categories[i]), f22[i], f23[i], k22[i], k23[i])
part("B11-damage-dispersion-3", 761, 530, 3134, 2272, 3)
part("part-gone", 12, 0, 400, 420)
row("part-above-whole", '{"part_baseline":10,"part_current":20,"whole_baseline":15,"whole_current":19}', "",
  '"`part_current` is 20 but `whole_current` is 19, expected a part that is not larger than the whole that contains it"', "0")

begin("fisher", "R 4.2.2: fisher.test (min-likelihood p), phyper (central p); 1e-10;",
  "estimate and limits: the equations of fisher.test solved with uniroot(tol = 1e-14) instead of its default 1.2e-4; 1e-9")
fisher <- function(case, a, b, c, d, level = 0.95) {
  input <- sprintf('{"table":[[%d,%d],[%d,%d]],"level":%s}', a, b, c, d, level)
  test <- fisher.test(matrix(c(a, c, b, d), 2))
  row(case, input, "/sample_odds_ratio", if (b * c == 0) NA else a * d / (b * c))
  solved <- conditional(matrix(c(a, c, b, d), 2), level)
  row(case, input, "/conditional_odds_ratio", solved[["estimate"]], "1e-9")
  row(case, input, "/interval/lower", solved[["lower"]], "1e-9")
  row(case, input, "/interval/upper", solved[["upper"]], "1e-9")
  row(case, input, "/min_likelihood/p_value", test$p.value)
  lower <- phyper(a, a + c, b + d, a + b); upper <- phyper(a - 1, a + c, b + d, a + b, lower.tail = FALSE)
  row(case, input, "/central/p_value", min(1, 2 * min(lower, upper)))
}
fisher("C03", 33, 1059, 1120, 12880)
fisher("tea", 3, 1, 1, 3)
fisher("zero-cell", 0, 20, 5, 20)
fisher("full-cell", 20, 0, 15, 10)
fisher("tie", 4, 16, 16, 4)
fisher("level-99.8", 40, 160, 55, 145, 0.998)

begin("count", "R 4.2.2: qchisq (exact), Byar's formula with qnorm; 1e-10: R's chi-square quantiles are good to about 1e-12")
exact <- function(x, level) { t <- (1 - level) / 2; c(if (x == 0) 0 else qchisq(t, 2 * x) / 2, qchisq(t, 2 * x + 2, lower.tail = FALSE) / 2) }
byar <- function(x, level) { z <- qnorm(1 - (1 - level) / 2); c(x * (1 - 1 / (9 * x) - z / (3 * sqrt(x)))^3, (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * sqrt(x + 1)))^3) }
one_count <- function(case, x, method, limits, n = 1, per = 1, level = 0.95) {
  input <- sprintf('{"count":%d,"exposure":%s,"per":%s,"method":"%s","level":%s}', x, n, per, method, level)
  row(case, input, "/value", x / n * per)
  row(case, input, "/interval/lower", limits[1] / n * per); row(case, input, "/interval/upper", limits[2] / n * per)
}
for (x in c(0, 1, 5, 9, 11, 60, 1013)) one_count(paste0("A07-", x), x, "garwood", exact(x, 0.95))
one_count("A07-large", 1000000, "garwood", exact(1000000, 0.95))
for (x in c(10, 11, 60, 87, 1013)) one_count(paste0("A08-", x), x, "byar", byar(x, 0.95))
one_count("A08-99.8", 60, "byar", byar(60, 0.998), level = 0.998)
one_count("A10-9-exact", 9, "phe", exact(9, 0.95), 11500, 1000)
one_count("A10-10-byar", 10, "phe", byar(10, 0.95), 11500, 1000)
one_count("A10-fridhemsplan", 1013, "phe", byar(1013, 0.95), 11500, 1000)
one_count("A10-kungsholmen", 9184, "phe", byar(9184, 0.95), 71000, 1000)
one_count("A12-zero", 0, "phe", exact(0, 0.95), 11500, 1000)
row("byar-of-zero", '{"count":0,"method":"byar"}', "", '"`count` is 0, expected at least 1 event for Byar\'s limits (use `garwood` or `phe`)"', "0")

begin("proportion", "R 4.2.2: prop.test(correct = FALSE) and (correct = TRUE), binom.test, qbeta; Agresti-Coull by its formula; 1e-10")
share <- function(case, x, n, method, limits, level = 0.95) {
  input <- sprintf('{"count":%d,"n":%d,"method":"%s","level":%s}', x, n, method, level)
  row(case, input, "/value", x / n)
  row(case, input, "/interval/lower", limits[1]); row(case, input, "/interval/upper", limits[2])
}
wilson <- function(x, n, level = 0.95) prop.test(x, n, conf.level = level, correct = FALSE)$conf.int
# The ends of 0/n and n/n are exact by definition; prop.test leaves 1e-18 there.
share("A01-33", 33, 1092, "wilson", wilson(33, 1092)); share("A01-76", 76, 1092, "wilson", wilson(76, 1092))
share("A01-response", 1092, 2184, "wilson", wilson(1092, 2184))
share("A02-zero", 0, 25, "wilson", c(0, quiet(wilson(0, 25))[2])); share("A02-all", 25, 25, "wilson", c(quiet(wilson(25, 25))[1], 1))
share("A02-one", 1, 10, "wilson", quiet(wilson(1, 10))); share("A02-n1", 1, 1, "wilson", c(quiet(wilson(1, 1))[1], 1))
share("A02-998", 33, 1092, "wilson", wilson(33, 1092, 0.998), 0.998)
share("A03-33", 33, 1092, "wilson-cc", prop.test(33, 1092)$conf.int); share("A03-76", 76, 1092, "wilson-cc", prop.test(76, 1092)$conf.int)
share("A03-zero", 0, 25, "wilson-cc", c(0, quiet(prop.test(0, 25)$conf.int[2])))
share("A04-33", 33, 1092, "clopper-pearson", binom.test(33, 1092)$conf.int); share("A04-zero", 0, 25, "clopper-pearson", binom.test(0, 25)$conf.int)
share("A04-all", 25, 25, "clopper-pearson", binom.test(25, 25)$conf.int)
share("A04-population", 40, 1000000, "clopper-pearson", binom.test(40, 1000000)$conf.int)
share("A05-33", 33, 1092, "jeffreys", qbeta(c(0.025, 0.975), 33.5, 1059.5)); share("A05-zero", 0, 25, "jeffreys", c(0, qbeta(0.975, 0.5, 25.5)))
coull <- function(x, n) { m <- n + z^2; p <- (x + z^2 / 2) / m; pmin(pmax(p + c(-1, 1) * z * sqrt(p * (1 - p) / m), 0), 1) }
share("agresti-coull", 33, 1092, "agresti-coull", coull(33, 1092)); share("agresti-coull-zero", 0, 25, "agresti-coull", coull(0, 25))
row("more-yes-than-asked", '{"count":26,"n":25}', "", '"`count` is 26 but `n` is 25, expected a count that is not larger than the number of answers"', "0")

begin("adjust", "R 4.2.2: p.adjust(p, method, n) on poisson.test p values; two-stage: statsmodels 0.15.0 multipletests(p, method = 'fdr_tsbh'),",
  "the two printed values; 1e-12 against R, 1e-9 for the p values typed with 11 digits")
names <- c(BH = "benjamini-hochberg", BY = "benjamini-yekutieli", holm = "holm", hochberg = "hochberg", hommel = "hommel", bonferroni = "bonferroni", none = "none")
family <- function(case, p, methods = names(names), n = length(p)) for (m in methods) {
  input <- sprintf('{"p_values":[%s],"family_size":%d,"adjustment":"%s"}', paste(number(p), collapse = ","), n, names[[m]])
  q <- p.adjust(p, m, n)
  for (i in seq_along(p)) row(paste(case, m, sep = "-"), input, paste0("/q_values/", i - 1), q[i], "1e-12")
  row(paste(case, m, sep = "-"), input, "/flags", sum(q < 0.05), "0")
  row(paste(case, m, sep = "-"), input, "/expected_chance_flags", 0.05 * n, "1e-12")
}
exact_p <- function(a, b) mapply(function(a, b) poisson.test(c(b, a))$p.value, a, b)
family("B03", exact_p(k22[-1], k23[-1])); family("B04", exact_p(f22[-1], f23[-1]))
family("B05-both-areas", c(exact_p(k22[-1], k23[-1]), exact_p(f22[-1], f23[-1])), c("BH", "hommel"))
family("declared-larger", exact_p(f22[-1], f23[-1])[1:4], c("BH", "BY", "holm", "hochberg", "hommel"), 10L)
p <- exact_p(f22[-1], f23[-1]); q <- p.adjust(p, "BH")
input <- sprintf('{"p_values":[%s],"adjustment":"two-stage-benjamini-hochberg"}', paste(number(p), collapse = ","))
row("K09-first", input, "/q_values/0", 0.09493622825400, "1e-9"); row("K09-third", input, "/q_values/2", 0.09493622825400, "1e-9")
input <- '{"p_values":[0.01,null,0.02],"adjustment":"benjamini-hochberg"}'
q <- p.adjust(c(0.01, NA, 0.02), "BH")
for (i in 1:3) row("missing-stays", input, paste0("/q_values/", i - 1), q[i], "1e-12")
row("family-too-small", '{"p_values":[0.01,0.02,0.03],"family_size":2}', "", '"`family_size` is 2 but `number of p values` is 3, expected a family at least as large as its tests"', "0")

begin("composition", "R 4.2.2: chisq.test(correct = FALSE) statistic, p.value, stdres; likelihood ratio by its formula with pchisq; 1e-10")
mix <- function(case, m) {
  input <- sprintf('{"table":[%s]}', paste(apply(m, 1, function(r) sprintf("[%s]", paste(r, collapse = ","))), collapse = ","))
  test <- quiet(chisq.test(m, correct = FALSE)); e <- test$expected
  g <- 2 * sum(ifelse(m > 0, m * log(m / e), 0))
  row(case, input, "/pearson/statistic", unname(test$statistic)); row(case, input, "/pearson/df", unname(test$parameter), "0")
  row(case, input, "/pearson/p_value", test$p.value); row(case, input, "/likelihood_ratio/statistic", g, "1e-9")
  row(case, input, "/likelihood_ratio/p_value", pchisq(g, test$parameter, lower.tail = FALSE), "1e-9")
  row(case, input, "/smallest_expected", min(e))
  for (i in seq_len(nrow(m))) row(case, input, sprintf("/adjusted_residuals/%d/1", i - 1), test$stdres[i, 2], "1e-9")
}
mix("B12-kungsholmen", cbind(k22[-1], k23[-1])); mix("fridhemsplan", cbind(f22[-1], f23[-1])); mix("zero-cell", rbind(c(0, 5, 3), c(7, 2, 9)))
row("one-row", '{"table":[[1,2],[0,0]]}', "", '"`table rows with events` has 1 values, expected at least 2"', "0")

begin("prediction", "R 4.2.2: pbinom over all candidate counts; whole numbers, exact")
future <- function(case, a, t0 = 1, t1 = 1, level = 0.95) {
  input <- sprintf('{"baseline":{"count":%d,"exposure":%s},"current_exposure":%s,"level":%s}', a, t0, t1, level)
  b <- 0:(10 * a + 50); p0 <- t1 / (t0 + t1); tail <- (1 - level) / 2
  row(case, input, "/lower", min(b[pbinom(b, a + b, p0) >= tail]), "0")
  row(case, input, "/upper", max(b[pbinom(b - 1, a + b, p0, lower.tail = FALSE) >= tail]), "0")
  row(case, input, "/expected", a * t1 / t0)
}
future("B14-87", 87); future("B14-727", 727); future("B14-16", 16); future("zero", 0); future("one", 1)
future("five-years", 400, 5, 1); future("level-99.8", 87, 1, 1, 0.998); future("days", 9335, 289, 288)

begin("minimum-detectable-ratio", "R 4.2.2: qnorm in the formula; agrees with scipy 1.17.1 norm.ppf; 1e-12")
for (a in c(16, 87, 727, 9335)) {
  input <- sprintf('{"baseline":%d}', a); up <- exp((qnorm(0.975) + qnorm(0.8)) * sqrt(2 / a))
  row(paste0("K10-", a), input, "/ratio_up", up, "1e-12"); row(paste0("K10-", a), input, "/ratio_down", 1 / up, "1e-12")
  row(paste0("K10-", a), input, "/count_up", ceiling(a * up), "0"); row(paste0("K10-", a), input, "/count_down", floor(a / up), "0")
}
row("from-zero", '{"baseline":0}', "", '"`baseline` is 0, expected a count of at least 1"', "0")

begin("contribution", "Computed by hand in R 4.2.2 from the counts: differences, shares, poisson.test of the rest; 1e-10")
input <- sprintf('{"categories":[%s]}', paste(sprintf('{"name":"%s","baseline":%d,"current":%d}', categories[-1], f22[-1], f23[-1]), collapse = ","))
d <- f23[-1] - f22[-1]
for (i in seq_along(d)) {
  row("fridhemsplan", input, sprintf("/categories/%d/difference", i - 1), d[i], "0")
  row("fridhemsplan", input, sprintf("/categories/%d/percentage_points", i - 1), 100 * d[i] / 1319)
  row("fridhemsplan", input, sprintf("/categories/%d/share_of_change", i - 1), d[i] / sum(d))
}
row("fridhemsplan", input, "/largest_mover", '"damage"', "0")
row("fridhemsplan", input, "/total/percent_change", 100 * (1013 / 1319 - 1)); row("fridhemsplan", input, "/total/difference", -306, "0")
rest <- poisson.test(c(1013 - 530, 1319 - 761))
row("fridhemsplan", input, "/total_without_largest_mover/ratio", unname(rest$estimate)); row("fridhemsplan", input, "/total_without_largest_mover/exact/p_value", rest$p.value)
input <- '{"categories":[{"name":"a","baseline":5,"current":9},{"name":"b","baseline":7,"current":3}]}'
row("no-net-change", input, "/categories/0/share_of_change", NA); row("no-net-change", input, "/largest_mover", '"a"', "0")
input <- '{"categories":[{"name":"a","baseline":0,"current":0}]}'
row("nothing-moved", input, "/largest_mover", NA); row("nothing-moved", input, "/categories/0/percentage_points", NA)

begin("verdict", "By the rule itself: strict p < alpha, minimum on the sum of both counts, zero baseline has no percentage")
says <- function(case, p, a, b, ratio, verdict, reason, extra = "") {
  input <- sprintf('{"evidence":{"p_value":%s,"baseline_events":%d,"current_events":%d,"ratio":%s%s}}', number(p), a, b, number(ratio), extra)
  row(case, input, "/verdict", sprintf('"%s"', verdict), "0"); row(case, input, "/reason", sprintf('"%s"', reason), "0")
}
says("B02-damage", 1.38e-9, 761, 530, 530 / 761, "decrease", "significant"); says("B03-fraud", 5.5e-10, 585, 828, 828 / 585, "increase", "significant")
says("B04-violence", 0.10548, 87, 60, 60 / 87, "no-change-shown", "not-significant"); says("exactly-alpha", 0.05, 87, 60, 60 / 87, "no-change-shown", "not-significant")
says("sum-counts", 0.0001, 20, 1, 0.05, "decrease", "significant"); says("nine-events", 0.004, 9, 0, 0, "too-few", "events-below-minimum")
says("from-zero", 0.001, 0, 11, NA, "increase", "from-zero"); says("no-events", 1, 0, 0, NA, "too-few", "no-events")
input <- '{"evidence":{"p_value":0.442,"baseline_events":16,"current_events":11,"ratio":0.6875}}'
smallest <- exp(c(1, -1) * (qnorm(0.975) + qnorm(0.8)) * sqrt(2 / 16))
row("K10-not-shown", input, "/detectable_increase", 100 * (smallest[1] - 1)); row("K10-not-shown", input, "/detectable_decrease", 100 * (1 - smallest[2]))
row("K10-not-shown", input, "/sentence_swedish", '"ingen säkerställd förändring: först en ökning med 169\u00a0% eller en minskning med 63\u00a0% hade troligen kunnat påvisas"', "0")
says("no-test", NA, 50, 50, 1, "not-comparable", "no-test")
says("method-changed", 0.001, 50, 90, 1.8, "not-comparable", "method-changed", ',"not_comparable":"method-changed"')
