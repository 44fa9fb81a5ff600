# Reference cases of rates, means and two shares: Rscript rates_and_shares.R <folder of the CSV files>
source("cases.R")

begin("mean", "R 4.2.2: t.test on data with exactly these moments; finite population: the formula with qt; 1e-10")
one_mean <- function(case, x, population = NA) {
  n <- length(x); m <- mean(x); s <- sd(x)
  input <- sprintf('{"n":%d,"mean":%.17g,"standard_deviation":%.17g%s}', n, m, s, if (is.na(population)) "" else sprintf(',"population":%d', population))
  limits <- if (is.na(population)) t.test(x)$conf.int else m + c(-1, 1) * qt(0.975, n - 1) * s / sqrt(n) * sqrt(1 - n / population)
  row(case, input, "/value", m); row(case, input, "/df", n - 1, "0")
  row(case, input, "/interval/lower", limits[1]); row(case, input, "/interval/upper", limits[2])
}
score <- c(3.2, 4.1, 4.4, 2.7, 3.9, 4.8, 2.5, 4, 2.9, 4.2, 3.6, 3.1, 4.5, 4.3)
one_mean("A13-scores", score); one_mean("two-values", c(1, 4)); one_mean("finite-population", score, 60L)
row("one-value", '{"n":1,"mean":3,"standard_deviation":0}', "/interval", NA)
row("no-values", '{"n":0,"mean":3,"standard_deviation":0}', "", '"`n` is 0, expected at least 1 value"', "0")

begin("sample-share", "R 4.2.2: the formulas with qnorm; at 0 and n of n prop.test(correct = FALSE); 1e-10")
fpc <- function(case, x, n, asked, population) {
  input <- sprintf('{"count":%d,"n":%d,"asked":%d,"population":%d}', x, n, asked, population)
  p <- x / n; se <- sqrt(p * (1 - p) / (n - 1) * (1 - n / population))
  row(case, input, "/standard_error", se); row(case, input, "/margin_of_error", z * se)
  row(case, input, "/response_rate", n / asked); row(case, input, "/sampled_share", n / population)
  if (x > 0 && x < n) { row(case, input, "/interval/lower", max(0, p - z * se)); row(case, input, "/interval/upper", p + z * se) }
}
input <- '{"share":0.03,"n":1092,"asked":2184,"population":60000}'; se <- sqrt(0.03 * 0.97 / 1091 * (1 - 1092 / 60000))
row("C12", input, "/standard_error", se); row("C12", input, "/margin_of_error", z * se); row("C12", input, "/response_rate", 0.5)
row("neither-count-nor-share", '{"n":10}', "", '"sample-share is undefined: give either `count` or `share`"', "0")
fpc("C12-33", 33, 1092, 2184, 60000); fpc("school", 70, 180, 200, 200)
input <- '{"count":0,"n":25}'
row("none", input, "/interval/upper", quiet(prop.test(0, 25, correct = FALSE)$conf.int[2])); row("none", input, "/standard_error", 0)
row("answered-more-than-asked", '{"count":3,"n":25,"asked":20}', "", '"`asked` is 20 but `n` is 25, expected at least as many asked as answered"', "0")

