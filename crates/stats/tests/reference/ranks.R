# Reference cases of ranks, several groups and standardised rates: Rscript ranks.R <folder of the CSV files>
source("cases.R")
json <- function(...) paste0("[", paste(sprintf(...), collapse = ","), "]")

begin("rank-interval", "R 4.2.2: qchisq, the Wilson formula with qnorm, rank and counting; ranks exact, limits 1e-10")
ranks <- function(case, kind, x, n, high, level = 0.95) {
  input <- sprintf('{"kind":"%s","highest_first":%s,"level":%s,"areas":%s}', kind, if (high) "true" else "false", level, json('{"name":"a%d","count":%d,"denominator":%d}', seq_along(x), x, n))
  k <- length(x); each <- level^(1 / k); tail <- (1 - each) / 2; q <- qnorm(tail, lower.tail = FALSE)
  if (kind == "rate") { lo <- ifelse(x == 0, 0, qchisq(tail, 2 * x) / 2) / n; hi <- qchisq(tail, 2 * x + 2, lower.tail = FALSE) / 2 / n }
  else { r <- q * sqrt(q^2 + 4 * x * (1 - x / n)); lo <- (2 * x + q^2 - r) / 2 / (n + q^2); hi <- (2 * x + q^2 + r) / 2 / (n + q^2) }
  v <- x / n; r <- rank(if (high) -v else v, ties.method = "min")
  best <- sapply(1:k, function(i) 1 + if (high) sum(lo > hi[i]) else sum(hi < lo[i])); worst <- sapply(1:k, function(i) k - if (high) sum(hi < lo[i]) else sum(lo > hi[i]))
  for (i in 1:k) {
    at <- sprintf("/areas/%d", i - 1); row(case, input, paste0(at, "/rank"), r[i], "0"); row(case, input, paste0(at, "/best"), best[i], "0"); row(case, input, paste0(at, "/worst"), worst[i], "0")
    if (lo[i] > 1e-12) row(case, input, paste0(at, "/limits/0"), lo[i]); row(case, input, paste0(at, "/limits/1"), hi[i])
  }
}
ranks("rates", "rate", c(1013, 402, 371, 288, 0, 12, 15), c(11500, 9800, 8900, 10100, 400, 900, 1100), TRUE)
ranks("lowest-first", "rate", c(1013, 402, 371, 288, 0, 12, 15), c(11500, 9800, 8900, 10100, 400, 900, 1100), FALSE)
ranks("shares", "share", c(33, 20, 47, 20, 61), c(400, 500, 300, 500, 390), TRUE, 0.9)
row("one-area", '{"kind":"rate","highest_first":true,"areas":[{"name":"a","count":1,"denominator":1}]}', "", '"`areas` has 1 values, expected at least 2"', "0")

begin("several-proportions", "R 4.2.2: prop.test(correct = FALSE), p.adjust; 1e-10")
several <- function(case, x, n, method = "BH", name = "benjamini-hochberg") {
  input <- sprintf('{"adjustment":"%s","groups":%s}', name, json('{"name":"g%d","count":%d,"n":%d}', seq_along(x), x, n)); t <- quiet(prop.test(x, n, correct = FALSE))
  row(case, input, "/overall/statistic", unname(t$statistic)); row(case, input, "/overall/df", unname(t$parameter), "0"); row(case, input, "/overall/p_value", t$p.value)
  pairs <- combn(length(x), 2); p <- apply(pairs, 2, function(i) quiet(prop.test(x[i], n[i], correct = FALSE)$p.value)); p[is.nan(p)] <- NA; q <- p.adjust(p, method, n = length(p))
  for (i in seq_along(p)) { row(case, input, sprintf("/pairs/%d/p_value", i - 1), p[i], "1e-9"); row(case, input, sprintf("/pairs/%d/q_value", i - 1), q[i], "1e-9") }
}
several("four-districts", c(33, 20, 47, 61), c(400, 500, 300, 390)); several("holm", c(33, 20, 47, 61), c(400, 500, 300, 390), "holm", "holm"); several("nobody-in-two", c(0, 0, 7), c(40, 50, 45))
row("nobody", '{"groups":[{"name":"a","count":0,"n":4},{"name":"b","count":0,"n":9}]}', "", '"several-proportions is undefined: nobody or everybody said yes"', "0")
row("more-yes-than-asked", '{"groups":[{"name":"a","count":5,"n":4},{"name":"b","count":0,"n":9}]}', "", '"`count` is 5 but `n` is 4, expected a count that is not larger than the number of answers"', "0")

