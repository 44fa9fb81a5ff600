# The report's 44 counts and everything that follows from them, computed by R 4.2.2 with nothing but base R:
#   Rscript report.R        (writes t1.csv, t2.csv and t3.csv into the current folder)
#
# t1: poisson.test (ratio, interval, p), mid-p from dbinom and pbinom, p.adjust "BH" over the ten categories; the total
#     stands outside the family. With equal exposure the distribution under equality is symmetric, so that the
#     min-likelihood p of poisson.test and the central p are the same number.
# t2: the odds ratio of the 2 x 2 table; central p = twice the smaller tail of phyper, where fisher.test would give the
#     min-likelihood p; the limits solve the equations of fisher.test with uniroot(tol = 1e-15), because fisher.test itself
#     stops at the default tolerance of 1.2e-4 (its limits differ from these in the fifth digit). scipy 1.17.1 confirms the
#     first row: scipy.stats.contingency.odds_ratio([[1013, 1319], [8171, 8016]]).confidence_interval(0.95)
#     gives 0.689578827692776 and 0.8230707003221786.
# t3: shares of the change of the total; the total without the category that changed most, by poisson.test.
codes <- c("total", "valdsbrott", "trafikbrott", "ovriga-brott-mot-person", "tillgrepp-exkl-butik", "tillgrepp-i-butik",
  "bedrageribrott", "ovriga-brb-brott", "skadegorelsebrott", "ovriga-specialstraffrattsliga-brott", "narkotikabrott")
k22 <- c(9335, 727, 763, 554, 1757, 197, 585, 292, 3134, 347, 979)
k23 <- c(9184, 750, 815, 590, 1920, 243, 828, 288, 2272, 356, 1122)
f22 <- c(1319, 87, 16, 47, 102, 56, 32, 24, 761, 47, 147)
f23 <- c(1013, 60, 11, 27, 119, 41, 31, 23, 530, 29, 142)
stopifnot(k22[1] == sum(k22[-1]), k23[1] == sum(k23[-1]), f22[1] == sum(f22[-1]), f23[1] == sum(f23[-1]))

digits <- function(x) ifelse(is.na(x), "", formatC(x, digits = 15, format = "g", width = 1))
save <- function(file, head, rows) writeLines(c(paste(head, collapse = ";"), apply(rows, 1, paste, collapse = ";")), file)

change <- function(now, before) {
  test <- poisson.test(c(now, before)); n <- now + before
  low <- pbinom(now - 1, n, .5) + .5 * dbinom(now, n, .5)
  high <- pbinom(now, n, .5, lower.tail = FALSE) + .5 * dbinom(now, n, .5)
  c(now, before, now - before, 100 * (now - before) / before, now / before, test$conf.int, test$p.value,
    min(1, 2 * min(low, high)))
}
table <- function(area, now, before) {
  rows <- t(mapply(change, now, before))
  q <- c(rows[1, 8], p.adjust(rows[-1, 8], "BH"))
  cbind(area, codes, apply(cbind(rows, q), 2, digits))
}
save("t1.csv", c("area", "category", "now", "before", "difference", "percent", "ratio", "lower", "upper", "p", "p_mid", "q"),
  rbind(table("kungsholmen-sdo", k23, k22), table("fridhemsplan", f23, f22)))

part <- function(a, b, whole_a, whole_b) {
  M <- matrix(c(a, b, whole_a - a, whole_b - b), 2)
  m <- sum(M[, 1]); n <- sum(M[, 2]); k <- sum(M[1, ]); support <- max(0, k - n):min(k, m)
  log_density <- dhyper(support, m, n, k, log = TRUE)
  density <- function(or) { d <- log_density + log(or) * support; d <- exp(d - max(d)); d / sum(d) }
  solve <- function(side) uniroot(function(l) log(sum(density(exp(l))[side]) / .025), log(c(1e-3, 1e3)), tol = 1e-15)$root
  p <- min(1, 2 * min(phyper(a, m, n, k), phyper(a - 1, m, n, k, lower.tail = FALSE)))
  c(a, b, 100 * (a - b) / b, M[1, 2], M[2, 2], 100 * (M[1, 2] - M[2, 2]) / M[2, 2], (a / b) / (M[1, 2] / M[2, 2]),
    exp(solve(support >= a)), exp(solve(support <= a)), p)
}
rows <- t(mapply(part, f23, f22, k23, k22))
q <- c(rows[1, 10], p.adjust(rows[-1, 10], "BH"))
save("t2.csv", c("category", "now", "before", "percent", "rest_now", "rest_before", "rest_percent", "ratio", "lower", "upper",
  "p", "q"), cbind(codes, apply(cbind(rows, q), 2, digits)))

share <- 100 * (k23 - k22) / (k23[1] - k22[1])
most <- which.max(abs(k23 - k22)[-1]) + 1
without <- change(k23[1] - k23[most], k22[1] - k22[most])
rows <- rbind(cbind(codes, "", digits(k23), digits(k22), digits(k23 - k22), digits(share), ""),
  c("total", codes[most], digits(without[1:3]), "", digits(without[8])))
save("t3.csv", c("category", "without", "now", "before", "difference", "share", "p"), rows)