byar <- function(x, z) c(x * (1 - 1 / (9 * x) - z / (3 * sqrt(x)))^3, (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * sqrt(x + 1)))^3)
begin("direct-rate", "R 4.2.2: the formulas with qnorm; the last case are the published numbers of PHEindicatormethods 2.1.0 (testdata_small, European standard 2013);", "1e-10 for R, 1e-12 for the published digits")
direct <- function(case, x, n, w, persons = NULL, level = 0.95, per = 1e5) {
  strata <- sapply(seq_along(x), function(i) sprintf('{"count":%d,"population":%s,"standard":%s%s}', x[i], n[i], w[i],
    if (is.null(persons)) "" else sprintf(',"persons_by_events":[%s]', paste(persons[, i], collapse = ","))))
  input <- sprintf('{"strata":[%s],"level":%s,"per":%s}', paste(strata, collapse = ","), level, sprintf("%d", per))
  o <- sum(x); r <- sum(x / n * w) / sum(w)
  v <- if (is.null(persons)) sum(x * (w / n)^2) / sum(w)^2 else sum((seq_len(nrow(persons)))^2 * apply(persons, 1, function(a) sum(a * (w / n)^2))) / sum(w)^2
  l <- byar(o, qnorm(1 - (1 - level) / 2))
  row(case, input, "/events", o, "0"); row(case, input, "/crude", o / sum(n) * per); row(case, input, "/value", r * per)
  row(case, input, "/interval/lower", (r + sqrt(v / o) * (l[1] - o)) * per); row(case, input, "/interval/upper", (r + sqrt(v / o) * (l[2] - o)) * per)
  invisible(input)
}
x <- c(8, 25, 61, 49, 30); n <- c(9800, 14200, 21500, 15600, 9900); w <- c(16000, 18000, 27000, 22000, 17000)
xf <- rbind(c(6, 15, 40, 30, 20), c(1, 5, 9, 8, 5), c(0, 0, 1, 1, 0))
direct("H01", x, n, w); direct("H01-99.8", x, n, w, level = 0.998); direct("H04-repeat-events", colSums(xf * 1:3), n, w, xf)
x <- c(12, 4, 3, 2, 3, 4, 8, 2, 2, 3, 4, 5, 6, 8, 5, 6, 5, 5, 4)
n <- c(636, 558, 609, 543, 384, 594, 669, 843, 660, 576, 606, 522, 426, 273, 300, 288, 153, 123, 207)
w <- c(5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000)
input <- direct("N01", x, n, w)
row("N01-published", input, "/value", 1103.212025300104, "1e-12"); row("N01-published", input, "/interval/lower", 877.455767536709, "1e-12")
row("N01-published", input, "/interval/upper", 1367.0882227251795, "1e-12")
input <- '{"strata":[{"count":4,"population":100,"standard":5},{"count":5,"population":200,"standard":5}]}'
row("M01-nine-events", input, "/value", NA); row("M01-nine-events", input, "/interval", NA); row("M01-nine-events", input, "/events", 9, "0")
row("M01-nine-events", input, "/reason", '"events-below-minimum"', "0")
row("persons-disagree", '{"strata":[{"count":14,"population":100,"standard":5,"persons_by_events":[6,3]}]}', "",
  '"`persons_by_events (summed)` is 12 but `count` is 14, expected persons whose events add up to the count"', "0")

begin("indirect-ratio", "R 4.2.2: the formulas with qnorm and qchisq; 1e-10")
xr <- c(800, 2300, 5100, 4700, 3000); nr <- c(900000, 1300000, 1900000, 1500000, 1000000); n <- c(9800, 14200, 21500, 15600, 9900)
e <- sum(xr / nr * n); ref <- sum(xr) / sum(nr) * 1e5
indirect <- function(case, o, method, limits) {
  strata <- paste(sprintf('{"population":%d,"reference_count":%d,"reference_population":%d}', n, xr, nr), collapse = ",")
  input <- sprintf('{"observed":%d,"strata":[%s],"method":"%s"}', o, strata, method)
  row(case, input, "/expected", e); row(case, input, "/ratio", o / e); row(case, input, "/rate", o / e * ref); row(case, input, "/reference_rate", ref)
  row(case, input, "/interval/lower", limits[1] / e); row(case, input, "/interval/upper", limits[2] / e)
  row(case, input, "/rate_interval/lower", limits[1] / e * ref); row(case, input, "/rate_interval/upper", limits[2] / e * ref)
}
indirect("H05", 173, "byar", byar(173, z)); indirect("few", 4, "phe", c(qchisq(0.025, 8), qchisq(0.975, 10)) / 2)
row("empty-reference", '{"observed":1,"strata":[{"population":10,"reference_count":0,"reference_population":5}]}', "",
  '"indirect-ratio is undefined: the reference has no events"', "0")

begin("two-proportions", "R 4.2.2: prop.test (score, Yates, Wald limits), fisher.test, phyper; Newcombe from prop.test Wilson limits;",
  "Agresti-Caffo, Katz, Woolf by formula; Miettinen-Nurminen: the constrained likelihood equation solved with uniroot(tol = 1e-15);",
  "1e-10; Miettinen-Nurminen 1e-8 (two nested root finders)")