begin("direct-rate-ratio", "R 4.2.2: the formulas with qnorm, pnorm; 1e-10")
strata <- function(x, n, w) json('{"count":%d,"population":%d,"standard":%d}', x, n, w)
w <- c(16000, 18000, 27000, 22000, 17000); x0 <- c(8, 25, 61, 49, 30); n0 <- c(9800, 14200, 21500, 15600, 9900); x1 <- c(4, 31, 77, 40, 52); n1 <- c(5200, 13900, 24100, 12000, 14800)
input <- sprintf('{"baseline":%s,"current":%s}', strata(x0, n0, w), strata(x1, n1, w))
rate <- function(x, n) c(sum(w * x / n) / sum(w), sqrt(sum(w^2 * x / n^2)) / sum(w)); a <- rate(x0, n0); b <- rate(x1, n1); e <- sqrt((a[2] / a[1])^2 + (b[2] / b[1])^2)
row("five-bands", input, "/ratio", b[1] / a[1]); row("five-bands", input, "/interval/lower", b[1] / a[1] * exp(-z * e)); row("five-bands", input, "/interval/upper", b[1] / a[1] * exp(z * e)); row("five-bands", input, "/test/p_value", 2 * pnorm(-abs(log(b[1] / a[1]) / e)))
row("five-bands", input, "/difference", 1e5 * (b[1] - a[1])); row("five-bands", input, "/difference_interval/lower", 1e5 * (b[1] - a[1] - z * sqrt(a[2]^2 + b[2]^2))); row("five-bands", input, "/difference_interval/upper", 1e5 * (b[1] - a[1] + z * sqrt(a[2]^2 + b[2]^2)))
repeated <- '{"per":1000,"baseline":[{"count":20,"population":900,"standard":10},{"count":15,"population":700,"standard":12}],"current":[{"count":24,"population":900,"standard":10,"persons_by_events":[10,4,2]},{"count":15,"population":700,"standard":12}]}'
w2 <- c(10, 12); n2 <- c(900, 700); v0 <- sum(w2^2 * c(20, 15) / n2^2) / 22^2; v1 <- sum(w2^2 * c(10 + 4 * 4 + 9 * 2, 15) / n2^2) / 22^2; r0 <- sum(w2 * c(20, 15) / n2) / 22; r1 <- sum(w2 * c(24, 15) / n2) / 22
row("H04-repeat-events", repeated, "/test/statistic", log(r1 / r0) / sqrt(v0 / r0^2 + v1 / r1^2))
row("M01-nine-events", sprintf('{"baseline":%s,"current":%s}', strata(9, 100, 1), strata(50, 100, 1)), "", '"direct-rate-ratio is undefined: a side has fewer than 10 events"', "0")
row("other-standard", sprintf('{"baseline":%s,"current":%s}', strata(19, 100, 1), strata(50, 100, 2)), "", '"`standard in current` is 2 but `standard in baseline` is 1, expected one standard population for both sides"', "0")

begin("two-estimates", "R 4.2.2: qnorm, pnorm, the vector's formulas; 1e-10")
p1 <- 0.10; p2 <- 0.125; s1 <- sqrt(p1 * (1 - p1) / 1500); s2 <- sqrt(p2 * (1 - p2) / 1500)
input <- sprintf('{"baseline":{"value":0.1,"standard_error":%.17g},"current":{"value":0.125,"standard_error":%.17g}}', s1, s2)
row("H13", input, "/baseline_interval/upper", p1 + z * s1); row("H13", input, "/current_interval/lower", p2 - z * s2); row("H13", input, "/intervals_overlap", "true", "0"); row("H13", input, "/test/p_value", 2 * pnorm(-abs((p2 - p1) / sqrt(s1^2 + s2^2))))
row("H13", input, "/interval/lower", p2 - p1 - z * sqrt(s1^2 + s2^2)); row("H13-printed", input, "/test/p_value", 0.03012413274679, "1e-12")
row("no-error", '{"baseline":{"value":0.1,"standard_error":0},"current":{"value":0.1,"standard_error":1}}', "", '"`standard_error` is 0, expected a finite number above 0"', "0")

begin("predictive-count", "R 4.2.2: pnbinom; whole numbers exact, probabilities 1e-10")
coming <- function(case, past, t0, t1, at_least, level = 0.95) {
  input <- sprintf('{"past":{"count":%d,"exposure":%s},"coming_exposure":%s,"at_least":%d,"level":%s}', past, t0, t1, at_least, level)
  B <- 0:100000; Fb <- pnbinom(B, past, t0 / (t0 + t1)); Sb <- pnbinom(B, past, t0 / (t0 + t1), lower.tail = FALSE); tail <- (1 - level) / 2
  row(case, input, "/lower", min(B[Fb >= tail]), "0"); row(case, input, "/upper", min(B[Sb <= tail]), "0"); row(case, input, "/probability_at_least", pnbinom(at_least - 1, past, t0 / (t0 + t1), lower.tail = FALSE))
}
coming("G17", 400, 5, 1, 100L); coming("few", 3, 2, 1, 8L); coming("days", 9335, 287, 288, 10000L, 0.998); coming("one-event", 1, 1, 10, 200L)
row("no-past", '{"past":{"count":0}}', "", '"`past.count` is 0, expected at least 1 event (no rate can be learnt from none)"', "0")