mn <- function(x1, n1, x2, n2, level) {
  zc <- qnorm(1 - (1 - level) / 2); N <- n1 + n2; d0 <- x1 / n1 - x2 / n2
  if (x1 == 0 && x2 == 0) { k <- zc^2 * N / ((N - 1) * c(n2, n1)); return(c(-1, 1) * k / (1 + k)) } # closed form
  v <- function(d) {
    lo <- max(0, -d); hi <- min(1, 1 - d); e <- (hi - lo) * 1e-14
    score <- function(r) { a <- r + d; (if (x1 > 0) x1 / a else 0) - (if (x1 < n1) (n1 - x1) / (1 - a) else 0) + (if (x2 > 0) x2 / r else 0) - (if (x2 < n2) (n2 - x2) / (1 - r) else 0) }
    r2 <- if (score(lo + e) <= 0) lo else if (score(hi - e) >= 0) hi else uniroot(score, c(lo + e, hi - e), tol = 1e-16, maxiter = 5000)$root
    r1 <- r2 + d; (r1 * (1 - r1) / n1 + r2 * (1 - r2) / n2) * N / (N - 1)
  }
  f <- function(d, target) (d0 - d) - target * sqrt(max(v(d), 0))
  c(uniroot(f, c(-1 + 1e-9, d0), target = zc, tol = 1e-15, maxiter = 5000)$root, uniroot(f, c(d0, 1 - 1e-9), target = -zc, tol = 1e-15, maxiter = 5000)$root)
}
wilson <- function(x, n, level) { l <- quiet(prop.test(x, n, conf.level = level, correct = FALSE)$conf.int); c(if (x == 0) 0 else l[1], if (x == n) 1 else l[2]) }
two <- function(case, x1, n1, x2, n2, level = 0.95, deff = 1) {
  input <- sprintf('{"group":{"count":%d,"n":%d},"comparison":{"count":%d,"n":%d},"level":%s,"design_effect":%s}', x1, n1, x2, n2, level, deff)
  p1 <- x1 / n1; p2 <- x2 / n2; d <- p1 - p2; zc <- qnorm(1 - (1 - level) / 2)
  row(case, input, "/difference", d)
  e1 <- x1 / deff; m1 <- n1 / deff; e2 <- x2 / deff; m2 <- n2 / deff
  pp <- (e1 + e2) / (m1 + m2)
  if (deff == 1) {
    a <- quiet(prop.test(c(x1, x2), c(n1, n2), conf.level = level, correct = FALSE)); b <- quiet(prop.test(c(x1, x2), c(n1, n2)))
    if (a$conf.int[1] < a$conf.int[2]) { row(case, input, "/wald/lower", a$conf.int[1]); row(case, input, "/wald/upper", a$conf.int[2]) } else row(case, input, "/wald", NA)
    if (pp > 0 && pp < 1) { row(case, input, "/score/p_value", a$p.value); row(case, input, "/yates/p_value", b$p.value) }
    else { row(case, input, "/score", NA); row(case, input, "/yates", NA) }
    row(case, input, "/fisher/p_value", fisher.test(matrix(c(x1, n1 - x1, x2, n2 - x2), 2))$p.value)
    w1 <- wilson(x1, n1, level); w2 <- wilson(x2, n2, level)
    row(case, input, "/newcombe/lower", d - sqrt((p1 - w1[1])^2 + (w2[2] - p2)^2)); row(case, input, "/newcombe/upper", d + sqrt((w1[2] - p1)^2 + (p2 - w2[1])^2))
  } else {
    zz <- d / sqrt(pp * (1 - pp) * (1 / m1 + 1 / m2)); row(case, input, "/score/statistic", zz); row(case, input, "/score/p_value", 2 * pnorm(-abs(zz)))
    row(case, input, "/fisher", NA); row(case, input, "/effective_n/0", m1)
  }
  l <- mn(e1, m1, e2, m2, level); row(case, input, "/miettinen_nurminen/lower", l[1], "1e-8"); row(case, input, "/miettinen_nurminen/upper", l[2], "1e-8")
  q1 <- (e1 + 1) / (m1 + 2); q2 <- (e2 + 1) / (m2 + 2); s <- sqrt(q1 * (1 - q1) / (m1 + 2) + q2 * (1 - q2) / (m2 + 2))
  row(case, input, "/agresti_caffo/lower", q1 - q2 - zc * s); row(case, input, "/agresti_caffo/upper", q1 - q2 + zc * s)
  if (x1 > 0 && x2 > 0) {
    rr <- p1 / p2; k <- exp(zc * sqrt(1 / e1 - 1 / m1 + 1 / e2 - 1 / m2)); row(case, input, "/risk_ratio", rr)
    row(case, input, "/risk_ratio_interval/lower", rr / k); row(case, input, "/risk_ratio_interval/upper", rr * k)
    or <- x1 * (n2 - x2) / ((n1 - x1) * x2); k <- exp(zc * sqrt(1 / e1 + 1 / (m1 - e1) + 1 / e2 + 1 / (m2 - e2)))
    row(case, input, "/odds_ratio", or); row(case, input, "/odds_ratio_interval/lower", or / k); row(case, input, "/odds_ratio_interval/upper", or * k)
  } else row(case, input, "/risk_ratio_interval", NA)
}
two("C03", 33, 1092, 1120, 14000); two("C05", 76, 1092, 1260, 14000); two("K07-zero-cell", 0, 20, 5, 25); two("K07-both-zero", 0, 101, 0, 105)
two("C06-design-effect", 76, 1092, 1260, 14000, deff = 1.5); two("equal", 10, 40, 20, 80); two("level-99.8", 40, 200, 55, 200, 0.998); two("one-more", 10, 21, 10, 20)
row("K07-printed", '{"group":{"count":76,"n":1092},"comparison":{"count":1260,"n":14000}}', "/miettinen_nurminen/lower", -0.03492297988783, "1e-10")

row("C04-printed", '{"group":{"count":33,"n":1092},"comparison":{"count":1120,"n":14000}}', "/newcombe/lower", -0.05955715216836, "1e-12"); row("C04-printed", '{"group":{"count":33,"n":1092},"comparison":{"count":1120,"n":14000}}', "/newcombe/upper", -0.03708537075650, "1e-12")
row("C04-printed", '{"group":{"count":0,"n":20},"comparison":{"count":5,"n":25}}', "/newcombe/lower", -0.3913095036954, "1e-12"); row("C04-printed", '{"group":{"count":0,"n":20},"comparison":{"count":5,"n":25}}', "/newcombe/upper", -0.004117448685352, "1e-12")

begin("part-vs-rest-share", "R 4.2.2: prop.test(correct = FALSE) of part and rest; standard error with overlap by its formula; 1e-10")
input <- '{"part":{"count":76,"n":1092},"whole":{"count":1336,"n":15092}}'
a <- prop.test(c(76, 1260), c(1092, 14000), correct = FALSE); P <- 1336 / 15092; se <- sqrt(P * (1 - P) * (1 / 1092 - 1 / 15092))
row("C07", input, "/against_rest/score/p_value", a$p.value); row("C07", input, "/overlap/p_value", a$p.value); row("C07", input, "/overlap_error", se)
row("C07", input, "/difference_to_whole", 76 / 1092 - P); row("C07", input, "/overlap/statistic", (76 / 1092 - P) / se); row("C07", input, "/rest/count", 1260, "0")
row("no-rest", '{"part":{"count":7,"n":10},"whole":{"count":7,"n":10}}', "", '"`comparison.n` is 0, expected a finite number above 0"', "0")
row("part-above-whole", '{"part":{"count":8,"n":10},"whole":{"count":7,"n":20}}', "", '"`part.count` is 8 but `whole.count` is 7, expected a part that is not larger than the whole that contains it"', "0")

begin("benchmark", "R 4.2.2: binom.test, pbinom, prop.test with and without correction; 1e-10")
fixed <- function(case, x, n, p0) {
  input <- sprintf('{"count":%d,"n":%d,"benchmark":%s}', x, n, p0)
  row(case, input, "/min_likelihood/p_value", binom.test(x, n, p0)$p.value)
  row(case, input, "/central/p_value", min(1, 2 * min(pbinom(x, n, p0), pbinom(x - 1, n, p0, lower.tail = FALSE))))
  row(case, input, "/score/p_value", quiet(prop.test(x, n, p0, correct = FALSE)$p.value)); row(case, input, "/score_corrected/p_value", quiet(prop.test(x, n, p0)$p.value))
  row(case, input, "/clopper_pearson/upper", binom.test(x, n)$conf.int[2]); row(case, input, "/difference", x / n - p0)
  row(case, input, "/by_interval", side(p0, prop.test(x, n, correct = FALSE)$conf.int), "0")
}
fixed("C01", 33, 1092, 0.08); fixed("C02", 76, 1092, 0.09); fixed("none", 0, 40, 0.08); fixed("on-it", 8, 100, 0.08); fixed("above", 15, 100, 0.08)
row("target-of-zero", '{"count":1,"n":10,"benchmark":0}', "", '"`benchmark` is 0, expected a share strictly between 0 and 1"', "0")

begin("paired-shares", "R 4.2.2: mcnemar.test with and without correction, binom.test; difference by formula; 1e-10")
paired <- function(case, a, b, c, d) {
  input <- sprintf('{"yes_yes":%d,"yes_no":%d,"no_yes":%d,"no_no":%d}', a, b, c, d); m <- matrix(c(a, c, b, d), 2); n <- a + b + c + d
  row(case, input, "/mcnemar/statistic", unname(mcnemar.test(m, correct = FALSE)$statistic)); row(case, input, "/mcnemar/p_value", mcnemar.test(m, correct = FALSE)$p.value)
  row(case, input, "/mcnemar_corrected/statistic", unname(mcnemar.test(m)$statistic)); row(case, input, "/mcnemar_corrected/p_value", mcnemar.test(m)$p.value)
  row(case, input, "/exact/p_value", binom.test(c, b + c)$p.value); row(case, input, "/difference", (b - c) / n)
  row(case, input, "/difference_interval/lower", (b - c) / n - z * sqrt(b + c - (b - c)^2 / n) / n)
  ci <- binom.test(b, b + c)$conf.int; row(case, input, "/odds_ratio_interval/lower", ci[1] / (1 - ci[1])); row(case, input, "/odds_ratio_interval/upper", ci[2] / (1 - ci[2]))
}
paired("C10", 120, 31, 15, 300); paired("few", 10, 5, 1, 20)
input <- '{"yes_yes":5,"yes_no":0,"no_yes":0,"no_no":7}'
row("nobody-changed", input, "/mcnemar", NA); row("nobody-changed", input, "/exact/p_value", 1); row("nobody-changed", input, "/odds_ratio", NA)

begin("mantel-haenszel", "R 4.2.2: mantelhaen.test with and without correction; 1e-10")
strata <- function(case, A) {
  input <- sprintf('{"strata":[%s]}', paste(apply(A, 3, function(m) sprintf("[[%d,%d],[%d,%d]]", m[1, 1], m[1, 2], m[2, 1], m[2, 2])), collapse = ","))
  m <- mantelhaen.test(A, correct = FALSE); k <- mantelhaen.test(A)
  row(case, input, "/cmh/statistic", unname(m$statistic)); row(case, input, "/cmh/p_value", m$p.value); row(case, input, "/odds_ratio", unname(m$estimate))
  row(case, input, "/interval/lower", m$conf.int[1]); row(case, input, "/interval/upper", m$conf.int[2])
  row(case, input, "/cmh_corrected/statistic", unname(k$statistic)); row(case, input, "/cmh_corrected/p_value", k$p.value)
}
strata("C08", array(c(40, 160, 55, 145, 30, 170, 50, 150, 25, 175, 35, 165), c(2, 2, 3))); strata("sparse", array(c(2, 5, 1, 6, 0, 4, 3, 3), c(2, 2, 2)))
row("one-group", '{"strata":[[[5,0],[7,0]]]}', "", '"mantel-haenszel is undefined: no stratum has both groups and both answers"', "0")

begin("e-test", "R 4.2.2: the definition summed over the whole grid with dpois; the first case agrees with statsmodels 0.15.0", "test_poisson_2indep(60, 1, 87, 1, method = 'etest-score') = 0.02617324881039; 1e-9 (ties are compared with a tolerance of 1e-13)")
e_test <- function(case, a, b, t0 = 1, t1 = 1) {
  input <- sprintf('{"baseline":{"count":%d,"exposure":%s},"current":{"count":%d,"exposure":%s}}', a, t0, b, t1); r <- t1 / t0
  m1 <- (a + b) * r / (1 + r); m2 <- (a + b) / (1 + r); top <- function(m) qpois(1e-16, m, lower.tail = FALSE) + 50
  x1 <- 0:top(m1); x2 <- 0:top(m2); t <- outer(x1, x2, function(u, v) ifelse(u + v == 0, 0, (u - r * v) / sqrt(r * (u + v)))); t0 <- (b - r * a) / sqrt(r * (a + b))
  row(case, input, "/statistic", t0); row(case, input, "/p_value", sum(outer(dpois(x1, m1), dpois(x2, m2))[abs(t) >= abs(t0) * (1 - 1e-13)]), "1e-9")
}
e_test("K04", 87, 60); e_test("traffic", 16, 11); e_test("unequal-exposure", 87, 60, 11100, 11400); e_test("to-zero", 5, 0); e_test("damage", 761, 530)
row("both-zero", '{"baseline":{"count":0},"current":{"count":0}}', "/p_value", 1); row("equal", '{"baseline":{"count":7},"current":{"count":7}}', "/p_value", 1)

begin("boschloo", "scipy 1.17.1 boschloo_exact([[x1, x2], [n1 - x1, n2 - x2]], alternative, n = 256): less, greater, two-sided; its printed values;", "1e-7: scipy's own search over the share stops there")
boschloo <- function(x1, n1, x2, n2, less, greater, two_sided) {
  input <- sprintf('{"group":{"count":%d,"n":%d},"comparison":{"count":%d,"n":%d}}', x1, n1, x2, n2); case <- paste(x1, n1, x2, n2, sep = "-")
  row(case, input, "/p_lower", less, "1e-7"); row(case, input, "/p_higher", greater, "1e-7"); row(case, input, "/boschloo/p_value", two_sided, "1e-7")
}
boschloo(0, 20, 5, 25, 0.02466309734757578, 1, 0.04932619469515156); boschloo(10, 21, 10, 20, 0.482713935550239, 0.604326639150588, 0.965427871100478)
boschloo(3, 15, 9, 16, 0.021708870046325764, 0.9841586876406365, 0.04341774009265153); boschloo(40, 100, 55, 100, 0.018631748074015235, 0.9836095770270212, 0.03726349614803047)
boschloo(7, 12, 1, 11, 0.9942811473907386, 0.007392142628118841, 0.014784285256237682); boschloo(1, 200, 9, 180, 0.004881597273701796, 0.9992952984532046, 0.009763194547403592)
row("too-large", '{"group":{"count":1,"n":1001},"comparison":{"count":1,"n":10}}', "", '"`group.n` is 1001, expected at most 1000 answers (use `two-proportions`)"', "0")

begin("published-shares", "R 4.2.2: different people: prop.test(correct = FALSE) on n / design effect; a part of its whole: z with the overlap's error, pnorm;", "rounding: the same at the values half a unit nearer; limits: Newcombe's formula as in vector C04; C06 and C07 are vectors; 1e-10")
published <- function(case, p1, n1, p2, n2, inside, deff = 1.5, d1 = 0, d2 = 0) {
  input <- sprintf('{"share":{"percent":%s,"n":%d,"decimals":%d},"against":{"percent":%s,"n":%d,"decimals":%d},"inside":%s,"design_effect":%s}', p1, n1, d1, p2, n2, d2, if (inside) "true" else "false", deff)
  test <- function(a, b, e) {
    if (inside) return(2 * pnorm(-abs(a - b) / sqrt(e * b * (1 - b) * (1 / n1 - 1 / n2))))
    P <- (a * n1 + b * n2) / (n1 + n2); 2 * pnorm(-abs(a - b) / sqrt(e * P * (1 - P) * (1 / n1 + 1 / n2)))
  }
  h1 <- 0.5 * 10^-d1; h2 <- 0.5 * 10^-d2; s <- sign(p1 - p2)
  row(case, input, "/difference", p1 - p2); row(case, input, "/rounding", h1 + h2)
  row(case, input, "/simple/p_value", test(p1 / 100, p2 / 100, 1)); row(case, input, "/designed/p_value", test(p1 / 100, p2 / 100, deff))
  near <- c(p1 - s * h1, p2 + s * h2)
  row(case, input, "/rounded/p_value", if ((near[1] - near[2]) * s <= 0) 1 else test(near[1] / 100, near[2] / 100, deff))
  w <- function(p, n) c((2 * p * n + z^2 - z * sqrt(z^2 + 4 * p * n * (1 - p))) / 2 / (n + z^2), (2 * p * n + z^2 + z * sqrt(z^2 + 4 * p * n * (1 - p))) / 2 / (n + z^2))
  limits <- function(a, b) { f <- if (inside) n1 / n2 else 0; r <- (b - f * a) / (1 - f); A <- w(a, n1 / deff); B <- w(r, n2 * (1 - f) / deff)
    a - b + (1 - f) * c(-sqrt((a - A[1])^2 + (B[2] - r)^2), sqrt((A[2] - a)^2 + (r - B[1])^2)) }
  row(case, input, "/interval/lower", 100 * limits((p1 - h1) / 100, (p2 + h2) / 100)[1]); row(case, input, "/interval/upper", 100 * limits((p1 + h1) / 100, (p2 - h2) / 100)[2])
}
published("claim-15", 3, 1049, 8, 14287, TRUE); published("claim-16", 7, 1063, 9, 14276, TRUE); published("claim-16-apart", 7, 1063, 9, 14276, FALSE)
published("police", 52.7, 412, 60.3, 31806, TRUE, 1.5, 1, 1); published("rounds", 34, 1037, 40, 1103, FALSE); published("stated", 29, 591, 33, 702, FALSE, 2.1)
verdict <- function(case, input, expected) row(case, input, "/verdict", sprintf('"%s"', expected), "0")
verdict("claim-15-verdict", '{"share":{"percent":3,"n":1049},"against":{"percent":8,"n":14287},"inside":true}', "significant")
verdict("claim-16-verdict", '{"share":{"percent":7,"n":1063},"against":{"percent":9,"n":14276},"inside":true}', "design-effect-decides")
verdict("rounding-verdict", '{"share":{"percent":34,"n":1037},"against":{"percent":40,"n":1103}}', "rounding-decides")
verdict("nothing-verdict", '{"share":{"percent":29,"n":591},"against":{"percent":33,"n":702}}', "not-significant")
# DOMAIN 5: z of two samples, -6.0 and -2.2 at design effect 1, -1.8 at 1.5, to the digits told there.
row("claim-15-z", '{"share":{"percent":3,"n":1092},"against":{"percent":8,"n":15000}}', "/simple/statistic", -6.0, "0.02")
row("claim-16-z", '{"share":{"percent":7,"n":1092},"against":{"percent":9,"n":15000}}', "/simple/statistic", -2.2, "0.03"); row("claim-16-z", '{"share":{"percent":7,"n":1092},"against":{"percent":9,"n":15000}}', "/designed/statistic", -1.8, "0.03")
# Vectors C06 and C07 with shares that are not whole per cent, told with 13 decimals.
input <- sprintf('{"share":{"percent":%.13f,"n":1092,"decimals":13},"against":{"percent":9,"n":14000,"decimals":13}}', 7600 / 1092)
row("C06", input, "/designed/statistic", -1.866578852885); row("C06", input, "/designed/p_value", 0.06196042300357)
input <- sprintf('{"share":{"percent":%.13f,"n":1092,"decimals":13},"against":{"percent":%.13f,"n":15092,"decimals":13},"inside":true}', 7600 / 1092, 133600 / 15092)
row("C07", input, "/simple/statistic", -2.286082877119); row("C07", input, "/simple/p_value", 0.02224941051709)
nobody <- '{"share":{"percent":0,"n":50},"against":{"percent":0,"n":60}}'
row("nobody", nobody, "/designed", NA); row("nobody", nobody, "/verdict", NA)
row("nobody-answered", '{"share":{"percent":7,"n":0},"against":{"percent":9,"n":60}}', "", '"`n` is 0, expected a finite number above 0"', "0")
row("smaller-than-simple", '{"share":{"percent":7,"n":50},"against":{"percent":9,"n":60},"design_effect":0.5}', "", '"`design_effect` is 0.5, expected a number of at least 1"', "0")
